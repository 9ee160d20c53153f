import { connect, type NatsConnection } from '@nats-io/transport-node'
import { onTestFinished } from 'vitest'
import type { Documents } from '../../../ports/documents.ts'
import type { Journal } from '../../../ports/journal.ts'
import type { Log } from '../../../ports/log.ts'
import { openSqliteDocuments } from '../../sqlite/documents.ts'
import { openNatsJournal, type NatsJournalOptions } from '../journal.ts'

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} }

/** A connection that ends with the test. It keeps to the addresses it was given, so that a proxy stays in between, and leaves a server that is silent. */
export async function connected(address: string): Promise<NatsConnection> {
  const connection = await connect({
    servers: address.split(','),
    ignoreClusterUpdates: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 50,
    pingInterval: 2000,
    maxPingOut: 2,
  })
  onTestFinished(() => connection.close())
  return connection
}

/** Documents in memory that end with the test. */
export function archive(): Documents {
  const documents = openSqliteDocuments({ file: ':memory:', log: silent })
  onTestFinished(() => documents.close())
  return documents
}

/** A journal of four partitions that ends with the test. */
export async function journalOn(
  connection: NatsConnection,
  stream: string,
  options: Partial<NatsJournalOptions> = {},
): Promise<Journal> {
  const journal = await openNatsJournal({
    connection,
    stream,
    partitions: 4,
    replicas: 1,
    archive: archive(),
    archiving: false,
    log: silent,
    ...options,
  })
  onTestFinished(() => journal.close())
  return journal
}
