import { openFolderFiles } from '#runtime/adapters/folder/files.ts'
import { createMemoryEphemeral } from '#runtime/adapters/memory/ephemeral.ts'
import { createSingleMembership } from '#runtime/adapters/single/membership.ts'
import { openSqliteDocuments } from '#runtime/adapters/sqlite/documents.ts'
import { holdFile } from '#runtime/adapters/sqlite/folder-lock.ts'
import { openSqliteJournal } from '#runtime/adapters/sqlite/journal.ts'
import { openSqliteRecords } from '#runtime/adapters/sqlite/records.ts'
import type { Clock } from '#runtime/ports/clock.ts'
import type { Documents } from '#runtime/ports/documents.ts'
import type { Ephemeral } from '#runtime/ports/ephemeral.ts'
import type { Files } from '#runtime/ports/files.ts'
import type { Journal } from '#runtime/ports/journal.ts'
import type { Log } from '#runtime/ports/log.ts'
import type { Membership } from '#runtime/ports/membership.ts'
import type { Records } from '#runtime/ports/records.ts'
import { dataFiles, type Config } from './config.ts'
import { namingTheHolder } from './holder.ts'

/** What needs no server: everything in this process and one folder, durable. Each port is opened for itself. */
export interface EmbeddedPorts {
  /** Holds the folder for this process. Throws an `Error` that names who has it already. */
  journal(): Journal
  /** Holds the folder where the journal is elsewhere; the returned function lets go. */
  holdFolder(): () => void
  documents(): Documents
  /** Old steps of a journal that is elsewhere. Apart from read models, which may be deleted: nothing makes it anew. */
  archive(): Documents
  records(): Records
  /** Of the one process that has the folder. */
  files(): Promise<Files>
  ephemeral(clock: Clock): Ephemeral
  membership(node: string, partitions: number): Membership & { holds(): boolean }
}

const archiveDamaged =
  'restore the newest backup; without one move it away: what NATS still has is copied again, older history is lost'

/** The embedded adapters on a configuration's data folder. */
export function embeddedPorts({ dataFolder, partitions }: Config, log: Log): EmbeddedPorts {
  const files = dataFiles(dataFolder)
  const held = <Held>(open: () => Held): Held => {
    try {
      return open()
    } catch (error) {
      throw namingTheHolder(error, dataFolder)
    }
  }
  return {
    journal: () => held(() => openSqliteJournal({ file: files.journal, partitions, log })),
    holdFolder: () => held(() => holdFile(files.journal)),
    documents: () => openSqliteDocuments({ file: files.documents, log }),
    archive: () => openSqliteDocuments({ file: files.archive, log, whenDamaged: archiveDamaged }),
    records: () => openSqliteRecords({ file: files.records }),
    files: () => openFolderFiles({ folder: files.files }),
    ephemeral: (clock) => createMemoryEphemeral({ clock }),
    membership: (node, of) => ({ ...createSingleMembership({ node, partitions: of }), holds: () => true }),
  }
}
