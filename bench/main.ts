import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { buildConsole } from '#console/build.ts'
import { measureFailOver } from './fail-over.ts'
import { measureLeadEvents } from './lead-events.ts'
import { measureLive } from './live.ts'
import { tableOf, type Figure } from './measure.ts'
import { measureMillion } from './million.ts'
import { measureNatsSteps } from './nats-steps.ts'
import { measureResident } from './resident.ts'
import { measureRestart } from './restart.ts'
import { measureSearch } from './search.ts'
import { measureSizes } from './sizes.ts'
import { measureSockets } from './sockets.ts'
import { measureSteps } from './steps.ts'
import { measureWaking } from './waking.ts'

const root = resolve(import.meta.dirname, '..')

const benches: { readonly [name: string]: (folder: (name: string) => string) => Promise<readonly Figure[]> } = {
  steps: measureSteps,
  waking: measureWaking,
  resident: measureResident,
  live: measureLive,
  restart: measureRestart,
  search: measureSearch,
  sizes: () => Promise.resolve(measureSizes()),
  nats: measureNatsSteps,
  'fail-over': measureFailOver,
  million: measureMillion,
  sockets: measureSockets,
  'lead-events': measureLeadEvents,
}

/** `npm run bench`: measures everything that the README claims and prints the table; `--only steps,live` some of it, `--write` puts it there. */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: { only: { type: 'string' }, write: { type: 'boolean' } } })
  const chosen = values.only?.split(',') ?? Object.keys(benches)
  await buildConsole({ onProgress: (line) => void process.stderr.write(`${line}\n`) })
  mkdirSync(join(root, '.cache'), { recursive: true })
  const scratch = mkdtempSync(join(root, '.cache', 'bench-'))
  const figures: Figure[] = []
  for (const name of chosen) {
    process.stderr.write(`measuring ${name}\n`)
    const measure = benches[name]
    if (measure === undefined)
      throw new Error(`there is no bench "${name}": choose from ${Object.keys(benches).join(', ')}`)
    figures.push(...(await measure((part) => newFolder(scratch, part))))
  }
  rmSync(scratch, { recursive: true, force: true })
  const table = `${tableOf(figures)}\n\n${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}, \`npm run bench\`.`
  process.stdout.write(`\n${table}\n`)
  if (values.write === true) writeTable(table)
  return figures.every((figure) => figure.holds) ? 0 : 1
}

function newFolder(scratch: string, name: string): string {
  const folder = join(scratch, name)
  mkdirSync(folder, { recursive: true })
  return folder
}

function writeTable(table: string): void {
  const file = join(root, 'README.md')
  const page = readFileSync(file, 'utf8')
  writeFileSync(
    file,
    page.replace(/<!-- bench -->[\s\S]*<!-- \/bench -->/, `<!-- bench -->\n${table}\n<!-- /bench -->`),
  )
}

process.exitCode = await main()
