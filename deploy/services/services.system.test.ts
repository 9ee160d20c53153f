import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { Redis } from 'ioredis'
import { spawn, type ChildProcess, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { MongoClient } from 'mongodb'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { isFreePort } from './free-ports.ts'
import { findServer } from './find-server.ts'
import { serverKinds } from './server-kinds.ts'

const main = fileURLToPath(new URL('./main.ts', import.meta.url))
const house = fileURLToPath(new URL('../../', import.meta.url))
const allThere = serverKinds.every((kind) => findServer(kind) !== undefined)

const after: (() => unknown)[] = []
afterEach(async () => {
  for (const undo of after.splice(0).reverse()) await undo()
})

function place(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fineacers-services-'))
  after.push(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The command in a process of its own. */
interface Command {
  readonly child: ChildProcess
  readonly said: { out: string; err: string }
  readonly ended: Promise<number | null>
}

function command(words: readonly string[], environment: { readonly [name: string]: string } = {}): Command {
  return launched(spawn(process.execPath, [main, ...words], { env: { ...process.env, ...environment } }))
}

function launched(child: ChildProcessWithoutNullStreams): Command {
  const said = { out: '', err: '' }
  child.stdout.on('data', (chunk: Buffer) => void (said.out += chunk.toString('utf8')))
  child.stderr.on('data', (chunk: Buffer) => void (said.err += chunk.toString('utf8')))
  const ended = new Promise<number | null>((resolve) => void child.once('close', resolve))
  after.push(() => child.kill('SIGKILL'))
  return { child, said, ended }
}

interface Serving extends Command {
  /** What it told a shell a variable is. */
  readonly address: (name: string) => string
}

async function serving(words: readonly string[]): Promise<Serving> {
  return whenServing(command(words))
}

async function whenServing(running: Command): Promise<Serving> {
  await expect.poll(() => running.said.err, { timeout: 60_000 }).toContain('Press Ctrl+C to stop')
  return { ...running, address: (name) => new RegExp(`^export ${name}=(.*)$`, 'm').exec(running.said.out)?.[1] ?? '' }
}

/** Processes that work in a folder, as the system sees them. */
function processesIn(folder: string): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return readlinkSync(join('/proc', pid, 'cwd')).startsWith(folder)
    } catch {
      return false
    }
  })
}

const portOf = (url: string): number => Number(new URL(url).port)

