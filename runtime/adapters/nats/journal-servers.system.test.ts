import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { startNats, type NatsServers } from '#deploy/services/nats-servers.ts'
import type { Claim, Journal } from '../../ports/journal.ts'
import {
  acceptAndStep,
  actorAt,
  eventTo,
  groupOf,
  lead,
  partitionFor,
  startMs,
  stepOver,
} from '../../testing/contracts/journal-material.ts'
import { connected, journalOn } from './testing/journal-bench.ts'

const url = process.env['FINEACERS_TEST_NATS']
const noted = { type: 'noted', data: {} }
const to = lead(1)
let made = 0

describe.skipIf(url === undefined)('the journal and servers that die', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'nats-journal-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  async function servers(count: 1 | 3, config?: string): Promise<NatsServers> {
    const nats = await startNats({
      servers: count,
      folder: join(folder, String(++made)),
      ...(config === undefined ? {} : { config }),
    })
    onTestFinished(() => nats.kill())
    return nats
  }

  it('[J13] a server killed at any moment has everything that was acknowledged, and a claim made before is stale', async () => {
    const nats = await servers(1)
    const journal = await journalOn(await connected(nats.url), 'KILLED', { timeoutMs: 1500 })
    const claim = await acceptAndStep(journal, eventTo(to, 'e1'), { facts: [noted] })
    const acknowledged: string[] = []
    const flood = (async () => {
      for (let index = 0; index < 100_000; index++) {
        await journal.append([eventTo(to, `f${index}`)])
        acknowledged.push(`f${index}`)
      }
    })().catch(() => undefined)
    await expect.poll(() => acknowledged.length, { timeout: 20_000 }).toBeGreaterThan(50)
    await nats.kill()
    await flood
    await nats.restart()
    await expect.poll(() => journal.load(to).catch(() => undefined), { timeout: 20_000 }).toMatchObject({ revision: 1 })
    const entries = await journal.read(claim.partition, claim.position, 100_000)
    const ids = entries.map((entry) => entry.envelope.id)
    expect(ids.slice(0, acknowledged.length)).toEqual(acknowledged)
    expect(ids.length - acknowledged.length).toBeLessThanOrEqual(1)
    const next = await journal.claim(claim.partition, 'node-b')
    expect(next.epoch).toBe(claim.epoch + 1)
    expect(await journal.commit(groupOf(claim, []))).toEqual({ status: 'stale' })
  })

  it('[J15] with no room left writes are refused, nothing is lost, and reading goes on', async () => {
    const nats = await servers(
      1,
      'accounts { SMALL { jetstream { max_file: 4MB }, users: [{ user: any }] } }\nno_auth_user: any',
    )
    const journal = await journalOn(await connected(nats.url), 'FULL')
    await acceptAndStep(journal, eventTo(to, 'e1'))
    const accepted: string[] = []
    const big = (id: string) => ({ ...eventTo(to, id), event: { type: 'said', text: 'y'.repeat(100_000) } })
    const fill = async (): Promise<void> => {
      for (;;) {
        await journal.append([big(`b${accepted.length}`)])
        accepted.push(`b${accepted.length}`)
      }
    }
    await expect(fill()).rejects.toMatchObject({ code: 'disk-full', retry: 'later' })
    expect(accepted.length).toBeGreaterThan(10)
    const entries = await journal.read(partitionFor(journal, to), 0, 500)
    expect(entries.map((entry) => entry.envelope.id)).toEqual(['e1', ...accepted])
  })

  it('actors asked for together are each loaded, also when the server ends its answer early', async () => {
    const nats = await servers(1)
    const journal = await journalOn(await connected(nats.url), 'LARGE')
    const actors = Array.from({ length: 9 }, (_, index) => lead(`large-${index}`))
    for (const each of actors.slice(0, 8)) {
      const snapshot = { value: 'open', context: { text: 'y'.repeat(1_500_000) } }
      await acceptAndStep(journal, eventTo(each, 'e1'), { actor: actorAt(each, 1, { snapshot }) })
    }
    const other = await journalOn(await connected(nats.url), 'LARGE')
    const loaded = await Promise.all(actors.map((each) => other.load(each)))
    expect(loaded.map((actor) => actor?.revision)).toEqual([...actors.slice(0, 8).map(() => 1), undefined])
    expect(await Promise.all([other.load(lead('nobody')), other.load(lead('no-one'))])).toEqual([undefined, undefined])
  })

  it('[J9] three servers: whichever leads is killed or paused while two nodes write, nothing acknowledged is lost or doubled', async () => {
    const nats = await servers(3)
    const stream = 'THREE'
    const journal = await journalOn(await connected(nats.url), stream, { replicas: 3, timeoutMs: 2000 })
    const other = await journalOn(await connected(nats.url), stream, { replicas: 3, timeoutMs: 2000 })
    const acknowledged = new Set<string>()
    const errors = new Set<string>()
    const over = new AbortController()
    onTestFinished(() => over.abort())
    const write = async (node: Journal, name: string): Promise<void> => {
      for (let index = 0; !over.signal.aborted; index++) {
        const id = `${name}-${index}`
        for (let written = false; !written && !over.signal.aborted;) {
          try {
            await node.append([eventTo(to, id, startMs)])
            acknowledged.add(id)
            written = true
          } catch (error) {
            errors.add(error instanceof Error && 'code' in error ? String(error.code) : String(error))
            await sleep(50)
          }
        }
      }
    }
    const committer = commitAll(other, over.signal)
    const writers = [write(journal, 'a'), write(other, 'b')]
    const goesOn = async (): Promise<void> => {
      const [writtenBefore, stepsBefore] = [acknowledged.size, committer.steps()]
      await expect.poll(() => acknowledged.size, { timeout: 40_000 }).toBeGreaterThan(writtenBefore + 20)
      await expect.poll(() => committer.steps(), { timeout: 40_000 }).toBeGreaterThan(stepsBefore + 20)
    }
    for (const fault of ['kill', 'pause', 'kill'] as const) {
      await goesOn()
      const leader = await nats.leaderOf(stream)
      if (fault === 'kill') await leader.kill()
      else await leader.pause()
      await goesOn()
      if (fault === 'kill') await leader.restart()
      else leader.resume()
      await nats.settled()
    }
    over.abort()
    await Promise.all(writers)
    await committer.ended
    expect([...errors].filter((code) => code !== 'store-unavailable')).toEqual([])
    const read = async (): Promise<readonly string[]> =>
      (await journal.read(partitionFor(journal, to), 0, 1_000_000)).map((entry) => entry.envelope.id)
    // What the other node wrote last may not have come to the follower that answers this one.
    const missing = async (): Promise<readonly string[]> => {
      const found = new Set(await read())
      return [...acknowledged].filter((id) => !found.has(id))
    }
    await expect.poll(missing, { timeout: 20_000 }).toEqual([])
    const ids = await read()
    expect(ids).toHaveLength(new Set(ids).size)
    await expect
      .poll(async () => (await journal.history(to, 0, 1_000_000)).length, { timeout: 20_000 })
      .toBeGreaterThanOrEqual(committer.steps())
    const history = await journal.history(to, 0, 1_000_000)
    expect(history.map((entry) => entry.revision)).toEqual(history.map((_, index) => index + 1))
    expect(history.map((entry) => entry.envelope.id)).toEqual(ids.slice(0, history.length))
  })
})

/** A host in miniature: steps every entry of the one actor until told to stop; claims again when in doubt. */
function commitAll(journal: Journal, over: AbortSignal) {
  const partition = partitionFor(journal, to)
  let claim: Claim | undefined
  let steps = 0
  const commitOnce = async (): Promise<void> => {
    claim ??= await journal.claim(partition, 'node-c')
    const entries = await journal.read(partition, claim.position, 20)
    const revision = (await journal.load(to))?.revision ?? 0
    const group = entries.map((entry, index) => stepOver(entry, { actor: actorAt(to, revision + index + 1) }))
    if (group.length === 0) return
    const outcome = await journal.commit(groupOf(claim, group))
    claim = outcome.status === 'committed' ? outcome.claim : undefined
    if (outcome.status === 'committed') steps += group.length
  }
  const work = async (): Promise<void> => {
    while (!over.aborted) {
      try {
        await commitOnce()
        await sleep(1)
      } catch {
        claim = undefined
        await sleep(50)
      }
    }
  }
  return {
    ended: work(),
    /** How many steps were acknowledged so far. */
    steps: () => steps,
  }
}
