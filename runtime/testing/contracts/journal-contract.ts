import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Journal } from '../../ports/journal.ts'
import { describeJournalCommits } from './journal-commits.ts'
import { describeJournalModel } from './journal-model.ts'
import { describeJournalReads } from './journal-reads.ts'
import { accept, eventTo, lead, partitionFor, startMs } from './journal-material.ts'

/** An adapter under test. */
export interface JournalBench {
  /** A fresh, empty journal. */
  open(partitions: number): Promise<Journal>
  /** Closes and opens again on the same data, as a process started anew would; absent where nothing outlives the handle. */
  readonly reopen?: (journal: Journal) => Promise<Journal>
  /** `rising`: positions of facts have gaps. Absent: 1…n. */
  readonly facts?: 'dense' | 'rising'
  /** `server`: timers fire by themselves, on a real clock, and `fireTimers` has none to fire. */
  readonly timers?: 'host' | 'server'
  /** Runs of the model test; fewer where every call crosses a network. */
  readonly modelRuns?: number
}

const dayMs = 24 * 60 * 60 * 1000

/** The `J` rules, for every adapter of the journal port. */
export function describeJournal(name: string, bench: JournalBench): void {
  describe(`the journal ${name}`, () => {
    describeAppends(bench)
    describeJournalCommits(bench)
    describeJournalReads(bench)
    describeJournalModel(bench)
  })
}

function describeAppends(bench: JournalBench): void {
  describe('appends', () => {
    let journal: Journal
    beforeEach(async () => {
      journal = await bench.open(4)
    })
    afterEach(() => journal.close())

    it('[J1] gives rising positions and reads a partition back in order, in pages', async () => {
      const to = lead(1)
      const events = Array.from({ length: 25 }, (_, index) => eventTo(to, `e${index}`))
      const appended = await journal.append(events)
      const positions = appended.map((each) => each.position)
      expect(positions).toEqual([...positions].sort((a, b) => a - b))
      expect(new Set(positions).size).toBe(25)

      const read: string[] = []
      for (let after = 0; ;) {
        const page = await journal.read(partitionFor(journal, to), after, 10)
        if (page.length === 0) break
        read.push(...page.map((entry) => entry.envelope.id))
        after = page.at(-1)?.position ?? after
      }
      expect(read).toEqual(events.map((event) => event.id))
    })

    it('[J1] an event comes back exactly as it was appended', async () => {
      const envelope = {
        ...eventTo(lead(1), 'e1'),
        event: { type: 'said', text: 'नमस्ते "quoted" \n👋 \u2028', nested: { list: [1, null, true, 2.5] } },
        from: lead(2),
        causedBy: 'e0',
        correlationId: 'c1',
        timer: { id: 't', epoch: 3 },
        effect: { id: 'f', epoch: 4 },
      }
      const entry = await accept(journal, envelope)
      expect(await journal.read(partitionFor(journal, envelope.to), 0, 10)).toEqual([
        { position: entry.position, envelope },
      ])
    })

    it('[J1] appends in flight together keep their order and lose nothing', async () => {
      const to = lead(1)
      const ids = Array.from({ length: 50 }, (_, index) => `e${index}`)
      await Promise.all(ids.map((id) => journal.append([eventTo(to, id)])))
      const entries = await journal.read(partitionFor(journal, to), 0, 100)
      expect(entries.map((entry) => entry.envelope.id)).toEqual(ids)
    })

    it('[J2] a repeated id answers with the first position and writes nothing', async () => {
      const first = await accept(journal, eventTo(lead(1), 'same'))
      const again = await journal.append([eventTo(lead(1), 'same', startMs + dayMs), eventTo(lead(1), 'other')])
      expect(again.map((each) => each.duplicate)).toEqual([true, false])
      expect(again[0]?.position).toBe(first.position)
      const entries = await journal.read(partitionFor(journal, lead(1)), 0, 10)
      expect(entries.map((entry) => entry.envelope.id)).toEqual(['same', 'other'])
    })

    it('[J2] a repeated id within one call is a duplicate too, and another actor may use the same id', async () => {
      const appended = await journal.append([
        eventTo(lead(1), 'same'),
        eventTo(lead(1), 'same'),
        eventTo(lead(2), 'same'),
      ])
      expect(appended.map((each) => each.duplicate)).toEqual([false, true, false])
      expect(appended[1]?.position).toBe(appended[0]?.position)
    })

    it('[J3] an id is remembered for 8 days to the millisecond, and each acceptance begins them anew', async () => {
      const to = lead(1)
      const first = await accept(journal, eventTo(to, 'same'))
      const [justBefore] = await journal.append([eventTo(to, 'same', startMs + 8 * dayMs - 1)])
      expect(justBefore).toEqual({ id: 'same', duplicate: true, position: first.position })
      const [onTime] = await journal.append([eventTo(to, 'same', startMs + 8 * dayMs)])
      expect(onTime?.duplicate).toBe(false)
      const [later] = await journal.append([eventTo(to, 'same', startMs + 16 * dayMs - 1)])
      expect(later).toEqual({ id: 'same', duplicate: true, position: onTime?.position })
      const entries = await journal.read(partitionFor(journal, to), 0, 10)
      expect(entries.map((entry) => entry.envelope.id)).toEqual(['same', 'same'])
    })

    it('[J10] watchers are told of the partition that got events, and not after they leave', async () => {
      const told: number[] = []
      const leave = journal.watch({ inbox: (partition) => void told.push(partition) })
      await journal.append([eventTo(lead(1), 'e1')])
      await expect.poll(() => told).toContain(partitionFor(journal, lead(1)))
      leave()
      leave()
      const before = told.length
      await journal.append([eventTo(lead(1), 'e2')])
      await new Promise((resolve) => void setImmediate(resolve))
      expect(told.length).toBe(before)
    })

    it('[J13] a closed journal refuses', async () => {
      await journal.close()
      await expect(journal.append([eventTo(lead(1), 'e1')])).rejects.toMatchObject({ code: 'store-closed' })
      await expect(journal.load(lead(1))).rejects.toMatchObject({ code: 'store-closed' })
      await expect(journal.claim(0, 'node-a')).rejects.toMatchObject({ code: 'store-closed' })
    })
  })
}
