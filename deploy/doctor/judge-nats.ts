import { isFitVersion, oldestVersions, payloadMinBytes } from '#runtime/adapters/nats/server-check.ts'
import type { AddressSeen, ServerLine } from '#runtime/adapters/nats/server-line.ts'
import type { AccountSeen, ServerSeen } from '#runtime/adapters/nats/survey.ts'
import { bytesText, listText } from './amounts.ts'
import { well, type Finding } from './finding.ts'
import type { MonitorSeen } from './look-monitor.ts'

/** Share of a limit beyond which it is worth a look, and beyond which it is time. */
const fullness = { advice: 0.8, wrong: 0.95 } as const

/** Whether the configured addresses answer, and answer as one cluster's servers. */
export function judgeAddresses(seen: readonly AddressSeen[]): readonly Finding[] {
  const away = seen.filter(({ line }) => line === undefined)
  if (away.length === 0) {
    const names = seen.flatMap(({ line }) => line?.name ?? [])
    const said = names.length === 1 ? `server ${names[0]} answers` : `servers ${listText(names)} answer`
    return [well('nats.reachable', 'NATS', said)]
  }
  const all = away.length === seen.length
  const found = away.map(({ address, problem }) => `${address} does not answer (${problem})`)
  return [
    {
      level: 'wrong',
      check: 'nats.reachable',
      about: 'NATS',
      found: listText(found),
      means: all
        ? 'Nothing is taken in and nothing is handled. What was acknowledged is still there.'
        : 'The others go on; when a majority is away nothing is taken in.',
      todo: 'Start it, or mend the way to it; where a server is gone for good take it out of NATS_URL.',
    },
  ]
}

/** Whether every server that was seen is new enough and takes messages of the size of a snapshot. */
export function judgeServers(lines: readonly ServerLine[], servers: readonly ServerSeen[]): readonly Finding[] {
  const byId = new Map([...lines, ...servers].map(({ id, name, version }) => [id, { name, version }]))
  return [...judgeVersions([...byId.values()]), ...judgePayload(lines)]
}

function judgeVersions(servers: readonly { readonly name: string; readonly version: string }[]): readonly Finding[] {
  const old = servers.filter(({ version }) => !isFitVersion(version))
  if (old.length === 0 && servers.length > 0) {
    const versions = [...new Set(servers.map(({ version }) => version))]
    return [well('nats.version', 'NATS', `nats-server ${listText(versions)}`)]
  }
  return old.map(({ name, version }) => ({
    level: 'wrong',
    check: 'nats.version',
    about: 'NATS',
    found: `${name} is nats-server ${version}`,
    means: `Before ${oldestVersions} it lost the timers of a batch or mistook what a batch expects: FineAcers does not start on it.`,
    todo: 'Install a newer nats-server, one machine after the other, each ready before the next.',
  }))
}

function judgePayload(lines: readonly ServerLine[]): readonly Finding[] {
  const tight = lines.filter(({ maxPayloadBytes }) => maxPayloadBytes < payloadMinBytes)
  return tight.map(({ name, maxPayloadBytes }) => ({
    level: 'advice',
    check: 'nats.payload',
    about: 'NATS',
    found: `${name} takes messages of up to ${bytesText(maxPayloadBytes)}`,
    means: 'An actor whose snapshot is larger (it may have 1 MB) fails at its next step.',
    todo: 'Set «max_payload: 8MB» in its configuration (deploy/nats/limits.conf).',
  }))
}

/** Whether the copies that are wanted can be had from the servers there are. */
export function judgeCopies(wanted: number, servers: number): readonly Finding[] {
  if (wanted > servers)
    return [
      {
        level: 'wrong',
        check: 'nats.replicas',
        about: 'NATS',
        found: `NATS_REPLICAS is ${wanted}, and ${servers} ${servers === 1 ? 'server answers' : 'servers answer'}`,
        means: 'There are fewer copies than were asked for, or the streams can not be made at all.',
        todo: `Start the missing servers of the cluster, or set NATS_REPLICAS to ${servers < 3 ? 1 : 3}.`,
      },
    ]
  if (wanted === 1 && servers >= 3)
    return [
      {
        level: 'advice',
        check: 'nats.replicas',
        about: 'NATS',
        found: `${servers} servers, and NATS_REPLICAS is 1`,
        means: 'Each stream is on one of the servers alone: when that one is away everything stands still.',
        todo: 'Set NATS_REPLICAS to 3 for every process, and raise what is there (RUNBOOK.md, Scale).',
      },
    ]
  return []
}

/** Whether there is room for more: by the account's limit, and by what each server may use of its disk. */
export function judgeRoom(account: AccountSeen, monitors: readonly MonitorSeen[]): readonly Finding[] {
  const { storedBytes, storedBytesMax } = account
  const places = [
    ...(storedBytesMax === undefined ? [] : [{ whose: 'the account', used: storedBytes, most: storedBytesMax }]),
    ...monitors.flatMap(({ server }) =>
      server === undefined || server.storedBytesMax <= 0
        ? []
        : [{ whose: `server ${server.name}`, used: server.storedBytes, most: server.storedBytesMax }],
    ),
  ]
  const full = places.filter(({ used, most }) => used > most * fullness.advice)
  if (full.length === 0) {
    const bound = places.map(({ whose, most }) => `${whose} may keep ${bytesText(most)}`)
    return [well('nats.room', 'NATS', [`${bytesText(storedBytes)} are kept`, ...bound].join('; '))]
  }
  return full.map(({ whose, used, most }) => ({
    level: used > most * fullness.wrong ? 'wrong' : 'advice',
    check: 'nats.room',
    about: 'NATS',
    found: `${whose} keeps ${bytesText(used)} of ${bytesText(most)}`,
    means: 'When it is full nothing more is taken in; nothing acknowledged is lost.',
    todo: 'Give JetStream a larger disk or limit (max_file_store, the account’s limits).',
  }))
}
