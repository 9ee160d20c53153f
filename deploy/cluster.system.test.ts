import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { runCluster } from '#bench/cluster/run.ts'
import { findServer } from './services/find-server.ts'

const missing = (['nats', 'redis', 'mongo'] as const).filter((kind) => findServer(kind) === undefined)
const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

// A minute or two on two busy cores. `npm run cluster -- --minutes 3` is the long run of the same.
describe.skipIf(missing.length > 0)(
  'three runtimes, two gateways and a projector on three NATS, Mongo and Redis',
  () => {
    it('answer or hand over every message exactly once whatever fails, refuse a zombie, and end with read models that equal the journal', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'fineacers-cluster-'))
      folders.push(folder)
      const faults = [
        'pause a runtime beyond its lease',
        'kill the NATS leader',
        'stop Mongo',
        'kill a gateway',
        'cut a link',
        'stop Redis',
      ] as const
      const report = await runCluster({ folder, seed: 1, plan: { faults }, customers: 5, members: 2 })
      expect(report.wrong).toEqual([])
      expect(Object.keys(report.faults)).toHaveLength(faults.length)
      // The test would prove nothing if the woken runtime had had nothing in hand, or nobody had got a word in.
      expect(report.refusedCommits).toBeGreaterThan(0)
      expect(report.answered).toBeGreaterThan(10)
      expect(report.takeOvers).toBeGreaterThan(3)
      expect(report.reconnects).toBeGreaterThan(0)
    }, 400_000)
  },
)
