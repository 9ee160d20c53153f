import { MongoClient, type MongoClientOptions } from 'mongodb'
import type { Log } from '../../ports/log.ts'
import { StorageError } from '../../ports/storage-error.ts'

export interface LivelyClientOptions {
  readonly url: string
  readonly driver: MongoClientOptions & { readonly heartbeatFrequencyMS: number; readonly connectTimeoutMS: number }
  readonly log: Log
  /** A call that has no answer for so long has none. Longer than the driver's own limits. */
  readonly answerMs: number
}

interface Call {
  readonly sinceMs: number
  reject(error: StorageError): void
}

const lookEveryMs = 1000

/**
 * The driver's client, made anew when it has died without a word. Where a socket ends in the moment in which the driver (7.9.0) writes to it, that write
 * waits for ever: a call that never ends, or the driver's own heartbeat, after which it finds no server any more, whether or not there is one.
 *
 * Owns the client of the moment, and the calls in flight.
 * 1. Every call ends: with the driver's word, when its time is up, or with its client.
 * 2. A client whose heartbeat has been silent for much longer than a heartbeat takes is replaced. Time in which this process was paused does not count.
 */
export class LivelyClient {
  readonly #options: LivelyClientOptions
  readonly #silentMs: number
  readonly #calls = new Set<Call>()
  readonly #looking: NodeJS.Timeout
  #client: MongoClient
  #connected: Promise<unknown> | undefined
  #heardAtMs = 0
  #lookedAtMs = 0

  constructor(options: LivelyClientOptions) {
    const { heartbeatFrequencyMS, connectTimeoutMS } = options.driver
    this.#options = options
    this.#silentMs = 2 * (heartbeatFrequencyMS + connectTimeoutMS)
    this.#client = this.#made()
    this.#looking = setInterval(() => this.#look(), lookEveryMs).unref()
  }

  /** Of the moment: keep none of what it gives for a later call. */
  get client(): MongoClient {
    return this.#client
  }

  /** Runs calls of the driver. Rejects with what they reject with, or `store-unavailable` when nobody knows what became of them. */
  run<Result>(work: (client: MongoClient) => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const call: Call = { sinceMs: performance.now(), reject }
      this.#calls.add(call)
      this.#connect()
        .then(() => work(this.#client))
        .then(resolve, reject)
        .finally(() => this.#calls.delete(call))
    })
  }

  async close(): Promise<void> {
    clearInterval(this.#looking)
    const closing = this.#client.close()
    this.#end('it was closed')
    await closing
  }

  #made(): MongoClient {
    const { url, driver, log } = this.#options
    const client = new MongoClient(url, driver)
    const heard = (): void => void (this.#heardAtMs = performance.now())
    heard()
    client.on('serverHeartbeatStarted', heard).on('serverHeartbeatSucceeded', heard).on('serverHeartbeatFailed', heard)
    client.on('serverDescriptionChanged', ({ address, previousDescription, newDescription }) => {
      if (previousDescription.type === newDescription.type) return
      const [was, is] = [previousDescription.type, newDescription.type]
      log.debug('a documents server changed', { server: address, was, is })
    })
    return client
  }

  /** The client finds its way back by itself only after it has been there once. */
  #connect(): Promise<unknown> {
    this.#connected ??= this.#client.connect().catch((error: unknown) => {
      this.#connected = undefined
      throw error
    })
    return this.#connected
  }

  #look(): void {
    const nowMs = performance.now()
    const paused = nowMs - this.#lookedAtMs > 2 * lookEveryMs
    this.#lookedAtMs = nowMs
    // 2
    if (paused || this.#connected === undefined) this.#heardAtMs = nowMs
    if (nowMs - this.#heardAtMs > this.#silentMs) return this.#replace()
    for (const call of this.#calls)
      if (nowMs - call.sinceMs > this.#options.answerMs) this.#endOne(call, 'it did not answer')
  }

  #replace(): void {
    this.#options.log.warn('the client of the documents server has died and is made anew')
    // What it waits for does not come: nobody waits for it.
    this.#client.close().catch(() => {})
    this.#client = this.#made()
    this.#connected = undefined
    this.#end('its client died')
  }

  #end(why: string): void {
    for (const call of this.#calls) this.#endOne(call, why)
  }

  #endOne(call: Call, why: string): void {
    this.#calls.delete(call)
    call.reject(new StorageError('store-unavailable', `the documents server can't be reached: ${why}`))
  }
}
