import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { dataFiles, readConfig } from './config.ts'

const onServers =
  'What is on servers is backed up there (deploy/RUNBOOK.md): NATS with "nats account backup FOLDER", MongoDB with mongodump'

/**
 * `fineacers backup FOLDER`: writes whole, consistent copies of the journal and the records into an empty folder, also while a server runs. The
 * journal comes after the records, so that nothing in them points beyond it, and files that people sent come last, for the journal names them; read models
 * are left out, they are made anew. Where journal and records are on NATS it is the archive and the files that are copied. Every page is read, so a damaged
 * file is found out here. Throws an `Error` that names the file. Answers the exit code.
 */
export function backUp(
  words: readonly string[],
  variables: { readonly [name: string]: string | undefined },
): 0 | 1 | 2 {
  const [place, ...more] = words
  if (place === undefined || more.length > 0) {
    process.stderr.write('Say where to: npm run backup -- FOLDER\n')
    return 2
  }
  const target = resolve(place)
  const { dataFolder, servers } = readConfig(variables)
  const onNats = servers.nats !== undefined
  const from = dataFiles(dataFolder)
  const to = dataFiles(target)
  const [what, kept] = onNats ? (['archive', ['archive']] as const) : (['journal', ['records', 'journal']] as const)
  if (!existsSync(from[what])) {
    const elsewhere = onNats ? `. ${onServers}` : ''
    process.stderr.write(`There is no ${what} at ${from[what]}: set FINEACERS_DATA to the data folder${elsewhere}\n`)
    return 1
  }
  mkdirSync(target, { recursive: true })
  if (readdirSync(target).length > 0) {
    process.stderr.write(`${target} is not empty: name a new folder for each backup\n`)
    return 1
  }
  for (const each of kept) copy(from[each], to[each])
  if (servers.mongoUrl === undefined) copyFiles(from.files, to.files)
  const next = onNats ? onServers : `Start on it with FINEACERS_DATA=${target} npm start`
  process.stdout.write(`Backed up to ${target}. ${next}\n`)
  return 0
}

/** A file is whole under its name as soon as it has one, and is never changed; those that are still being written are left out. */
function copyFiles(from: string, to: string): void {
  if (!existsSync(from)) return
  cpSync(from, to, { recursive: true, filter: (path) => !path.includes('/.unfinished') })
}

function copy(from: string, to: string): void {
  const database = new DatabaseSync(from, { timeout: 10_000 })
  try {
    database.prepare('VACUUM INTO ?').run(to)
  } catch (error) {
    throw new Error(`${from} could not be copied to ${to}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  } finally {
    database.close()
  }
}
