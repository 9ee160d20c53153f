import { createHmac } from 'node:crypto'
import type { Clock } from '#runtime/ports/clock.ts'
import type { Agenda } from './agenda.ts'
import type { Control } from './controls.ts'

/** A webhook as the page lists it. `body` is what was signed, before its letters were escaped. */
export interface Webhook {
  readonly id: number
  readonly atMs: number
  readonly field: string
  readonly about: string
  readonly url?: string
  readonly tries: number
  readonly state: 'waiting' | 'arrived' | 'given-up' | 'nobody-subscribed'
  /** The last answer, or why there was none. */
  readonly answer?: string
  readonly again: 'first' | 'duplicate'
  readonly body: WebhookBody
}

/** What is to be told, and in a few words what it is about. */
export interface Delivery {
  readonly field: string
  readonly about: string
  readonly body: WebhookBody
}

/** `object` is what it is about: a WhatsApp account, a Page or an Instagram account. */
export interface WebhookBody {
  readonly object: string
  readonly entry: readonly object[]
}

interface Parts {
  readonly clock: Clock
  readonly agenda: Agenda
  readonly appSecret: string
  readonly delays: { readonly lateMs: number; readonly gatherMs: number; readonly retryMs: number }
  readonly isPressed: (control: Control) => boolean
  readonly callbackFor: (field: string, object: string) => string | undefined
  readonly onChange: (webhook: Webhook) => void
}

const logMax = 500
const waitingMax = 20_000
const inFlightMax = 64
const timeoutMs = 20_000
const hourMs = 60 * 60 * 1000
const giveUpMs = 7 * 24 * hourMs

/**
 * Sends signed webhooks and tries again until they are answered with 200.
 * Owns the queue, the calls under way and the log. 1. Calls begin in the order of the queue and do not wait for each other, at most
 * `inFlightMax` at once. 2. Anything but 200 is tried again with growing pauses, for seven days. 3. While Meta is down nothing goes out, and
 * nothing is lost. 4. The log keeps the newest `logMax`; an address is looked up when the webhook is first due.
 */
export class WebhookSender {
  readonly #parts: Parts
  readonly #log = new Map<number, Webhook>()
  readonly #queue: { readonly webhook: Webhook; readonly done: () => void }[] = []
  readonly #stopping = new AbortController()
  #gathered: Delivery[] = []
  #made = 0
  #inFlight = 0

  constructor(parts: Parts) {
    this.#parts = parts
  }

  log(): readonly Webhook[] {
    return [...this.#log.values()]
  }

  tell(delivery: Delivery): void {
    const { isPressed, agenda, delays } = this.#parts
    if (isPressed('out-of-order')) {
      if (this.#gathered.length === 0) agenda.in(Math.max(1, delays.gatherMs), () => this.#sendNewestFirst())
      this.#gathered.push(delivery)
    } else if (isPressed('late')) agenda.in(delays.lateMs, () => this.#enqueue(delivery))
    else this.#enqueue(delivery)
  }

  /** Meta is back: what waited goes out. */
  resume(): void {
    this.#work()
  }

  close(): void {
    this.#stopping.abort()
    for (const { done } of this.#queue.splice(0)) done()
  }

  #sendNewestFirst(): void {
    for (const delivery of this.#gathered.splice(0).reverse()) this.#enqueue(delivery)
  }

  #enqueue(delivery: Delivery): void {
    this.#add(delivery, 'first')
    if (this.#parts.isPressed('duplicate')) this.#add(delivery, 'duplicate')
    this.#work()
  }

  #add(delivery: Delivery, again: Webhook['again']): void {
    const url = this.#parts.callbackFor(delivery.field, delivery.body.object)
    this.#made += 1
    const webhook: Webhook = {
      ...delivery,
      id: this.#made,
      atMs: this.#parts.clock.nowMs(),
      ...(url === undefined ? {} : { url }),
      tries: 0,
      state: url === undefined ? 'nobody-subscribed' : 'waiting',
      again,
    }
    this.#keep(webhook)
    if (url === undefined) return
    if (this.#queue.length >= waitingMax) this.#keep({ ...webhook, state: 'given-up', answer: 'too many wait' })
    else this.#queue.push({ webhook, done: this.#parts.agenda.begin() })
  }

  #work(): void {
    while (!this.#stopping.signal.aborted && !this.#parts.isPressed('down') && this.#inFlight < inFlightMax) {
      const next = this.#queue.shift()
      if (next === undefined) return
      this.#inFlight += 1
      void this.#try(next.webhook, next.done).finally(() => {
        this.#inFlight -= 1
        this.#work()
      })
    }
  }

  async #try(webhook: Webhook, done: () => void): Promise<void> {
    const answer = await this.#post(webhook)
    if (this.#stopping.signal.aborted) return done()
    const tried: Webhook = { ...webhook, tries: webhook.tries + 1, answer }
    const pauseMs = Math.min(this.#parts.delays.retryMs * 2 ** webhook.tries, hourMs)
    const late = this.#parts.clock.nowMs() + pauseMs > webhook.atMs + giveUpMs
    if (answer === '200') this.#keep({ ...tried, state: 'arrived' })
    else if (late) this.#keep({ ...tried, state: 'given-up' })
    else this.#again(tried, pauseMs)
    done()
  }

  #again(webhook: Webhook, pauseMs: number): void {
    this.#keep(webhook)
    this.#parts.agenda.in(Math.max(1, pauseMs), () => {
      this.#queue.push({ webhook, done: this.#parts.agenda.begin() })
      this.#work()
    })
  }

  /** The status of the answer, or why there was none. */
  async #post({ url = '', body }: Webhook): Promise<string> {
    const tooLong = new AbortController()
    const { clock, appSecret } = this.#parts
    const cancel = clock.schedule(clock.nowMs() + timeoutMs, () => tooLong.abort(new Error('no answer in 20 seconds')))
    const bytes = bytesOf(body)
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'facebookexternalua',
          'x-hub-signature-256': signature(bytes, appSecret),
        },
        body: bytes,
        redirect: 'manual',
        signal: AbortSignal.any([tooLong.signal, this.#stopping.signal]),
      })
      await answer.arrayBuffer()
      return String(answer.status)
    } catch (error) {
      return reasonOf(error)
    } finally {
      cancel()
    }
  }

  #keep(webhook: Webhook): void {
    this.#log.set(webhook.id, webhook)
    const [oldest] = this.#log.keys()
    if (this.#log.size > logMax && oldest !== undefined) this.#log.delete(oldest)
    this.#parts.onChange(webhook)
  }
}

/** The bytes Meta signs: letters beyond ASCII as `\uXXXX`, and a template's id as a number with all its digits. Source: whatsapp-and-lead-ads 6.2 and 6.8. */
export function bytesOf(body: object): Buffer<ArrayBuffer> {
  const text = JSON.stringify(body)
    .replaceAll(/"message_template_id":"(\d+)"/g, '"message_template_id":$1')
    .replaceAll(/[^\0-\x7f]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return Buffer.from(text, 'utf8')
}

/** The header `X-Hub-Signature-256`. */
export function signature(bytes: Buffer, appSecret: string): string {
  return `sha256=${createHmac('sha256', appSecret).update(bytes).digest('hex')}`
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code
  return cause instanceof Error ? cause.message : String(cause)
}
