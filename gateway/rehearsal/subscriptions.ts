import type { Clock } from '#runtime/ports/clock.ts'
import { GraphError } from './graph-error.ts'
import type { Minting } from './minting.ts'

/** The app's own addresses, as set on its dashboard. */
export interface Callbacks {
  /** For `whatsapp_business_account`. */
  readonly whatsapp?: string
  /** For `page`: lead advertisements, and what people write to the Page. */
  readonly page?: string
  /** For `instagram`: what people write to the Page's Instagram account. */
  readonly instagram?: string
}

interface Parts {
  readonly clock: Clock
  readonly minting: Minting
  readonly callbacks: Callbacks
  readonly signal: AbortSignal
}

const urlMax = 200
const challengeMs = 10_000

/**
 * Where webhooks go.
 * Owns the addresses and what the app is subscribed to. 1. An address is taken only after it answered the challenge. 2. Messages go to the
 * number's address, else the account's, else the app's; account and template fields, and what is of a Page or of Instagram, only to the app's. 3. Of a Page
 * only the fields it is subscribed to go out.
 */
export class Subscriptions {
  readonly #parts: Parts
  #app: Callbacks
  #account: string | undefined
  #number: string | undefined
  #accountSubscribed: boolean
  #pageFields: readonly string[]

  /** An app whose address is set from the start is subscribed from the start. */
  constructor(parts: Parts) {
    this.#parts = parts
    this.#app = parts.callbacks
    this.#accountSubscribed = parts.callbacks.whatsapp !== undefined
    this.#pageFields = parts.callbacks.page === undefined ? [] : ['leadgen']
  }

  callbackFor(field: string, object: string): string | undefined {
    if (object === 'instagram') return this.#app.instagram
    if (object === 'page') return this.#pageFields.includes(field) ? this.#app.page : undefined
    if (!this.#accountSubscribed) return undefined
    const special = numberFields.has(field) ? (this.#number ?? this.#account) : undefined
    return special ?? this.#app.whatsapp
  }

  /** As on the app's dashboard. Throws a `GraphError` when the address does not answer the challenge. */
  async setApp(
    of: keyof Callbacks,
    { url, verifyToken }: { readonly url: string; readonly verifyToken: string },
  ): Promise<void> {
    await this.#verify(url, verifyToken)
    this.#app = { ...this.#app, [of]: url }
  }

  /** The app's own addresses, as `GET` tells them. */
  ofApp(): readonly object[] {
    const { whatsapp, page, instagram } = this.#app
    const told = { whatsapp_business_account: whatsapp, page, instagram }
    return Object.entries(told).flatMap(([object, callback_url]) =>
      callback_url === undefined ? [] : [{ object, callback_url, active: true, fields: [] }],
    )
  }

  /** Subscribes the account; with an override, sends its webhooks there. Throws a `GraphError`. */
  async subscribeAccount(override?: { readonly url: string; readonly verifyToken: string }): Promise<void> {
    if (override === undefined) {
      this.#account = undefined
      this.#accountSubscribed = true
      return
    }
    this.#mustBeSubscribed()
    await this.#verify(override.url, override.verifyToken)
    this.#account = override.url
  }

  async overrideNumber(url: string, verifyToken: string): Promise<void> {
    this.#mustBeSubscribed()
    if (url !== '') await this.#verify(url, verifyToken)
    this.#number = url === '' ? undefined : url
  }

  unsubscribeAccount(): void {
    this.#accountSubscribed = false
    this.#account = undefined
  }

  subscribePage(fields: readonly string[]): void {
    this.#pageFields = fields
  }

  /** What of the Page the app is told of. */
  pageFields(): readonly string[] {
    return this.#pageFields
  }

  /** As `GET` tells them; absent is not set. */
  state(): {
    readonly subscribed: boolean
    readonly app?: string
    readonly account?: string
    readonly number?: string
  } {
    return {
      subscribed: this.#accountSubscribed,
      ...(this.#app.whatsapp === undefined ? {} : { app: this.#app.whatsapp }),
      ...(this.#account === undefined ? {} : { account: this.#account }),
      ...(this.#number === undefined ? {} : { number: this.#number }),
    }
  }

  #mustBeSubscribed(): void {
    if (this.#accountSubscribed) return
    const why =
      'Before override the current callback uri, your app must be subscribed to receive messages for this account.'
    throw new GraphError(100, why)
  }

  async #verify(url: string, verifyToken: string): Promise<void> {
    if (url.length > urlMax || !URL.canParse(url)) throw new GraphError(100, 'The callback URL is not valid.')
    const challenge = this.#parts.minting.digits(10)
    const asked = new URL(url)
    asked.searchParams.set('hub.mode', 'subscribe')
    asked.searchParams.set('hub.challenge', challenge)
    asked.searchParams.set('hub.verify_token', verifyToken)
    const answer = await this.#get(asked)
    if (answer.status === 200 && answer.text.trim() === challenge) return
    throw new GraphError(
      2200,
      `Callback verification failed with the following errors: HTTP Status Code = ${answer.status}`,
    )
  }

  async #get(url: URL): Promise<{ readonly status: number; readonly text: string }> {
    const tooLong = new AbortController()
    const { clock } = this.#parts
    const cancel = clock.schedule(clock.nowMs() + challengeMs, () => tooLong.abort())
    try {
      const signal = AbortSignal.any([this.#parts.signal, tooLong.signal])
      const answer = await fetch(url, { redirect: 'manual', signal })
      return { status: answer.status, text: await answer.text() }
    } catch {
      throw new GraphError(2200, 'The URL couldn’t be validated: the callback could not be reached.')
    } finally {
      cancel()
    }
  }
}

/** The fields that belong to a number and not to the account. */
const numberFields: ReadonlySet<string> = new Set([
  'messages',
  'user_preferences',
  'smb_message_echoes',
  'automatic_events',
])
