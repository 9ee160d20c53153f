import {
  AuthorizationError,
  PermissionViolationError,
  UserAuthenticationExpiredError,
  type NatsConnection,
  type Status,
} from '@nats-io/nats-core'
import type { Log } from '../../ports/log.ts'
import { checkServer } from './server-check.ts'

const sayAgainMs = 10_000

/** Says in plain words what happens to a connection, until it is closed. */
export async function logConnection(connection: NatsConnection, log: Log): Promise<void> {
  let lostAtMs: number | undefined
  let said = { text: '', atMs: 0 }
  for await (const status of connection.status()) {
    if (status.type === 'disconnect') {
      // Each try that fails says so again.
      if (lostAtMs === undefined) log.warn('the connection to NATS is lost: trying again', { server: status.server })
      lostAtMs ??= performance.now()
    } else if (status.type === 'reconnect') {
      const awayMs = Math.round(performance.now() - (lostAtMs ?? performance.now()))
      log.info('the connection to NATS is back', { server: status.server, awayMs })
      lostAtMs = undefined
      void logUnfit(connection, log)
    } else if (status.type === 'error') {
      // The same again and again while it tries.
      const isNews = status.error.message !== said.text || performance.now() - said.atMs > sayAgainMs
      if (isNews) logError(status.error, log)
      if (isNews) said = { text: status.error.message, atMs: performance.now() }
    } else logStatus(status, log)
  }
}

/** Another server of the cluster may be an older one. */
async function logUnfit(connection: NatsConnection, log: Log): Promise<void> {
  for (const { state, message } of await checkServer(connection))
    if (state === 'unfit') log.error(`this NATS server does not do: ${message}`)
}

function logStatus(status: Exclude<Status, { type: 'disconnect' | 'reconnect' | 'error' }>, log: Log): void {
  switch (status.type) {
    case 'slowConsumer':
      return log.warn('a subscription falls behind', { subject: status.sub.getSubject(), pending: status.pending })
    case 'staleConnection':
      return log.warn('the NATS server does not answer: it is given up')
    case 'ldm':
      return log.info('the NATS server is about to stop', { server: status.server })
    case 'update':
    case 'reconnecting':
    case 'forceReconnect':
    case 'ping':
    case 'close':
      return undefined
  }
}

function logError(error: Error, log: Log): void {
  const reason = error.message
  if (error instanceof AuthorizationError) log.error('NATS refuses the credentials: trying again', { reason })
  else if (error instanceof UserAuthenticationExpiredError)
    log.error('the credentials for NATS have expired: trying again', { reason })
  else if (error instanceof PermissionViolationError)
    log.error('NATS does not permit this', { operation: error.operation, subject: error.subject })
  else if (/slow consumer/i.test(reason)) log.warn('NATS gave this connection up because it reads too slowly')
  else log.error('NATS reports an error', { reason })
}
