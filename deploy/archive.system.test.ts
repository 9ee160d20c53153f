import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { afterEach, describe, expect, it } from 'vitest'
import { startServer } from '#bench/server-process.ts'
import { connectVisitor } from '#bench/visitor.ts'
import { collections } from '#gateway/read-models/collections.ts'
import { silentLog } from '#runtime/testing/small-host.ts'
import { dataFiles, readConfig } from './config.ts'
import { embeddedPorts } from './embedded.ts'
import { findServer } from './services/find-server.ts'
import { startNats } from './services/nats-servers.ts'

const steps = 'journal.FINEACERS.step.>'

// Needs nats-server (npm run services brings one).
describe.skipIf(findServer('nats') === undefined)('a journal on NATS whose archive is in the data folder', () => {
  const after: (() => unknown)[] = []
  afterEach(async () => {
    for (const undo of after.splice(0).reverse()) await undo()
  })

  it('[J19] outlives the read models, which are made anew from it though NATS has let go of every step', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fineacers-archive-'))
    after.push(() => rmSync(folder, { recursive: true, force: true }))
    const nats = await startNats({ servers: 1, folder: join(folder, 'nats'), sync: 'default' })
    after.push(() => nats.kill())
    const dataFolder = join(folder, 'data')
    const environment = { NATS_URL: nats.url, FINEACERS_SAMPLE: 'no' }
    const first = await startServer({ dataFolder, environment })
    after.push(() => first.kill())
    const visitor = await connectVisitor(first.url, 'demo')
    await visitor.command({ type: 'message.send', clientId: 'one', text: 'any villa in pune' })
    await visitor.until(() => visitor.messages.length >= 2, 20_000)
    visitor.close()
    const conversation = (): Promise<unknown> => documentOf(dataFolder, visitor.conversation)
    const connection = await connect({ servers: nats.url })
    after.push(() => connection.close())
    const { streams } = await jetstreamManager(connection)
    const inStream = async (): Promise<number> => {
      const { state } = await streams.info('FINEACERS', { subjects_filter: steps })
      return Object.values(state.subjects ?? {}).reduce((sum, count) => sum + count, 0)
    }
    // All that there is has been put aside: in thirty days it has long been.
    await expect.poll(async () => (await inStream()) - (await archivedSteps(dataFolder)), { timeout: 20_000 }).toBe(0)
    expect(await first.stop()).toBe(0)
    const before = await conversation()
    const archived = await archivedSteps(dataFolder)
    expect((await streams.purge('FINEACERS', { filter: steps })).purged).toBe(archived)
    expect(archived).toBeGreaterThan(3)
    for (const ending of ['', '-wal', '-shm']) rmSync(dataFiles(dataFolder).documents + ending, { force: true })

    const second = await startServer({ dataFolder, environment })
    after.push(() => second.kill())
    await expect.poll(conversation, { timeout: 20_000 }).toEqual(before)
  })
})

async function documentOf(dataFolder: string, key: string): Promise<unknown> {
  const documents = embeddedPorts(readConfig({ FINEACERS_DATA: dataFolder }), silentLog).documents()
  try {
    return await documents.get(collections.conversations, key)
  } catch {
    // Not defined yet.
    return undefined
  } finally {
    await documents.close()
  }
}

async function archivedSteps(dataFolder: string): Promise<number> {
  const archive = embeddedPorts(readConfig({ FINEACERS_DATA: dataFolder }), silentLog).archive()
  try {
    return await archive.count('_journal-steps', [])
  } finally {
    await archive.close()
  }
}
