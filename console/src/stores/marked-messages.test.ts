import { describe, expect, it } from 'vitest'
import type { OutgoingView, TranscriptMessage } from '#gateway/protocol.ts'
import { markedMessages } from './marked-messages.ts'

const customer = { kind: 'customer' } as const
const assistant = { kind: 'assistant' } as const
const said = (n: number, author: TranscriptMessage['author'], more: Partial<TranscriptMessage> = {}) =>
  ({ n, author, text: `words ${n}`, atMs: n, epoch: 0, ...more }) as const

const way: OutgoingView = {
  dispatch: 'd2',
  conversation: 'c',
  lead: 'l',
  n: 2,
  channel: 'whatsapp',
  purpose: 'service',
  sender: 'assistant',
  preview: '',
  askedAtMs: 2,
  decisions: [],
  status: 'sent',
  providerId: 'wamid.OURS',
  attempts: 1,
  steps: [],
  updatedAtMs: 2,
}
const none = { reactions: [], revoked: [], reached: [] }

describe('what stands beside a message', () => {
  it('is found by the provider’s ids, of theirs and of ours', () => {
    const messages = [
      said(1, customer, { clientId: 'wamid.THEIRS' }),
      said(2, assistant, { replyTo: 'wamid.THEIRS' }),
      said(3, customer, { clientId: 'wamid.NEXT', replyTo: 'wamid.OURS' }),
      said(4, customer, { replyTo: 'wamid.LONG-AGO' }),
    ]
    const reactions = [
      { to: 'wamid.OURS', emoji: '👍' },
      { to: 'wamid.ELSEWHERE', emoji: '❤️' },
    ]
    const marked = markedMessages(messages, { outgoing: [way], marks: { ...none, reactions, revoked: [3] } })
    expect(marked.get(1)).toBeUndefined()
    expect(marked.get(2)).toMatchObject({ way: { dispatch: 'd2' }, answers: { n: 1 }, reaction: '👍' })
    expect(marked.get(3)).toEqual({ answers: messages[1], revoked: true })
    expect(marked.get(4)).toEqual({ answers: 'missing' })
  })

  it('is a member’s reaction to what the customer wrote, whose way out is not the message’s', () => {
    const messages = [said(1, customer, { clientId: 'wamid.THEIRS' }), said(2, assistant)]
    const given = [{ to: 'wamid.THEIRS', emoji: '🙏', name: 'Priya', status: 'sent' }] as const
    const reacting = { ...way, dispatch: 'd3', n: 1, reaction: 1 }
    const marked = markedMessages(messages, { outgoing: [way, reacting], marks: { ...none, given } })
    expect(marked.get(1)).toEqual({ given: given[0] })
    expect(marked.get(2)).toMatchObject({ way: { dispatch: 'd2' } })
  })
})
