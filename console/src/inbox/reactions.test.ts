import { describe, expect, it } from 'vitest'
import type { ConversationView, TranscriptMessage } from '#gateway/protocol.ts'
import { mayReactIn, takesReaction } from './reactions.ts'

const dayMs = 24 * 3_600_000
const nowMs = 1_800_000_000_000
const me = { memberId: 'm1', nowMs }

function wrote(more: Partial<TranscriptMessage> = {}): TranscriptMessage {
  const said = { n: 1, author: { kind: 'customer' }, text: 'Hi', atMs: nowMs, epoch: 1 } as const
  return { ...said, clientId: 'wamid.1', channel: 'whatsapp', sentAtMs: nowMs - 1000, ...more }
}

function view(row: object = {}, consents: ConversationView['consents'] = []): Parameters<typeof mayReactIn>[0] {
  const owner = { kind: 'member', memberId: 'm1', name: 'Priya' }
  const whole = { channel: 'whatsapp', status: 'open', owner, ...row } as ConversationView['row']
  return { row: whole, consents }
}

describe('reacting', () => {
  it('is for who may write: the owner, in an open window, with no stop', () => {
    expect(mayReactIn(view(), [wrote()], me)).toBe(true)
    expect(mayReactIn(view({ owner: { kind: 'assistant' } }), [wrote()], me)).toBe(false)
    expect(mayReactIn(view({ status: 'closed' }), [wrote()], me)).toBe(false)
    expect(mayReactIn(view({ channel: 'web' }), [wrote()], me)).toBe(false)
    expect(mayReactIn(view(), [wrote({ sentAtMs: nowMs - dayMs })], me)).toBe(false)
    const stop = { scope: '*:marketing', state: 'withdrawn', atMs: nowMs, source: 'words', proof: 'Stop' } as const
    expect(mayReactIn(view({}, [stop]), [wrote()], me)).toBe(false)
  })

  it('is to what the customer wrote on WhatsApp, within thirty days', () => {
    expect(takesReaction(wrote(), nowMs)).toBe(true)
    expect(takesReaction(wrote({ sentAtMs: nowMs - 31 * dayMs }), nowMs)).toBe(false)
    expect(takesReaction(wrote({ channel: 'email' }), nowMs)).toBe(false)
    expect(takesReaction(wrote({ author: { kind: 'assistant' } }), nowMs)).toBe(false)
    const { clientId: _, ...nameless } = wrote()
    expect(takesReaction(nameless, nowMs)).toBe(false)
  })
})
