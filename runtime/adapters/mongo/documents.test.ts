import { MongoClient } from 'mongodb'
import { afterAll, describe } from 'vitest'
import type { Log } from '../../ports/log.ts'
import { describeDocuments } from '../../testing/contracts/documents-contract.ts'
import { openMongoDocuments } from './documents.ts'

const url = process.env['FINEACERS_TEST_MONGODB']
const log: Log = { debug() {}, info() {}, warn() {}, error() {} }

describe.skipIf(url === undefined)('with a server', () => {
  const run = `t${process.pid}-${Date.now()}`
  const databases: string[] = []
  const fresh = (): string => {
    databases.push(`${run}-${databases.length}`)
    return databases.at(-1) ?? run
  }
  const open = (database: string) => openMongoDocuments({ url: url ?? '', database, log })
  afterAll(async () => {
    const client = new MongoClient(url ?? '')
    for (const name of databases) await client.db(name).dropDatabase()
    await client.close()
  })

  describeDocuments('in MongoDB', {
    open: () => open(fresh()),
    reopen: async (documents) => {
      await documents.close()
      return open(databases.at(-1) ?? run)
    },
  })
})
