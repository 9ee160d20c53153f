import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { seededRandom } from '#rag/random.ts'
import { crashCrowd } from './crash.ts'
import { freePort } from './server-process.ts'

/** `npm run crash -- --kills 100 --visitors 8 --seed 1`: prints what was kept, and every broken promise; exit code 1 when there is one. */
async function main(): Promise<number> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({ options: { kills: text, visitors: text, seed: text } })
  const root = resolve(import.meta.dirname, '../.cache')
  mkdirSync(root, { recursive: true })
  const dataFolder = mkdtempSync(join(root, 'crash-'))
  const random = seededRandom(Number(values.seed ?? 1))
  const beganMs = performance.now()
  const report = await crashCrowd({
    dataFolder,
    port: await freePort(),
    workspace: 'demo',
    kills: Number(values.kills ?? 100),
    visitors: Number(values.visitors ?? 8),
    random: () => random.next(),
    onKill: (kill) => void process.stderr.write(kill % 10 === 0 ? `${kill} kills\n` : ''),
  })
  const seconds = Math.round((performance.now() - beganMs) / 1000)
  process.stdout.write(`${JSON.stringify({ ...report, seconds }, undefined, 2)}\n`)
  if (report.wrong.length === 0) rmSync(dataFolder, { recursive: true, force: true })
  else process.stdout.write(`The data folder is kept for a look: ${dataFolder}\n`)
  return report.wrong.length === 0 ? 0 : 1
}

process.exitCode = await main()
