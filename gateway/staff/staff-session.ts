import type { DefaultEventsMap, Namespace, Socket } from 'socket.io'
import type { Address } from '#runtime/address.ts'
import { parseAddress, partsOf } from '#runtime/address.ts'
import type { Access } from '../auth/tokens.ts'
import { GatewayError } from '../errors.ts'
import type { House } from '../house.ts'
import { createOutbox } from '../outbox.ts'
import type { FunnelQuery, InboxQuery, LeadQuery, Member, StaffFrame } from '../protocol.ts'

export interface StaffSocketData {
  access: Access
  /** What was on its way when the connection that is taken up broke. */
  missed: StaffFrame[]
}

export type StaffNamespace = Namespace<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, StaffSocketData>
export type StaffSocket = Socket<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, StaffSocketData>

/** Leads a session hears of at most; the oldest are forgotten. */
const leadsMax = 100

/** Rows a session is remembered to show; beyond it the oldest are forgotten, which costs a superfluous frame at most. */
const shownMax = 2000

/** One console: a member's socket and what it has open. The feeds read it, the commands change it. */
export class StaffSession {
  readonly id: string
  readonly member: Member
  readonly family: string
  /** The list that is open, and the rows it shows. */
  inbox: InboxQuery | undefined
  readonly shown = new Set<string>()
  funnel: FunnelQuery | undefined
  /** Leads beside an open conversation or on a page of their own. */
  readonly leads = new Set<string>()
  /** The list of leads that is open, and the leads it shows. */
  leadList: LeadQuery | undefined
  readonly shownLeads = new Set<string>()
  readonly #members = new Map<string, string>()
  readonly #subscriptions = new Map<string, () => void>()
  readonly #outbox: { send(frame: StaffFrame): void; dropped(): number }
  readonly #metrics: House['metrics']

  constructor(socket: StaffSocket, metrics: House['metrics']) {
    this.id = socket.id
    this.member = socket.data.access.member
    this.family = socket.data.access.family
    this.#metrics = metrics
    this.#outbox = createOutbox<StaffFrame>(socket)
  }

  send(frame: StaffFrame): void {
    const before = this.#outbox.dropped()
    this.#outbox.send(frame)
    const counter = this.#outbox.dropped() > before ? this.#metrics.dropped : this.#metrics.frames
    counter.inc({ audience: 'staff' })
  }

  /** Keeps what ends a subscription; one of the same name before it is ended. */
  subscribe(name: string, stop: () => void): void {
    this.unsubscribe(name)
    this.#subscriptions.set(name, stop)
  }

  unsubscribe(name: string): void {
    const stop = this.#subscriptions.get(name)
    this.#subscriptions.delete(name)
    stop?.()
  }

  has(name: string): boolean {
    return this.#subscriptions.has(name)
  }

  /** Names of what is subscribed that begin with `prefix`. */
  subscribed(prefix: string): readonly string[] {
    return [...this.#subscriptions.keys()].filter((name) => name.startsWith(prefix))
  }

  show(conversation: string): void {
    remember(this.shown, conversation, shownMax)
  }

  showLead(lead: string): void {
    remember(this.shownLeads, lead, shownMax)
  }

  /** From now on changes of this lead are sent. */
  watchLead(lead: string): void {
    remember(this.leads, lead, leadsMax)
  }

  /** Whether this is what the console has last been told of a member; remembers it. */
  knows(memberId: string, available: boolean, load: number): boolean {
    const state = `${available} ${load}`
    const known = this.#members.get(memberId) === state
    this.#members.set(memberId, state)
    return known
  }

  leave(): void {
    for (const name of this.subscribed('')) this.unsubscribe(name)
  }

  /** An address a client named, of the kind it must be and of the member's own workspace; anything else does not exist. */
  address(text: string, kind?: string): Address {
    const address = parseAddress(text)
    const parts = address === undefined ? undefined : partsOf(address)
    const ours = parts?.workspace === this.member.workspace && (kind === undefined || parts.kind === kind)
    if (address === undefined || !ours)
      throw new GatewayError('not-found', `There is no ${kind ?? 'actor'} ${text.slice(0, 100)}.`)
    return address
  }
}

/** Adds to a set that forgets its oldest beyond `max`. */
function remember(set: Set<string>, item: string, max: number): void {
  set.delete(item)
  set.add(item)
  const [oldest] = set
  if (set.size > max && oldest !== undefined) set.delete(oldest)
}
