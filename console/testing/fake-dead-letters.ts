import type { DeadLetterView, LeadEventView, StaffReply } from '#gateway/protocol.ts'
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

const lead = { specversion: '1.0', source: 'https://crm.example/leads', type: 'com.fineacers.lead.captured.v1' }

/** Lead events that were refused: anything with a phone number goes in. */
export class FakeLeadEvents {
  #events: readonly LeadEventView[]

  constructor(nowMs: number) {
    const subject = 'fineacers.demo.leads.captured'
    this.#events = [
      {
        letter: 'demo/refused-event/a1',
        subject,
        source: lead.source,
        eventId: 'site-visit-form-2210',
        text: JSON.stringify(
          { ...lead, id: 'site-visit-form-2210', data: { name: 'Meera Iyer', bedrooms: 'three' } },
          null,
          2,
        ),
        reasons: [
          'data.bedrooms: Invalid input: expected number, received string',
          'data: needs a phone number, an e-mail or a visitor',
        ],
        atMs: nowMs - 240_000,
      },
      {
        letter: 'demo/refused-event/a2',
        subject,
        text: '{"specversion":"1.0","id":"4711",',
        reasons: ['the message is no JSON: Expected double-quoted property name in JSON at position 33'],
        atMs: nowMs - 5_400_000,
      },
      {
        letter: 'demo/refused-event/a3',
        subject,
        source: 'https://portal.example/a-rather-long-path/that-goes/on-and-on/and-does-not-end-where-one-expects-it',
        eventId: 'b1946ac92492d2347c6235b4d2611184-b1946ac92492d2347c6235b4d2611184',
        text: JSON.stringify({ ...lead, id: 'b1946ac9', data: { phone: '12' } }, null, 2),
        mended: JSON.stringify({ ...lead, id: 'b1946ac9', data: { phone: '+91 98450 12345' } }, null, 2),
        reasons: ['data: phone "12" is not a phone number'],
        atMs: nowMs - 90_000_000,
        settled: { by: 'Meera Iyer', atMs: nowMs - 80_000_000, how: 'replayed', lead: 'demo/lead/lead-9' },
      },
    ]
  }

  list(): StaffReply<'lead-event.list'> {
    return { events: this.#events }
  }

  replay(letter: string, text: string, world: FakeWorld): StaffReply<'lead-event.replay'> {
    if (text.includes('"phone"')) {
      this.#change(
        letter,
        { mended: text, settled: { ...settledBy(world), how: 'replayed', lead: 'demo/lead/lead-9' } },
        world,
      )
      return { status: 'taken', lead: 'demo/lead/lead-9' }
    }
    const reasons = ['data: needs a phone number, an e-mail or a visitor']
    this.#change(letter, { mended: text, reasons }, world)
    return { status: 'refused', reasons }
  }

  discard(letter: string, world: FakeWorld): null {
    this.#change(letter, { settled: { ...settledBy(world), how: 'discarded' } }, world)
    return null
  }

  #change(letter: string, change: Partial<LeadEventView>, world: FakeWorld): void {
    this.#events = this.#events.map((each) => (each.letter === letter ? { ...each, ...change } : each))
    const event = this.#events.find((each) => each.letter === letter)
    if (event !== undefined) world.emit({ type: 'lead-event', event })
  }
}

function settledBy(world: FakeWorld): { readonly by: string; readonly atMs: number } {
  return { by: 'Asha Rao', atMs: world.nowMs() }
}
