import { jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { afterAll, beforeAll, describe } from 'vitest'
import type { Documents } from '../../ports/documents.ts'
import type { Journal } from '../../ports/journal.ts'
import type { Log } from '../../ports/log.ts'
import { describeJournal } from '../../testing/contracts/journal-contract.ts'
import { openSqliteDocuments } from '../sqlite/documents.ts'
import { openNatsJournal } from './journal.ts'

const url = process.env['FINEACERS_TEST_NATS']
const log: Log = { debug() {}, info() {}, warn() {}, error() {} }

describe.skipIf(url === undefined)('with a server', () => {
  let connection: NatsConnection
  let archive: Documents
  let made = 0
  beforeAll(async () => {
    connection = await connect({ servers: url ?? '' })
  })
  afterAll(async () => {
    const manager = await jetstreamManager(connection)
    for (let index = 1; index <= made; index++) await manager.streams.delete(nameOf(index)).catch(() => false)
    await connection.close()
  })

  const nameOf = (index: number): string => `CONTRACT-${process.pid}-${index}`
  const open = (partitions: number): Promise<Journal> =>
    openNatsJournal({
      connection,
      stream: nameOf(made),
      partitions,
      replicas: 1,
      archive,
      archiving: true,
      log,
    })

  describeJournal('on NATS JetStream', {
    facts: 'rising',
    modelRuns: 40,
    timers: 'server',
    open: async (partitions) => {
      made += 1
      archive = openSqliteDocuments({ file: ':memory:', log })
      return open(partitions)
    },
    reopen: async (journal) => {
      await journal.close()
      return open(journal.partitions)
    },
  })
})
