import { echoBody, messageBody, preferenceBody } from './changes.ts'
import type { MediaFile } from './media.ts'
import type { Person } from './people.ts'
import type { PhoneMessage } from './phone-state.ts'
import { tapOf } from './taps.ts'
import type { World } from './world.ts'

/** An advertisement that was clicked, as the first message carries it. */
export interface AdReferral {
  readonly source_url: string
  readonly source_id: string
  readonly source_type: 'ad' | 'post'
  readonly headline?: string
  readonly body?: string
  readonly media_type?: 'image' | 'video'
  readonly image_url?: string
  readonly video_url?: string
  readonly thumbnail_url?: string
  readonly ctwa_clid?: string
  readonly welcome_message?: { readonly text: string }
}

/** A place as a customer shares it. */
export interface Place {
  readonly latitude: number
  readonly longitude: number
  readonly name?: string
  readonly address?: string
  readonly url?: string
}

/** A file as a customer sends it. */
export interface SentFile {
  readonly mimeType?: string
  readonly caption?: string
  readonly filename?: string
}

type FileKind = 'image' | 'video' | 'audio' | 'voice' | 'document' | 'sticker'

/** How a message answers, and whether it was forwarded. */
export interface Saying {
  readonly replyTo?: string
  readonly referral?: AdReferral
  readonly forwarded?: 'once' | 'often'
}

/** A customer's phone, held by a test or by the page. What it sends goes out as a webhook; each answers the message's id. */
export class Phone {
  readonly #world: World
  readonly #id: string

  constructor(world: World, id: string) {
    this.#world = world
    this.#id = id
  }

  get person(): Person {
    const person = this.#world.people.find(this.#id)
    if (person === undefined) throw new Error(`there is no customer ${this.#id}`)
    return person
  }

  says(text: string, saying: Saying = {}): string {
    const { referral, forwarded } = saying
    const content = { text: { body: text }, ...(referral === undefined ? {} : { referral }) }
    const forwarding = {
      ...(forwarded === 'once' ? { forwarded: true } : {}),
      ...(forwarded === 'often' ? { frequently_forwarded: true } : {}),
    }
    return this.#sends('text', content, { ...saying, forwarding })
  }

  /**
   * Taps a button or a list's row, of this message or the newest that has it; names are the button's id, payload or text. Throws when none has.
   */
  taps(button: string, message?: string): string {
    const among = this.inbox().filter(({ id }) => message === undefined || id === message)
    const tap = tapOf(among, button)
    if (tap === undefined) throw new Error(`no message on the phone of ${this.person.name} has the button "${button}"`)
    return this.#sends(tap.type, tap.content, { replyTo: tap.message })
  }

  sendsFile(kind: FileKind, bytes: Uint8Array, file: SentFile = {}): string {
    const mimeType = file.mimeType ?? mimeTypes[kind]
    const { filename, caption } = file
    const named = filename === undefined ? {} : { filename }
    const kept = this.#world.media.add('customer', { bytes: Buffer.from(bytes), mimeType, ...named })
    const type = kind === 'voice' ? 'audio' : kind
    return this.#sends(type, { [type]: { ...fileNode(kind, kept), ...(caption === undefined ? {} : { caption }) } })
  }

  sendsImage(bytes: Uint8Array, file: SentFile = {}): string {
    return this.sendsFile('image', bytes, file)
  }

  sendsLocation(place: Place, how: Pick<Saying, 'replyTo'> = {}): string {
    return this.#sends('location', { location: place }, how)
  }

  /** A contact card; by `request`, the customer's own in answer to a request for it, which may be named. */
  sendsContact(
    name: string,
    phone: string,
    by: 'choice' | 'request' | { readonly request: string } = 'choice',
  ): string {
    const digits = phone.replaceAll(/\D/g, '')
    const [first] = name.split(' ')
    // It is theirs, so it reaches them from now on, though the webhooks go on naming the id.
    if (by !== 'choice') this.#world.people.change(this.#id, { phone: digits })
    const card = {
      name: { formatted_name: name, first_name: first },
      phones: [{ phone, wa_id: digits, type: 'MOBILE' }],
      ...(by === 'choice' ? {} : { origin: 'contact_request' }),
    }
    return this.#sends('contacts', { contacts: [card] }, typeof by === 'string' ? {} : { replyTo: by.request })
  }

