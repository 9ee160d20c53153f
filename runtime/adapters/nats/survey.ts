import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { z } from 'zod'
import type { Clock } from '../../ports/clock.ts'
import { createSystemLog } from '../system/log.ts'
import { closeNats, connectNats } from './connection.ts'
import { StreamReads } from './stream-reads.ts'
import { surveyMembers, type MemberSeen } from './survey-members.ts'
import {
  surveyFactAfter,
  surveyFactsEnd,
  surveyPartitions,
  type FactSeen,
  type PartitionSeen,
} from './survey-journal.ts'
import { surveyStreams, type StreamSeen } from './survey-streams.ts'

/** What another machine's clock said, and when by ours it was asked and had answered. Epoch milliseconds. */
export interface ClockSeen {
  readonly remoteMs: number
  readonly beforeMs: number
  readonly afterMs: number
}

/** A server of the cluster that answers now. */
export interface ServerSeen {
  readonly name: string
  readonly id: string
  readonly version: string
  readonly clock: ClockSeen
}

/** How much an account keeps, and may. Bytes; a limit is absent where there is none. */
export interface AccountSeen {
  readonly storedBytes: number
  readonly storedBytesMax?: number
  readonly streams: number
  readonly streamsMax?: number
}

export interface NatsSurveyOptions {
  readonly servers: readonly string[]
  readonly credentialsFile?: string
  /** The journal's stream; the names of the others begin with it. */
  readonly stream: string
  readonly buckets: { readonly records: string; readonly members: string }
  readonly clock: Clock
}

/** Looks at what is kept on NATS, and changes nothing. Each look rejects when it can't be had. */
export interface NatsSurvey {
  /** Every server that answers within a second, by name. */
  servers(): Promise<readonly ServerSeen[]>
  account(): Promise<AccountSeen>
  /** The journal's stream, the buckets and the topics, those that are there. */
  streams(): Promise<readonly StreamSeen[]>
  /** Where each partition of the journal is. */
  partitions(count: number): Promise<readonly PartitionSeen[]>
  members(): Promise<readonly MemberSeen[]>
  factsEnd(): Promise<number>
  /** The first fact after a position. */
  factAfter(position: number): Promise<FactSeen | undefined>
  close(): Promise<void>
}

const answerMs = 3000
const patientMs = 10_000
/** A cluster that has just lost a server chooses others first. */
const waitMs = 3000
/** How long the last server that answers is waited for. */
const roundMs = 1000

/** Connects, without waiting long for a server that is not ready. Rejects with `StorageError`, as `connectNats` does. */
export async function openNatsSurvey(options: NatsSurveyOptions): Promise<NatsSurvey> {
  const { servers, credentialsFile, stream, buckets, clock } = options
  const log = createSystemLog({ level: 'silent' })
  const login = credentialsFile === undefined ? {} : { credentialsFile }
  const connection = await connectNats({ servers, ...login, name: 'fineacers doctor', log, waitMs })
  const manager = await jetstreamManager(connection, { checkAPI: false, timeout: answerMs })
  const patient = await jetstreamManager(connection, { checkAPI: false, timeout: patientMs })
  const reads = new StreamReads(manager, stream)
  return {
    servers: () => surveyServers(connection, clock),
    account: () => surveyAccount(manager),
    streams: () => surveyStreams({ manager, patient }, { stream, buckets }),
    partitions: async (count) => surveyPartitions(manager, { stream, count, nowMs: await serverNowMs(connection) }),
    members: async () => surveyMembers(manager, { bucket: buckets.members, nowMs: await serverNowMs(connection) }),
    factsEnd: () => surveyFactsEnd(reads, stream),
    factAfter: (position) => surveyFactAfter(reads, { stream, position }),
    close: () => closeNats(connection),
  }
}

const serverShape = z.object({
  server: z.object({ name: z.string(), id: z.string(), ver: z.string(), time: z.iso.datetime({ offset: true }) }),
})

/** A server to which nobody of this account is connected answers, too. */
const evenIdle = JSON.stringify({ include_unused: true })

/** All of the cluster where this user may ask them all, else the one it is connected to. */
async function surveyServers(connection: NatsConnection, clock: Clock): Promise<readonly ServerSeen[]> {
  const found = new Map<string, ServerSeen>()
  const beforeMs = clock.nowMs()
  try {
    const options = { strategy: 'stall', maxWait: roundMs } as const
    for await (const answer of await connection.requestMany('$SYS.REQ.ACCOUNT.PING.STATZ', evenIdle, options)) {
      const seen = serverIn(answer.json(), { beforeMs, afterMs: clock.nowMs() })
      if (seen !== undefined) found.set(seen.id, seen)
    }
  } catch {
    // Not everybody may ask this.
  }
  if (found.size === 0) return [await surveyOwnServer(connection, clock)]
  return [...found.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1))
}

async function surveyOwnServer(connection: NatsConnection, clock: Clock): Promise<ServerSeen> {
  const beforeMs = clock.nowMs()
  const answer = await connection.request('$SYS.REQ.USER.INFO', '', { timeout: answerMs })
  const seen = serverIn(answer.json(), { beforeMs, afterMs: clock.nowMs() })
  if (seen === undefined) throw new Error('the server does not say who it is')
  return seen
}

function serverIn(answer: unknown, asked: Omit<ClockSeen, 'remoteMs'>): ServerSeen | undefined {
  const read = serverShape.safeParse(answer)
  if (!read.success) return undefined
  const { name, id, ver: version, time } = read.data.server
  return { name, id, version, clock: { ...asked, remoteMs: Date.parse(time) } }
}

/** The time of what is kept there is told by the servers' clocks, so their age is, too. */
async function serverNowMs(connection: NatsConnection): Promise<number> {
  const answer = await connection.request('$SYS.REQ.USER.INFO', '', { timeout: answerMs })
  return Date.parse(serverShape.parse(answer.json()).server.time)
}

async function surveyAccount(manager: JetStreamManager): Promise<AccountSeen> {
  const { storage: storedBytes, streams, limits, tiers } = await manager.getAccountInfo()
  // Limits by number of replicas hide those of the account.
  const tiered = Object.values(tiers ?? {}).flatMap((tier) => (tier === undefined ? [] : [tier.limits.max_storage]))
  const storedBytesMax = tiered.length > 0 ? Math.min(...tiered) : limits.max_storage
  return {
    storedBytes,
    ...(storedBytesMax > 0 ? { storedBytesMax } : {}),
    streams,
    ...(limits.max_streams > 0 ? { streamsMax: limits.max_streams } : {}),
  }
}
