import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withoutQuoted } from './cut-quoted.ts'
import { readMail } from './read-mail.ts'

const own = 'hello@acme.example'

function read(text: string) {
  return readMail(Buffer.from(text.replace(/\n/gu, '\r\n')), own)
}

const head = 'From: "Ruiz, Ana" <Ana@Example.com>\nTo: hello@acme.example\nMessage-ID: <a@x>\n'

describe('what somebody wrote in a mail', () => {
  it.each([
    ['Yes\n\nOn Mon, 3 Nov 2025 at 10:00, Acme <h@a.example> wrote:\n> Is it?\n>\n> Bye', 'Yes'],
    ['Yes\n\nOn Mon, 3 Nov 2025 at 10:00, Acme Homes\n<hello@acme.example> wrote:\n\n> Is it?', 'Yes'],
    ['On Mon, 3 Nov 2025, Acme wrote:\n> Is it?\n\nYes, it is', 'Yes, it is'],
    ['Sí\n\nEl lun, 3 nov 2025, Acme escribió:\n> x', 'Sí'],
    ['Ja\n\nAm Mo., 3. Nov. 2025 um 10:00 Uhr schrieb Acme <h@a.example>:\n> x', 'Ja'],
    ['हाँ\n\nसोम, 3 नव॰ 2025 को Acme ने लिखा:\n> x', 'हाँ'],
    ['Yes\n\n-----Original Message-----\nFrom: Acme\nIs it?', 'Yes'],
    ['Yes\n\nFrom: Acme <h@a.example>\nSent: Monday\nTo: Ana\nSubject: x\n\nIs it?', 'Yes'],
    ['Yes\n-- \nAna Ruiz\n+34 600', 'Yes'],
    ['From: what I gather it is free\nIs it?', 'From: what I gather it is free\nIs it?'],
    ['She wrote: yes', 'She wrote: yes'],
    ['> only quoted', '> only quoted'],
  ])('of %j is %j', (mail, said) => {
    expect(withoutQuoted(mail)).toBe(said)
  })
})

describe('a mail as it is read', () => {
  it('names its sender, its thread and its files, and puts the subject of a new thread before the words', async () => {
    const multipart = `${head}Subject: =?UTF-8?Q?Caf=C3=A9?=\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nSee the plan\n--b\nContent-Type: application/pdf; name="plan.pdf"\nContent-Disposition: attachment; filename="plan.pdf"\nContent-Transfer-Encoding: base64\n\nAAAA\n--b--`
    expect(await read(multipart)).toEqual({
      kind: 'message',
      messageId: '<a@x>',
      email: 'ana@example.com',
      name: 'Ruiz, Ana',
      subject: 'Café',
      text: 'Café\n\nSee the plan',
      attachments: [{ kind: 'document', mediaId: '', mimeType: 'application/pdf', filename: 'plan.pdf' }],
      contents: [Uint8Array.of(0, 0, 0)],
      references: [],
    })
    const answer = await read(`${head}Subject: Re: Café\nReferences: <1@x>\n <2@x>\nIn-Reply-To: <2@x>\n\nThanks`)
    expect(answer).toMatchObject({ text: 'Thanks', references: ['<1@x>', '<2@x>'] })
  })

  it('has the words of its HTML where it has no others', async () => {
    const html =
      '<html><head><style>p{}</style></head><body><p>Is it &lt;free&gt;?</p><blockquote>quoted</blockquote></body></html>'
    expect(await read(`${head}In-Reply-To: <1@x>\nContent-Type: text/html\n\n${html}`)).toMatchObject({
      text: 'Is it <free>?',
    })
  })

  it.each([
    ['In-Reply-To: <1@x>\n\nSTOP\n\nOn Mon, 3 Nov 2025, Acme wrote:\n> x', 'stop'],
    ['Subject: unsubscribe\n\n', 'stop'],
    ['Subject: Hello\n\nstart', 'start'],
    ['Subject: Stop by on Sunday?\n\nHello', undefined],
  ])('reads %j as the wish %s', async (rest, wish) => {
    const mail = await read(`${head}${rest}`)
    expect([mail.kind, 'wish' in mail ? mail.wish : undefined]).toEqual(['message', wish])
  })

  it.each([
    'Auto-Submitted: auto-replied',
    'Auto-Submitted: auto-generated (vacation)',
    'Precedence: bulk',
    'List-Id: <l.x>',
    'X-Autoreply: yes',
  ])('with %s is nobody’s to answer', async (header) => {
    expect(await read(`${head}${header}\n\nHello`)).toEqual({ kind: 'automatic' })
  })

  it('of ourselves, of a machine’s address, of nobody or with nothing in it makes no conversation', async () => {
    expect(await read('From: hello@acme.example\n\nHello')).toEqual({ kind: 'automatic' })
    expect(await read('From: no-reply@x.example\n\nHello')).toEqual({ kind: 'automatic' })
    expect(await read('Subject: x\n\nHello')).toMatchObject({ kind: 'unread' })
    expect(await read(`${head}\n`)).toMatchObject({ kind: 'unread', reason: 'it says nothing' })
    expect(await read(`${head}Auto-Submitted: no\n\nHello`)).toMatchObject({ kind: 'message' })
  })

  it('of whatever bytes throws nothing, and says no more than a conversation takes', async () => {
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.string({ maxLength: 300 }).map((text) => Buffer.from(head + text)),
    )
    await fc.assert(
      fc.asyncProperty(anything, async (bytes) => {
        expect(['message', 'failure', 'automatic', 'unread']).toContain((await readMail(bytes, own)).kind)
      }),
      { numRuns: 300 },
    )
    const long = await read(`${head}\n${'word '.repeat(3000)}`)
    expect('text' in long && long.text.length).toBeLessThan(4000)
  })
})
