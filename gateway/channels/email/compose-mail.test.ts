import { describe, expect, it } from 'vitest'
import { addressOf } from '#runtime/address.ts'
import { composeMail, type MailFrame } from './compose-mail.ts'
import { createMailMarks } from './mail-marks.ts'

const frame: MailFrame = {
  from: { name: 'Acme Homes', address: 'hello@acme.example' },
  to: 'ana@example.com',
  messageId: '<m2@acme.example>',
  automatic: false,
}
const text = (words: string) => ({ content: { kind: 'text', text: words, cards: [], chips: [] } }) as const

function drafted(...asked: Parameters<typeof composeMail>) {
  const composed = composeMail(...asked)
  if (!composed.ok) throw new Error(composed.reason)
  return composed.draft
}

describe('a mail', () => {
  it('answers in the thread of the person’s last mail', () => {
    const thread = { subject: 'RE: Re: The flat in Bandra', references: ['<a@x>', '<b@x>'] }
    expect(drafted(text('Yes.'), { ...frame, thread })).toMatchObject({
      subject: 'Re: The flat in Bandra',
      inReplyTo: '<b@x>',
      references: ['<a@x>', '<b@x>'],
    })
    expect(drafted({ ...text('Yes.'), replyTo: '<c@x>' }, { ...frame, thread })).toMatchObject({
      inReplyTo: '<c@x>',
      references: ['<a@x>', '<b@x>', '<c@x>'],
    })
  })

  it('without one begins a thread by its first line', () => {
    const draft = drafted(text('Your visit is booked\nSee you'), frame)
    expect(draft).toMatchObject({ subject: 'Your visit is booked', headers: {} })
    expect(draft).not.toHaveProperty('inReplyTo')
    const long = drafted(text('word '.repeat(40)), frame).subject
    expect([long.length <= 71, long.endsWith('word…')]).toEqual([true, true])
  })

  it('is HTML too, in which nothing of the words is markup, and links can be pressed', () => {
    const { html } = drafted(text('<b>5 & 6</b>\nsee https://x.example/a?b=1&c=2.\n\nBye'), frame)
    expect(html).toContain(
      '&lt;b&gt;5 &amp; 6&lt;/b&gt;<br>see <a href="https://x.example/a?b=1&amp;c=2">https://x.example/a?b=1&amp;c=2</a>.</p>',
    )
    expect(html).not.toContain('<b>')
    expect(html).toContain('<p>Bye</p>')
  })

  it('of marketing can be ended by one click and by a link, and what is automatic says so', () => {
    const leave = 'https://homes.example.com/unsubscribe/mark'
    const draft = drafted(text('New homes'), { ...frame, leave, automatic: true })
    expect(draft.headers).toEqual({
      'Auto-Submitted': 'auto-replied',
      'List-Unsubscribe': `<${leave}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    })
    expect(draft.text).toContain(leave)
    expect(draft.html).toContain(`href="${leave}"`)
    expect(composeMail(text(' '), frame)).toMatchObject({ ok: false })
  })
})

describe('the marks of our mail', () => {
  const marks = createMailMarks(new Uint8Array(32).fill(1))
  const dispatch = addressOf('acme', 'dispatch', 'email~003aana@example~002ecom:2')

  it('name their actor, the same each time, and are good for one use only', () => {
    const id = marks.messageIdOf(dispatch, 'acme.example')
    expect(id).toMatch(/^<[\w.-]+@acme\.example>$/u)
    expect(marks.messageIdOf(dispatch, 'acme.example')).toBe(id)
    expect(marks.dispatchIn(id)).toBe(dispatch)
    expect(marks.conversationIn(id.slice(1, id.indexOf('@')))).toBeUndefined()
    const conversation = addressOf('acme', 'conversation', '1')
    expect(marks.conversationIn(marks.leaveMarkOf(conversation))).toBe(conversation)
  })

  it('can not be made by anybody else, nor changed', () => {
    const other = createMailMarks(new Uint8Array(32).fill(2))
    expect(marks.dispatchIn(other.messageIdOf(dispatch, 'acme.example'))).toBeUndefined()
    const mark = marks.leaveMarkOf('acme/conversation/1')
    const forged = `${Buffer.from('acme/conversation/2').toString('base64url')}${mark.slice(mark.indexOf('.'))}`
    for (const bad of [forged, '', '.', 'x.y', `${mark}x`]) expect(marks.conversationIn(bad)).toBeUndefined()
    expect(marks.dispatchIn('<CAF=1@mail.example>')).toBeUndefined()
  })
})
