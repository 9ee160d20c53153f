import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jetstreamManager } from '@nats-io/jetstream'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { startNats, type NatsServers } from '#deploy/services/nats-servers.ts'
import type { InboxEntry, Journal, Timer } from '../../ports/journal.ts'
import {
  acceptAndStep,
  actorAt,
  eventTo,
  groupOf,
  lead,
  partitionFor,
  stepOver,
} from '../../testing/contracts/journal-material.ts'
import { connected, journalOn } from './testing/journal-bench.ts'

const url = process.env['FINEACERS_TEST_NATS']
const to = lead(1)
const within = { timeout: 20_000, interval: 5 } as const
let made = 0

function timer(id: string, epoch: number, dueAtMs: number): Timer {
  return { id, epoch, dueAtMs, event: { type: 'over' } }
}

function nameOf({ envelope }: InboxEntry): string {
  return `${envelope.timer?.id}#${envelope.timer?.epoch}`
}

async function firingsIn(journal: Journal): Promise<readonly InboxEntry[]> {
  const entries = await journal.read(partitionFor(journal, to), 0, 2000)
  return entries.filter(({ envelope }) => envelope.timer !== undefined)
}

/** Events of a size to another actor, until the server refuses one. */
async function fill(journal: Journal, size: number): Promise<void> {
  const event = { type: 'said', text: 'y'.repeat(size) }
  for (let index = 0, room = true; room; index++)
    room = await journal.append([{ ...eventTo(lead(2), `${size}-${index}`), event }]).then(
      () => true,
      () => false,
    )
}

describe.skipIf(url === undefined)('timers and what a real server makes of them', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'nats-timers-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  async function server(config?: string): Promise<NatsServers> {
    const at = join(folder, String(++made))
    const nats = await startNats({ servers: 1, folder: at, ...(config === undefined ? {} : { config }) })
    onTestFinished(() => nats.kill())
    return nats
  }

  it('[J20] a timer armed while an older firing of it is under way fires', async () => {
    const journal = await journalOn(await connected((await server()).url), 'CROWDED')
    const dueAtMs = Date.now() + 1500
    const crowd = Array.from({ length: 400 }, (_, index) => timer(`crowd-${index}`, 1, dueAtMs))
    const [first, second] = [timer('last', 1, dueAtMs), timer('last', 2, dueAtMs + 3000)]
    const before = actorAt(to, 1, { timers: { last: first } })
    await acceptAndStep(journal, eventTo(to, 'e1'), { actor: before, timersArmed: [...crowd, first] })
    // All fire in one go, one after the other: the last is under way from the moment the first has come.
    await expect.poll(async () => (await firingsIn(journal)).length, within).toBeGreaterThan(0)
    const after = actorAt(to, 2, { timers: { last: second } })
    const claim = await acceptAndStep(journal, eventTo(to, 'e2'), { actor: after, timersArmed: [second] })
    const late = async () => (await firingsIn(journal)).find((entry) => nameOf(entry) === 'last#1')
    await expect.poll(late, within).toMatchObject({ position: expect.any(Number) })
    const entry = await late()
    if (entry === undefined) throw new Error('it has gone again')
    expect(entry.position).toBeGreaterThan(claim.position)
    const outcome = await journal.commit(groupOf(claim, [stepOver(entry, { outcome: 'fenced' })]))
    expect(outcome.status).toBe('committed')
    const names = async () => (await firingsIn(journal)).map(nameOf).filter((name) => name.startsWith('last'))
    await expect.poll(names, within).toEqual(['last#1', 'last#2'])
  })

  it('[J20] timers that the server had no room to fire do so when there is, each once', async () => {
    const nats = await server(
      'accounts { SMALL { jetstream { max_file: 4MB }, users: [{ user: any }] } }\nno_auth_user: any',
    )
    const connection = await connected(nats.url)
    const journal = await journalOn(connection, 'FULL')
    const dueAtMs = Date.now() + 5000
    const timers = [1, 2, 3].map((n) => timer(`t${n}`, 1, dueAtMs))
    await acceptAndStep(journal, eventTo(to, 'e1'), { timersArmed: timers })
    for (const size of [200_000, 20_000, 2_000, 200, 20]) await fill(journal, size)
    expect(Date.now()).toBeLessThan(dueAtMs)
    // The server does not say when it has tried in vain.
    await expect.poll(() => Date.now(), within).toBeGreaterThan(dueAtMs + 1500)
    expect(await firingsIn(journal)).toEqual([])
    const { streams } = await jetstreamManager(connection)
    await streams.purge('FULL', { filter: `journal.FULL.in.${partitionFor(journal, lead(2))}.*` })
    expect(await journal.fireTimers(dueAtMs + 10_000, 10)).toMatchObject({ fired: 3 })
    const names = async () => (await firingsIn(journal)).map(nameOf).sort()
    await expect.poll(names, within).toEqual(['t1#1', 't2#1', 't3#1'])
    expect(await journal.fireTimers(dueAtMs + 20_000, 10)).toMatchObject({ fired: 0 })
    expect(await names()).toEqual(['t1#1', 't2#1', 't3#1'])
  })
})
