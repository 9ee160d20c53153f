import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { buildConsole } from '#console/build.ts'
import { measureFailOver } from './fail-over.ts'
import { measureForecast } from './forecast.ts'
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
import { measureWhatsApp } from './whatsapp.ts'

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
  whatsapp: measureWhatsApp,
  forecast: measureForecast,
}

/**
 * `npm run bench`: measures everything that the README claims and prints the table; `--only steps,live` some of it, `--write` puts it there. Each part
 * has a process of its own (`--part steps` prints its figures as JSON), and what the one before has written is on the disk.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { only: { type: 'string' }, write: { type: 'boolean' }, part: { type: 'string' } },
  })
  if (values.part !== undefined) return measurePart(values.part)
  const chosen = values.only?.split(',') ?? Object.keys(benches)
  for (const name of chosen)
    if (!(name in benches))
      throw new Error(`there is no bench "${name}": choose from ${Object.keys(benches).join(', ')}`)
  await buildConsole({ onProgress: (line) => void process.stderr.write(`${line}\n`) })
  const figures: Figure[] = []
  for (const name of chosen) {
    process.stderr.write(`measuring ${name}\n`)
    spawnSync('sync')
    const { status, stdout } = spawnSync(process.execPath, [import.meta.filename, '--part', name], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    if (status !== 0) throw new Error(`the bench "${name}" ended with ${String(status)}`)
    figures.push(...(JSON.parse(stdout) as Figure[]))
  }
  const table = `${tableOf(figures)}\n\n${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}, \`npm run bench\`.`
  process.stdout.write(`\n${table}\n`)
  if (values.write === true) writeTable(table)
  return figures.every((figure) => figure.holds) ? 0 : 1
}

async function measurePart(name: string): Promise<number> {
  mkdirSync(join(root, '.cache'), { recursive: true })
  const scratch = mkdtempSync(join(root, '.cache', 'bench-'))
  const figures = await benches[name]?.((part) => newFolder(scratch, part))
  rmSync(scratch, { recursive: true, force: true })
  process.stdout.write(JSON.stringify(figures ?? []))
  return 0
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
