import type { NatsConnection } from '@nats-io/nats-core'
import { connectNats } from '#runtime/adapters/nats/connection.ts'
import { JournalLayout } from '#runtime/adapters/nats/journal-layout.ts'
import { openNatsJournal } from '#runtime/adapters/nats/journal.ts'
import { openSqliteDocuments } from '#runtime/adapters/sqlite/documents.ts'
import { openSqliteJournal } from '#runtime/adapters/sqlite/journal.ts'
import type { Journal } from '#runtime/ports/journal.ts'
import type { Log } from '#runtime/ports/log.ts'
import type { About, JournalPlace } from './protocol.ts'
import { partitions } from './script.ts'
import { watchedConnection } from './watched-connection.ts'

/** A journal with everything beneath it. */
export interface OpenedJournal {
  readonly journal: Journal
  /** Closes the journal and its connection. */
  close(): Promise<void>
}

export interface OpenOptions {
  readonly place: JournalPlace
  /** How servers list this client. */
  readonly name: string
  readonly log: Log
  readonly timeoutMs: number
  /** Waited for before a write goes out. */
  readonly beforeWrite?: (isThis: (about: About) => boolean) => Promise<void>
}

/** Opens a run's journal, as a node or to look at it from outside. Throws a `StorageError`. */
export async function openJournal(options: OpenOptions): Promise<OpenedJournal> {
  const { place, name, log } = options
  if (place.kind === 'sqlite') {
    const journal = openSqliteJournal({ file: place.file, partitions, log })
    return { journal, close: () => journal.close() }
  }
  const connection = await connectNats({ servers: place.servers, name, log, waitMs: 30_000 })
  try {
    return await onConnection(connection, place, options)
  } catch (error) {
    await connection.close()
    throw error
  }
}

async function onConnection(
  connection: NatsConnection,
  { stream, replicas }: { readonly stream: string; readonly replicas: number },
  { log, timeoutMs, beforeWrite = () => Promise.resolve() }: OpenOptions,
): Promise<OpenedJournal> {
  const layout = new JournalLayout(stream, partitions)
  const archive = openSqliteDocuments({ file: ':memory:', log })
  const journal = await openNatsJournal({
    connection: watchedConnection(connection, (subjects) =>
      beforeWrite((about) => subjects.includes(subjectOf(about, layout))),
    ),
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

/** A subject that only this write has in its batch. */
function subjectOf(about: About, layout: JournalLayout): string {
  switch (about.kind) {
    case 'append': {
      const [event] = about.events
      return event === undefined ? '' : layout.inbox(event.to, event.id)
    }
    case 'claim':
    case 'commit':
      return layout.cursor(about.partition)
    case 'other':
      return ''
  }
}
