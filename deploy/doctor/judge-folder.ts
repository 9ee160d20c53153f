import { bytesText, timeText } from './amounts.ts'
import { well, type Finding, type Unwell } from './finding.ts'
import { clockBoundsMs } from './judge-clock.ts'
import type { DataFile, FolderSeen } from './look-folder.ts'

/** What of the folder is used: everything, or no more than the imports of the console. */
export interface FolderUse {
  readonly journal: boolean
  readonly documents: boolean
}

const freeBytes = { advice: 2e9, wrong: 200e6 } as const
const slowSyncMs = 50
const about = 'data folder'

function unwell(level: Unwell['level'], check: string, said: Pick<Unwell, 'found' | 'means' | 'todo'>): Unwell {
  return { level, check, about, ...said }
}

/** Whether the data folder can hold what is kept in it. */
export function judgeFolder(seen: FolderSeen, use: FolderUse): readonly Finding[] {
  // Gateways alone use it then, for what is imported in the console.
  if (!use.journal && !use.documents) return judgeImports(seen)
  return [
    ...judgePlace(seen),
    ...judgeSpace(seen),
    ...judgeDisk(seen),
    ...judgeHolder(seen),
    ...seen.files.flatMap(judgeFile),
    ...(use.journal ? [...judgeSyncing(seen)] : []),
  ]
}

function judgeImports({ folder, problem, freeBytes: free }: FolderSeen): readonly Finding[] {
  const check = 'folder.imports'
  if (problem === undefined && free >= freeBytes.wrong)
    return [well(check, about, `${folder} can take the console’s imports; ${bytesText(free)} are free`)]
  return [
    unwell('advice', check, {
      found:
        problem === undefined ? `${bytesText(free)} are free in ${folder}` : `${folder} can not be written: ${problem}`,
      means: 'A gateway on this machine could not take in the console’s imports. Other roles write nothing there.',
      todo: 'For a gateway: give it a folder with room in FINEACERS_DATA. For other roles: nothing.',
    }),
  ]
}

function judgePlace({ folder, exists, problem }: FolderSeen): readonly Finding[] {
  const check = 'folder.writable'
  if (problem !== undefined)
    return [
      unwell('wrong', check, {
        found: `${folder} can not be written: ${problem}`,
        means: 'Nothing that is kept there can be kept: FineAcers does not start on it.',
        todo: 'Give the user who runs FineAcers the right to write there, or name another folder in FINEACERS_DATA.',
      }),
    ]
  return [
    well(check, about, exists ? `${folder} can be written` : `${folder} is not there yet; the first start makes it`),
  ]
}

function judgeSpace({ freeBytes: free }: FolderSeen): readonly Finding[] {
  const check = 'folder.space'
  if (free >= freeBytes.advice) return [well(check, about, `${bytesText(free)} are free`)]
  return [
    unwell(free < freeBytes.wrong ? 'wrong' : 'advice', check, {
      found: `${bytesText(free)} are free`,
      means:
        'When none is left nothing is taken in; what was acknowledged stays, and writing goes on by itself when there is room.',
      todo: 'Free some, or move the folder to a larger disk while FineAcers is stopped.',
    }),
  ]
}

function judgeDisk({ disk }: FolderSeen): readonly Finding[] {
  const check = 'folder.disk'
  switch (disk) {
    case 'local':
      return []
    case 'memory':
      return [
        unwell('wrong', check, {
          found: 'the folder is in memory (tmpfs)',
          means: 'Everything in it is gone when the machine or the container stops.',
          todo: 'Name a folder on a disk in FINEACERS_DATA.',
        }),
      ]
    case 'network':
      return [
        unwell('wrong', check, {
          found: 'the folder is on a network disk',
          means: 'SQLite’s log does not work over a network: the files can be damaged.',
          todo: 'Name a folder on a disk of this machine, or keep the journal on NATS (NATS_URL).',
        }),
      ]
    case 'container-layer':
      return [
        unwell('advice', check, {
          found: 'the folder is in a container’s own layer',
          means: 'It is gone when the container is removed, as at each upgrade.',
          todo: 'Mount a volume there.',
        }),
      ]
  }
}

function judgeHolder({ held, holder, readiness }: FolderSeen): readonly Finding[] {
  if (!held) return [well('folder.held', about, 'no process has it now')]
  const who =
    holder === undefined
      ? 'a process'
      : `process ${holder.pid}${holder.url === undefined ? '' : ` at ${holder.url}`}, since ${new Date(holder.sinceMs).toLocaleString('sv-SE')},`
  if (readiness === undefined || readiness === 'ready')
    return [well('folder.held', about, `${who} has it${readiness === undefined ? '' : ' and is ready'}`)]
  return [
    unwell(readiness === 'degraded' ? 'advice' : 'wrong', 'folder.held', {
      found: `${who} has it and says that it is ${readiness}`,
      means: 'Something it depends on does not answer, or it is far behind.',
      todo: `Ask it which: curl -s ${holder?.url ?? ''}/health/ready`,
    }),
  ]
}

function judgeFile({ name, survey: { bytes, damage } }: DataFile): readonly Finding[] {
  const check = 'folder.files'
  if (damage === undefined)
    return [
      well(check, about, `${name}, ${bytesText(bytes)}, is too large to look through here; a backup reads every page`),
    ]
  if (damage.length === 0) return [well(check, about, `${name}, ${bytesText(bytes)}, is whole`)]
  const todo = name.startsWith('documents')
    ? 'Stop FineAcers and delete it with its -wal and -shm: it is made anew from the journal.'
    : 'Stop FineAcers, keep a copy, and restore the newest backup (README.md, The data folder).'
  return [
    unwell('wrong', check, {
      found: `${name} is damaged: ${damage[0]}`,
      means: 'A disk or a memory fails, or the file was copied while it was written.',
      todo,
    }),
  ]
}

function judgeSyncing({ journal, syncMs }: FolderSeen): readonly Finding[] {
  const check = 'folder.sync'
  if (journal !== undefined && journal.journalMode !== 'wal' && journal.journalMode !== 'unknown')
    return [
      unwell('advice', check, {
        found: `journal.sqlite has journal_mode ${journal.journalMode}, not wal`,
        means: 'Another program has set it. It stays safe, and is slower until the next start sets it back.',
        todo: 'Let no other program write to the data folder.',
      }),
    ]
  if (syncMs === undefined) return []
  const took = timeText(syncMs)
  if (syncMs <= slowSyncMs)
    return [
      well(
        check,
        about,
        `every commit is synced before it is acknowledged (WAL, synchronous FULL); a sync takes ${took}`,
      ),
    ]
  return [
    unwell('advice', check, {
      found: `a sync of the disk takes ${took}`,
      means: 'Each group of commits waits for one: everything is late by as much.',
      todo: 'Look at what else writes to this disk, or take a quicker one.',
    }),
  ]
}

/** A journal that knows of later events than this machine's clock is on a machine whose clock was set back. */
export function judgeOwnClock({ journal }: FolderSeen, nowMs: number): readonly Finding[] {
  const ahead = (journal?.newestAtMs ?? 0) - nowMs
  if (journal?.newestAtMs === undefined || ahead <= clockBoundsMs.wrong) return []
  return [
    unwell('wrong', 'folder.clock', {
      found: `the journal’s newest event is ${timeText(ahead)} in the future`,
      means:
        'This machine’s clock was set back, or the folder comes from one whose clock was wrong: timers wait, tokens seem old.',
      todo: 'Let a time service (chrony, systemd-timesyncd) set the clock.',
    }),
  ]
}
