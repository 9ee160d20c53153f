import { RequestError, type NatsConnection } from '@nats-io/nats-core'
import { errorAsJson } from '../../plain.ts'
import type { ApiProblem } from './bucket-errors.ts'

/** One thing that was looked at on a server. */
export interface ServerFinding {
  readonly check: 'version' | 'payload' | 'jetstream'
  /** `advice`: it works, and could be better. `not-yet`: worth waiting for. `unfit`: waiting would not mend it. */
  readonly state: 'well' | 'advice' | 'not-yet' | 'unfit'
  /** What was found and, where that is not well, what to do. */
  readonly message: string
}

/** Earlier ones lost the schedules of a batch or corrupted its expectations; the older line got the repair too. */
const versionMin = [2, 14, 4] as const
const olderLineMin = [2, 12, 14] as const
/** The oldest versions that do, for a person. */
export const oldestVersions = `${versionMin.join('.')} (${olderLineMin.join('.')} on the older line)`
/** The largest message of the journal is a snapshot of 1 MB with what goes around it. */
export const payloadMinBytes = 2 * 1024 * 1024
const answerMs = 2_000

/** JetStream's error codes: off on the server, off for the account. */
const notEnabled: readonly number[] = [10076, 10039]

/** Whether the server a connection has reached can hold what is kept on it. Looks at nothing more when it is too old. */
export async function checkServer(connection: NatsConnection): Promise<readonly ServerFinding[]> {
  const info = connection.info
  if (info === undefined) return [{ check: 'jetstream', state: 'not-yet', message: 'no server is connected' }]
  const version = findVersion(info.version)
  if (version.state !== 'well') return [version]
  return [version, findPayload(info.max_payload), await findJetStream(connection)]
}

/** Whether a server of this version does. */
export function isFitVersion(version: string): boolean {
  const found = (/^v?(\d+)\.(\d+)\.(\d+)/.exec(version) ?? []).slice(1).map(Number)
  const min = found[0] === olderLineMin[0] && found[1] === olderLineMin[1] ? olderLineMin : versionMin
  return found.length === 3 && !isBefore(found, min)
}

function findVersion(version: string): ServerFinding {
  const ok = isFitVersion(version)
  return {
    check: 'version',
    state: ok ? 'well' : 'unfit',
    message: ok
      ? `nats-server is ${version}`
      : `nats-server is ${version}, older than ${oldestVersions}: install a newer one`,
  }
}

function isBefore(version: readonly number[], min: readonly number[]): boolean {
  for (const [index, part] of min.entries()) {
    const difference = (version[index] ?? 0) - part
    if (difference !== 0) return difference < 0
  }
  return false
}

function findPayload(bytes: number): ServerFinding {
  const ok = bytes >= payloadMinBytes
  return {
    check: 'payload',
    state: ok ? 'well' : 'advice',
    message: ok
      ? `messages of ${bytes} bytes are taken`
      : `messages of more than ${bytes} bytes are refused, so an actor with a snapshot of that size fails: set max_payload to 8MB`,
  }
}

async function findJetStream(connection: NatsConnection): Promise<ServerFinding> {
  const finding = (state: ServerFinding['state'], message: string): ServerFinding => ({
    check: 'jetstream',
    state,
    message,
  })
  try {
    const answer = await connection.request('$JS.API.INFO', '', { timeout: answerMs })
    const { error } = answer.json<{ readonly error?: ApiProblem }>()
    if (error === undefined) return finding('well', 'JetStream answers')
    if (notEnabled.includes(error.err_code ?? 0)) return finding('unfit', notForAccount)
    return finding('not-yet', `JetStream is not ready: ${error.description ?? 'no reason given'}`)
  } catch (error) {
    if (error instanceof RequestError && error.isNoResponders() && connection.info?.jetstream !== true)
      return finding('unfit', notOnServer)
    const { message } = errorAsJson(error)
    if (/permission/i.test(message)) return finding('unfit', `this user may not ask JetStream: ${message}`)
    return finding('not-yet', `JetStream does not answer: ${message}`)
  }
}

const notForAccount =
  'JetStream is not enabled for this account: put «jetstream: enabled» into the account’s configuration'
const notOnServer =
  'JetStream is not enabled: start nats-server with «-js -sd FOLDER», or put «jetstream { store_dir: "FOLDER" }» into its configuration'
