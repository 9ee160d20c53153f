import type { LeaseTable } from '../../adapters/leases/lease-table.ts'
import { createLeaseMembership } from '../../adapters/leases/membership.ts'
import { createLeaseStore, createMemoryLeaseTable } from '../../adapters/memory/lease-table.ts'
import { StorageError } from '../../ports/storage-error.ts'
import { silentLog } from '../small-host.ts'
import type { GossipOptions } from './gossip.ts'
import type { Member, Members } from './members.ts'

const latencyMaxMs = 5
const giveUpMs = 700
const noticeLateMaxMs = 3_000

/** Membership as it is in production, by leases in a table that all nodes share, at the end of a network that loses and delays. */
export function createLeases(options: GossipOptions): Members {
  const { partitions, ids } = options
  const store = createLeaseStore()
  return {
    join: (name, process) =>
      createLeaseMembership({
        table: distantTable(createMemoryLeaseTable(store), process, options),
        node: name,
        partitions,
        clock: process.clock,
        ids,
        log: silentLog,
      }),
  }
}

function distantTable(table: LeaseTable, process: Member, { clock, ids, faults }: GossipOptions): LeaseTable {
  const pass = (ms: number): Promise<void> =>
    new Promise((resolve) => void clock.schedule(clock.nowMs() + Math.ceil(ms), resolve))
  const cross = async (): Promise<void> => {
    await pass(ids.random() * latencyMaxMs)
    if (!process.cut() && ids.random() >= faults().flap / 2) return
    await pass(giveUpMs)
    throw new StorageError('store-unavailable', 'the leases can not be reached (injected)')
  }
  const over = <Value>(call: () => Promise<Value>): Promise<Value> =>
    process.pass(async () => {
      await cross()
      const answer = await call()
      await cross()
      return answer
    })
  const hears = (tell: () => void): void => {
    if (process.cut()) return
    const late = ids.random() < faults().hearsLate
    const afterMs = Math.ceil(ids.random() * (late ? noticeLateMaxMs : latencyMaxMs))
    process.clock.schedule(clock.nowMs() + afterMs, tell)
  }
  return {
    read: () => over(() => table.read()),
    get: (node) => over(() => table.get(node)),
    write: (node, holder, expected) => over(() => table.write(node, holder, expected)),
    remove: (node, expected) => over(() => table.remove(node, expected)),
    watch: (listener) =>
      table.watch({
        heard: (node, what) => hears(() => listener.heard(node, what)),
        back: () => hears(() => listener.back()),
      }),
  }
}
