import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '#runtime/adapters/system/clock.ts'
import { createSystemIds } from '#runtime/adapters/system/ids.ts'
import { addressOf, type Address } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import type { LeasedWork } from '#runtime/leased.ts'
import type { DispatchEvent } from '#machines/dispatch-contract.ts'
import { contactId } from '#machines/contact-writing.ts'
import { dispatchOf } from '../../deliver.ts'
import { eventOf } from '../../submit.ts'
import { createTestLog, startTestHouse, until, type TestHouse } from '../../testing/test-house.ts'
import { startMailReader } from './mail-reader.ts'
import { mailbox, openMailDesk, type MailDesk } from './testing/mail-desk.ts'
import type { TakenMail } from './testing/smtp-house.ts'

const ana = 'ana@example.com'
const id = contactId('email', mailbox.account, ana)
const conversation = addressOf('acme', 'conversation', id)
const lead = addressOf('acme', 'lead', id)
const ending: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const end of ending.splice(0).toReversed()) await end()
})

interface Scene extends MailDesk {
  readonly house: TestHouse
  readonly url: string
  read(): LeasedWork
}

async function start(): Promise<Scene> {
  const desk = await openMailDesk()
  ending.push(() => desk.close())
  const house = await startTestHouse(desk)
  ending.push(() => house.stop())
  const url = `http://127.0.0.1:${house.port}`
  desk.reachedAt(url)
  const { runtime } = house
  const read = () => {
    const parts = { clock: systemClock(), ids: createSystemIds(), log: createTestLog([]), timeZone: 'Asia/Kolkata' }
    const { records, channelDesks } = desk
    const reader = startMailReader({ desk: channelDesks.email, runtime, records, ...parts, everyMs: 100 })
    ending.push(() => reader.stop())
    return reader
  }
  read()
  // A new mailbox begins at its end: mail for the test comes after that.
  await until(
    () => desk.records.get('mail-places', `acme/${mailbox.account}`),
    (place) => place !== undefined,
  )
  return { ...desk, house, url, read }
}

function mail(body: string, headers: { readonly [name: string]: string } = {}): string {
  const all = {
    From: `Ana Ruiz <${ana}>`,
    To: mailbox.account,
    Subject: 'The flat in Bandra',
    'Message-ID': '<a1@example.com>',
    ...headers,
  }
  return `${Object.entries(all)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n')}\n\n${body}\n`
}

async function facts({ house }: Scene, of: Address, type: string): Promise<readonly Fact[]> {
  return (await house.runtime.journal.facts(0, 5000, of)).filter((each) => each.type === type)
}

async function texts(scene: Scene): Promise<readonly unknown[]> {
  return (await facts(scene, conversation, 'message-added')).map(({ data }) => data['text'])
}

async function sent(
  { smtp }: Scene,
  count: number,
): Promise<TakenMail & { readonly header: (name: string) => string }> {
  await until(
    () => smtp.taken.length,
    (length) => length >= count,
  )
  const taken = smtp.taken[count - 1]
  if (taken === undefined) throw new Error('nothing was sent')
  const unfolded = taken.text.replace(/\r\n[ \t]+/gu, ' ')
  return { ...taken, header: (name) => new RegExp(`^${name}: (.*)$`, 'imu').exec(unfolded)?.[1]?.trim() ?? '' }
}

/** Resolves once the dispatch of a message got so far. */
function dispatchIs(scene: Scene, n: number, status: string) {
  const dispatch = dispatchOf(conversation, n)
  return until(
    async () => (await facts(scene, dispatch, 'dispatch-changed')).at(-1)?.data,
    (data) => data?.['status'] === status,
  )
}

/** A message of ours that nobody asked for, such as a campaign's. */
async function campaign(scene: Scene, n: number): Promise<Address> {
  const dispatch = dispatchOf(conversation, n)
  const event: DispatchEvent = {
    type: 'dispatch.asked',
    conversation,
    lead,
    n,
    epoch: 0,
    channel: 'email',
    reach: { account: mailbox.account, email: ana },
    content: { kind: 'text', text: 'New homes in Bandra', cards: [], chips: [] },
    purpose: 'marketing',
    sender: 'campaign',
  }
  await scene.house.runtime.send({ to: dispatch, event: eventOf(event), id: 'asked' })
  return dispatch
}

