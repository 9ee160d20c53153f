import type { NatsSurvey } from '#runtime/adapters/nats/survey.ts'
import type { StreamSeen } from '#runtime/adapters/nats/survey-streams.ts'
import { isFitVersion } from '#runtime/adapters/nats/server-check.ts'
import { askAddress, type AddressSeen, type ServerLine } from '#runtime/adapters/nats/server-line.ts'
import { pause } from '#runtime/backoff.ts'
import type { Clock } from '#runtime/ports/clock.ts'
import type { NatsSettings } from '../config.ts'
import { bucketsOf } from '../production.ts'
import { looked } from './could-not-look.ts'
import type { JournalKept } from './durability.ts'
import type { Facts } from './facts.ts'
import type { Finding } from './finding.ts'
import { aheadMs, judgeClocks } from './judge-clock.ts'
import { astray, judgeMembers, type HouseSeen } from './judge-members.ts'
import { judgeAddresses, judgeCopies, judgeRoom, judgeServers } from './judge-nats.ts'
import { isAway, judgeReaders, judgeStreams } from './judge-streams.ts'
import { judgeSync, syncsOf, worstSync } from './judge-sync.ts'
import { lookAtMonitors, usualMonitors, type MonitorSeen } from './look-monitor.ts'

/** What was found on NATS, and what others need of it. */
export interface NatsExamined {
  readonly findings: readonly Finding[]
  readonly kept: JournalKept
  /** The journal's, while it can be asked. */
  readonly facts?: Facts
}

interface Asked {
  readonly settings: NatsSettings
  /** As configured. */
  readonly partitions: number
  readonly clock: Clock
  /** What is opened is put on it. */
  readonly closing: AsyncDisposableStack
}

/** Whoever takes a partition over has done so after this. */
const lookAgainMs = 4000

/** Looks at the servers, at what is kept on them, and at who works there. */
export async function examineNats(asked: Asked): Promise<NatsExamined> {
  const { urls, monitorUrls, replicas } = asked.settings
  const [addresses, monitors] = await Promise.all([
    Promise.all(urls.map(askAddress)),
    lookAtMonitors(monitorUrls ?? usualMonitors(urls)),
  ])
  const lines = addresses.flatMap(({ line }) => line ?? [])
  const findings = [...judgeAddresses(addresses)]
  const usable = usableUrls(urls, addresses)
  if (usable.length === 0) {
    const kept: JournalKept = { on: 'nats', copies: replicas, sync: worstSync(syncsOf(lines, monitors)) }
    return { findings: [...findings, ...judgeServers(lines, [])], kept }
  }
  try {
    const survey = await openSurvey(asked, usable)
    return withFindings(findings, await examineCluster(asked, { survey, lines, monitors }))
  } catch (error) {
    const could = await looked('nats.connect', 'NATS', () => Promise.reject(error))
    const kept: JournalKept = { on: 'nats', copies: replicas, sync: worstSync(syncsOf(lines, monitors)) }
    return { findings: [...findings, ...judgeServers(lines, []), ...could], kept }
  }
}

function withFindings(before: readonly Finding[], examined: NatsExamined): NatsExamined {
  return { ...examined, findings: [...before, ...examined.findings] }
}

/** Those that answered with a version that does, each with the login that one of the addresses names for all. */
function usableUrls(urls: readonly string[], addresses: readonly AddressSeen[]): readonly string[] {
  const login = urls.map((url) => new URL(url)).find(({ username }) => username !== '')
  return urls
    .filter((_, index) => isFitVersion(addresses[index]?.line?.version ?? ''))
    .map((text) => {
      const url = new URL(text)
      if (url.username === '' && login !== undefined) {
        url.username = login.username
        url.password = login.password
      }
      return url.href
    })
}

async function openSurvey({ settings, clock, closing }: Asked, servers: readonly string[]): Promise<NatsSurvey> {
  const { openNatsSurvey } = await import('#runtime/adapters/nats/survey.ts')
  const { stream, credentialsFile } = settings
  const login = credentialsFile === undefined ? {} : { credentialsFile }
  const survey = await openNatsSurvey({ servers, stream, buckets: bucketsOf(stream), clock, ...login })
  closing.defer(() => survey.close())
  return survey
}

interface Cluster {
  readonly survey: NatsSurvey
  readonly lines: readonly ServerLine[]
  readonly monitors: readonly MonitorSeen[]
}

async function examineCluster(asked: Asked, { survey, lines, monitors }: Cluster): Promise<NatsExamined> {
  const { settings, partitions } = asked
  const { replicas, stream, urls } = settings
  const servers = await survey.servers()
  const known = new Map([...lines, ...servers].map((server) => [server.id, server]))
  const syncs = syncsOf([...known.values()], monitors)
  const seen: { streams: readonly StreamSeen[] } = { streams: [] }
  const onStreams = await looked('nats.streams', 'journal', async () => {
    seen.streams = await survey.streams()
    return [...judgeStreams(seen.streams, { stream, replicas, partitions }), ...judgeReaders(seen.streams)]
  })
  const journal = seen.streams.find(({ holds }) => holds === 'journal')
  const copies = journal?.replicas ?? replicas
  const allThere = lines.length === urls.length && seen.streams.every(({ followers }) => !followers.some(isAway))
  const findings = [
    ...judgeServers(lines, servers),
    ...(allThere ? judgeCopies(replicas, known.size) : []),
    ...judgeSync(syncs, { copies, monitors }),
    ...(await looked('nats.room', 'NATS', async () => judgeRoom(await survey.account(), monitors))),
    ...judgeClocks(
      'NATS',
      'nats.clock',
      servers.map(({ name, clock }) => ({ whose: name, aheadMs: aheadMs(clock) })),
    ),
    ...onStreams,
    ...(await examineMembers(asked, survey, seen.streams)),
  ]
  const kept: JournalKept = { on: 'nats', copies, sync: worstSync(syncs) }
  if (journal === undefined) return { findings, kept }
  return { findings, kept, facts: { end: () => survey.factsEnd(), after: (position) => survey.factAfter(position) } }
}

/** While a partition changes hands nobody has it for a moment: what seems lost is looked at twice. */
async function examineMembers(
  { clock }: Asked,
  survey: NatsSurvey,
  streams: readonly StreamSeen[],
): Promise<readonly Finding[]> {
  const count = streams.find(({ holds }) => holds === 'journal')?.layout?.partitions
  if (count === undefined || !(count > 0) || !streams.some(({ holds }) => holds === 'members')) return []
  return looked('members.partitions', 'members', async () => {
    const look = async (): Promise<HouseSeen> => {
      const [members, partitions] = await Promise.all([survey.members(), survey.partitions(count)])
      return { members, partitions }
    }
    const first = await look()
    if (astray(first).length === 0) return judgeMembers(first)
    await pause(clock, lookAgainMs, new AbortController().signal)
    return judgeMembers(await look())
  })
}
