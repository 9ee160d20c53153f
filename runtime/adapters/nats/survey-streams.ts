import type { ConsumerInfo, JetStreamManager, StreamInfo } from '@nats-io/jetstream'
import { lackingInBucket } from './bucket.ts'
import { lackingIn, layoutVersion } from './journal-stream.ts'

/** One stream that is ours. */
export interface StreamSeen {
  readonly name: string
  readonly holds: 'journal' | 'records' | 'members' | 'messages'
  /** How many servers are to keep it. */
  readonly replicas: number
  /** Properties without which it can't hold what it has to. */
  readonly lacks: readonly string[]
  /** The server acknowledges before it writes. */
  readonly acknowledgesEarly: boolean
  /** The journal's partitions, and whether a newer version has laid it out. */
  readonly layout?: { readonly partitions: number; readonly newer: boolean }
  readonly bytes: number
  /** Absent while nobody leads it. */
  readonly leader?: string
  readonly followers: readonly FollowerSeen[]
  readonly consumers: readonly ConsumerSeen[]
}

/** A server that keeps a copy and does not lead. */
export interface FollowerSeen {
  readonly server: string
  readonly current: boolean
  readonly offline: boolean
  /** Writes it is behind. */
  readonly lag: number
  /** Since the leader last heard of it, milliseconds. */
  readonly silentMs: number
}

export interface ConsumerSeen {
  readonly name: string
  /** It outlives whoever reads. */
  readonly durable: boolean
  /** Messages it has not been handed yet, and those it has and did not acknowledge. */
  readonly waiting: number
  readonly unacknowledged: number
  /** Whether somebody waits for its next message now. */
  readonly read: boolean
}

export interface StreamNames {
  readonly stream: string
  readonly buckets: { readonly records: string; readonly members: string }
}

/** Consumers of one stream that are looked at. */
const consumersMax = 500

/**
 * The streams of one house, those that are there. `patient` waits for longer than the four seconds that a server gives consumers on a machine that is
 * away.
 */
export async function surveyStreams(
  { manager, patient }: { readonly manager: JetStreamManager; readonly patient: JetStreamManager },
  names: StreamNames,
): Promise<readonly StreamSeen[]> {
  const ours: (readonly [string, StreamSeen['holds']])[] = []
  for await (const name of manager.streams.names()) {
    const holds = whatHolds(name, names)
    if (holds !== undefined) ours.push([name, holds])
  }
  return Promise.all(
    ours.map(async ([name, holds]) => {
      const [info, consumers] = await Promise.all([manager.streams.info(name), consumersOf(patient, name)])
      return seen(info, holds, consumers)
    }),
  )
}

function whatHolds(name: string, { stream, buckets }: StreamNames): StreamSeen['holds'] | undefined {
  if (name === stream) return 'journal'
  if (name === `KV_${buckets.records}`) return 'records'
  if (name === `KV_${buckets.members}`) return 'members'
  return name.startsWith(`${stream}_`) ? 'messages' : undefined
}

async function consumersOf(manager: JetStreamManager, stream: string): Promise<readonly ConsumerInfo[]> {
  const found: ConsumerInfo[] = []
  for await (const consumer of manager.consumers.list(stream)) {
    found.push(consumer)
    if (found.length >= consumersMax) break
  }
  return found
}

function seen(info: StreamInfo, holds: StreamSeen['holds'], consumers: readonly ConsumerInfo[]): StreamSeen {
  const { config, state, cluster } = info
  const { layout, partitions } = config.metadata ?? {}
  const lacks = { journal: lackingIn, records: lackingInBucket, members: lackingInBucket, messages: () => [] }
  return {
    name: config.name,
    holds,
    replicas: config.num_replicas,
    lacks: lacks[holds](config),
    acknowledgesEarly: config.persist_mode === 'async',
    ...(holds === 'journal'
      ? { layout: { partitions: Number(partitions), newer: Number(layout) > Number(layoutVersion) } }
      : {}),
    bytes: state.bytes,
    ...(cluster?.leader === undefined || cluster.leader === '' ? {} : { leader: cluster.leader }),
    followers: (cluster?.replicas ?? []).map(({ name: server, current, offline, lag, active }) => ({
      server,
      current,
      offline: offline ?? false,
      lag: lag ?? 0,
      silentMs: (active ?? 0) / 1_000_000,
    })),
    consumers: consumers.map((consumer) => ({
      name: consumer.name,
      durable: consumer.config.durable_name !== undefined,
      waiting: consumer.num_pending,
      unacknowledged: consumer.num_ack_pending,
      read: consumer.num_waiting > 0 || consumer.push_bound === true,
    })),
  }
}
