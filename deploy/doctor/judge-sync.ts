import { listText, timeText } from './amounts.ts'
import type { SyncSeen } from './durability.ts'
import { well, type Finding } from './finding.ts'
import type { MonitorSeen } from './look-monitor.ts'

/** A NATS server and when it syncs. */
export interface ServerSync {
  readonly name: string
  readonly sync: SyncSeen
}

/** When each server syncs, by what its monitoring says. What monitors another server says nothing of ours. */
export function syncsOf(
  servers: readonly { readonly id: string; readonly name: string }[],
  monitors: readonly MonitorSeen[],
): readonly ServerSync[] {
  return servers.map(({ id, name }) => {
    const monitor = monitors.find(({ server }) => server?.id === id)
    return { name, sync: monitor?.server?.sync ?? { when: 'unknown' } }
  })
}

/** What several servers' syncing comes to: the worst that is known, else what is not known. */
export function worstSync(syncs: readonly ServerSync[]): SyncSeen {
  const slowest = Math.max(...syncs.map(({ sync }) => (sync.when === 'interval' ? sync.everyMs : -1)))
  if (slowest >= 0) return { when: 'interval', everyMs: slowest }
  const all = syncs.length > 0 && syncs.every(({ sync }) => sync.when === 'always')
  return { when: all ? 'always' : 'unknown' }
}

/** Whether what is acknowledged is on the disk. `copies`: servers that keep the journal. */
export function judgeSync(
  syncs: readonly ServerSync[],
  { copies, monitors }: { readonly copies: number; readonly monitors: readonly MonitorSeen[] },
): readonly Finding[] {
  const always = syncs.filter(({ sync }) => sync.when === 'always')
  if (always.length === syncs.length && syncs.length > 0)
    return [well('nats.sync', 'NATS', 'what is acknowledged has been synced (sync_interval: always)')]
  return [...judgeLate(syncs, copies), ...judgeUnseen(syncs, monitors)]
}

function judgeLate(syncs: readonly ServerSync[], copies: number): readonly Finding[] {
  return syncs.flatMap(({ name, sync }): readonly Finding[] => {
    if (sync.when !== 'interval') return []
    const every = timeText(sync.everyMs)
    return [
      {
        level: copies < 3 ? 'wrong' : 'advice',
        check: 'nats.sync',
        about: 'NATS',
        found: `${name} syncs every ${every} and acknowledges before`,
        means:
          copies < 3
            ? `When its machine loses power, up to ${every} of acknowledged work is gone and the last commit may be cut in half: the journal then has to be restored.`
            : `When servers lose power together, or one while another is behind, up to ${every} of acknowledged work is gone.`,
        todo: 'Put «sync_interval: always» into its jetstream block (deploy/nats/storage.conf) and start it anew.',
      },
    ]
  })
}

function judgeUnseen(syncs: readonly ServerSync[], monitors: readonly MonitorSeen[]): readonly Finding[] {
  const unseen = syncs.filter(({ sync }) => sync.when === 'unknown').map(({ name }) => name)
  if (unseen.length === 0) return []
  const asked = monitors.map(({ url, problem }) => `${url} (${problem ?? 'another server'})`)
  return [
    {
      level: 'advice',
      check: 'nats.sync',
      about: 'NATS',
      found: `whether ${listText(unseen)} ${unseen.length === 1 ? 'syncs' : 'sync'} before acknowledging could not be seen; asked: ${listText(asked)}`,
      means:
        'Only the monitoring of a server tells. Without «sync_interval: always» a machine that dies takes acknowledged work along.',
      todo: 'Set NATS_MONITOR_URL to its monitoring, or look beside the server: wget -qO- http://127.0.0.1:8222/varz | grep sync_always',
    },
  ]
}
