import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { faults } from './cluster/faults.ts'
import { runCluster, type ClusterReport } from './cluster/run.ts'

/**
 * `npm run cluster -- --seed 1 --minutes 3 --customers 10 --members 3`: prints what was done and seen, and every broken promise; exit code 1 when there is
 * one. Then everything is kept, for a look. `--fault 'kill a gateway'`, given once or more, strikes these alone.
 */
async function main(): Promise<number> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    options: { seed: text, minutes: text, customers: text, members: text, fault: { ...text, multiple: true } },
  })
  const root = resolve(import.meta.dirname, '../.cache')
  mkdirSync(root, { recursive: true })
  const folder = mkdtempSync(join(root, 'cluster-'))
  const seed = Number(values.seed ?? 1)
  const named = (values.fault ?? []).flatMap((name) => Object.keys(faults).filter((each) => each === name))
  const beganMs = performance.now()
  const secondsNow = (): number => Math.round((performance.now() - beganMs) / 1000)
  const report: ClusterReport = await runCluster({
    folder,
    seed,
    plan: named.length > 0 ? { faults: named as (keyof typeof faults)[] } : { minutes: Number(values.minutes ?? 3) },
    customers: Number(values.customers ?? 10),
    members: Number(values.members ?? 3),
    onPhase: (phase) => void process.stderr.write(`${secondsNow()} s: ${phase}\n`),
  })
  process.stdout.write(`${JSON.stringify({ ...report, seconds: secondsNow() }, undefined, 2)}\n`)
  if (report.wrong.length === 0) {
    rmSync(folder, { recursive: true, force: true })
    return 0
  }
  process.stdout.write(`Promises were broken with the seed ${seed}. Everything is kept for a look: ${folder}\n`)
  return 1
}

process.exitCode = await main()
