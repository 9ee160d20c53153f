import { describe, expect, test } from 'vitest'
import type { HistoryEntry, Journal } from './ports/journal.ts'
import { createSeededIds } from './testing/seeded-ids.ts'
import { answering, desk, overriding, startSmallHost } from './testing/small-host.ts'

const all = { afterRevision: 0, limit: 1000 }

describe('the timeline', () => {
  test('[H13] every instant is recomputed, and the last one is the stored state', async () => {
    const ids = createSeededIds(5)
    const host = await startSmallHost({
      settings: { greeting: 'hi' },
      effects: { answer: answering(() => (ids.random() < 0.5 ? 'yes' : Promise.reject(new Error('no')))) },
    })
    const events = [
      { type: 'note', text: 'a' },
      { type: 'ask', question: '?' },
      { type: 'leave' },
      { type: 'return' },
      { type: 'remind', inMs: 30 },
      { type: 'forget' },
      { type: 'post', text: 'x' },
      { type: 'tell', to: desk(2), text: 'x' },
    ]
    for (let n = 0; n < 300; n++) {
      await host.runtime.send({
        to: desk(1),
        event: events[Math.floor(ids.random() * events.length)] ?? { type: 'leave' },
      })
      if (n % 3 === 0) await host.clock.advance(20)
    }
    await host.clock.advance(5000)
    const actor = await host.runtime.inspect(desk(1))
    const instants = await host.runtime.timeline(desk(1), all)
    expect(instants.length).toBeGreaterThanOrEqual(300)
    expect(actor?.snapshot).toMatchObject({ value: instants.at(-1)?.value, context: instants.at(-1)?.context })
  })

  test('[H13] a window shows part of it, and the state at that instant', async () => {
    const host = await startSmallHost()
    for (const text of ['a', 'b', 'c', 'd']) await host.tell(desk(1), { type: 'note', text })
    const instants = await host.runtime.timeline(desk(1), { afterRevision: 1, limit: 2 })
    expect(instants.map(({ revision, context }) => ({ revision, context }))).toMatchObject([
      { revision: 2, context: { notes: ['a', 'b'] } },
      { revision: 3, context: { notes: ['a', 'b', 'c'] } },
    ])
    expect(instants[0]?.value).toEqual({ open: 'idle' })
    expect(await host.runtime.timeline(desk(9), all)).toEqual([])
  })

  test('[H13] failures, parked and undeliverable events and repairs replay as they were', async () => {
    const host = await startSmallHost()
    await host.tell(desk(1), { type: 'break' })
    await host.tell(desk(1), { type: 'note', text: 'parked' })
    for (const id of [1, 2]) {
      await host.runtime.replayDeadLetter(
        id,
        id === 1 ? { by: 'asha', event: { type: 'note', text: 'x' } } : { by: 'asha' },
      )
      await host.clock.settle()
    }
    await host.tell(desk(1), { type: 'close' })
    const instants = await host.runtime.timeline(desk(1), { afterRevision: -1, limit: 100 })
    expect(instants.map((each) => each.outcome)).toEqual([
      'failed',
      'parked',
      'applied',
      'applied',
      'applied',
      'applied',
    ])
    expect(instants.at(-1)).toMatchObject({ value: 'closed', context: { notes: ['x', 'parked'] } })
  })

  test('[H13] a history that does not lead to what was journaled is told, with the step and what differs', async () => {
    const forge = (change: (entry: HistoryEntry) => HistoryEntry) => (journal: Journal) =>
      overriding(journal, { history: async (...given) => (await journal.history(...given)).map(change) })
    const withoutFacts = await startSmallHost({ journal: forge((entry) => ({ ...entry, facts: [] })) })
    await withoutFacts.tell(desk(1), { type: 'note', text: 'a' }, 'e1')
    await expect(withoutFacts.runtime.timeline(desk(1), all)).rejects.toMatchObject({
      code: 'history-diverged',
      message: expect.stringMatching(/acme\/desk\/1 at revision 1: facts of e1/),
    })
    const quiet = (entry: HistoryEntry): HistoryEntry => ({
      ...entry,
      envelope: { ...entry.envelope, event: { type: 'forget' } },
      facts: entry.facts.filter((fact) => fact.type === 'desk-opened'),
    })
    const otherEvent = await startSmallHost({ journal: forge(quiet) })
    await otherEvent.tell(desk(1), { type: 'note', text: 'a' })
    await expect(otherEvent.runtime.timeline(desk(1), all)).rejects.toThrow(/revision 1: the snapshot/)
  })
})
