import { addressOf, parseAddress, partsOf, type Address } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import type { JsonObject } from '#runtime/json.ts'
import type { Clock } from '#runtime/ports/clock.ts'
import type { Runtime } from '#runtime/runtime.ts'

/**
 * A visit somebody wants. `conversation` and `fromN`, the number of the first message that the turn answers, name it for ever: asking again,
 * also in a turn that was begun again with more messages, is the same visit.
 */
export interface VisitRequest {
  readonly conversation: string
  readonly lead: string
  readonly fromN: number
  readonly turn: number
  readonly listingId: string
  readonly title: string
  readonly place: string
  readonly startAtMs: number
  readonly durationMs: number
  readonly timeZone: string
  readonly calendar: string
}

/** What became of it. `pending`: no answer within the time; the request stays durable and the meeting's facts will tell. */
export interface VisitOutcome {
  readonly status: 'booked' | 'refused' | 'cancelled' | 'pending'
  readonly meetingId: string
  readonly startAtMs: number
  readonly durationMs: number
  readonly title: string
  readonly place: string
  readonly timeZone: string
  readonly alternatives: readonly number[]
  readonly listingId?: string
}

/** The way from a tool to the meeting actors. */
export interface VisitDesk {
  /** The visit booked for these messages already, when there is one. */
  made(visit: Pick<VisitRequest, 'conversation' | 'fromN'>): Promise<VisitOutcome | undefined>
  book(request: VisitRequest, signal: AbortSignal): Promise<VisitOutcome>
  reschedule(
    visit: {
      readonly conversation: string
      readonly turn: number
      readonly meetingId: string
      readonly startAtMs: number
    },
    signal: AbortSignal,
  ): Promise<VisitOutcome>
  cancel(
    visit: { readonly conversation: string; readonly turn: number; readonly meetingId: string },
    signal: AbortSignal,
  ): Promise<VisitOutcome>
}

type DeskRuntime = Pick<Runtime, 'submit'> & {
  readonly live: Pick<Runtime['live'], 'facts'>
  readonly journal: Pick<Runtime['journal'], 'facts'>
}

/** The meeting's address: from the conversation and the first message it answers alone, so that a turn begun again makes the same booking. */
export function meetingAddress(conversation: string, fromN: number): Address {
  const address = parseAddress(conversation)
  if (address === undefined) throw new TypeError(`visit desk: ${JSON.stringify(conversation)} is no address`)
  const { workspace, id } = partsOf(address)
  return addressOf(workspace, 'meeting', `${id.slice(0, 110)}-m${fromN}`)
}

/** A desk over the runtime: it sends to the meeting actor and waits for the fact that tells how it came out, at most `timeoutMs`. */
export function createVisitDesk(parts: {
  readonly runtime: DeskRuntime
  readonly clock: Clock
  readonly timeoutMs: number
}): VisitDesk {
  const ask = async (
    address: Address,
    event: JsonObject & { readonly type: string },
    wait: Wait,
  ): Promise<VisitOutcome> => {
    const watch = outcomeOf(address, wait, parts)
    try {
      const handled = await parts.runtime.submit({ to: address, event, id: wait.eventId }, wait.signal)
      // A duplicate says nothing: the first one's facts are in the journal.
      const facts = handled.duplicate ? await journaled(address, parts.runtime) : handled.facts
      const told = facts
        .map((fact) => outcomeIn(fact, address))
        .findLast((each) => each !== undefined && wait.settles(each))
      return told ?? (await watch.outcome)
    } finally {
      watch.stop()
    }
  }
  const made = async (address: Address): Promise<VisitOutcome | undefined> =>
    (await journaled(address, parts.runtime))
      .map((fact) => outcomeIn(fact, address))
      .findLast((each) => each !== undefined)
  const move: VisitDesk['reschedule'] = async ({ conversation, turn, meetingId, startAtMs }, signal) => {
    const address = theirs(meetingId, conversation)
    const settles = (each: VisitOutcome): boolean =>
      (each.status === 'booked' && each.startAtMs === startAtMs) ||
      each.status === 'refused' ||
      each.alternatives.length > 0
    return ask(
      address,
      { type: 'meeting.reschedule', startAtMs, by: 'customer' },
      { eventId: `move:${address}:${turn}:${startAtMs}`, signal, settles, fallback: bare(address, startAtMs) },
    )
  }
  return {
    made: async ({ conversation, fromN }) => made(meetingAddress(conversation, fromN)),
    book: async (request, signal) => {
      const { turn, fromN, ...fields } = request
      const address = meetingAddress(request.conversation, fromN)
      const before = await made(address)
      const { conversation, startAtMs } = request
      // The turn was begun again, and the customer has named another time meanwhile: the visit that is there moves.
      if (before?.status === 'booked' && before.startAtMs !== startAtMs)
        return move({ conversation, turn, meetingId: before.meetingId, startAtMs }, signal)
      const settles = ({ status }: VisitOutcome): boolean => status === 'booked' || status === 'refused'
      const fallback = { ...request, meetingId: address, status: 'pending' as const, alternatives: [] }
      return ask(
        address,
        { type: 'meeting.request', ...fields },
        { eventId: `book:${address}:${request.startAtMs}`, signal, settles, fallback },
      )
    },
    reschedule: move,
    cancel: async ({ conversation, turn, meetingId }, signal) => {
      const address = theirs(meetingId, conversation)
      const settles = ({ status }: VisitOutcome): boolean => status === 'cancelled'
      return ask(
        address,
        { type: 'meeting.cancel', by: 'customer' },
        { eventId: `cancel:${address}:${turn}`, signal, settles, fallback: bare(address, 0) },
      )
    },
  }
}

