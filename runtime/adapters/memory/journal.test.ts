import { describe, expect, it } from 'vitest'
import { describeJournal, type JournalBench } from '../../testing/contracts/journal-contract.ts'
import type { StepNotice } from '../../ports/journal.ts'
import { acceptAndStep, eventTo, lead } from '../../testing/contracts/journal-material.ts'
import { createMemoryJournal } from './journal.ts'
import { createMemoryJournalStore, type MemoryJournalStore, type Numbering } from './journal-store.ts'

let store: MemoryJournalStore = createMemoryJournalStore(1)

const bench = (numbering: Numbering): JournalBench => ({
  facts: numbering,
  async open(partitions) {
    store = createMemoryJournalStore(partitions, numbering)
    return createMemoryJournal({ partitions, store })
  },
  async reopen(journal) {
    await journal.close()
    return createMemoryJournal({ partitions: journal.partitions, store })
  },
})

describeJournal('in memory', bench('dense'))
describeJournal('in memory, numbered as a server does', bench('rising'))

describe('a memory journal', () => {
  it('two handles on one store see and wake each other, as two nodes do', async () => {
    const shared = createMemoryJournalStore(4)
    const [one, two] = [
      createMemoryJournal({ partitions: 4, store: shared }),
      createMemoryJournal({ partitions: 4, store: shared }),
    ]
    const woken: number[] = []
    two.watch({ inbox: (partition) => void woken.push(partition) })
    await acceptAndStep(one, eventTo(lead(1), 'e1'))
    expect((await two.load(lead(1)))?.revision).toBe(1)
    expect(woken).toHaveLength(1)
  })

  it('[J18] tells every handle what became of each event of a commit, with its facts', async () => {
    const shared = createMemoryJournalStore(4)
    const one = createMemoryJournal({ partitions: 4, store: shared })
    const two = createMemoryJournal({ partitions: 4, store: shared })
    const told: StepNotice[] = []
    two.watch({ steps: (steps) => void told.push(...steps) })
    await acceptAndStep(one, eventTo(lead(1), 'e1'), { facts: [{ type: 'noted', data: {} }] })
    await acceptAndStep(one, eventTo(lead(1), 'e2'))
    expect(told).toEqual([
      { address: lead(1), eventId: 'e1', outcome: 'applied', facts: await two.facts(0, 10) },
      { address: lead(1), eventId: 'e2', outcome: 'applied', facts: [] },
    ])
  })

  it('what a reader changes of a loaded actor is its own', async () => {
    const journal = createMemoryJournal({ partitions: 1 })
    await acceptAndStep(journal, eventTo(lead(1), 'e1'))
    const loaded = await journal.load(lead(1))
    Object.assign(loaded?.input ?? {}, { spoiled: true })
    expect((await journal.load(lead(1)))?.input).toEqual({ address: lead(1) })
  })

  it('refuses a store of another number of partitions', () => {
    expect(() => createMemoryJournal({ partitions: 2, store: createMemoryJournalStore(3) })).toThrow(RangeError)
  })
})
