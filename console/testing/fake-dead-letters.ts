import type { DeadLetterView } from '#gateway/protocol.ts'
import type { FakeWorld } from './fake-world.ts'

/** Events that failed, and what became of them. */
export class FakeDeadLetters {
  #letters: readonly DeadLetterView[]

  constructor(nowMs: number) {
    this.#letters = [
      {
        id: 3,
        address: 'demo/conversation/c4',
        event: { type: 'message.received', clientId: 'x1', text: 'Hello', complete: 'yes' },
        eventId: 'e-3',
        reason: 'conversation@1 threw: complete must be true or false',
        atMs: nowMs - 360_000,
      },
      {
        id: 2,
        address: 'demo/lead/lead-2',
        event: { type: 'stage.set', stage: 'sold', by: 'asha' },
        eventId: 'e-2',
        reason: 'lead@1 threw: unknown stage "sold"',
        atMs: nowMs - 7_200_000,
      },
      {
        id: 1,
        address: 'demo/meeting/m-0',
        event: { type: 'meeting.confirm' },
        eventId: 'e-1',
        reason: 'there is no actor at this address',
        atMs: nowMs - 90_000_000,
        settled: { by: 'Meera Iyer', atMs: nowMs - 80_000_000, how: 'discarded' },
      },
    ]
  }

  list(): readonly DeadLetterView[] {
    return this.#letters
  }

  settle(id: number, how: 'replayed' | 'discarded', world: FakeWorld): null {
    this.#letters = this.#letters.map((each) =>
      each.id === id ? { ...each, settled: { by: 'Asha Rao', atMs: world.nowMs(), how } } : each,
    )
    const deadLetter = this.#letters.find((each) => each.id === id)
    if (deadLetter !== undefined) world.emit({ type: 'dead-letter', deadLetter })
    return null
  }
}
