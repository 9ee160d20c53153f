import { Redis } from 'ioredis'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import { StorageError } from '../../ports/storage-error.ts'

/** How long an answer may take, how often the line is tried, and how long a silent one is kept. */
export const linkTimes = { commandMs: 500, beatMs: 1000, silenceMs: 2000, reconnectMaxMs: 2000 } as const

export interface LinkOptions {
  /** `redis://` or `rediss://`, with user, password and database where needed. */
  readonly url: string
  readonly clock: Clock
  readonly log: Log
}

/**
 * The line to a Redis or Valkey: one connection for commands and one for messages, for a reader of messages who is slow is cut off by the server.
 * Owns both, and whether the store is reachable. 1. No command waits for a connection: without one it is refused at once, and nothing is sent
 * twice. 2. After one command without an answer the rest are refused at once, until a beat is answered. 3. Reachable means that both
 * connections answered last. 4. It reconnects for ever, at most two seconds apart.
 */
export class RedisLink {
  readonly messages: Redis
  readonly #commands: Redis
  readonly #clock: Clock
  readonly #log: Log
  readonly #name: string
  readonly #watchers = new Set<(reachable: boolean) => void>()
  readonly #answering = { commands: false, messages: false }
  #reachable = false
  #closed = false
  #why = 'it has not answered yet'
  #cancelBeat = (): void => {}

  constructor({ url, clock, log }: LinkOptions) {
    this.#clock = clock
    this.#log = log
    this.#name = nameOf(url)
    this.#commands = this.#connect(url, 'commands')
    this.messages = this.#connect(url, 'messages')
    this.#beatLater()
  }

  get reachable(): boolean {
    return this.#reachable
  }

  watch(watcher: (reachable: boolean) => void): () => void {
    // Wrapped, so that the same function may watch twice.
    const own = (reachable: boolean): void => watcher(reachable)
    this.#watchers.add(own)
    return () => void this.#watchers.delete(own)
  }

  /** Runs a command now, or rejects with `store-unavailable`. */
  async run<Answer>(command: (redis: Redis) => Promise<Answer>): Promise<Answer> {
    this.assertOpen()
    // 1 and 2.
    if (!this.#answering.commands) throw this.#away(undefined)
    try {
      return await command(this.#commands)
    } catch (error) {
      this.assertOpen()
      if (isSilence(error)) this.#heard('commands', error)
      throw this.#away(error)
    }
  }

  assertOpen(): void {
    if (this.#closed) throw new StorageError('store-closed', 'the ephemeral store is closed')
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#reachable = false
    this.#cancelBeat()
    this.#watchers.clear()
    this.#commands.disconnect()
    this.messages.disconnect()
  }

  #connect(url: string, which: 'commands' | 'messages'): Redis {
    const redis = new Redis(url, { ...connectionOptions, connectionName: `fineacers-${which}` })
    redis.on('error', (error: Error) => {
      this.#why = error.message
    })
    redis.on('ready', () => {
      this.#why = 'the connection has closed'
      this.#heard(which, undefined)
    })
    // Why it closed has been told as an error, where anybody knows.
    redis.on('close', () => this.#heard(which, new Error(this.#why)))
    return redis
  }

  #beatLater(): void {
    this.#cancelBeat = this.#clock.schedule(this.#clock.nowMs() + linkTimes.beatMs, () => {
      this.#beat('commands', this.#commands)
      this.#beat('messages', this.messages)
      this.#beatLater()
    })
  }

  #beat(which: 'commands' | 'messages', redis: Redis): void {
    if (redis.status !== 'ready') return
    redis.ping().then(
      () => this.#heard(which, undefined),
      (error: unknown) => this.#heard(which, error),
    )
  }

  /** Takes note of an answer, or of none. */
  #heard(which: 'commands' | 'messages', failure: unknown): void {
    if (this.#closed) return
    this.#answering[which] = failure === undefined
    if (failure instanceof Error) this.#why = failure.message
    const reachable = this.#answering.commands && this.#answering.messages
    if (reachable === this.#reachable) return
    this.#reachable = reachable
    if (reachable) this.#log.info('the ephemeral store answers', { server: this.#name })
    else this.#log.warn('the ephemeral store can not be reached', { server: this.#name, reason: this.#why })
    for (const watcher of this.#watchers) this.#tell(watcher, reachable)
  }

  #tell(watcher: (reachable: boolean) => void, reachable: boolean): void {
    try {
      watcher(reachable)
    } catch (error) {
      this.#log.error('a watcher of the ephemeral store threw', { reason: String(error) })
    }
  }

  #away(cause: unknown): StorageError {
    const why = cause instanceof Error ? cause.message : this.#why
    return new StorageError('store-unavailable', `the ephemeral store at ${this.#name} can not be asked: ${why}`, cause)
  }
}

const connectionOptions = {
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  autoResubscribe: false,
  maxRetriesPerRequest: 0,
  commandTimeout: linkTimes.commandMs,
  socketTimeout: linkTimes.silenceMs,
  connectTimeout: 2000,
  // Uneven, so that the gateways of a house do not all come back in the same instant.
  retryStrategy: (times: number) =>
    Math.min(linkTimes.reconnectMaxMs, 50 * 2 ** Math.min(times, 6)) * (0.75 + Math.random() / 4),
  // A fail-over has made this server a replica: its name leads to the new one.
  reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
}

/** No answer, as against one that says no. */
function isSilence(error: unknown): boolean {
  return !(error instanceof Error) || error.name !== 'ReplyError'
}

/** Host and port; never the password. */
function nameOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'an address that is no URL'
}
