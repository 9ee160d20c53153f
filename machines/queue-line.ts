/**
 * The line of a team and who takes from it, as plain functions on the queue's context.
 * M15: a conversation is in the line at most once and held by at most one member; a member's load is what they hold.
 */
import { nextOpening } from './business-hours.ts'
import { idOf } from './hosted.ts'
import type { QueueEvent, QueueFacts, QueueSettings } from './lead-contract.ts'
import type { Pen } from './pen.ts'

export interface Waiting {
  readonly conversation: string
  readonly sinceMs: number
  readonly reason: string
  readonly priority: number
  /** Counts the joins of this queue. */
  readonly ticket: number
  /** The position last told to the conversation; 0 before the first. */
  readonly told: number
}

export interface Colleague {
  readonly memberId: string
  readonly name: string
  readonly capacity: number
  readonly available: boolean
}

export interface QueueContext {
  readonly address: string
  readonly settings: QueueSettings
  readonly assignment: 'manual' | 'balanced'
  /** By priority, then by time. */
  readonly waiting: readonly Waiting[]
  readonly members: readonly Colleague[]
  /** Who holds which conversation. */
  readonly held: { readonly [conversation: string]: string }
  readonly tickets: number
}

export type QueuePen = Pen<QueueContext, QueueFacts>
type Of<Type extends QueueEvent['type']> = Extract<QueueEvent, { readonly type: Type }>

/** Into the line, behind everybody of the same or a higher priority. */
export function join(pen: QueuePen, event: Of<'queue.join'>): void {
  const { conversation, reason, priority, summary } = event
  const { waiting, settings, tickets } = pen.context
  letGo(pen, conversation)
  if (waiting.length >= settings.waitingMax) {
    pen.send(conversation, { type: 'queue.position', position: waiting.length + 1, waiting: waiting.length + 1 })
    return
  }
  const entry = { conversation, sinceMs: pen.atMs, reason, priority, ticket: tickets + 1, told: 0 }
  const behind = waiting.findIndex((each) => each.priority < priority)
  const place = behind === -1 ? waiting.length : behind
  pen.change({ tickets: entry.ticket, waiting: waiting.toSpliced(place, 0, entry) })
  pen.fact('queue-joined', { conversation, position: place + 1, reason, summary })
  settle(pen)
}

/** Out of the line, and out of anybody's hands: it is closed, or went elsewhere. */
export function leave(pen: QueuePen, event: Of<'queue.leave'>): void {
  takeOut(pen, event.conversation)
  letGo(pen, event.conversation)
  settle(pen)
}

/** A member has it, from the line or from anywhere: what the conversation says is what counts. */
export function taken(pen: QueuePen, event: Of<'queue.taken'>): void {
  const { conversation, memberId } = event
  takeOut(pen, conversation, memberId)
  pen.change({ held: { ...pen.context.held, [conversation]: memberId } })
  settle(pen)
}

/** A member has it no longer. Late news about somebody else's conversation changes nothing. */
export function released(pen: QueuePen, event: Of<'queue.released'>): void {
  if (pen.context.held[event.conversation] === event.memberId) letGo(pen, event.conversation)
  settle(pen)
}

/** On shift, with room for so many. */
export function available(pen: QueuePen, event: Of<'member.available'>): void {
  const { memberId, name, capacity } = event
  const others = withRoom(
    pen.context,
    pen.context.members.filter((each) => each.memberId !== memberId),
  )
  if (others.length >= pen.context.settings.membersMax) return
  const wasStaffed = isStaffed(pen.context)
  pen.change({ members: [...others, { memberId, name, capacity, available: true }] })
  if (!wasStaffed) pen.change({ waiting: pen.context.waiting.map((each) => ({ ...each, told: 0 })) })
  settle(pen)
}