  /** An empty emoji takes it back, and is then left out. */
  reacts(to: string, emoji: string): string {
    this.#world.phones.react(to, 'customer', emoji)
    return this.#tells('reaction', { reaction: { message_id: to, ...(emoji === '' ? {} : { emoji }) } })
  }

  /** Fills in a form of the chat (a Flow). */
  fillsForm(answers: Readonly<Record<string, string>>, how: Pick<Saying, 'replyTo'> = {}): string {
    const reply = { name: 'flow', body: 'Sent', response_json: JSON.stringify(answers) }
    return this.#sends('interactive', { interactive: { type: 'nfm_reply', nfm_reply: reply } }, how)
  }

  orders(
    text: string,
    items: readonly { readonly id: string; readonly price: number; readonly currency: string }[],
  ): string {
    const products = items.map(({ id, price, currency }) => ({
      product_retailer_id: id,
      quantity: 1,
      item_price: price,
      currency,
    }))
    return this.#sends('order', { order: { catalog_id: '1234567', text, product_items: products } })
  }

  /** Deletes one of the customer's own messages for everyone. */
  revokes(id: string): string {
    this.#world.phones.revoke(id)
    return this.#tells('revoke', { revoke: { original_message_id: id } })
  }

  /** Something the API has no form for, as a poll. */
  sendsUnsupported(): string {
    const details = 'Message type is currently not supported.'
    const title = 'Message type unknown'
    return this.#sends('unsupported', { errors: [{ code: 131051, title, message: title, error_data: { details } }] })
  }

  /** With an id of the portfolio the person also gets a new one of those. */
  changesNumber(phone: string): string {
    const { name, phone: before, shows } = this.person
    const body = `User ${name} changed from ${before ?? 'an id'} to ${phone}`
    if (shows === 'phone') {
      const id = this.#tells('system', { system: { type: 'user_changed_number', body, wa_id: phone } })
      this.#world.people.change(this.#id, { phone })
      return id
    }
    const userId = this.#world.minting.userId('ES')
    const hidden = shows === 'user-id' ? {} : { wa_id: phone }
    const id = this.#tells('system', { system: { type: 'user_changed_user_id', body, user_id: userId, ...hidden } })
    this.#world.people.change(this.#id, { userId, ...(shows === 'user-id' ? {} : { phone }) })
    return id
  }

  stopsMarketing(): void {
    this.#prefers('stop')
  }

  resumesMarketing(): void {
    this.#prefers('resume')
  }

