import { z } from 'zod'
import type { Json } from '../../json.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Budget, Ephemeral, GroupMember, Spending } from '../../ports/ephemeral.ts'
import type { Log } from '../../ports/log.ts'
import { StorageError } from '../../ports/storage-error.ts'
import { createMemoryEphemeral } from '../memory/ephemeral.ts'
import { RedisLink } from './link.ts'
import { createScripts, evaluate, type Script } from './scripts.ts'
import { RedisTopics } from './topics.ts'

export interface RedisEphemeralOptions {
  /** `redis://[user:password@]host:port[/database]`, or `rediss://` for TLS. Redis 6.2 or newer, any Valkey. */
  readonly url: string
  readonly clock: Clock
  readonly log: Log
  /** Begins every key and channel: houses that share a server have different ones. */
  readonly prefix?: string
  /** Limits follow `clock` and not the server's clock. For tests: gateways whose clocks differ would not share a limit. */
  readonly limitsByClock?: boolean
}

/**
 * The ephemeral store on a Redis or Valkey that several processes share. Returns at once: until the server answers, and whenever it does not,
 * the store is not `reachable` and refuses. Times are the server's.
 */
export function openRedisEphemeral(options: RedisEphemeralOptions): Ephemeral {
  return new RedisEphemeral(options)
}

const pairs = z.array(z.string())
const spent = z.tuple([z.number(), z.number()])

/**
 * Owns the line and the topics. 1. What is a few steps on the server is one script, so that several processes never see half of it.
 * 2. Keys of one purpose begin alike and are never another's: `k:` values and counters, `g:` and `t:` groups, `l:` limits, `c:` channels.
 */
class RedisEphemeral implements Ephemeral {
  readonly #link: RedisLink
  readonly #topics: RedisTopics
  readonly #scripts = createScripts()
  readonly #prefix: string
  readonly #limitClock: Clock | undefined
  /** Counts for this process while the server can't count for all. */
  readonly #alone: Ephemeral

  constructor({ url, clock, log, prefix = 'fineacers:', limitsByClock = false }: RedisEphemeralOptions) {
    this.#prefix = prefix
    this.#limitClock = limitsByClock ? clock : undefined
    this.#alone = createMemoryEphemeral({ clock, keysMax: 20_000 })
    this.#link = new RedisLink({ url, clock, log })
    this.#topics = new RedisTopics(this.#link, { log, prefix: `${prefix}c:` })
  }

  async set(key: string, value: Json, timeToLiveMs: number): Promise<void> {
    await this.#link.run((redis) => redis.set(this.#key(key), JSON.stringify(value), 'PX', wholeMs(timeToLiveMs)))
  }

  async get(key: string): Promise<Json | undefined> {
    return jsonOf(await this.#link.run((redis) => redis.get(this.#key(key))))
  }

  async take(key: string): Promise<Json | undefined> {
    return jsonOf(await this.#link.run((redis) => redis.getdel(this.#key(key))))
  }

  async delete(key: string): Promise<void> {
    await this.#link.run((redis) => redis.del(this.#key(key)))
  }

  async increment(key: string, by: number, timeToLiveMs: number): Promise<number> {
    const { increment } = this.#scripts
    return Number(await this.#run(increment, [this.#key(key)], [by, wholeMs(timeToLiveMs)]))
  }

  async join(group: string, { name, value }: GroupMember, timeToLiveMs: number): Promise<void> {
    await this.#run(this.#scripts.join, this.#group(group), [name, JSON.stringify(value), wholeMs(timeToLiveMs)])
  }

  async leave(group: string, name: string): Promise<void> {
    await this.#run(this.#scripts.leave, this.#group(group), [name])
  }

  async members(group: string, limit: number): Promise<readonly GroupMember[]> {
    const found = pairs.parse(await this.#run(this.#scripts.members, this.#group(group), [limit]))
    return found.flatMap((name, index) =>
      index % 2 === 0 ? [{ name, value: jsonOf(found[index + 1] ?? null) ?? null }] : [],
    )
  }

  async limit(key: string, budget: Budget): Promise<Spending> {
    const { limit, windowMs, cost = 1, whenAway } = budget
    const nowUs = this.#limitClock === undefined ? '' : this.#limitClock.nowMs() * 1000
    try {
      const answer = await this.#run(
        this.#scripts.limit,
        [`${this.#prefix}l:${key}`],
        [limit, windowMs * 1000, cost, nowUs],
      )
      const [allowed, waitMs] = spent.parse(answer)
      return { allowed: allowed === 1, retryAfterMs: waitMs < 0 ? Number.MAX_SAFE_INTEGER : waitMs }
    } catch (error) {
      const away = error instanceof StorageError && error.code === 'store-unavailable'
      if (!away || whenAway === 'refuse') throw error
      return this.#alone.limit(key, budget)
    }
  }

  publish(topic: string, message: Json): void {
    this.#topics.publish(topic, message)
  }

  subscribe(topic: string, listener: (message: Json) => void): () => void {
    return this.#topics.subscribe(topic, listener)
  }

  reachable(): boolean {
    return this.#link.reachable
  }

  watch(listener: (reachable: boolean) => void): () => void {
    return this.#link.watch(listener)
  }

  async close(): Promise<void> {
    this.#topics.close()
    this.#link.close()
    await this.#alone.close()
  }

  #run(script: Script, keys: readonly string[], values: readonly (string | number)[]): Promise<unknown> {
    return this.#link.run((redis) => evaluate(redis, script, { keys, values }))
  }

  #key(key: string): string {
    return `${this.#prefix}k:${key}`
  }

  #group(group: string): readonly string[] {
    return [`${this.#prefix}g:${group}`, `${this.#prefix}t:${group}`]
  }
}

function wholeMs(ms: number): number {
  return Math.max(1, Math.ceil(ms))
}

/** A stored value. Only this adapter writes under its prefix; what another has written there is not one. */
function jsonOf(text: string | null): Json | undefined {
  if (text === null) return undefined
  const value: Json = JSON.parse(text)
  return value
}
