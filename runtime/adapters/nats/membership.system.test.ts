import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createFaultProxy, type FaultProxy } from '#deploy/services/fault-proxy.ts'
import { findServer } from '#deploy/services/find-server.ts'
import { startNats, type NatsServers } from '#deploy/services/nats-servers.ts'
import type { JsonObject } from '../../json.ts'
import type { Log } from '../../ports/log.ts'
import { silentLog } from '../../testing/small-host.ts'
import type { LeaseMembership } from '../leases/membership.ts'
import { systemClock } from '../system/clock.ts'
import { createSystemIds } from '../system/ids.ts'
import { connectNats } from './connection.ts'
import { createNatsMembership } from './membership.ts'

const there = findServer('nats') !== undefined || process.env['FINEACERS_TEST_NATS'] !== undefined
const bucket = 'members'
const partitions = 32
const clock = systemClock()
const ids = createSystemIds()
const script = fileURLToPath(new URL('./testing/member-process.ts', import.meta.url))

const said = z.object({ when: z.string(), owned: z.array(z.number()) })
type Said = z.infer<typeof said>

interface MemberProcess {
  readonly child: ChildProcess
  readonly said: readonly Said[]
  owned(): readonly number[]
}

describe.skipIf(!there)('membership when things go wrong [needs a nats-server]', () => {
  const after: (() => unknown)[] = []
  afterEach(async () => {
    for (const undo of after.splice(0).reverse()) await undo()
    lines.length = 0
  })

  const lines: string[] = []
  const line = (message: string, fields?: JsonObject): void =>
    void lines.push(`${message} ${JSON.stringify(fields ?? {})}`)
  const log: Log = { debug: line, info: line, warn: line, error: line }

  async function server(servers: 1 | 3 = 1): Promise<NatsServers> {
    const folder = mkdtempSync(join(tmpdir(), 'fineacers-members-'))
    after.push(() => rmSync(folder, { recursive: true, force: true }))
    const nats = await startNats({ servers, folder, sync: 'default' })
    after.push(() => nats.kill())
    return nats
  }

  async function proxyTo(nats: NatsServers): Promise<FaultProxy> {
    const { hostname, port } = new URL(nats.urls[0] ?? '')
    const proxy = await createFaultProxy({ to: { host: hostname, port: Number(port) } })
    after.push(() => proxy.stop())
    return proxy
  }

  async function member(url: string, node: string, replicas: 1 | 3 = 1): Promise<LeaseMembership> {
    const connection = await connectNats({ servers: url.split(','), name: node, log: silentLog })
    after.push(() => connection.close())
    const options = { connection, bucket, group: 'processes', node, partitions, replicas, clock, ids, log }
    const membership = await createNatsMembership(options)
    after.push(() => membership.leave())
    return membership
  }

  async function memberProcess(url: string, node: string): Promise<MemberProcess> {
    const child = spawn(process.execPath, [script, url, bucket, node], { stdio: ['ignore', 'pipe', 'inherit'] })
    after.push(() => child.kill('SIGKILL'))
    const heard: Said[] = []
    createInterface({ input: child.stdout }).on('line', (text) => void heard.push(said.parse(JSON.parse(text))))
    await expect.poll(() => heard.length, { timeout: 10_000 }).toBeGreaterThan(0)
    return { child, said: heard, owned: () => heard.at(-1)?.owned ?? [] }
  }

  const whole = Array.from({ length: partitions }, (_, partition) => partition)
  const together = (...members: readonly { owned(): readonly number[] }[]): readonly number[] =>
    members.flatMap((each) => each.owned()).sort((a, b) => a - b)

  it('[N4] a killed process’s partitions move within five seconds', async () => {
    const nats = await server()
    const [one, two] = [await member(nats.url, 'n1'), await memberProcess(nats.url, 'n2')]
    await expect.poll(() => together(one, two)).toEqual(whole)
    two.child.kill('SIGKILL')
    const killedMs = performance.now()
    await expect.poll(() => one.owned(), { timeout: 5_000, interval: 10 }).toEqual(whole)
    expect(performance.now() - killedMs).toBeLessThan(5_000)
    expect(lines.filter((each) => each.startsWith('a node has gone silent'))).toHaveLength(1)
  })

  it('[N3] one that is asked to end has given its partitions to the others within a second', async () => {
    const nats = await server()
    const [one, two] = [await member(nats.url, 'n1'), await memberProcess(nats.url, 'n2')]
    await expect.poll(() => together(one, two)).toEqual(whole)
    two.child.kill('SIGTERM')
    const endedMs = performance.now()
    await expect.poll(() => one.owned(), { timeout: 2_000, interval: 5 }).toEqual(whole)
    expect(performance.now() - endedMs).toBeLessThan(1_000)
    await expect.poll(() => two.child.exitCode).toBe(0)
  })

  it('[N5] a stopped process owns nothing the moment it is woken, and takes part again by itself', async () => {
    const nats = await server()
    const [one, two] = [await member(nats.url, 'n1'), await memberProcess(nats.url, 'n2')]
    await expect.poll(() => together(one, two)).toEqual(whole)
    const before = two.owned()
    two.child.kill('SIGSTOP')
    await expect.poll(() => one.owned(), { timeout: 5_000 }).toEqual(whole)
    two.child.kill('SIGCONT')
    const changes = (): readonly (readonly number[])[] =>
      two.said.filter(({ when }) => when === 'changed').map(({ owned }) => owned)
    await expect.poll(changes, { timeout: 5_000 }).toEqual([[], before])
    await expect.poll(() => together(one, two), { timeout: 3_000 }).toEqual(whole)
    expect(two.said.find(({ when }) => when === 'woken')?.owned).toEqual([])
  })

  it('[N6] a server that is away for six seconds takes nothing from anybody', async () => {
    const nats = await server()
    const members = [await member(nats.url, 'n1'), await member(nats.url, 'n2'), await member(nats.url, 'n3')]
    await expect.poll(() => together(...members)).toEqual(whole)
    const before = members.map((each) => each.owned())
    let told = 0
    for (const each of members) each.watch(() => void told++)
    await nats.kill()
    await sleep(6_000)
    await nats.restart()
    await expect
      .poll(() => lines.filter((each) => each.startsWith('the lease is renewed again')).length, { timeout: 5_000 })
      .toBe(3)
    await sleep(3_500)
    expect(members.map((each) => each.owned())).toEqual(before)
    expect(told).toBe(0)
  })

  it('[N6] when it is away for longer everybody lets go, and has the same again afterwards', async () => {
    const nats = await server()
    const members = [await member(nats.url, 'n1'), await member(nats.url, 'n2')]
    await expect.poll(() => together(...members)).toEqual(whole)
    const before = members.map((each) => each.owned())
    await nats.kill()
    await expect.poll(() => together(...members), { timeout: 14_000 }).toEqual([])
    await nats.restart()
    await expect.poll(() => members.map((each) => each.owned()), { timeout: 5_000 }).toEqual(before)
  })

  it('[N6] a node whose cable is out loses its partitions, and forgets first when it is back', async () => {
    const nats = await server()
    const proxy = await proxyTo(nats)
    const [one, two] = [await member(nats.url, 'n1'), await member(`nats://${proxy.address}`, 'n2')]
    await expect.poll(() => together(one, two)).toEqual(whole)
    const before = two.owned()
    const told: (readonly number[])[] = []
    two.watch(() => void told.push(two.owned()))
    proxy.cut()
    await expect.poll(() => one.owned(), { timeout: 5_000 }).toEqual(whole)
    proxy.heal()
    await expect.poll(() => told, { timeout: 10_000 }).toEqual([[], before])
    await expect.poll(() => together(one, two), { timeout: 3_000 }).toEqual(whole)
  })

  it('[N6] lost answers and a slow network end no lease', async () => {
    const nats = await server()
    const proxy = await proxyTo(nats)
    const [one, two] = [await member(nats.url, 'n1'), await member(`nats://${proxy.address}`, 'n2')]
    await expect.poll(() => together(one, two)).toEqual(whole)
    let told = 0
    for (const each of [one, two]) each.watch(() => void told++)
    for (let round = 0; round < 3; round++) {
      proxy.stallReplies()
      await sleep(1_200)
      proxy.resetAll()
      proxy.heal()
      await sleep(1_500)
    }
    proxy.delay(200)
    await sleep(4_000)
    expect(told).toBe(0)
    expect(together(one, two)).toEqual(whole)
  })

  it('[N6] the loss of the server that leads the leases of a cluster takes nothing from anybody', async () => {
    const nats = await server(3)
    const members = [await member(nats.url, 'n1', 3), await member(nats.url, 'n2', 3), await member(nats.url, 'n3', 3)]
    await expect.poll(() => together(...members)).toEqual(whole)
    let told = 0
    for (const each of members) each.watch(() => void told++)
    const leader = await nats.leaderOf(`KV_${bucket}`)
    const killedMs = performance.now()
    await leader.kill()
    await nats.leaderOf(`KV_${bucket}`)
    await sleep(4_000)
    expect(told, `an election within ${Math.round(performance.now() - killedMs - 4_000)} ms`).toBe(0)
    expect(together(...members)).toEqual(whole)
    const fourth = await member(nats.url, 'n4', 3)
    await expect.poll(() => together(...members, fourth), { timeout: 3_000 }).toEqual(whole)
  })
})