interface Wait {
  readonly eventId: string
  readonly signal: AbortSignal
  readonly fallback: VisitOutcome
  settles(outcome: VisitOutcome): boolean
}

/** Only meetings of the same conversation: another customer's id changes nothing. */
function theirs(meetingId: string, conversation: string): Address {
  const address = parseAddress(meetingId)
  const own = parseAddress(conversation)
  const sameOwner =
    address !== undefined &&
    own !== undefined &&
    address.startsWith(`${partsOf(own).workspace}/meeting/${partsOf(own).id.slice(0, 110)}-m`)
  if (!sameOwner) throw new TypeError(`visit desk: ${meetingId} is not a visit of ${conversation}`)
  return address
}

function bare(address: Address, startAtMs: number): VisitOutcome {
  return {
    status: 'pending',
    meetingId: address,
    startAtMs,
    durationMs: 0,
    title: '',
    place: '',
    timeZone: 'UTC',
    alternatives: [],
  }
}

async function journaled(address: Address, runtime: DeskRuntime): Promise<readonly Fact[]> {
  return runtime.journal.facts(0, 100, address)
}

/** The first settling outcome that the live stream tells of, or the fall-back when time is up. */
function outcomeOf(
  address: Address,
  wait: Wait,
  parts: { readonly runtime: DeskRuntime; readonly clock: Clock; readonly timeoutMs: number },
): { readonly outcome: Promise<VisitOutcome>; stop(): void } {
  const { promise, resolve, reject } = Promise.withResolvers<VisitOutcome>()
  const off = parts.runtime.live.facts(address, (fact) => {
    const outcome = outcomeIn(fact, address)
    if (outcome !== undefined && wait.settles(outcome)) resolve(outcome)
  })
  const cancelTimer = parts.clock.schedule(parts.clock.nowMs() + parts.timeoutMs, () => resolve(wait.fallback))
  const onAbort = (): void =>
    reject(wait.signal.reason instanceof Error ? wait.signal.reason : new DOMException('aborted', 'AbortError'))
  wait.signal.addEventListener('abort', onAbort, { once: true })
  // Nobody may be waiting yet when it is aborted.
  promise.catch(() => undefined)
  return {
    outcome: promise,
    stop: () => {
      off()
      cancelTimer()
      wait.signal.removeEventListener('abort', onAbort)
    },
  }
}

function outcomeIn(fact: Fact, address: Address): VisitOutcome | undefined {
  if (fact.address !== address || fact.type !== 'meeting-changed') return undefined
  const { status, startAtMs, durationMs, title, place, timeZone, alternatives, listingId } = fact.data
  const known = status === 'confirmed' ? 'booked' : status
  if (known !== 'booked' && known !== 'refused' && known !== 'cancelled') return undefined
  return {
    status: known,
    meetingId: address,
    startAtMs: Number(startAtMs),
    durationMs: Number(durationMs),
    title: typeof title === 'string' ? title : '',
    place: typeof place === 'string' ? place : '',
    timeZone: typeof timeZone === 'string' ? timeZone : '',
    alternatives: Array.isArray(alternatives) ? alternatives.map(Number) : [],
    ...(typeof listingId === 'string' ? { listingId } : {}),
  }
}
