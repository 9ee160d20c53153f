import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { StorageError } from '#runtime/ports/storage-error.ts'

const holder = z.object({ pid: z.number(), sinceMs: z.number(), url: z.string().optional() })

/** The process that has a data folder, and where it can be reached. */
export type Holder = z.infer<typeof holder>

/** Writes down who has a data folder, so that the next to try can be told. The lock itself is the journal's; this is only its name plate. */
export interface NamePlate {
  /** Where the holder can be reached, once it can. */
  reachedAt(url: string): void
  remove(): void
}

/** Puts up the name plate of this process. Only call it while holding the folder. A folder too full for it goes without one. */
export function putUpNamePlate(folder: string): NamePlate {
  const file = plate(folder)
  const sinceMs = Date.now()
  const write = (url?: string): void => {
    try {
      writeFileSync(file, JSON.stringify({ pid: process.pid, sinceMs, ...(url === undefined ? {} : { url }) }))
    } catch {
      rmSync(file, { force: true })
    }
  }
  write()
  return { reachedAt: write, remove: () => rmSync(file, { force: true }) }
}

/** What to tell a person whose folder another process holds: who, since when, and what to do. Any other error is handed back as it is. */
export function namingTheHolder(error: unknown, folder: string): unknown {
  if (!(error instanceof StorageError) || error.code !== 'data-folder-in-use') return error
  const other = readHolder(folder)
  const who =
    other === undefined
      ? 'another FineAcers'
      : `another FineAcers: process ${other.pid}${other.url === undefined ? '' : ` at ${other.url}`}, since ${new Date(other.sinceMs).toLocaleString('sv-SE')}`
  const stop = other === undefined ? 'stop it' : `stop it (kill ${other.pid})`
  return new Error(
    `${folder} is in use by ${who}.\n${other?.url === undefined ? 'Either' : 'Open that address,'} ${stop}, or choose another folder: FINEACERS_DATA=another-folder npm start`,
    { cause: error },
  )
}

/** Who has put up a name plate in a folder; it may be an old one. */
export function readHolder(folder: string): Holder | undefined {
  try {
    return holder.parse(JSON.parse(readFileSync(plate(folder), 'utf8')))
  } catch {
    return undefined
  }
}

function plate(folder: string): string {
  return join(folder, 'running.json')
}
