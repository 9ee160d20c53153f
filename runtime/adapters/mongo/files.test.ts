import { afterAll, describe, expect, it } from 'vitest'
import { describeFiles } from '../../testing/contracts/files-contract.ts'
import { silentLog } from '../../testing/small-host.ts'
import { openMongoFiles } from './files.ts'
import { MongoBench } from './testing/mongo-bench.ts'

const url = process.env['FINEACERS_TEST_MONGODB']

describe.skipIf(url === undefined)('with a server', { timeout: 120_000 }, () => {
  const bench = new MongoBench(url ?? 'mongodb://127.0.0.1')
  afterAll(() => bench.close())
  const open = (database: string) => openMongoFiles({ url: bench.url, database, log: silentLog })

  describeFiles('in MongoDB', {
    open: async () => open(bench.fresh()),
    reopen: async (files) => {
      await files.close()
      return open(bench.latest())
    },
  })

  it('[K3] pieces of a writer that died are never read, and gone with the next writing', async () => {
    const files = open(bench.fresh())
    const pieces = bench.behind().collection<{ _id: string }>('fs.chunks')
    const left = {
      _id: 'acme/media/one#dead#0',
      files_id: 'acme/media/one',
      writing: 'dead',
      begunAt: new Date(0),
      n: 0,
    }
    await pieces.insertOne(left)
    expect(await files.stat('acme/media/one')).toBeUndefined()
    const content = async function* () {
      yield Buffer.from('hello')
    }
    await files.put('acme/media/one', content(), { contentType: 'text/plain' })
    expect(await pieces.countDocuments({})).toBe(1)
    await files.close()
  })
})

describe('files of a server that is away', () => {
  it('open all the same, and each call says that it can not be reached', { timeout: 20_000 }, async () => {
    const files = openMongoFiles({ url: 'mongodb://127.0.0.1:1', database: 'none', log: silentLog })
    await expect(files.stat('acme/media/one')).rejects.toMatchObject({ code: 'store-unavailable' })
    await files.close()
  })
})
