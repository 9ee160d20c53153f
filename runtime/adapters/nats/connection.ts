import {
  AuthorizationError,
  credsAuthenticator,
  UserAuthenticationExpiredError,
  type Authenticator,
  type NatsConnection,
} from '@nats-io/nats-core'
import { connect, type NodeConnectionOptions } from '@nats-io/transport-node'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { errorAsJson } from '../../plain.ts'
import type { Log } from '../../ports/log.ts'
import { StorageError } from '../../ports/storage-error.ts'
import { logConnection } from './connection-log.ts'
import { parseServerAddress, type ServerAddress } from './server-address.ts'
import { checkServer } from './server-check.ts'

export interface NatsOptions {
  /** `nats://user:password@host:port` or `tls://…`, all of one cluster. The first that names a user, or a token in its place, is for all. */
  readonly servers: readonly string[]
  /** Path of a credentials file; read again for every connection, so that it may be renewed. */
  readonly credentialsFile?: string
  /** How the server lists this client. */
  readonly name: string
  readonly log: Log
  /** Ends the waiting; the call then rejects with its reason. */
  readonly signal?: AbortSignal
  /** How long to wait for a server that can be used, milliseconds. 60,000 when absent. */
  readonly waitMs?: number
}

const dialMs = 5_000
const triesApartMs = 500
const sayAgainMs = 10_000
/** A server that is silent for two of them is given up. */
const pingMs = 2_000
const closeMs = 2_000

/**
 * Connects to NATS, waiting for a server that is not there yet or not ready. From then on the connection comes back by itself for ever; what happens to it
 * is in the log. Throws `StorageError`: `store-unsuitable` for a server that will never do, `store-unauthorized`, `store-unavailable` when the time is up.
 */
export async function connectNats(options: NatsOptions): Promise<NatsConnection> {
  const { log, signal, waitMs = 60_000 } = options
  const dialling = diallingOf(options)
  const servers = dialling.addresses.map(({ shown }) => shown).join(', ')
  const startedMs = performance.now()
  let saidMs = Number.NEGATIVE_INFINITY
  for (;;) {
    signal?.throwIfAborted()
    const { connection, waitFor } = await untilAborted(attempt(dialling), signal)
    if (connection !== undefined) {
      if (saidMs > 0) log.info('NATS is there', { server: connection.getServer() })
      void logConnection(connection, log)
      return connection
    }
    const nowMs = performance.now()
    if (nowMs - saidMs >= sayAgainMs) {
      log.warn('waiting for NATS', { servers, reason: waitFor })
      saidMs = nowMs
    }
    if (nowMs - startedMs >= waitMs)
      throw new StorageError('store-unavailable', `no NATS server at ${servers} within ${waitMs} ms: ${waitFor}`)
    await sleep(triesApartMs, undefined, signal === undefined ? {} : { signal }).catch(() => {})
  }
}

/** Sends what is under way and closes, within two seconds also without a server. The client's own `drain` waits for that for ever. */
export async function closeNats(connection: NatsConnection): Promise<void> {
  const drained = connection.drain().catch(() => {})
  await Promise.race([drained, sleep(closeMs, undefined, { ref: false })])
  await connection.close()
}

interface Dialling {
  readonly addresses: readonly ServerAddress[]
  readonly client: NodeConnectionOptions
  readonly log: Log
}

function diallingOf(options: NatsOptions): Dialling {
  const addresses = options.servers.map(parseServerAddress)
  if (addresses.length === 0) throw new StorageError('store-unsuitable', 'no address of a NATS server is given')
  const client: NodeConnectionOptions = {
    servers: addresses.map(({ shown }) => shown.slice(shown.indexOf('://') + 3)),
    name: options.name,
    timeout: dialMs,
    pingInterval: pingMs,
    maxPingOut: 2,
    reconnect: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    // The trace of where each request was made costs as much as the request.
    noAsyncTraces: true,
    // The credentials may be put right while we try.
    ignoreAuthErrorAbort: true,
    // Only what is configured: what servers say of each other may be out of reach from here.
    ignoreClusterUpdates: true,
    ...(addresses.some(({ tls }) => tls) ? { tls: {} } : {}),
    ...loginOf(options, addresses),
  }
  return { addresses, client, log: options.log }
}

function loginOf(
  { credentialsFile }: NatsOptions,
  addresses: readonly ServerAddress[],
): Pick<NodeConnectionOptions, 'authenticator' | 'user' | 'pass' | 'token'> {
  if (credentialsFile !== undefined) return { authenticator: fromFile(credentialsFile) }
  const { user, password, token } = addresses.find((each) => each.user !== undefined || each.token !== undefined) ?? {}
  if (user !== undefined && password !== undefined) return { user, pass: password }
  return token === undefined ? {} : { token }
}

/** Throws `store-unauthorized` when the file can't be read now. One that goes away later is used as it was. */
function fromFile(path: string): Authenticator {
  const login = (): Authenticator => credsAuthenticator(readFileSync(path))
  let last: Authenticator
  try {
    last = login()
    last('nonce')
  } catch (error) {
    const { message } = errorAsJson(error)
    throw new StorageError('store-unauthorized', `the NATS credentials in ${path} can not be used: ${message}`, error)
  }
  return (nonce) => {
    try {
      const renewed = login()
      const answer = renewed(nonce)
      last = renewed
      return answer
    } catch {
      return last(nonce)
    }
  }
}

/** What an attempt came to: a connection, or why to wait. */
interface Attempt {
  readonly connection?: NatsConnection
  readonly waitFor: string
}

/** Throws what waiting would not mend. */
async function attempt({ addresses, client, log }: Dialling): Promise<Attempt> {
  const servers = addresses.map(({ shown }) => shown).join(', ')
  let connection: NatsConnection
  try {
    connection = await connect(client)
  } catch (error) {
    const { message } = errorAsJson(error)
    if (error instanceof AuthorizationError || error instanceof UserAuthenticationExpiredError)
      throw new StorageError('store-unauthorized', `NATS at ${servers} refuses the credentials: ${message}`, error)
    return { waitFor: message }
  }
  const findings = await checkServer(connection)
  const wrong = findings.find(({ state }) => state === 'unfit' || state === 'not-yet')
  if (wrong === undefined) {
    for (const { state, message } of findings)
      if (state === 'advice') log.warn(`NATS could be set up better: ${message}`)
    return { connection, waitFor: '' }
  }
  await connection.close()
  if (wrong.state === 'not-yet') return { waitFor: wrong.message }
  throw new StorageError('store-unsuitable', `NATS at ${servers} does not do: ${wrong.message}`)
}

/** A connection that comes too late is closed. */
async function untilAborted(attempt: Promise<Attempt>, signal: AbortSignal | undefined): Promise<Attempt> {
  if (signal === undefined) return attempt
  const aborted = Promise.withResolvers<never>()
  const refuse = (): void => aborted.reject(signal.reason)
  signal.addEventListener('abort', refuse, { once: true })
  try {
    return await Promise.race([attempt, aborted.promise])
  } catch (error) {
    attempt.then(
      (late) => void late.connection?.close(),
      () => {},
    )
    throw error
  } finally {
    signal.removeEventListener('abort', refuse)
  }
}
