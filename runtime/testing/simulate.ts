import { parseArgs } from 'node:util'
import { simulate, type SimulationResult } from './simulator/run.ts'

/** `npm run sim -- --seed N`, `--seeds FROM-TO` or `--minutes M`, on `--nodes N`: runs simulated companies and prints every broken promise with its seed. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      seeds: { type: 'string' },
      minutes: { type: 'string' },
      nodes: { type: 'string', default: '1' },
    },
  })
  const [from, to] = seedRange(values)
  const untilMs = values.minutes === undefined ? Infinity : Date.now() + Number(values.minutes) * 60_000
  let done = 0
  const failed: number[] = []
  for (let seed = from; seed <= to && Date.now() < untilMs; seed++) {
    const result = await simulate(seed, { nodes: Number(values.nodes) })
    done += 1
    if (result.violations.length > 0) failed.push(seed)
    report(result, { verbose: from === to, done })
  }
  process.stdout.write(
    `${done} seeds, ${failed.length} with a broken promise${failed.length > 0 ? `: ${failed.slice(0, 20).join(', ')}` : ''}\n`,
  )
  return failed.length === 0 ? 0 : 1
}

function seedRange(values: {
  readonly seed?: string
  readonly seeds?: string
  readonly minutes?: string
}): readonly [number, number] {
  if (values.seed !== undefined) return [Number(values.seed), Number(values.seed)]
  const [from = '1', to] = (values.seeds ?? '').split('-')
  const first = Number(from) || 1
  return [first, to === undefined ? (values.minutes === undefined ? first + 99 : Number.MAX_SAFE_INTEGER) : Number(to)]
}

function report(result: SimulationResult, progress: { readonly verbose: boolean; readonly done: number }): void {
  for (const violation of result.violations) {
    process.stdout.write(`seed ${result.seed}: ${violation.rule} — ${violation.address}: ${violation.detail}\n`)
  }
  if (progress.verbose)
    process.stdout.write(`seed ${result.seed}: ${JSON.stringify(result.counts)} digest ${result.digest}\n`)
  else if (progress.done % 100 === 0) process.stdout.write(`… ${progress.done} seeds\n`)
}

process.exitCode = await main()
