import { connect } from '@nats-io/transport-node'
import type { NatsConnection } from '@nats-io/nats-core'
import { startNats } from '#deploy/services/nats-servers.ts'
import { openNatsJournal } from '#runtime/adapters/nats/journal.ts'
import { openSqliteDocuments } from '#runtime/adapters/sqlite/documents.ts'
import type { Journal } from '#runtime/ports/journal.ts'
import type { Log } from '#runtime/ports/log.ts'

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** A NATS server of this run's own, synced at every write, and what is opened on it. */
export interface NatsHouse {
  readonly url: string
  readonly connection: NatsConnection
  /** A journal with its own connection, as another process would have. */
  journal(stream: string): Promise<Journal>
  close(): Promise<void>
}

/** Starts one server on a folder. */
export async function natsHouse(folder: string): Promise<NatsHouse> {
  const server = await startNats({ servers: 1, folder })
  const closing: (() => Promise<void>)[] = [() => server.stop()]
  const connected = async (): Promise<NatsConnection> => {
    const connection = await connect({ servers: server.url })
    closing.unshift(() => connection.close())
    return connection
  }
  return {
    url: server.url,
    connection: await connected(),
    async journal(stream) {
      const archive = openSqliteDocuments({ file: ':memory:', log: silent })
      const connection = await connected()
      return openNatsJournal({
        connection,
        stream,
        partitions: 32,
        replicas: 1,
        archive,
        archiving: false,
        log: silent,
      })
    },
    async close() {
      for (const end of closing) await end()
    },
  }
}
