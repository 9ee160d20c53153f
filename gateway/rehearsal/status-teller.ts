import type { Agenda } from './agenda.ts'
import type { Business, Delays } from './business.ts'
import { statusBody } from './changes.ts'
import { graphErrors, webhookError, type GraphCode } from './graph-error.ts'
import type { Person } from './people.ts'
import type { PhoneMessage } from './phone-state.ts'
import { isWindowOpen, type SendParts } from './send-rules.ts'
import type { WebhookSender } from './webhook-sender.ts'

interface Parts extends Pick<SendParts, 'clock' | 'limits' | 'controls' | 'phones'> {
  readonly agenda: Agenda
  readonly business: Business
  readonly delays: Delays
  readonly sender: WebhookSender
  /** The person as webhooks show them now. */
  readonly shown: (person: string) => Person
}

/** A message on its way, with what was known when it was accepted. */
interface OnItsWay {
  readonly message: PhoneMessage
  readonly failure?: GraphCode
  readonly pricing: object
}

const heldMax = 10_000

/**
 * Carries an accepted message to the phone and tells its statuses: `sent`, `delivered`, `read`, or `failed`.
 * Owns the messages that are held. 1. A status is told once. 2. What is held goes nowhere until released. 3. `pricing` is told once, on the
 * first status at the phone.
 */
export class StatusTeller {
  readonly #parts: Parts
  readonly #held: OnItsWay[] = []

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** `message` is `held` or `accepted` and on its phone's list. */
  follow(message: PhoneMessage, failure?: GraphCode): void {
    const going = { message, pricing: this.#pricingOf(message), ...(failure === undefined ? {} : { failure }) }
    if (message.status !== 'held') this.#send(going)
    // Beyond the bound nothing is held: the test that needs more would not be one of holding.
    else if (this.#held.length < heldMax) this.#held.push(going)
    else this.#send(going)
  }

  release(): void {
    for (const going of this.#held.splice(0)) {
      this.#parts.phones.raise(going.message.id, 'accepted')
      this.#send(going)
    }
  }

  /** The customer looked at the conversation: whatever arrived is read. */
  read(person: string): void {
    for (const message of this.#parts.phones.messages(person)) {
      if (message.from === 'business' && message.status === 'delivered') this.#tell(message, 'read')
    }
  }

  #send({ message, failure, pricing }: OnItsWay): void {
    const { agenda, delays } = this.#parts
    agenda.in(delays.sentMs, () => {
      if (failure !== undefined) return this.#fail(message, failure)
      this.#tell(message, 'sent')
      agenda.in(delays.deliveredMs, () => this.#tell(message, 'delivered', pricing))
    })
  }

  #tell(message: PhoneMessage, status: 'sent' | 'delivered' | 'read', pricing?: object): void {
    // 1
    if (!this.#parts.phones.raise(message.id, status)) return
    this.#deliver(message, status, pricing === undefined ? {} : { pricing })
  }

  #fail(message: PhoneMessage, code: GraphCode): void {
    const { title } = graphErrors[code]
    if (!this.#parts.phones.raise(message.id, 'failed', { code, title })) return
    this.#deliver(message, 'failed', { errors: [webhookError(code)] })
  }

  #deliver(message: PhoneMessage, status: string, more: { pricing?: object; errors?: readonly object[] }): void {
    const { clock, business, sender, shown } = this.#parts
    const { id, person, opaque } = message
    const news = { id, status, atMs: clock.nowMs(), ...(opaque === undefined ? {} : { opaque }), ...more }
    const body = statusBody(business, shown(person), news)
    sender.tell({ field: 'messages', about: `${status}: ${message.type}`, body })
  }

  #pricingOf({ person, template }: PhoneMessage): object {
    const category = template?.category ?? 'service'
    const type = this.#priceType(person, category)
    return { billable: type === 'regular', pricing_model: 'PMP', type, category }
  }

  #priceType(person: string, category: string): string {
    const { clock, limits, phones } = this.#parts
    const answeredAdAtMs = phones.answeredAdAtMs(person)
    const entered = answeredAdAtMs !== undefined && clock.nowMs() < answeredAdAtMs + limits.entryPointMs
    if (entered) return 'free_entry_point'
    if (category === 'service') return 'free_customer_service'
    return category === 'utility' && isWindowOpen(this.#parts, person) ? 'free_customer_service' : 'regular'
  }
}
