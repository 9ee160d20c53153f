import { createReadStream, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { catalogue } from '#machines/catalogue.ts'
import { createRuntimeClient } from '#runtime/client.ts'
import { dataFiles, readConfig, type Config } from './config.ts'
import { askControl, type ImportAsk } from './control.ts'
import { runImportJob } from './import-job.ts'
import { stopSignal } from './serving.ts'
import { composeHouse } from './start-house.ts'
import { openStores } from './stores.ts'
import { putBeside } from './rejects-beside.ts'

const counts = {
  rows: z.number(),
  created: z.number(),
  updated: z.number(),
  unchanged: z.number(),
  rejected: z.number(),
}

const line = z.object({
  progress: z.object({ ...counts, of: z.number() }).optional(),
  problem: z.string().optional(),
  result: z
    .object({
      ...counts,
      reasons: z.array(z.object({ reason: z.string(), count: z.number() })),
      rejectsFile: z.string().optional(),
    })
    .optional(),
})

type Result = NonNullable<z.infer<typeof line>['result']>

const usage =
  'Say what to import and from where: npm run import -- listings FILE.csv, or: npm run import -- leads FILE.csv\n'

/**
 * `fineacers import listings|leads FILE.csv [--city NAME] [--column HEADER=FIELD]`. A server on the data folder does the work when one runs,
 * since it owns the journal; otherwise one is started for as long as it takes. With the journal on NATS this process sends the rows itself. Answers the exit code: 0 when every row is in or in the file
 * of rejects, 1 when it could not be done, 2 when not understood.
 */
export async function importFile(
  words: readonly string[],
  variables: { readonly [name: string]: string | undefined },
): Promise<number> {
  const asked = readWords(words)
  if (typeof asked === 'string') {
    process.stderr.write(asked)
    return 2
  }
  const problem = unreadable(asked.file)
  if (problem !== undefined) {
    process.stderr.write(`${problem}\n`)
    return 1
  }
  const config = readConfig(variables)
  const { nats, mongoUrl } = config.servers
  if (nats !== undefined && mongoUrl !== undefined) return importToServers(config, asked)
  const socket = dataFiles(config.dataFolder).control
  const ask = (): Promise<number> => askAndReport(socket, asked)
  try {
    return await ask()
  } catch (error) {
    if (!nobodyListens(error)) throw error
  }
  // Somebody who begins with homes of their own wants no sample homes among them.
  const house = await composeHouse({ ...config, sample: 'no' }, (each) => void process.stdout.write(`${each}\n`))
  try {
    return await ask()
  } finally {
    // Another shell may have handed its file to this process meanwhile.
    await house.importsIdle()
    await house.close()
  }
}

/** With the journal on a server nobody needs to be asked: this process sends the rows itself, and whoever hosts the actors handles them. */
async function importToServers(config: Config, asked: Asked): Promise<number> {
  await using closing = new AsyncDisposableStack()
  const stores = await openStores(config, { closing, archiving: false })
  const runtime = await createRuntimeClient({ ...stores, machines: catalogue, signals: stores.ephemeral })
  closing.defer(() => runtime.stop())
  const folder = await mkdtemp(join(tmpdir(), 'fineacers-import-'))
  closing.defer(() => rm(folder, { recursive: true, force: true }))
  const stopping = new AbortController()
  void stopSignal().then(() => stopping.abort(new Error('Stopped. What is in stays: run the same import again.')))
  const job = {
    ...asked,
    body: createReadStream(asked.file),
    signal: stopping.signal,
    report: (told: unknown) => {
      const { progress } = line.parse(told)
      if (progress !== undefined) showProgress(progress.rows, progress.of)
    },
  }
  const house = { runtime, workspace: config.workspace, folder, id: stores.ids.next('import') }
  const { result } = line.parse({ result: await runImportJob(job, house) })
  if (result !== undefined) await showResult(result, asked.file)
  return 0
}

type Asked = ImportAsk & { readonly file: string }

function readWords(words: readonly string[]): Asked | string {
  const options = { city: { type: 'string' }, column: { type: 'string', multiple: true } } as const
  try {
    const { positionals, values } = parseArgs({ args: [...words], allowPositionals: true, options })
    const [kind, path, ...more] = positionals
    if ((kind !== 'listings' && kind !== 'leads') || path === undefined || more.length > 0) return usage
    const file = resolve(path)
    const pairs = (values.column ?? []).map((each) => [each, each.lastIndexOf('=')] as const)
    const odd = pairs.find(([, at]) => at < 1)
    if (odd !== undefined)
      return `--column ${odd[0]}: write it as HEADER=FIELD, for example --column 'Cost=price:lakh'\n`
    const fields = Object.fromEntries(pairs.map(([each, at]) => [each.slice(0, at), each.slice(at + 1)]))
    return { kind, file, fileName: basename(file), fields, ...(values.city === undefined ? {} : { city: values.city }) }
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}\n${usage}`
  }
}

function unreadable(file: string): string | undefined {
  const stat = statSync(file, { throwIfNoEntry: false })
  if (stat === undefined) return `There is no file ${file}`
  return stat.isDirectory() ? `${file} is a folder: name a CSV file in it` : undefined
}

async function askAndReport(socket: string, asked: Asked): Promise<number> {
  const told: { result?: Result; problem?: string } = {}
  await askControl(socket, asked, (answer) => {
    const { progress, result, problem } = line.parse(answer)
    if (progress !== undefined) showProgress(progress.rows, progress.of)
    if (problem !== undefined) told.problem = problem
    if (result !== undefined) told.result = result
  })
  if (told.result !== undefined) {
    await showResult(told.result, asked.file)
    return 0
  }
  process.stderr.write(
    `\n${told.problem ?? 'The server ended before the import did. What is in stays: run the same import again and it goes on.'}\n`,
  )
  return 1
}

async function showResult(result: Result, file: string): Promise<void> {
  const { rows, created, updated, unchanged, rejected, reasons, rejectsFile } = result
  const say = (text: string): void => void process.stdout.write(`${text}\n`)
  say(`\n${rows} rows: ${created} new, ${updated} changed, ${unchanged} as before, ${rejected} rejected`)
  for (const { reason, count } of reasons.slice(0, 8)) say(`  ${count} × ${reason}`)
  if (reasons.length > 8) say(`  … and ${reasons.length - 8} more reasons`)
  if (rejectsFile === undefined) return
  say(`Rejected rows with their reasons: ${await putBeside(rejectsFile, file)}`)
  say('Mend them there and import that file again.')
}

function showProgress(rows: number, of: number): void {
  const percent = of === 0 ? 100 : Math.min(100, Math.round((rows / of) * 100))
  process.stdout.write(process.stdout.isTTY ? `\r${percent} %  ${rows} rows` : `${percent} %  ${rows} rows\n`)
}

function nobodyListens(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ECONNREFUSED')
}
