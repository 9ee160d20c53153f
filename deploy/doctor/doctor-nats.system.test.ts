import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { acceptAndStep, eventTo, lead } from '#runtime/testing/contracts/journal-material.ts'
import { findServer } from '../services/find-server.ts'
import { startNats, type NatsServers } from '../services/nats-servers.ts'
import { passwords, startNatsFilesHouse, type NatsFilesHouse } from '../testing/nats-files-house.ts'
import type { Finding } from './finding.ts'
import { examined, furnishNats, moveIn, unwell } from './testing/sick-house.ts'

const program = findServer('nats')
const folder = mkdtempSync(join(tmpdir(), 'fineacers-doctor-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const found = ({ findings }: { readonly findings: readonly Finding[] }, check: string) =>
  findings.find((finding) => finding.check === check)
const settings = (nats: NatsServers, more: { readonly [name: string]: string } = {}) => ({
  NATS_URL: nats.url,
  NATS_MONITOR_URL: nats.monitorUrls.join(','),
  FINEACERS_PARTITIONS: '4',
  FINEACERS_DATA: join(folder, 'data'),
  ...more,
})

describe.skipIf(program === undefined)('the doctor on one NATS server', () => {
  const partitions = 4
  let always: NatsServers
  let late: NatsServers
  beforeAll(async () => {
    always = await startNats({ servers: 1, folder: join(folder, 'always') })
    late = await startNats({ servers: 1, folder: join(folder, 'late'), sync: 'default' })
  })
  afterAll(() => Promise.all([always.kill(), late.kill()]))

  it('finds nothing wrong with a house in which everybody is there, and changes nothing', async () => {
    const house = await furnishNats(always.urls, { stream: 'WELL', partitions, replicas: 1 })
    onTestFinished(() => house.close())
    await moveIn(house)
    await acceptAndStep(house.journal, eventTo(lead(1), 'e1'), { facts: [{ type: 'noted', data: {} }] })
    for (let partition = 0; partition < partitions; partition++) await house.journal.claim(partition, 'r1')
    const before = await lastSequences(always)
    const examination = await examined(settings(always, { NATS_STREAM: 'WELL' }))
    expect(unwell(examination)).toEqual([])
    expect(found(examination, 'members.partitions')?.found).toBe('4 partitions, all owned: r1 (4)')
    expect(found(examination, 'nats.clock')?.level).toBe('ok')
    expect(examination.durability).toMatchObject({
      journal: 'one NATS server, sync_interval: always',
      machineDies: 'safe',
    })
    const after = await lastSequences(always)
    expect(Object.keys(after)).toEqual(Object.keys(before))
    expect(after['WELL']).toBe(before['WELL'])
  })

  it('finds the default sync, and says what a machine that dies takes along', async () => {
    const examination = await examined(settings(late))
    expect(found(examination, 'nats.sync')).toMatchObject({
      level: 'wrong',
      found: 'nats syncs every two minutes and acknowledges before',
      todo: expect.stringContaining('sync_interval: always'),
    })
    expect(examination.durability.machineDies).toMatch(/^up to two minutes lost/)
  })

  it('says that it could not see the sync where the monitoring is another server’s, and how to look', async () => {
    const examination = await examined(settings(always, { NATS_MONITOR_URL: late.monitorUrls.join(',') }))
    expect(found(examination, 'nats.sync')).toMatchObject({
      level: 'advice',
      found: expect.stringContaining('(another server)'),
      todo: expect.stringContaining('grep sync_always'),
    })
    expect(examination.durability.journal).toBe('one NATS server, syncing not seen')
  })

  it('makes no stream where there is none', async () => {
    const examination = await examined(settings(always, { NATS_STREAM: 'NEVER' }))
    expect(unwell(examination)).toEqual(['advice nats.streams'])
    expect(Object.keys(await lastSequences(always))).not.toContain('NEVER')
  })

  it('finds a stream that lacks what a journal needs, by name', async () => {
    await withManager(always, (manager) =>
      manager.streams.add({
        name: 'LACKING',
        subjects: ['journal.LACKING.>'],
        allow_atomic: true,
        allow_direct: true,
        allow_rollup_hdrs: true,
        allow_msg_ttl: true,
        metadata: { layout: '1', partitions: '4' },
      }),
    )
    const examination = await examined(settings(always, { NATS_STREAM: 'LACKING' }))
    expect(found(examination, 'nats.properties')).toMatchObject({
      level: 'wrong',
      found: 'LACKING differs in allow_msg_schedules',
    })
  })

  it('finds another number of partitions than is set', async () => {
    const house = await furnishNats(always.urls, { stream: 'EIGHT', partitions: 8, replicas: 1 })
    onTestFinished(() => house.close())
    const examination = await examined(settings(always, { NATS_STREAM: 'EIGHT' }))
    expect(found(examination, 'nats.layout')).toMatchObject({ level: 'wrong', todo: 'Set FINEACERS_PARTITIONS to 8.' })
  })

  it('finds three copies wanted of one server', async () => {
    const examination = await examined(settings(always, { NATS_REPLICAS: '3', NATS_STREAM: 'NEVER' }))
    expect(found(examination, 'nats.replicas')?.found).toBe('NATS_REPLICAS is 3, and 1 server answers')
  })

  it('finds events that nobody handles', async () => {
    const house = await furnishNats(always.urls, { stream: 'LEFT', partitions, replicas: 1 })
    onTestFinished(() => house.close())
    await house.journal.append([eventTo(lead(1), 'e1'), eventTo(lead(1), 'e2')])
    const examination = await examined(settings(always, { NATS_STREAM: 'LEFT' }))
    expect(found(examination, 'members.partitions')).toMatchObject({
      level: 'wrong',
      found: 'no runtime is alive, and 2 events wait',
    })
  })

  it('finds a partition that somebody else holds, not one that just changes hands', async () => {
    const house = await furnishNats(always.urls, { stream: 'STRAY', partitions, replicas: 1 })
    onTestFinished(() => house.close())
    await moveIn(house)
    await house.journal.claim(2, 'stranger')
    const settled = setTimeout(() => void house.journal.claim(2, 'r1'), 1500)
    expect(unwell(await examined(settings(always, { NATS_STREAM: 'STRAY' })))).toEqual([])
    clearTimeout(settled)
    await house.journal.claim(2, 'stranger')
    expect(found(await examined(settings(always, { NATS_STREAM: 'STRAY' })), 'members.partitions')).toMatchObject({
      level: 'wrong',
      found: '1 of 4 partitions are not claimed by the runtime they fall to: 2',
    })
  })

  it.each([
    [2000, 'advice', 'behind'],
    [-60_000, 'wrong', 'ahead of'],
  ])('finds a clock that is %i ms off', async (aheadMs, level, which) => {
    const examination = await examined(settings(always, { NATS_STREAM: 'NEVER' }), aheadMs)
    expect(found(examination, 'nats.clock')).toMatchObject({ level, found: expect.stringContaining(which) })
  })

  it('does not repeat a password that is refused', async () => {
    const guarded = await startNats({
      servers: 1,
      folder: join(folder, 'guarded'),
      config: 'authorization { user: house, password: rightWord }',
    })
    onTestFinished(() => guarded.kill())
    const url = guarded.url.replace('nats://', 'nats://house:wrongWord@')
    const examination = await examined({ ...settings(guarded), NATS_URL: url })
    expect(found(examination, 'nats.connect')).toMatchObject({
      level: 'wrong',
      todo: expect.stringContaining('the right user and password'),
    })
    expect(JSON.stringify(examination)).not.toContain('wrongWord')
    const right = { ...settings(guarded), NATS_URL: url.replace('wrongWord', 'rightWord') }
    expect(found(await examined(right), 'nats.connect')).toBeUndefined()
  })
})

describe.skipIf(program === undefined)('the doctor on three NATS servers', () => {
  it('sees them all, and then which one is away and what it keeps', async () => {
    const nats = await startNats({ servers: 3, folder: join(folder, 'three') })
    onTestFinished(() => nats.kill())
    const house = await furnishNats(nats.urls, { stream: 'THREE', partitions: 4, replicas: 3 })
    onTestFinished(() => house.close())
    await moveIn(house)
    const three = settings(nats, { NATS_STREAM: 'THREE', NATS_REPLICAS: '3' })
    await expect.poll(async () => unwell(await examined(three)), { timeout: 30_000 }).toEqual([])
    expect((await examined(three)).durability).toMatchObject({
      journal: 'three NATS servers, sync_interval: always',
      diskDies: expect.stringMatching(/^one: safe/),
    })
    const lost = nats.servers[2]
    await lost?.kill()
    await expect
      .poll(async () => unwell(await examined(three)), { timeout: 60_000, interval: 1000 })
      .toEqual(['wrong nats.reachable', 'wrong nats.copies'])
    const examination = await examined(three)
    expect(found(examination, 'nats.reachable')?.found).toContain(lost?.url)
    expect(found(examination, 'nats.copies')?.found).toMatch(/^nats-3 keeps copies of .*THREE.* and is away$/)
  })

  it('sees all of them as the shipped files set them up, from an account that is not the system’s', async () => {
    const house: NatsFilesHouse = await startNatsFilesHouse(program?.path ?? '')
    onTestFinished(() => house.stop())
    const url = (server: string): string => `nats://fineacers:${passwords.NATS_FINEACERS_PASSWORD}@${server}`
    const examination = await examined({
      // One of the three is named; the others are known through it.
      NATS_URL: url(house.servers[0] ?? ''),
      NATS_REPLICAS: '3',
      NATS_MONITOR_URL: 'http://127.0.0.1:1',
      FINEACERS_DATA: join(folder, 'data'),
    })
    expect(unwell(examination)).toEqual(['advice nats.sync', 'advice nats.streams'])
    expect(found(examination, 'nats.sync')?.found).toMatch(/^whether nats-0, nats-1 and nats-2 sync/)
  })
})

async function withManager<Result>(
  nats: NatsServers,
  work: (manager: Awaited<ReturnType<typeof jetstreamManager>>) => Promise<Result>,
): Promise<Result> {
  const connection = await connect({ servers: [...nats.urls] })
  try {
    return await work(await jetstreamManager(connection))
  } finally {
    await connection.close()
  }
}

/** Where each stream ends. Those of members move by themselves. */
function lastSequences(nats: NatsServers): Promise<{ readonly [stream: string]: number }> {
  return withManager(nats, async (manager) => {
    const ends: { [stream: string]: number } = {}
    for await (const { config, state } of manager.streams.list()) ends[config.name] = state.last_seq
    return ends
  })
}
