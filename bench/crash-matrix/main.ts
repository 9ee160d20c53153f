import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { cellsToRun, nameOf } from './boundaries.ts'
import { playMatrix } from './matrix.ts'
import { pageOf } from './page.ts'
import type { Run, RunResult } from './run.ts'
import { versions } from './versions.ts'

const root = resolve(import.meta.dirname, '../..')

/**
 * `npm run crash-matrix`: plays every cell and writes `docs/crash-matrix.md`; exit code 1 when a promise was broken.
 * `--only 'nats-r1 commit.after kill'` plays the cells whose name begins so, without writing; `--runs 3` how often each; `--lanes 3` how many at once.
 */
async function main(): Promise<number> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({ options: { only: text, runs: text, run: text, lanes: text } })
  const { only } = values
  const runs = runsOf(only ?? '', { each: Number(values.runs ?? 3), single: values.run })
  if (runs.length === 0) throw new Error(`no cell is called "${only}"; one is called "nats-r1 commit.after kill"`)
  mkdirSync(join(root, '.cache'), { recursive: true })
  const folder = mkdtempSync(join(root, '.cache', 'crash-matrix-'))
  const beganMs = performance.now()
  const seconds = (): number => Math.round((performance.now() - beganMs) / 1000)
  let done = 0
  const results = await playMatrix({
    runs,
    folder,
    lanes: Number(values.lanes ?? 3),
    onResult: (result) => say(result, `${++done} of ${runs.length}, ${seconds()} s`),
  })
  const broken = results.filter(({ wrong }) => wrong.length > 0)
  if (only === undefined) {
    const page = pageOf(results, { versions: await versions(), seconds: seconds(), runsEach: Number(values.runs ?? 3) })
    writeFileSync(join(root, 'docs/crash-matrix.md'), page)
  }
  if (broken.length === 0) rmSync(folder, { recursive: true, force: true })
  else process.stdout.write(`What the runs wrote is kept for a look: ${folder}\n`)
  process.stdout.write(`${results.length} runs in ${seconds()} s, ${broken.length} with a broken promise\n`)
  return broken.length === 0 ? 0 : 1
}

function runsOf(only: string, how: { readonly each: number; readonly single: string | undefined }): readonly Run[] {
  const occurrences =
    how.single === undefined ? Array.from({ length: how.each }, (_, index) => index + 1) : [Number(how.single)]
  return cellsToRun()
    .filter((cell) => nameOf(cell).startsWith(only))
    .flatMap((cell) =>
      // An election takes seconds: once is enough.
      occurrences
        .slice(0, cell.journal === 'nats-r3-leader' ? 1 : undefined)
        .map((occurrence) => ({ cell, occurrence })),
    )
}

function say({ cell, occurrence, wrong }: RunResult, progress: string): void {
  for (const each of wrong) process.stdout.write(`BROKEN ${nameOf(cell)}: ${each}\n`)
  if (wrong.length > 0)
    process.stdout.write(`  alone: npm run crash-matrix -- --only '${nameOf(cell)}' --run ${occurrence}\n`)
  process.stderr.write(`${progress}: ${nameOf(cell)} ${occurrence} ${wrong.length === 0 ? 'kept' : 'BROKEN'}\n`)
}

process.on('SIGINT', () => process.exit(130))
process.on('SIGTERM', () => process.exit(143))
// Not by itself: children that have just been killed would still have to be let go.
process.exit(await main())
