import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { setTimeout as after } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { startMongo } from '#deploy/services/mongo-server.ts'
import type { Documents, DocumentWrite } from '../../ports/documents.ts'
import { StorageError } from '../../ports/storage-error.ts'
import { createSeededIds } from '../../testing/seeded-ids.ts'
import { crashBatch, crashCollections, crashRound } from './testing/crash-writer.ts'
import { MongoBench } from './testing/mongo-bench.ts'
import { WireProxy } from './testing/wire-proxy.ts'

const url = process.env['FINEACERS_TEST_MONGODB']
const writer = fileURLToPath(new URL('./testing/crash-writer.ts', import.meta.url))
const kills = 8

describe.skipIf(url === undefined)('documents in MongoDB, whoever dies', () => {
  const bench = new MongoBench(url ?? 'mongodb://127.0.0.1')
  afterAll(() => bench.close())

  it('[D2] kill -9 of a writer at any moment leaves a round whole or unwritten, and what was acknowledged written', async () => {
    const database = bench.fresh()
    const chance = createSeededIds(7)
    let done = 0
    for (let kill = 0; kill < kills; kill++) {
      const last = await runAndKill(database, done + 1, {
        rounds: 1 + Math.floor(chance.random() * 3),
        waitMs: chance.random() * 80,
      })
      const documents = await bench.succeed(database)
      const found = await wholeRound(documents)
      expect(found).toBeGreaterThanOrEqual(last)
      expect(found).toBeLessThanOrEqual(last + 1)
      done = found
      await documents.close()
    }
    expect(done).toBeGreaterThanOrEqual(kills)
  })

  it('[D2] a server killed while writing and started again has every round whole, and writing goes on by itself', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fineacers-mongo-'))
    const server = await startMongo({ folder })
    const documents = await bench.open('killed', server.url)
    for (const collection of crashCollections) await documents.define(collection)
    let round = 0
    let refused = 0
    const ending = new AbortController()
    const writing = (async () => {
      while (!ending.signal.aborted) {
        try {
          await documents.write(crashRound(round + 1))
          round += 1
        } catch (error) {
          if (!(error instanceof StorageError) || error.code !== 'store-unavailable') throw error
          refused += 1
        }
      }
    })()
    for (let kill = 0; kill < 3; kill++) {
      const before = round
      await expect.poll(() => round, { timeout: 30_000 }).toBeGreaterThan(before + 2)
      await server.kill()
      await server.restart()
    }
    const before = round
    await expect.poll(() => round, { timeout: 30_000 }).toBeGreaterThan(before + 2)
    ending.abort()
    await writing
    expect(await wholeRound(documents)).toBe(round)
    expect(refused).toBeGreaterThan(0)

    // One that keeps its connections and says nothing is found out, too.
    await server.pause()
    // What it is answering just then may still come.
    const asked = () => documents.get('marks', 'mark').catch((error: unknown) => error)
    await expect.poll(asked, { timeout: 20_000 }).toMatchObject({ code: 'store-unavailable', retry: 'later' })
    server.resume()
    const answer = () => documents.get('marks', 'mark').then((found) => found?.revision)
    await expect.poll(answer, { timeout: 30_000 }).toBe(round)
    await documents.close()
    await server.kill()
    rmSync(folder, { recursive: true })
  })

  it('[D2] a write that is larger than any one message goes in parts, and is whole too', async () => {
    const proxy = new WireProxy(bench.url)
    const far = await proxy.start()
    const documents = await bench.open()
    for (const collection of crashCollections) await documents.define(collection)
    const large = 'x'.repeat(3 * 1024 * 1024)
    const put = (key: string, value: { readonly [field: string]: string }): DocumentWrite => {
      return { op: 'put', collection: 'marks', key, revision: 1, value }
    }
    const writes = Array.from({ length: 5 }, (_, index) => put(`large-${index}`, { large }))
    for (const at of [2, 3]) {
      const dying = await bench.open(bench.latest(), far)
      let left = at
      proxy.fate = (command) => (['insert', 'update'].includes(command) && left-- <= 0 ? 'cut' : 'pass')
      await expect(dying.write([...writes, put('mark', {})])).rejects.toMatchObject({ code: 'store-unavailable' })
      await dying.close()
      const successor = await bench.succeed()
      expect(await successor.count('marks', [])).toBe(at === 2 ? 0 : 6)
      await successor.close()
    }
    const tooLarge = put('too-large', { large: 'x'.repeat(16 * 1024 * 1024) })
    await expect(documents.write([put('beside', {}), tooLarge])).rejects.toMatchObject({ code: 'document-refused' })
    expect(await documents.count('marks', [])).toBe(6)
    expect((await documents.get('marks', 'large-4'))?.value['large']).toHaveLength(large.length)
    await documents.close()
    await proxy.stop()
  })

  /** Kills the writer in the round after so many. Answers the last round it was told of as done. */
  async function runAndKill(
    database: string,
    first: number,
    { rounds, waitMs }: { rounds: number; waitMs: number },
  ): Promise<number> {
    const child = spawn(process.execPath, [writer, bench.url, database, String(first)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(child, 'exit')
    let last = first - 1
    for await (const line of createInterface({ input: child.stdout })) {
      const [what, round] = line.split(' ')
      if (what === 'done') last = Number(round)
      if (what === 'begin' && Number(round) === first + rounds) void after(waitMs).then(() => child.kill('SIGKILL'))
    }
    const [, signal] = await ended
    expect(signal).toBe('SIGKILL')
    return last
  }

  /** The round that stands, after looking that it stands whole. */
  async function wholeRound(documents: Documents): Promise<number> {
    const round = Number((await documents.get('marks', 'mark'))?.value['round'] ?? 0)
    const page = await documents.query({ collection: 'rounds', where: [], limit: 1000 })
    const expected = crashRound(round).flatMap((write) =>
      write.op === 'put' && write.collection === 'rounds' ? [write.key] : [],
    )
    expect(page.documents.map((each) => each.key)).toEqual(expected.sort())
    expect(new Set(page.documents.map((each) => each.value['round']))).toEqual(new Set(round === 0 ? [] : [round]))
    const words = {
      collection: 'rounds',
      where: [{ op: 'match' as const, value: `round ${round}` }],
      limit: crashBatch,
    }
    expect((await documents.query(words)).documents).toHaveLength(round === 0 ? 0 : expected.length)
    return round
  }
})
