import { describe, expect, test } from 'vitest'
import { createLeaseStore } from './adapters/memory/lease-table.ts'
import { createMemoryJournalStore } from './adapters/memory/journal-store.ts'
import { createManualClock } from './testing/manual-clock.ts'
import { createSeededIds } from './testing/seeded-ids.ts'
import { startGroupProcess, type GroupProcess } from './testing/simulated-group.ts'
import { desk, silentLog, startSmallHost, type SmallHost } from './testing/small-host.ts'

const partitions = 8
const desks = 16
const stepMs = 20

/** Two hosts that share partitions by leases, and somebody who sends an event every 20 ms through the second. */
async function startPair() {
  const clock = createManualClock(1_000_000)
  const store = createMemoryJournalStore(partitions)
  const leases = createLeaseStore()
  const ids = createSeededIds(9)
  const start = async (node: string, seed: number): Promise<SmallHost & { readonly process: GroupProcess }> => {
    const process = await startGroupProcess({ store: leases, node, partitions, clock, ids, log: silentLog })
    const host = await startSmallHost({ store, partitions, clock, seed, membership: process.membership })
    return { ...host, process }
  }
  const [one, two] = [await start('n1', 1), await start('n2', 2)]
  await clock.advance(1_000)
  expect(one.process.membership.owned().length).toBeGreaterThan(0)

  const sentAtMs = new Map<string, number>()
  const handledAtMs = new Map<string, number>()
  /** Sends for so long and notes when each event is handled. */
  const sendFor = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += stepMs) {
      const id = `e${sentAtMs.size}`
      sentAtMs.set(id, clock.nowMs())
      await two.runtime.send({ to: desk(sentAtMs.size % desks), event: { type: 'note', text: id }, id })
      await clock.advance(stepMs)
      for (const fact of await two.facts())
        if (!handledAtMs.has(fact.causedBy)) handledAtMs.set(fact.causedBy, clock.nowMs())
    }
  }
  const longestMs = (): number =>
    Math.max(...[...sentAtMs].map(([id, atMs]) => (handledAtMs.get(id) ?? Number.POSITIVE_INFINITY) - atMs))
  return { clock, one, two, sendFor, longestMs }
}

describe('handing partitions over', () => {
  test('[H11] [N3] a host that stops has handed over within a second, and no event waits for more than two', async () => {
    const { clock, one, two, sendFor, longestMs } = await startPair()
    await sendFor(1_000)
    const stoppingMs = clock.nowMs()
    let stoppedMs = Number.POSITIVE_INFINITY
    void one.runtime.stop().then(() => (stoppedMs = clock.nowMs()))
    await sendFor(3_000)
    expect(stoppedMs - stoppingMs).toBeLessThan(1_000)
    expect(longestMs()).toBeLessThan(2_000)
    expect(two.process.membership.owned()).toHaveLength(partitions)
    await two.runtime.stop()
  })

  test('[H9] [N4] when a host dies, what it had not handled is handled within five seconds', async () => {
    const { one, two, sendFor, longestMs } = await startPair()
    await sendFor(1_000)
    one.process.kill()
    await one.crash()
    await sendFor(3_000)
    await two.clock.advance(2_000)
    await sendFor(stepMs)
    expect(longestMs()).toBeLessThan(5_000)
    await two.runtime.stop()
  })
})