/** Away: keeps what they hold, gets nothing more. */
export function away(pen: QueuePen, event: Of<'member.away'>): void {
  const wasStaffed = isStaffed(pen.context)
  const members = pen.context.members.map((each) =>
    each.memberId === event.memberId ? { ...each, available: false } : each,
  )
  pen.change({ members })
  if (wasStaffed && !isStaffed(pen.context)) tellNobody(pen, pen.context.waiting)
  settle(pen)
}

/** Whether anybody is on shift. */
export function isStaffed(context: QueueContext): boolean {
  return context.members.some((each) => each.available)
}

/** After every change: assign what can be assigned, tell positions, say what the line looks like. */
export function settle(pen: QueuePen): void {
  while (pen.context.assignment === 'balanced' && assignFirst(pen)) continue
  tellPositions(pen)
  const { address, assignment, waiting, settings } = pen.context
  pen.fact('queue-changed', {
    team: idOf(address),
    assignment,
    total: waiting.length,
    waiting: waiting.slice(0, settings.toldMax).map(({ conversation, sinceMs, reason, priority }) => ({
      conversation,
      sinceMs,
      reason,
      priority,
    })),
    members: pen.context.members.map((each) => ({ ...each, load: loadOf(pen.context, each.memberId) })),
  })
}

/** Conversations a member holds. */
export function loadOf(context: QueueContext, memberId: string): number {
  return Object.values(context.held).filter((each) => each === memberId).length
}

/** The first in the line to the member with the smallest share of their capacity in use. */
function assignFirst(pen: QueuePen): boolean {
  const first = pen.context.waiting[0]
  const share = (each: Colleague) => loadOf(pen.context, each.memberId) / each.capacity
  const [free] = pen.context.members
    .filter((each) => each.available && loadOf(pen.context, each.memberId) < each.capacity)
    .sort((one, other) => share(one) - share(other) || (one.memberId < other.memberId ? -1 : 1))
  if (first === undefined || free === undefined) return false
  const { memberId, name } = free
  takeOut(pen, first.conversation, memberId)
  pen.change({ held: { ...pen.context.held, [first.conversation]: memberId } })
  pen.send(first.conversation, { type: 'queue.assigned', memberId, name, ticket: first.ticket })
  return true
}

/** When the list is full, who is away and holds nothing is forgotten. */
function withRoom(context: QueueContext, members: readonly Colleague[]): readonly Colleague[] {
  if (members.length < context.settings.membersMax) return members
  return members.filter((each) => each.available || loadOf(context, each.memberId) > 0)
}

function takeOut(pen: QueuePen, conversation: string, to?: string): void {
  const entry = pen.context.waiting.find((each) => each.conversation === conversation)
  if (entry === undefined) return
  pen.change({ waiting: pen.context.waiting.filter((each) => each !== entry) })
  const waitedMs = pen.atMs - entry.sinceMs
  pen.fact('queue-left', { conversation, waitedMs, ...(to === undefined ? {} : { to }) })
}

function letGo(pen: QueuePen, conversation: string): void {
  const { [conversation]: former, ...held } = pen.context.held
  if (former === undefined) return
  pen.change({ held })
}

/**
 * M16: only who moved is told, and only among the first. A position says that somebody is there, so while nobody is it is
 * followed by that; once somebody is, all positions are told anew.
 */
function tellPositions(pen: QueuePen): void {
  const { waiting, settings } = pen.context
  if (waiting.length === 0) return
  const told = waiting.map((each, index) => {
    const position = index + 1
    if (position > settings.toldMax || each.told === position) return each
    pen.send(each.conversation, { type: 'queue.position', position, waiting: waiting.length })
    if (!isStaffed(pen.context)) tellNobody(pen, [each])
    return { ...each, told: position }
  })
  pen.change({ waiting: told })
}

function tellNobody(pen: QueuePen, waiting: readonly Waiting[]): void {
  const opensAtMs = nextOpening(pen.atMs, pen.context.settings)
  for (const { conversation } of waiting.slice(0, pen.context.settings.toldMax)) {
    pen.send(conversation, { type: 'queue.nobody-on-shift', ...(opensAtMs === undefined ? {} : { opensAtMs }) })
  }
}
