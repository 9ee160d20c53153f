import { timeText } from './amounts.ts'

/** Where the journal is kept, and when it is on the disk. */
export type JournalKept =
  { readonly on: 'folder' } | { readonly on: 'nats'; readonly copies: number; readonly sync: SyncSeen }

/** When a NATS server syncs what it has acknowledged; `unknown` where it could not be asked. */
export type SyncSeen =
  { readonly when: 'always' } | { readonly when: 'interval'; readonly everyMs: number } | { readonly when: 'unknown' }

/** What was acknowledged to anybody, after each kind of death. */
export interface Durability {
  readonly journal: string
  readonly processDies: string
  readonly machineDies: string
  readonly diskDies: string
}

/** The server's own default. */
export const defaultSyncMs = 120_000

/**
 * What is safe against what, in plain words. For NATS by what nats-server 2.15.2 was seen to do: before it acknowledges a batch it always syncs the
 * batch's staging file, which it then removes, and the stream's own file only with `sync_interval: always`. One whose file was cut in the middle of a
 * batch starts with half of it. For several servers also Jepsen's analysis of NATS 2.12.1.
 */
export function durabilityOf(kept: JournalKept): Durability {
  if (kept.on === 'folder') return embedded
  const { copies, sync } = kept
  switch (sync.when) {
    case 'always':
      return copies < 3 ? oneAlways : manyAlways(copies)
    case 'interval':
      return copies < 3 ? oneInterval(sync.everyMs) : manyInterval(copies, sync.everyMs)
    case 'unknown':
      return unknownSync(copies)
  }
}

/** Every setting, as the runbook's table has it. */
export function durabilityTable(): readonly Durability[] {
  return [embedded, oneAlways, oneInterval(defaultSyncMs), manyInterval(3, defaultSyncMs), manyAlways(3)]
}

const safe = 'safe'
const sinceBackup = 'lost since the last backup'

const embedded: Durability = {
  journal: 'embedded SQLite, synchronous FULL',
  processDies: safe,
  machineDies: safe,
  diskDies: sinceBackup,
}

const oneAlways: Durability = {
  journal: 'one NATS server, sync_interval: always',
  processDies: safe,
  machineDies: safe,
  diskDies: sinceBackup,
}

function oneInterval(everyMs: number): Durability {
  return {
    journal: `one NATS server, ${intervalText(everyMs)}`,
    processDies: safe,
    machineDies: `up to ${timeText(everyMs)} lost, and the last commit may be cut in half`,
    diskDies: sinceBackup,
  }
}

function manyInterval(copies: number, everyMs: number): Durability {
  const lost = `up to ${timeText(everyMs)} lost`
  return {
    journal: `${countText(copies)} NATS servers, ${intervalText(everyMs)}`,
    processDies: safe,
    machineDies: `one: safe, unless another is away or behind just then. More at once (one room, one feed): ${lost}`,
    diskDies: 'one: safe. Too many for a majority: writing stops, and what only they had synced is lost',
  }
}

function manyAlways(copies: number): Durability {
  return {
    journal: `${countText(copies)} NATS servers, sync_interval: always`,
    processDies: safe,
    machineDies: 'one: safe. All at once: safe',
    diskDies: 'one: safe. Too many for a majority: writing stops; those that are left have what they acknowledged',
  }
}

/** The worse of both, with what it hangs on. */
function unknownSync(copies: number): Durability {
  const worse = copies < 3 ? oneInterval(defaultSyncMs) : manyInterval(copies, defaultSyncMs)
  return {
    ...worse,
    journal: `${copies < 3 ? 'one NATS server' : `${countText(copies)} NATS servers`}, syncing not seen`,
    machineDies: `with sync_interval: always safe, else: ${worse.machineDies}`,
  }
}

function intervalText(everyMs: number): string {
  const every = `a sync every ${timeText(everyMs)}`
  return everyMs === defaultSyncMs ? `its default (${every})` : every
}

function countText(count: number): string {
  return { 3: 'three', 5: 'five' }[count] ?? String(count)
}
