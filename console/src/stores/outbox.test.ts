import { describe, expect, it } from 'vitest'
import type { ErrorCode, Reply } from '#gateway/protocol.ts'
import { Outbox, type PendingMessage } from './outbox.ts'

function world() {
  const sent: PendingMessage[] = []
  const answers: Reply<{ readonly n: number }>[] = []
  let lastId = 0
  const outbox = new Outbox({
    send: (message) => {
      sent.push(message)
      return Promise.resolve(answers.shift() ?? { ok: true, value: { n: 1 } })
    },
    nowMs: () => 5,
    newId: () => `id-${++lastId}`,
  })
  return { outbox, sent, answers }
}
const failure = (code: ErrorCode): Reply<never> => ({ ok: false, error: { code, message: code, retry: 'later' } })

describe('the outbox', () => {
  it('shows a message at once and lets it go when the transcript has it', async () => {
    const { outbox } = world()
    const submitted = outbox.submit('c', 'hello')
    expect(outbox.state.get()).toMatchObject([{ text: 'hello', status: 'sending' }])
    await submitted
    outbox.settle([{ n: 1, author: { kind: 'assistant' }, text: 'hello', atMs: 1, epoch: 1, clientId: 'id-1' }])
    expect(outbox.state.get()).toEqual([])
  })

  it('keeps what could not be sent and sends it again under the same id, in order', async () => {
    const { outbox, sent, answers } = world()
    answers.push(failure('unavailable'), failure('timeout'))
    await outbox.submit('c', 'one')
    await outbox.submit('c', 'two')
    expect(outbox.state.get().map((each) => each.status)).toEqual(['waiting', 'waiting'])
    await outbox.flush()
    expect(sent.map((each) => each.clientId)).toEqual(['id-1', 'id-2', 'id-1', 'id-2'])
  })

  it('sends something to tap with what it reads like', async () => {
    const { outbox, sent } = world()
    await outbox.submitOffer('c', 'Where is it?', { kind: 'location-request', text: 'Where is it?' })
    expect(sent).toMatchObject([{ clientId: 'id-1', text: 'Where is it?', offer: { kind: 'location-request' } }])
  })

  it('does not try a refused message again by itself, and gives its text back', async () => {
    const { outbox, sent, answers } = world()
    answers.push(failure('refused'))
    await outbox.submit('c', 'mine')
    await outbox.flush()
    expect(sent).toHaveLength(1)
    expect(outbox.state.get()).toMatchObject([{ status: 'failed', problem: { code: 'refused' } }])
    expect(outbox.discard('id-1')).toBe('mine')
    expect(outbox.state.get()).toEqual([])
  })
})
