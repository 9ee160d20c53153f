import type { RedisSeen } from '#runtime/adapters/redis/survey.ts'
import { bytesText } from './amounts.ts'
import { well, type Finding } from './finding.ts'

const oldest = [6, 2] as const
/** Each limit and each sign of presence is one round trip. */
const slowMs = 20
/** What may go when memory is full, without anybody being told: what ends soonest, or nothing. */
const goodPolicies: readonly string[] = ['noeviction', 'volatile-ttl']

/** Whether the server of short-lived things does. */
export function judgeRedis(redis: RedisSeen): readonly Finding[] {
  return [
    ...judgeVersion(redis),
    ...judgeRole(redis),
    ...judgeMemory(redis),
    ...judgeSpeed(redis),
    ...judgePersistence(redis),
  ]
}

function judgeVersion({ product, version }: RedisSeen): readonly Finding[] {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const old = major < oldest[0] || (major === oldest[0] && minor < oldest[1])
  if (!old) return [well('redis.version', 'Redis', `${product} ${version}`)]
  return [
    {
      level: 'wrong',
      check: 'redis.version',
      about: 'Redis',
      found: `${product} is ${version}`,
      means: 'Commands that limits and presence need came with 6.2.',
      todo: 'Install Redis 6.2 or newer, or Valkey. Nothing in it has to be kept.',
    },
  ]
}

function judgeRole({ isPrimary, isCluster, refuses }: RedisSeen): readonly Finding[] {
  const unwell = (found: string, todo: string): Finding => ({
    level: 'wrong',
    check: 'redis.writes',
    about: 'Redis',
    found,
    means: 'Nobody can sign in, presence is not known, and each process counts limits alone.',
    todo,
  })
  if (isCluster)
    return [
      unwell(
        'it divides keys among several servers',
        'Name one that keeps all keys (a primary with replicas, no cluster mode).',
      ),
    ]
  if (!isPrimary) return [unwell('it is a replica and takes no writes', 'Name its primary in REDIS_URL.')]
  if (refuses === undefined) return [well('redis.writes', 'Redis', 'takes writes')]
  return [
    unwell(
      `it refuses a write: ${refuses}`,
      'Let this user write keys and channels that begin with fineacers: (~fineacers:* &fineacers:*); when memory is full, give it more.',
    ),
  ]
}

function judgeMemory({ evicts, evicted, memoryBytes, memoryBytesMax }: RedisSeen): readonly Finding[] {
  const bounded = memoryBytesMax > 0
  const bound = bounded ? `of ${bytesText(memoryBytesMax)}` : 'and no limit'
  const check = 'redis.memory'
  if (evicts === undefined || goodPolicies.includes(evicts))
    return [well(check, 'Redis', `${bytesText(memoryBytes)} ${bound}, maxmemory-policy ${evicts ?? 'not shown'}`)]
  const any = evicts.startsWith('allkeys')
  const gone = evicted > 0 ? ` ${evicted} have gone since it started.` : ''
  return [
    {
      level: any && bounded ? 'wrong' : 'advice',
      check,
      about: 'Redis',
      found: `maxmemory-policy is ${evicts} (${bytesText(memoryBytes)} ${bound})`,
      means: `When memory is full, any limit, count or sign-in may go without a word: what was spent may be spent again.${gone}`,
      todo: 'Set maxmemory-policy to volatile-ttl (what ends soonest goes first) or noeviction (a full server counts as one that is away).',
    },
  ]
}

function judgeSpeed({ roundTripMs }: RedisSeen): readonly Finding[] {
  const took = `${roundTripMs.toFixed(1)} ms`
  if (roundTripMs <= slowMs) return [well('redis.latency', 'Redis', `answers in ${took}`)]
  return [
    {
      level: 'advice',
      check: 'redis.latency',
      about: 'Redis',
      found: `it takes ${took} to answer`,
      means: 'Every message of a customer waits for it, and after half a second it counts as away.',
      todo: 'Run it nearer to the gateways, or look at what else it does (SLOWLOG GET).',
    },
  ]
}

function judgePersistence({ persists }: RedisSeen): readonly Finding[] {
  const said = persists ? 'writes to disk, which is not needed' : 'keeps nothing on disk, and need not'
  return [well('redis.persistence', 'Redis', `${said}: nothing in it has to outlive it`)]
}
