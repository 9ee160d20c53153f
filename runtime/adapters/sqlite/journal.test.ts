import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Log } from '../../ports/log.ts'
import { describeJournal } from '../../testing/contracts/journal-contract.ts'
import {
  acceptAndStep,
  actorAt,
  eventTo,
  lead,
  partitionFor,
  startMs,
} from '../../testing/contracts/journal-material.ts'
import { openSqliteJournal } from './journal.ts'

const lines: string[] = []
const log: Log = { debug() {}, info() {}, warn() {}, error: (message) => void lines.push(message) }
let folder = ''
let made = 0
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'))
})
afterAll(() => rmSync(folder, { recursive: true }))
const fresh = (): string => join(folder, `${++made}.sqlite`)

describeJournal('in SQLite', {
  open: async (partitions) => openSqliteJournal({ file: fresh(), partitions, log }),
  reopen: async (journal) => {
    await journal.close()
    return openSqliteJournal({ file: join(folder, `${made}.sqlite`), partitions: journal.partitions, log })
  },
})

describe('the file of a journal', () => {
  it('[J14] is held by one at a time, and free again after closing', async () => {
    const file = fresh()
    const first = openSqliteJournal({ file, partitions: 2, log })
    expect(() => openSqliteJournal({ file, partitions: 2, log })).toThrow(
      expect.objectContaining({ code: 'data-folder-in-use', message: expect.stringContaining(folder) }),
    )
    await acceptAndStep(first, eventTo(lead(1), 'e1'))
    await first.close()
    const second = openSqliteJournal({ file, partitions: 2, log })
    expect((await second.load(lead(1)))?.revision).toBe(1)
    await second.close()
  })

  it('[J13] that is no database says what to do', () => {
    const file = fresh()
    writeFileSync(file, 'these are the shopping lists of a whole year, '.repeat(200))
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(() => openSqliteJournal({ file, partitions: 2, log })).toThrow(
        expect.objectContaining({ code: 'journal-corrupt', message: expect.stringContaining('backup') }),
      )
    }
  })

  it('[J13] that is damaged within says so at the first touch, and does not pretend', async () => {
    const file = fresh()
    const journal = openSqliteJournal({ file, partitions: 2, log })
    for (let index = 0; index < 200; index++) await acceptAndStep(journal, eventTo(lead(index), 'e1'))
    await journal.close()
    const handle = openSync(file, 'r+')
    const rubbish = Buffer.alloc(4096, 0x5a)
    for (let page = 2; page < 60; page++) writeSync(handle, rubbish, 0, 4096, page * 4096)
    closeSync(handle)
    const touched = async (): Promise<void> => {
      const again = openSqliteJournal({ file, partitions: 2, log })
      try {
        for (let index = 0; index < 200; index++) await again.load(lead(index))
      } finally {
        await again.close()
      }
    }
    await expect(touched()).rejects.toMatchObject({ code: 'journal-corrupt', retry: 'never' })
  })

  it('[J13] of a newer program is left alone', () => {
    const file = fresh()
    const other = new DatabaseSync(file)
    other.exec('PRAGMA user_version = 99')
    other.close()
    expect(() => openSqliteJournal({ file, partitions: 2, log })).toThrow(
      expect.objectContaining({ code: 'data-folder-newer', message: expect.stringContaining('99') }),
    )
  })

  it('[J13] in a place that is no folder says so', () => {
    const file = fresh()
    writeFileSync(file, 'a file, no folder')
    const within = join(file, 'data', 'journal.sqlite')
    expect(() => openSqliteJournal({ file: within, partitions: 2, log })).toThrow(
      expect.objectContaining({ code: 'store-unavailable', message: expect.stringContaining(dirname(within)) }),
    )
  })

  it('[J13] keeps the number of partitions it was made with', async () => {
    const file = fresh()
    await openSqliteJournal({ file, partitions: 2, log }).close()
    expect(() => openSqliteJournal({ file, partitions: 3, log })).toThrow('2 partitions')
    await openSqliteJournal({ file, partitions: 2, log }).close()
  })

  it('[J15] when full refuses writes, has all that was acknowledged, and goes on once there is space', async () => {
    const journal = openSqliteJournal({ file: fresh(), partitions: 2, log, bytesMax: 600_000 })
    const finished = lead('finished')
    await acceptAndStep(
      journal,
      { ...eventTo(finished, 'big'), event: { type: 'said', text: 'x'.repeat(200_000) } },
      {
        actor: actorAt(finished, 1, { status: 'done' }),
      },
    )
    const accepted: string[] = []
    const big = (id: string) => ({ ...eventTo(lead(1), id), event: { type: 'said', text: 'y'.repeat(20_000) } })
    const fill = async (): Promise<void> => {
      for (;;) {
        const id = `e${accepted.length}`
        await journal.append([big(id)])
        accepted.push(id)
      }
    }
    await expect(fill()).rejects.toMatchObject({ code: 'disk-full', retry: 'later' })
    expect(accepted.length).toBeGreaterThan(5)
    const together = [journal.append([big('x1')]), journal.claim(0, 'node-a'), journal.append([big('x2')])]
    for (const attempt of await Promise.allSettled(together)) {
      expect(attempt).toMatchObject({ status: 'rejected', reason: { code: 'disk-full' } })
    }
    const own = async () =>
      (await journal.read(partitionFor(journal, lead(1)), 0, 500)).filter((entry) => entry.envelope.to === lead(1))
    expect((await own()).map((entry) => entry.envelope.id)).toEqual(accepted)

    expect(await journal.prune(startMs + 1000, 10)).toBe(1)
    const [after] = await journal.append([big('after')])
    expect(after?.duplicate).toBe(false)
    expect((await own()).at(-1)?.envelope.id).toBe('after')
    await journal.close()
  })

  it('[J16] pruning takes the history of who is done, and nothing else', async () => {
    const file = fresh()
    let journal = openSqliteJournal({ file, partitions: 2, log })
    const facts = [{ type: 'noted', data: {} }]
    await acceptAndStep(journal, eventTo(lead(2), 'e1'), { facts })
    await acceptAndStep(journal, eventTo(lead(1), 'e1'), { facts, actor: actorAt(lead(1), 1, { status: 'done' }) })
    expect(await journal.prune(startMs, 10)).toBe(0)
    expect(await journal.prune(startMs + 1000, 10)).toBe(1)
    expect(await journal.prune(startMs + 1000, 10)).toBe(0)
    expect(await journal.history(lead(1), 0, 10)).toEqual([])
    expect((await journal.load(lead(1)))?.status).toBe('done')
    expect(await journal.history(lead(2), 0, 10)).toHaveLength(1)
    expect(await journal.facts(0, 10)).toHaveLength(2)
    await journal.close()
    journal = openSqliteJournal({ file, partitions: 2, log })
    const [next] = await journal.append([eventTo(lead(2), 'e2')])
    expect(next?.position).toBe(3)
    await journal.close()
  })

  it('[J1] a reader far behind, and one that keeps up, read the same without a gap', async () => {
    const journal = openSqliteJournal({ file: fresh(), partitions: 2, log })
    const events = Array.from({ length: 12_000 }, (_, index) => eventTo(lead(index % 5), `e${index}`))
    const seen: [string[], string[]] = [[], []]
    const follow = async (partition: 0 | 1, after: number): Promise<number> => {
      const entries = await journal.read(partition, after, 700)
      seen[partition].push(...entries.map((entry) => entry.envelope.id))
      return entries.at(-1)?.position ?? after
    }
    let keepingUp = 0
    for (let from = 0; from < events.length; from += 500) {
      await journal.append(events.slice(from, from + 500))
      keepingUp = await follow(0, keepingUp)
    }
    for (let before = -1, behind = 0; behind !== before;) {
      before = behind
      behind = await follow(1, behind)
    }
    const of = (partition: number) =>
      events.filter((event) => partitionFor(journal, event.to) === partition).map((event) => event.id)
    expect(seen).toEqual([of(0), of(1)])
    await journal.close()
  })

  it('[J10] a watcher that throws is logged and harms neither the write nor its neighbours', async () => {
    const journal = openSqliteJournal({ file: fresh(), partitions: 2, log })
    const told: number[] = []
    journal.watch({
      inbox: () => {
        throw new Error('broken')
      },
    })
    journal.watch({ inbox: (partition) => void told.push(partition) })
    expect((await journal.append([eventTo(lead(1), 'e1')]))[0]?.duplicate).toBe(false)
    await expect.poll(() => told).toHaveLength(1)
    expect(lines).toContain('a watcher of the journal threw')
    await journal.close()
  })

  it('[J4] an event that is not JSON is refused alone, and those in flight with it are written', async () => {
    const journal = openSqliteJournal({ file: fresh(), partitions: 2, log })
    const loop: { [key: string]: never } = {}
    Object.assign(loop, { loop })
    const attempts = await Promise.allSettled([
      journal.append([eventTo(lead(1), 'e1')]),
      journal.append([eventTo(lead(1), 'e2'), { ...eventTo(lead(1), 'e3'), event: { type: 'said', loop } }]),
      journal.append([eventTo(lead(1), 'e4')]),
    ])
    expect(attempts.map((attempt) => attempt.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    const entries = await journal.read(partitionFor(journal, lead(1)), 0, 10)
    expect(entries.map((entry) => [entry.position, entry.envelope.id])).toEqual([
      [1, 'e1'],
      [2, 'e4'],
    ])
    await journal.close()
  })
})