async function agree({ house }: Scene, atMs: number): Promise<void> {
  const consent = { state: 'given', atMs, source: 'lead-form', proof: 'the box', channel: 'email' } as const
  const event = eventOf({ type: 'consent.said', scope: 'email:marketing', consent })
  await house.runtime.send({ to: lead, event, id: `agreed-${atMs}` })
}

/** A report of a mail server on a mail of ours. */
function reportOn(original: string, part: string, kind = 'delivery-status'): string {
  const boundary = {
    'Content-Type': `multipart/report; report-type=${kind}; boundary="b1"`,
    From: 'mailer-daemon@mx.example',
    'Message-ID': `<${kind}@mx>`,
  }
  const parts = [
    'text/plain\n\nAbout your mail.',
    `message/${kind}\n\n${part}`,
    `message/rfc822\n\nMessage-ID: ${original}\nFrom: x`,
  ]
  return mail(`${parts.map((each) => `--b1\nContent-Type: ${each}\n`).join('\n')}\n--b1--`, boundary)
}

describe('email, against SMTP and IMAP servers', () => {
  it('a mail becomes a conversation, the answer goes out in its thread, and the reply to that comes back into it', async () => {
    const scene = await start()
    scene.imap.deliver(mail('Is it still available?\n\n-- \nAna'))
    const answer = await sent(scene, 1)
    expect(answer).toMatchObject({ from: mailbox.account, to: [ana] })
    expect(answer.header('Subject')).toBe('Re: The flat in Bandra')
    expect(answer.header('In-Reply-To')).toBe('<a1@example.com>')
    expect(answer.header('References')).toBe('<a1@example.com>')
    expect(answer.header('List-Unsubscribe')).toBe('')
    expect(answer.text).toContain('You said: The flat in Bandra')
    const ours = answer.header('Message-ID')
    await dispatchIs(scene, 2, 'accepted')
    const quoted =
      'And the price?\n\nOn Mon, 3 Nov 2025 at 10:00, Acme Homes <hello@acme.example>\nwrote:\n\n> You said'
    const reply = {
      Subject: 'Re: The flat in Bandra',
      'Message-ID': '<a2@example.com>',
      'In-Reply-To': ours,
      References: `<a1@example.com> ${ours}`,
    }
    scene.imap.deliver(mail(quoted, reply))
    const second = await sent(scene, 2)
    expect(second.header('References')).toBe(`<a1@example.com> ${ours} <a2@example.com>`)
    expect(await texts(scene)).toEqual([
      'The flat in Bandra\n\nIs it still available?',
      'You said: The flat in Bandra\n\nIs it still available?',
      'And the price?',
      'You said: And the price?',
    ])
    await dispatchIs(scene, 2, 'read')
    const [captured] = await facts(scene, lead, 'lead-captured')
    expect(captured?.data).toMatchObject({ profile: { name: 'Ana Ruiz', email: ana, source: 'email' } })
  })

  it('the same mail found again is one, what machines write is answered by nobody, and what came before the mailbox is left', async () => {
    const scene = await start()
    scene.imap.deliver(mail('I am on holiday', { 'Auto-Submitted': 'auto-replied', 'Message-ID': '<auto@x>' }))
    scene.imap.deliver(mail('News', { 'List-Id': '<news.x>', 'Message-ID': '<list@x>' }))
    scene.imap.deliver(mail('Our own copy', { From: mailbox.account, 'Message-ID': '<own@x>' }))
    scene.imap.deliver(mail('Hello', { Subject: 'Hello' }))
    await sent(scene, 1)
    const before = scene.imap.logins
    scene.imap.renumber()
    scene.imap.deliver(mail('Second', { 'Message-ID': '<a2@example.com>', 'In-Reply-To': '<a1@example.com>' }))
    await sent(scene, 2)
    expect(scene.imap.logins).toBeGreaterThan(before)
    expect(await texts(scene)).toEqual(['Hello', 'You said: Hello', 'Second', 'You said: Second'])
  })

  it('a mail server’s word that is lost is settled by the customer’s answer, and nothing is sent twice', async () => {
    const scene = await start()
    scene.smtp.trouble('lost')
    scene.imap.deliver(mail('Hello'))
    const answer = await sent(scene, 1)
    await dispatchIs(scene, 2, 'unknown')
    scene.imap.deliver(mail('Thanks', { 'Message-ID': '<a2@example.com>', 'In-Reply-To': answer.header('Message-ID') }))
    await dispatchIs(scene, 2, 'read')
    expect((await sent(scene, 2)).header('Message-ID')).not.toBe(answer.header('Message-ID'))
    expect(scene.smtp.taken).toHaveLength(2)
  })

  it('a bounce fails its mail and the address, and one that names no mail of ours is only kept', async () => {
    const scene = await start()
    scene.imap.deliver(mail('Hello'))
    const answer = await sent(scene, 1)
    const failed =
      'Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; ana@example.com\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 No such user'
    scene.imap.deliver(reportOn('<forged.mark@acme.example>', failed))
    scene.imap.deliver(reportOn(answer.header('Message-ID'), failed.replace('Action: failed', 'Action: delayed')))
    scene.imap.deliver(reportOn(answer.header('Message-ID'), failed))
    const data = await dispatchIs(scene, 2, 'failed')
    expect(data?.['reason']).toBe('There is no such address.')
    const all = await scene.house.runtime.journal.facts(0, 5000)
    expect(all.filter(({ type }) => type === 'event-refused')).toHaveLength(1)
    await agree(scene, Date.now())
    await until(
      async () => (await facts(scene, await campaign(scene, 77), 'dispatch-decided')).at(-1)?.data,
      (decided) => decided?.['reason'] === 'unreachable',
    )
  })

  it('[M40] marketing carries a way out by one click, which ends it; looking at the link does not', async () => {
    const scene = await start()
    scene.imap.deliver(mail('Hello'))
    await sent(scene, 1)
    await agree(scene, Date.now() - 1000)
    await scene.house.runtime.send({
      to: lead,
      event: eventOf({
        type: 'customer.heard',
        conversation,
        channel: 'email',
        sentAtMs: Date.now(),
        zoneOffsetMinutes: noonOffset(),
      }),
      id: 'noon',
    })
    await campaign(scene, 70)
    const letter = await sent(scene, 2)
    expect(letter.header('List-Unsubscribe-Post')).toBe('List-Unsubscribe=One-Click')
    const link = /^<(.*)>$/u.exec(letter.header('List-Unsubscribe'))?.[1] ?? ''
    expect(link.startsWith(`${scene.url}/unsubscribe/`)).toBe(true)
    expect(letter.text.replaceAll('=\r\n', '')).toContain('Unsubscribe')
    const looked = await fetch(link)
    expect([looked.status, await looked.text()]).toEqual([200, expect.stringContaining('<form method="post">')])
    expect((await fetch(`${link}x`)).status).toBe(404)
    expect((await fetch(`${link}x`, { method: 'POST' })).status).toBe(404)
    expect((await facts(scene, lead, 'consent-changed')).map(({ data }) => data['consent'])).toHaveLength(1)
    const pressed = await fetch(link, {
      method: 'POST',
      body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
    })
    expect(pressed.status).toBe(200)
    const said = await until(
      async () => (await facts(scene, lead, 'consent-changed')).at(-1)?.data,
      (data) => JSON.stringify(data).includes('withdrawn'),
    )
    expect(said).toMatchObject({
      scope: 'email:marketing',
      consent: { source: 'unsubscribe-link', proof: expect.stringContaining('one click') },
    })
    const next = await campaign(scene, 71)
    const decided = await until(
      async () => (await facts(scene, next, 'dispatch-decided')).at(-1)?.data,
      (data) => data !== undefined,
    )
    expect(decided).toMatchObject({ outcome: 'refuse', reason: 'opted-out' })
    expect(scene.smtp.taken).toHaveLength(2)
  })

  it('a complaint ends marketing by email', async () => {
    const scene = await start()
    scene.imap.deliver(mail('Hello'))
    const answer = await sent(scene, 1)
    scene.imap.deliver(reportOn(answer.header('Message-ID'), 'Feedback-Type: abuse\nUser-Agent: x', 'feedback-report'))
    const said = await until(
      async () => (await facts(scene, lead, 'consent-changed')).at(-1)?.data,
      (data) => data !== undefined,
    )
    expect(said).toMatchObject({
      scope: 'email:marketing',
      consent: { state: 'withdrawn', proof: expect.stringContaining('spam') },
    })
  })
})

/** Minutes east of UTC where it is noon now: outside anybody's quiet hours. */
function noonOffset(): number {
  const now = new Date()
  return 12 * 60 - (now.getUTCHours() * 60 + now.getUTCMinutes())
}