describe.skipIf(!allThere || !existsSync('/proc'))('npm run services [counts processes in /proc]', () => {
  it('starts three servers that keep what they are given, and leaves none when it is stopped', async () => {
    const folder = place()
    const first = await serving(['--folder', folder])
    const urls = ['NATS_URL', 'REDIS_URL', 'MONGODB_URL'].map(first.address)
    expect(urls).toEqual([
      expect.stringMatching(/^nats:\/\/127\.0\.0\.1:\d+$/),
      expect.stringMatching(/^redis:\/\/127\.0\.0\.1:\d+$/),
      expect.stringMatching(/^mongodb:\/\/127\.0\.0\.1:\d+$/),
    ])
    expect(processesIn(folder)).toHaveLength(3)
    await write(first)
    first.child.kill('SIGTERM')
    expect(await first.ended).toBe(0)
    expect(processesIn(folder)).toEqual([])
    expect(await Promise.all(urls.map((url) => isFreePort(portOf(url))))).toEqual([true, true, true])

    const second = await serving(['--folder', folder])
    // What was copied into another shell is true again.
    expect(['NATS_URL', 'REDIS_URL', 'MONGODB_URL'].map(second.address)).toEqual(urls)
    expect(await read(second)).toEqual(['nats', 'redis', 'mongo'])
  })

  it('leaves none when it is killed', async () => {
    const folder = place()
    const running = await serving(['--folder', folder])
    running.child.kill('SIGKILL')
    await running.ended
    await expect.poll(() => processesIn(folder), { timeout: 10_000 }).toEqual([])
    await expect.poll(() => isFreePort(portOf(running.address('NATS_URL')))).toBe(true)
  })

  it.each(['SIGTERM', 'SIGKILL'] as const)('leaves none when npm, which started it, gets %s', async (signal) => {
    const folder = place()
    const npm = spawn('npm', ['run', 'services', '--', 'redis', '--folder', folder], { cwd: house })
    const running = await whenServing(launched(npm))
    expect(processesIn(folder)).toHaveLength(1)
    npm.kill(signal)
    await running.ended
    await expect.poll(() => processesIn(folder), { timeout: 10_000 }).toEqual([])
  })

  it('starts a cluster of three when it is asked to, and goes on when one of them ends', async () => {
    const folder = place()
    const running = await serving(['nats', '--cluster', '--folder', folder])
    expect(running.said.out).toContain('export NATS_REPLICAS=3')
    expect(running.said.out).not.toContain('REDIS_URL')
    const servers = running.address('NATS_URL').split(',')
    expect(servers).toHaveLength(3)
    const client = await connect({ servers, maxReconnectAttempts: -1, reconnectTimeWait: 50 })
    after.push(() => client.close())
    const { streams } = await jetstreamManager(client)
    const made = await streams.add({ name: 'THREE', subjects: ['three'], num_replicas: 3 })
    expect(made.config.num_replicas).toBe(3)
    process.kill(Number(processesIn(folder)[0]), 'SIGKILL')
    await expect.poll(() => running.said.err).toMatch(/nats-\d \(process \d+\) has ended/)
    const publish = () =>
      jetstream(client)
        .publish('three', 'one')
        .catch(() => undefined)
    await expect.poll(publish, { timeout: 20_000 }).toMatchObject({ stream: 'THREE' })
    running.child.kill('SIGINT')
    expect(await running.ended).toBe(0)
    expect(processesIn(folder)).toEqual([])
  })

  it('does not start on a folder where servers run, and tells their addresses', async () => {
    const folder = place()
    const running = await serving(['redis', '--folder', folder])
    const second = command(['redis', '--folder', folder])
    expect(await second.ended).toBe(1)
    expect(second.said.err).toContain(`Servers run on ${folder} already (process ${running.child.pid ?? 0})`)
    expect(second.said.err).toContain(`export REDIS_URL=${running.address('REDIS_URL')}`)
  })

  it('ends with 1 when no server is left', async () => {
    const folder = place()
    const running = await serving(['redis', '--folder', folder])
    process.kill(Number(processesIn(folder)[0]), 'SIGKILL')
    expect(await running.ended).toBe(1)
    expect(running.said.err).toContain('redis (process')
  })
})

describe('npm run services on a machine without servers', () => {
  it('says at once what each wants, starts nothing, and ends with 1', async () => {
    const bare = { PATH: '', FINEACERS_SERVERS_CACHE: place() }
    const { said, ended } = command(['--folder', place()], bare)
    expect(await ended).toBe(1)
    expect(said.err.match(/ is missing\b/g)).toHaveLength(3)
    expect(said.err).toContain('apt-get install redis-server')
  })

  it('does not understand what it does not know, and says what it knows', async () => {
    const { said, ended } = command(['postgres'])
    expect(await ended).toBe(2)
    expect(said.err).toContain('There is no server "postgres"')
    expect(said.err).toContain('--cluster')
  })
})

async function write(running: Serving): Promise<void> {
  const { nats, redis, mongo } = await clientsOf(running)
  const { streams } = await jetstreamManager(nats)
  await streams.add({ name: 'KEPT', subjects: ['kept'] })
  await jetstream(nats).publish('kept', 'nats')
  await redis.set('kept', 'redis')
  await mongo.db('test').collection('kept').insertOne({ text: 'mongo' })
}

async function read(running: Serving): Promise<readonly unknown[]> {
  const { nats, redis, mongo } = await clientsOf(running)
  const { streams } = await jetstreamManager(nats)
  const message = await streams.getMessage('KEPT', { seq: 1 })
  const document = await mongo.db('test').collection('kept').findOne({})
  return [message?.string(), await redis.get('kept'), document?.['text']]
}

async function clientsOf(running: Serving) {
  const nats = await connect({ servers: running.address('NATS_URL') })
  const redis = new Redis(running.address('REDIS_URL'))
  const mongo = new MongoClient(running.address('MONGODB_URL'))
  redis.on('error', () => undefined)
  after.push(
    () => nats.close(),
    () => redis.disconnect(),
    () => mongo.close(),
  )
  return { nats, redis, mongo }
}
