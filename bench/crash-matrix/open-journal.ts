import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { connectNats } from '#runtime/adapters/nats/connection.ts'
import { openNatsJournal } from '#runtime/adapters/nats/journal.ts'
import { openSqliteDocuments } from '#runtime/adapters/sqlite/documents.ts'
import { openSqliteJournal } from '#runtime/adapters/sqlite/journal.ts'
import type { Journal } from '#runtime/ports/journal.ts'
import type { Log } from '#runtime/ports/log.ts'
import type { JournalPlace } from './protocol.ts'
import { partitions } from './script.ts'

/** A journal with everything beneath it. */
export interface OpenedJournal {
  readonly journal: Journal
  /** Closes the journal and its connection. */
  close(): Promise<void>
}

/** How long a batch may take: short, so that an acknowledgement that is lost is missed soon. */
const timeoutMs = 1500

/** Opens a run's journal, as a node or to look at it from outside. Throws a `StorageError`. */
export async function openJournal(place: JournalPlace, name: string, log: Log): Promise<OpenedJournal> {
  if (place.kind === 'sqlite') {
    const journal = openSqliteJournal({ file: place.file, partitions, log })
    return { journal, close: () => journal.close() }
  }
  const connection = await connectNats({ servers: place.servers, name, log, waitMs: 30_000 })
  try {
    return await onConnection(connection, place, log)
  } catch (error) {
    await connection.close()
    throw error
  }
}

/** Deletes a run's stream. */
export async function deleteStream(connection: NatsConnection, stream: string): Promise<void> {
  const manager = await jetstreamManager(connection)
  await manager.streams.delete(stream)
}

async function onConnection(
  connection: NatsConnection,
  { stream, replicas }: { readonly stream: string; readonly replicas: number },
  log: Log,
): Promise<OpenedJournal> {
  const archive = openSqliteDocuments({ file: ':memory:', log })
  const journal = await openNatsJournal({
    connection,
    stream,
    partitions,
    replicas,
    archive,
    archiving: false,
    log,
    timeoutMs,
  })
  return {
    journal,
    close: async () => {
      await journal.close()
      await archive.close()
      await connection.close()
    },
  }
}
