import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { runCommand, startServer } from '#bench/server-process.ts'
import { connectVisitor } from '#bench/visitor.ts'
import { openSqliteDocuments } from '#runtime/adapters/sqlite/documents.ts'
import { createSystemLog } from '#runtime/adapters/system/log.ts'
import { dataFiles } from './config.ts'

const after: (() => unknown)[] = []
afterEach(async () => {
  for (const undo of after.splice(0).reverse()) await undo()
})

const environment = { FINEACERS_SAMPLE: 'no' }

/** The texts of all messages in the read models, read beside whoever has them open. With `spoil`, they are changed first. */
async function texts(dataFolder: string, spoil?: 'spoil'): Promise<readonly unknown[]> {
  const log = createSystemLog({ level: 'silent' })
  const documents = openSqliteDocuments({ file: dataFiles(dataFolder).documents, log })
  const all = async () => (await documents.query({ collection: 'messages', where: [], limit: 100 })).documents
  try {
    const spoiled = (await all()).map(({ key, revision, value }) => ({
      op: 'put' as const,
      collection: 'messages',
      key,
      revision: revision + 1000,
      value: { ...value, text: 'spoiled' },
    }))
    if (spoil !== undefined) await documents.write(spoiled)
    return (await all()).map(({ value }) => value['text'])
  } finally {
    await documents.close()
  }
}

describe('fineacers rebuild on a data folder', () => {
  it('asks the server that has the folder, which serves on, and opens the folder itself when there is none', async () => {
    const dataFolder = mkdtempSync(join(tmpdir(), 'fineacers-rebuild-'))
    after.push(() => rmSync(dataFolder, { recursive: true, force: true }))
    const server = await startServer({ dataFolder, environment })
    after.push(() => server.kill())
    const visitor = await connectVisitor(server.url, 'demo')
    await visitor.command({ type: 'message.send', clientId: 'one', text: 'hello' })
    await visitor.until(() => visitor.messages.length >= 2, 20_000)
    for (const running of [true, false]) {
      if (!running) expect(await server.stop()).toBe(0)
      await expect.poll(() => texts(dataFolder), { timeout: 10_000 }).toContain('hello')
      const before = (await texts(dataFolder)).length
      expect(new Set(await texts(dataFolder, 'spoil'))).toEqual(new Set(['spoiled']))
      const ran = await runCommand(['rebuild'], { dataFolder, environment })
      expect(ran).toMatchObject({ code: 0, err: '' })
      expect(ran.out).toContain('The read models are as before')
      const rebuilt = await texts(dataFolder)
      expect(rebuilt).toContain('hello')
      expect(rebuilt).not.toContain('spoiled')
      expect(rebuilt.length).toBeGreaterThanOrEqual(before)
      if (!running) continue
      await visitor.command({ type: 'message.send', clientId: 'two', text: 'and on' })
      await visitor.until(() => visitor.messages.length >= 4, 20_000)
    }
  })
})
