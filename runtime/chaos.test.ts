import { expect, test } from 'vitest'
import type { Address } from './address.ts'
import type { MachineEvent } from './event.ts'
import type { HistoryEntry } from './ports/journal.ts'
import { createFaultyJournal, type JournalFaults } from './testing/faulty-journal.ts'
import { createSeededIds } from './testing/seeded-ids.ts'
import { answering, desk, startSmallHost, type SmallHost } from './testing/small-host.ts'

const desks = [1, 2, 3, 4, 5, 6].map(desk)
const trouble: JournalFaults = {
  lostAcknowledgement: 0.08,
  refusedWrite: 0.05,
  refusedRead: 0.05,
  staleOwner: 0.05,
  duplicateNotice: 0.2,
  delay: 0.1,
}

/** Chatter at desks while the journal fails and processes crash; then the faults stop. */
async function chaos(seed: number): Promise<{ readonly host: SmallHost; readonly accepted: readonly string[] }> {
  const chance = createSeededIds(seed)
  const accepted: string[] = []
  let faults = trouble
  let host: SmallHost | undefined
  const boot = async (): Promise<SmallHost> => {
    for (let tries = 0; ; tries++) {
      const again = host === undefined ? {} : { store: host.store, clock: host.clock }
      try {
        return await startSmallHost({
          ...again,
          seed: seed * 1000 + tries,
          effects: {
            answer: answering(() => (chance.random() < 0.3 ? Promise.reject(new Error('no')) : 'yes'), {
              attemptsMax: 3,
            }),
          },
          limits: { groupMax: 7, residentMax: 3, idleMs: 200 },
          journal: (journal) => createFaultyJournal({ journal, random: () => chance.random(), faults: () => faults }),
        })
      } catch {
        if (tries > 50) throw new Error('never boots')
      }
    }
  }
  host = await boot()
  for (let n = 0; n < 80; n++) {
    const id = `s${seed}-${n}`
    const event = { ...eventAt(chance.random()), text: id, question: id }
    const to = desks[Math.floor(chance.random() * desks.length)] ?? desk(1)
    await host.runtime.send({ to, event, id }).then(
      () => accepted.push(id),
      () => {},
    )
    if (chance.random() < 0.5) await host.clock.advance(Math.floor(chance.random() * 100))
    if (chance.random() < 0.05) {
      await host.crash()
      host = await boot()
    }
  }
  faults = {}
  await host.clock.advance(300_000)
  return { host, accepted }
}

function eventAt(chance: number): MachineEvent {
  const events: readonly MachineEvent[] = [
    { type: 'note' },
    { type: 'ask' },
    { type: 'hurry' },
    { type: 'post' },
    { type: 'remind', inMs: 50 },
    { type: 'leave' },
    { type: 'return' },
    { type: 'tell', to: desk(1) },
  ]
  return events[Math.floor(chance * events.length)] ?? { type: 'note' }
}

async function histories(host: SmallHost): Promise<ReadonlyMap<Address, readonly HistoryEntry[]>> {
  const all = desks.map(async (address) => [address, await host.journal.history(address, -1, 10_000)] as const)
  return new Map(await Promise.all(all))
}

const seeds = Array.from({ length: 25 }, (_, index) => index + 1)

test.each(seeds)('[H10] whatever fails, every event accepted is handled exactly once (seed %i)', async (seed) => {
  const { host, accepted } = await chaos(seed)
  const steps = await histories(host)
  const ids = [...steps.values()].flat().map((entry) => entry.envelope.id)
  expect(accepted.filter((id) => !ids.includes(id))).toEqual([])
  const told = [...steps.values()].flat().flatMap((entry) => entry.sends.map((send) => send.id))
  expect(told.filter((id) => !ids.includes(id))).toEqual([])
  for (const [address, entries] of steps) {
    const own = entries.map((entry) => entry.envelope.id)
    expect(new Set(own).size).toBe(own.length)
    const changed = entries.filter((entry) => entry.outcome === 'applied').map((entry) => entry.revision)
    expect(changed).toEqual(changed.map((_, index) => index + 1))
    const actor = await host.runtime.inspect(address)
    // Nothing is left waiting, and replaying leads to what is stored: the timeline throws if not.
    expect(actor?.effects ?? {}).toEqual({})
    expect(actor?.timers ?? {}).toEqual({})
    expect((await host.runtime.timeline(address, { afterRevision: -1, limit: 10_000 })).length).toBe(entries.length)
  }
  expect(host.runtime.stats()).toMatchObject({ pendingEffects: 0, inboxLag: 0, residentActors: 0 })
})
