import { describe, expect, it } from 'vitest'
import { createMemoryJournal } from '../adapters/memory/journal.ts'
import { createMemoryJournalStore } from '../adapters/memory/journal-store.ts'
import type { CommitOutcome } from '../ports/journal.ts'
import { describeJournal } from './contracts/journal-contract.ts'
import {
  accept,
  actorAt,
  eventTo,
  groupOf,
  lead,
  partitionFor,
  startMs,
  stepOver,
} from './contracts/journal-material.ts'
import { createFaultyJournal, type JournalFaults } from './faulty-journal.ts'
import { createManualClock } from './manual-clock.ts'
import { createSeededIds } from './seeded-ids.ts'

const random = createSeededIds(7)
let store = createMemoryJournalStore(1)
const lucky = (partitions: number) =>
  createFaultyJournal({
    journal: createMemoryJournal({ partitions, store }),
    random: () => random.random(),
    faults: () => ({}),
  })

describeJournal('whose faults have stopped', {
  async open(partitions) {
    store = createMemoryJournalStore(partitions)
    return lucky(partitions)
  },
  reopen: async (journal) => {
    await journal.close()
    return lucky(journal.partitions)
  },
})

function withFaults(faults: JournalFaults) {
  const honest = createMemoryJournal({ partitions: 2 })
  const clock = createManualClock(startMs)
  return {
    honest,
    clock,
    faulty: createFaultyJournal({ journal: honest, random: () => 0, faults: () => faults, clock }),
  }
}

describe('a faulty journal', () => {
  it('[J9] a lost acknowledgement rejects, and reading back finds the write whole', async () => {
    const { honest, faulty } = withFaults({ lostAcknowledgement: 1 })
    await expect(faulty.append([eventTo(lead(1), 'e1')])).rejects.toMatchObject({ code: 'store-unavailable' })
    expect((await honest.append([eventTo(lead(1), 'e1')]))[0]?.duplicate).toBe(true)
    const [entry] = await faulty.read(partitionFor(honest, lead(1)), 0, 1)
    const claim = await honest.claim(partitionFor(honest, lead(1)), 'node-a')
    const group = groupOf(claim, entry === undefined ? [] : [stepOver(entry, { actor: actorAt(lead(1), 1) })])
    await expect(faulty.commit(group)).rejects.toThrow('lost the acknowledgement')
    expect(await honest.commit(group)).toEqual({ status: 'stale' } satisfies CommitOutcome)
    expect((await honest.claim(claim.partition, 'node-a')).position).toBe(entry?.position)
    expect((await honest.load(lead(1)))?.revision).toBe(1)
  })

  it('[J9] an error before the write leaves nothing behind', async () => {
    const { honest, faulty } = withFaults({ refusedWrite: 1 })
    await expect(faulty.append([eventTo(lead(1), 'e1')])).rejects.toThrow('refused the write')
    expect(await honest.read(partitionFor(honest, lead(1)), 0, 10)).toEqual([])
  })

  it('[J5] another owner may come in right before a commit', async () => {
    const { honest, faulty } = withFaults({ staleOwner: 1 })
    const entry = await accept(honest, eventTo(lead(1), 'e1'))
    const claim = await honest.claim(partitionFor(honest, lead(1)), 'node-a')
    const outcome = await faulty.commit(groupOf(claim, [stepOver(entry, { actor: actorAt(lead(1), 1) })]))
    expect(outcome).toEqual({ status: 'stale' })
  })

  it('[J10] callbacks come twice and late when told to', async () => {
    const { honest, faulty, clock } = withFaults({ duplicateNotice: 1, delay: 1 })
    const told: number[] = []
    faulty.watch({ inbox: (partition) => void told.push(partition) })
    await honest.append([eventTo(lead(1), 'e1')])
    await clock.settle()
    expect(told).toEqual([])
    await clock.advance(200)
    expect(told).toHaveLength(2)
  })
})
