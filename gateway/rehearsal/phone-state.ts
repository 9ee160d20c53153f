import type { RenderedTemplate } from './templates.ts'

export type PhoneStatus = 'held' | 'accepted' | 'sent' | 'delivered' | 'read' | 'failed'

/** A bubble of a customer's phone. `content` holds the node of the wire under its type, as `{ text: { body } }`. */
export interface PhoneMessage {
  readonly id: string
  readonly person: string
  /** `paired-phone`: somebody of the business, on a phone with the same number. */
  readonly from: 'customer' | 'business' | 'paired-phone'
  readonly atMs: number
  readonly type: string
  readonly content: { readonly [node: string]: unknown }
  readonly status: PhoneStatus
  readonly error?: { readonly code: number; readonly title: string }
  readonly replyTo?: string
  /** `biz_opaque_callback_data`. */
  readonly opaque?: string
  readonly template?: RenderedTemplate
  readonly reactions: { readonly customer?: string; readonly business?: string }
  readonly revoked?: true
}

interface Talk {
  readonly messages: Map<string, PhoneMessage>
  heardAtMs?: number
  /** The first message came by an advertisement, at this time. */
  adAtMs?: number
  answeredAdAtMs?: number
  marketingStopped: boolean
  typingUntilMs: number
}

const messagesMax = 1_000

/**
 * What is on the phones, and what Meta knows of each conversation.
 * Owns the conversations. 1. A conversation keeps its newest `messagesMax` bubbles. 2. A status only rises, and `failed` is final.
 */
export class PhoneState {
  readonly #talks = new Map<string, Talk>()
  readonly #whose = new Map<string, string>()
  readonly #onChange: (message: PhoneMessage) => void

  constructor(onChange: (message: PhoneMessage) => void) {
    this.#onChange = onChange
  }

  messages(person: string): readonly PhoneMessage[] {
    return [...this.#talk(person).messages.values()]
  }

  find(id: string): PhoneMessage | undefined {
    const person = this.#whose.get(id)
    return person === undefined ? undefined : this.#talk(person).messages.get(id)
  }

  add(message: PhoneMessage): void {
    const { messages } = this.#talk(message.person)
    messages.set(message.id, message)
    this.#whose.set(message.id, message.person)
    const [oldest] = messages.keys()
    if (messages.size > messagesMax && oldest !== undefined) {
      messages.delete(oldest)
      this.#whose.delete(oldest)
    }
    this.#onChange(message)
  }

  /** Answers whether it was news. */
  raise(id: string, status: PhoneStatus, error?: { readonly code: number; readonly title: string }): boolean {
    const message = this.find(id)
    // 2
    if (message === undefined || rank[status] <= rank[message.status]) return false
    this.#put({ ...message, status, ...(error === undefined ? {} : { error }) })
    return true
  }

  react(id: string, by: 'customer' | 'business', emoji: string): void {
    const message = this.find(id)
    if (message === undefined) return
    const { [by]: _, ...others } = message.reactions
    this.#put({ ...message, reactions: emoji === '' ? others : { ...others, [by]: emoji } })
  }

  revoke(id: string): void {
    const message = this.find(id)
    if (message !== undefined) this.#put({ ...message, revoked: true })
  }

  /** The customer wrote; `byAd` when an advertisement brought them. */
  heard(person: string, atMs: number, byAd: 'by-ad' | 'plainly'): void {
    const talk = this.#talk(person)
    talk.heardAtMs = Math.max(talk.heardAtMs ?? 0, atMs)
    if (byAd === 'by-ad') talk.adAtMs = atMs
  }

  /** The business answered: of an advertisement's customer, the free days begin when it was within the window. */
  answered(person: string, atMs: number, windowMs: number): void {
    const talk = this.#talk(person)
    if (talk.adAtMs === undefined || talk.answeredAdAtMs !== undefined) return
    if (atMs < talk.adAtMs + windowMs) talk.answeredAdAtMs = atMs
  }

  heardAtMs(person: string): number | undefined {
    return this.#talk(person).heardAtMs
  }

  answeredAdAtMs(person: string): number | undefined {
    return this.#talk(person).answeredAdAtMs
  }

  marketingStopped(person: string): boolean {
    return this.#talk(person).marketingStopped
  }

  stopMarketing(person: string, value: 'stop' | 'resume'): void {
    this.#talk(person).marketingStopped = value === 'stop'
  }

  /** Until when the phone shows that the business writes. */
  typingUntilMs(person: string): number {
    return this.#talk(person).typingUntilMs
  }

  setTyping(person: string, untilMs: number): void {
    this.#talk(person).typingUntilMs = untilMs
  }

  #put(message: PhoneMessage): void {
    this.#talk(message.person).messages.set(message.id, message)
    this.#onChange(message)
  }

  #talk(person: string): Talk {
    const known = this.#talks.get(person)
    if (known !== undefined) return known
    const talk: Talk = { messages: new Map(), marketingStopped: false, typingUntilMs: 0 }
    this.#talks.set(person, talk)
    return talk
  }
}

const rank: { readonly [status in PhoneStatus]: number } = {
  held: 0,
  accepted: 1,
  sent: 2,
  delivered: 3,
  read: 4,
  failed: 5,
}
