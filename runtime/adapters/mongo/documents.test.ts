import { afterAll, beforeAll, describe } from 'vitest'
import { describeDocuments } from '../../testing/contracts/documents-contract.ts'
import { MongoBench } from './testing/mongo-bench.ts'
import { WireProxy } from './testing/wire-proxy.ts'

const url = process.env['FINEACERS_TEST_MONGODB']

describe.skipIf(url === undefined)('with a server', { timeout: 120_000 }, () => {
  const bench = new MongoBench(url ?? 'mongodb://127.0.0.1')
  afterAll(() => bench.close())

  describeDocuments('in MongoDB', {
    open: () => bench.open(),
    reopen: async (documents) => {
      await documents.close()
      return bench.open(bench.latest())
    },
  })

  describe('that says it is a MongoDB', () => {
    const proxy = new WireProxy(bench.url)
    let far = ''
    beforeAll(async () => {
      far = await proxy.start()
      proxy.fate = (command) => (command === 'buildInfo' ? { answer: { version: '6.0.0', ok: 1 } } : 'pass')
    })
    afterAll(() => proxy.stop())

    describeDocuments('as in MongoDB, by its indexes and guards', { open: () => bench.open(bench.fresh(), far) })
  })
})