  /** Somebody of the business answers on a phone paired with the number: an echo. */
  businessReplies(text: string): string {
    const { business, clock, minting, phones, sender, shown } = this.#world
    const id = minting.wamid()
    const atMs = clock.nowMs()
    const content = { text: { body: text } }
    phones.add({
      id,
      person: this.#id,
      from: 'paired-phone',
      atMs,
      type: 'text',
      content,
      status: 'sent',
      reactions: {},
    })
    const body = echoBody(business, shown(this.#id), { id, atMs, type: 'text', content })
    sender.tell({ field: 'smb_message_echoes', about: `echo: ${text}`, body })
    return id
  }

  /** What arrived from the business, oldest first, with its time and status. */
  inbox(): readonly PhoneMessage[] {
    return this.transcript().filter((each) => each.from === 'business' && hasArrived(each))
  }

  /** Both sides, and also what is held or failed. */
  transcript(): readonly PhoneMessage[] {
    return this.#world.phones.messages(this.#id)
  }

  /** Reads what arrived. */
  reads(): void {
    this.#world.teller.read(this.#id)
  }

  isTyping(): boolean {
    return this.#world.phones.typingUntilMs(this.#id) > this.#world.clock.nowMs()
  }

  /** The first message of the business that matches, when it has arrived; waits for it. */
  arrival(matches: (message: PhoneMessage) => boolean = () => true): Promise<PhoneMessage> {
    const there = this.inbox().find(matches)
    if (there !== undefined) return Promise.resolve(there)
    return new Promise((resolve) => {
      const end = this.#world.feed.listen((change) => {
        if (change.type !== 'message' || change.message.person !== this.#id) return
        const { message } = change
        if (message.from !== 'business' || !hasArrived(message) || !matches(message)) return
        end()
        resolve(message)
      })
    })
  }

  /** A message that opens the window and is a bubble on the phone. */
  #sends(type: string, content: PhoneMessage['content'], how: Saying & { readonly forwarding?: object } = {}): string {
    const { clock, phones } = this.#world
    const { replyTo, referral, forwarding = {} } = how
    const context = { ...this.#contextOf(replyTo), ...forwarding }
    phones.heard(this.#id, clock.nowMs(), referral === undefined ? 'plainly' : 'by-ad')
    const id = this.#tells(type, content, Object.keys(context).length === 0 ? undefined : context)
    const replying = replyTo === undefined ? {} : { replyTo }
    const atMs = clock.nowMs()
    phones.add({
      id,
      person: this.#id,
      from: 'customer',
      atMs,
      type,
      content,
      status: 'sent',
      reactions: {},
      ...replying,
    })
    return id
  }

  #tells(type: string, content: PhoneMessage['content'], context?: object): string {
    const { business, clock, minting, rates, sender, shown } = this.#world
    const id = minting.wamid()
    const message = { id, atMs: clock.nowMs(), type, content, ...(context === undefined ? {} : { context }) }
    rates.count()
    sender.tell({ field: 'messages', about: `in: ${type}`, body: messageBody(business, shown(this.#id), message) })
    return id
  }

  #contextOf(replyTo: string | undefined): object {
    if (replyTo === undefined) return {}
    const { business, phones } = this.#world
    const ours = phones.find(replyTo)?.from !== 'customer'
    return { from: ours ? business.displayPhoneNumber : this.person.phone, id: replyTo }
  }

  #prefers(value: 'stop' | 'resume'): void {
    const { business, clock, phones, sender, shown } = this.#world
    phones.stopMarketing(this.#id, value)
    const body = preferenceBody(business, shown(this.#id), { value, atMs: clock.nowMs() })
    sender.tell({ field: 'user_preferences', about: `marketing: ${value}`, body })
  }
}

const mimeTypes: { readonly [kind in FileKind]: string } = {
  image: 'image/jpeg',
  video: 'video/mp4',
  audio: 'audio/mpeg',
  voice: 'audio/ogg; codecs=opus',
  document: 'application/pdf',
  sticker: 'image/webp',
}

function fileNode(kind: FileKind, { id, mimeType, sha256, filename }: MediaFile): object {
  return {
    id,
    mime_type: mimeType,
    sha256,
    ...(kind === 'document' ? { filename: filename ?? 'document.pdf' } : {}),
    ...(kind === 'audio' || kind === 'voice' ? { voice: kind === 'voice' } : {}),
    ...(kind === 'sticker' ? { animated: false } : {}),
  }
}

function hasArrived({ status }: PhoneMessage): boolean {
  return status === 'delivered' || status === 'read'
}

/** A customer by phone, user id or id; digits that nobody has yet become a new customer. Throws for other words. */
export function phoneOf(world: World, name: string): Phone {
  const known = world.people.find(name)
  if (known?.onWhatsApp === 'present') return new Phone(world, known.id)
  if (!/^\+?\d{6,15}$/.test(name)) throw new Error(`there is no customer ${name}`)
  const phone = name.replace(/^\+/, '')
  const added = known ?? world.people.add({ name: `Customer ${phone.slice(-4)}`, phone })
  const person = world.people.change(added.id, { onWhatsApp: 'present' })
  world.feed.tell({ type: 'person', person })
  return new Phone(world, person.id)
}
