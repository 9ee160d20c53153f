import { randomUUID } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isHeld } from '#runtime/adapters/sqlite/folder-lock.ts'
import {
  surveySqliteFile,
  surveySqliteJournal,
  type FileSurvey,
  type JournalFileSurvey,
} from '#runtime/adapters/sqlite/survey.ts'
import { dataFiles, type Config } from '../config.ts'
import { readHolder, type Holder } from '../holder.ts'

/** What a data folder is and holds. */
export interface FolderSeen {
  readonly folder: string
  readonly exists: boolean
  /** Why nothing can be written to it, or to where it would be made. */
  readonly problem?: string
  /** How long the disk takes to keep four kilobytes for good. */
  readonly syncMs?: number
  readonly freeBytes: number
  readonly disk: Disk
  readonly held: boolean
  readonly holder?: Holder
  /** What the holder says of itself; absent where it can't be asked. */
  readonly readiness?: string
  readonly files: readonly DataFile[]
  /** The journal's, where it is kept here and there is one. */
  readonly journal?: JournalFileSurvey
}

export interface DataFile {
  readonly name: string
  readonly survey: FileSurvey
}

export type Disk = 'local' | 'memory' | 'network' | 'container-layer'

/** What `statfs` of Linux calls them. */
const disks: { readonly [magic: number]: Disk } = {
  0x01021994: 'memory',
  0x858458f6: 'memory',
  0x6969: 'network',
  0xff534d42: 'network',
  0xfe534d42: 'network',
  0x517b: 'network',
  0x01021997: 'network',
  0x794c7630: 'container-layer',
}

/** Pages of a larger file are not looked at: a backup reads them all. */
const checkBytesMax = 512 * 1024 * 1024
const askMs = 3000
/** The middle one counts. */
const syncs = 5

/** Looks at the data folder of a configuration. What it writes it takes away again; a folder that is not there stays so. */
export async function lookAtFolder({ dataFolder: folder, servers }: Config): Promise<FolderSeen> {
  const exists = existsSync(folder)
  const place = existingPlace(folder)
  const paths = dataFiles(folder)
  const { bavail, bsize, type } = statfsSync(place)
  const held = exists && isHeld(paths.journal)
  const holder = held ? readHolder(folder) : undefined
  const readiness = holder?.url === undefined ? undefined : await readinessOf(holder.url)
  const journal =
    servers.nats === undefined && existsSync(paths.journal)
      ? surveySqliteJournal(paths.journal, checkBytesMax)
      : undefined
  const others = [
    ...(servers.nats === undefined ? [paths.records] : []),
    ...(servers.mongoUrl === undefined ? [paths.documents, paths.archive] : []),
  ].filter((file) => existsSync(file))
  return {
    folder,
    exists,
    ...tryWrite(place),
    freeBytes: bavail * bsize,
    disk: process.platform === 'linux' ? (disks[type] ?? 'local') : 'local',
    held,
    ...(holder === undefined ? {} : { holder }),
    ...(readiness === undefined ? {} : { readiness }),
    files: [
      ...(journal === undefined ? [] : [{ name: 'journal.sqlite', survey: journal }]),
      ...others.map((file) => ({ name: file.slice(folder.length + 1), survey: surveySqliteFile(file, checkBytesMax) })),
    ],
    ...(journal === undefined ? {} : { journal }),
  }
}

function existingPlace(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : existingPlace(dirname(folder))
}

/** Writes a file of its own, syncs it some times, and takes it away. */
function tryWrite(place: string): Pick<FolderSeen, 'problem' | 'syncMs'> {
  const file = join(place, `.doctor-${randomUUID()}`)
  try {
    const handle = openSync(file, 'wx', 0o600)
    try {
      const took = Array.from({ length: syncs }, () => syncedInMs(handle))
      return { syncMs: took.toSorted((one, other) => one - other)[Math.floor(syncs / 2)] ?? 0 }
    } finally {
      closeSync(handle)
      rmSync(file, { force: true })
    }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

function syncedInMs(handle: number): number {
  const beganMs = performance.now()
  writeSync(handle, Buffer.alloc(4096))
  fsyncSync(handle)
  return performance.now() - beganMs
}

async function readinessOf(url: string): Promise<string | undefined> {
  try {
    const answer = await fetch(new URL('/health/ready', url), { signal: AbortSignal.timeout(askMs) })
    const said: unknown = await answer.json()
    const status: unknown = typeof said === 'object' && said !== null ? Reflect.get(said, 'status') : undefined
    return typeof status === 'string' ? status : undefined
  } catch {
    return undefined
  }
}
