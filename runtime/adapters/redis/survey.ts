import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { errorAsJson } from '../../plain.ts'
import type { Clock } from '../../ports/clock.ts'
import { StorageError } from '../../ports/storage-error.ts'

/** What a server of short-lived things says of itself. */
export interface RedisSeen {
  readonly product: 'Redis' | 'Valkey'
  readonly version: string
  /** It takes writes itself; a replica does not. */
  readonly isPrimary: boolean
  /** Keys are divided among several servers. */
  readonly isCluster: boolean
  /** What to do when memory is full; absent where it does not say. */
  readonly evicts?: string
  /** 0 for as much as the machine has. */
  readonly memoryBytesMax: number
  readonly memoryBytes: number
  /** Keys it has thrown away to make room, since it started. */
  readonly evicted: number
  /** It writes what it holds to disk. */
  readonly persists: boolean
  readonly clock: { readonly remoteMs: number; readonly beforeMs: number; readonly afterMs: number }
  /** The middle one of some round trips, milliseconds. */
  readonly roundTripMs: number
  /** Why a key could not be written; absent when it could, and was taken away again. */
  readonly refuses?: string
}

const waitMs = 2000
const pings = 11
/** As every key of ours begins. */
const prefix = 'fineacers:'

/** Connects once, looks, tries one write, and leaves. Rejects with `store-unavailable` or `store-unauthorized`. */
export async function surveyRedis({ url, clock }: { readonly url: string; readonly clock: Clock }): Promise<RedisSeen> {
  const redis = new Redis(url, {
    lazyConnect: true,
    enableReadyCheck: false,
    retryStrategy: () => null,
    connectTimeout: waitMs,
    commandTimeout: waitMs,
    maxRetriesPerRequest: 0,
    connectionName: 'fineacers-doctor',
  })
  let why = ''
  redis.on('error', (error: Error) => (why = error.message))
  try {
    await redis.connect()
    return await look(redis, clock)
  } catch (error) {
    throw asStorageError(error, why, nameOf(url))
  } finally {
    redis.disconnect()
  }
}

async function look(redis: Redis, clock: Clock): Promise<RedisSeen> {
  const info = readInfo(await redis.info())
  const beforeMs = clock.nowMs()
  const [seconds, micros] = await redis.time()
  const afterMs = clock.nowMs()
  const refuses = await tryWrite(redis)
  const evicts = info.get('maxmemory_policy')
  return {
    ...productIn(info),
    isPrimary: info.get('role') !== 'slave',
    isCluster: info.get('cluster_enabled') === '1' || info.get('redis_mode') === 'cluster',
    ...(evicts === undefined ? {} : { evicts }),
    memoryBytesMax: Number(info.get('maxmemory') ?? 0),
    memoryBytes: Number(info.get('used_memory') ?? 0),
    evicted: Number(info.get('evicted_keys') ?? 0),
    persists: info.get('aof_enabled') === '1',
    clock: { remoteMs: Number(seconds) * 1000 + Number(micros) / 1000, beforeMs, afterMs },
    roundTripMs: await roundTrip(redis),
    ...(refuses === undefined ? {} : { refuses }),
  }
}

function productIn(info: ReadonlyMap<string, string>): Pick<RedisSeen, 'product' | 'version'> {
  const valkey = info.get('valkey_version')
  if (valkey !== undefined) return { product: 'Valkey', version: valkey }
  return { product: 'Redis', version: info.get('redis_version') ?? 'unknown' }
}

/** Lines of `name:value`. */
function readInfo(text: string): ReadonlyMap<string, string> {
  const pairs = text.split(/\r?\n/).map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)])
  return new Map(pairs.map(([name = '', value = '']) => [name, value]))
}

async function tryWrite(redis: Redis): Promise<string | undefined> {
  const key = `${prefix}doctor:${randomUUID()}`
  try {
    await redis.set(key, '1', 'PX', 10_000)
    await redis.del(key)
    return undefined
  } catch (error) {
    return errorAsJson(error).message
  }
}

async function roundTrip(redis: Redis): Promise<number> {
  const took: number[] = []
  for (let count = 0; count < pings; count++) {
    const beganMs = performance.now()
    await redis.ping()
    took.push(performance.now() - beganMs)
  }
  return took.toSorted((one, other) => one - other)[Math.floor(pings / 2)] ?? 0
}

function asStorageError(error: unknown, why: string, name: string): StorageError {
  const { message } = errorAsJson(error)
  const code = /NOAUTH|WRONGPASS|NOPERM|invalid password/i.test(`${message} ${why}`)
    ? 'store-unauthorized'
    : 'store-unavailable'
  const said = /connection is closed/i.test(message) && why !== '' ? why : message
  return new StorageError(code, `${name} does not answer as it should: ${said}`, error)
}

/** Host and port; never the password. */
function nameOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'an address that is no URL'
}
