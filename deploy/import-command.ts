import { existsSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { z } from 'zod'
import { dataFiles, readConfig } from './config.ts'
import { askControl } from './control.ts'
import { composeEmbedded } from './embedded.ts'

const line = z.object({
  progress: z
    .object({
      rows: z.number(),
      created: z.number(),
      updated: z.number(),
      unchanged: z.number(),
      rejected: z.number(),
      of: z.number(),
    })
    .optional(),
  done: z.boolean().optional(),
  problem: z.string().optional(),
  result: z
    .object({
      rows: z.number(),
      created: z.number(),
      updated: z.number(),
      unchanged: z.number(),
      rejected: z.number(),
      reasons: z.array(z.object({ reason: z.string(), count: z.number() })),
      rejectsFile: z.string().optional(),
    })
    .optional(),
})

/**
 * `fineacers import listings|leads FILE.csv`. A server on the data folder does the work when one runs, since it owns the journal; otherwise
 * one is started for as long as it takes. Answers the exit code.
 */
export async function importFile(
  words: readonly string[],
  variables: { readonly [name: string]: string | undefined },
): Promise<number> {
  const [kind, path] = words
  if ((kind !== 'listings' && kind !== 'leads') || path === undefined) {
    process.stderr.write(
      'Say what to import and from where: npm run import -- listings FILE.csv, or: npm run import -- leads FILE.csv\n',
    )
    return 2
  }
  const file = resolve(path)
  if (!existsSync(file)) {
    process.stderr.write(`There is no file ${file}\n`)
    return 1
  }
  const config = readConfig(variables)
  const socket = dataFiles(config.dataFolder).control
  const ask = (): Promise<number> => askAndReport(socket, { kind, file })
  try {
    return await ask()
  } catch (error) {
    if (!nobodyListens(error)) throw error
  }
  const house = await composeEmbedded(config, (each) => void process.stdout.write(`${each}\n`))
  try {
    return await ask()
  } finally {
    await house.close()
  }
}

async function askAndReport(
  socket: string,
  job: { readonly kind: 'listings' | 'leads'; readonly file: string },
): Promise<number> {
  let code = 1
  await askControl(socket, { ...job, fileName: basename(job.file) }, (answer) => {
    const { progress, result, problem } = line.parse(answer)
    if (progress !== undefined) showProgress(progress.rows, progress.of)
    if (problem !== undefined) process.stderr.write(`\n${problem}\n`)
    if (result === undefined) return
    code = 0
    process.stdout.write(
      `\n${result.rows} rows: ${result.created} new, ${result.updated} changed, ${result.unchanged} as before, ${result.rejected} rejected\n`,
    )
    for (const { reason, count } of result.reasons.slice(0, 8)) process.stdout.write(`  ${count} × ${reason}\n`)
    if (result.rejectsFile !== undefined)
      process.stdout.write(
        `Rejected rows with their reasons: ${result.rejectsFile}\nMend them there and import that file again.\n`,
      )
  })
  return code
}

function showProgress(rows: number, of: number): void {
  const percent = of === 0 ? 100 : Math.min(100, Math.round((rows / of) * 100))
  process.stdout.write(process.stdout.isTTY ? `\r${percent} %  ${rows} rows` : `${percent} %  ${rows} rows\n`)
}

function nobodyListens(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ECONNREFUSED')
}
