/**
 * Reactions of members. M53: a reaction is no message: it has no number and answers nothing; only who may write may give one; of several to one message
 * the last is what the customer sees in the end, for the next goes out only when it is known what became of the one before.
 */
import { lastOf, type ConversationContext, type ConversationPen } from './conversation-context.ts'
import { reachOf } from './conversation-transcript.ts'
import { reactionMaxAgeMs, type Reacting, type ReactionEvent } from './reaction-contract.ts'

type Of<Type extends ReactionEvent['type']> = Extract<ReactionEvent, { readonly type: Type }>

const keptMax = 8
const emojiMax = 16
const reasonMax = 200

/** A wish: it goes out now, or after the one that is under way. */
export function give(pen: ConversationPen, event: Of<'member.react'>): void {
  const { n, to, memberId, name } = event
  const emoji = event.emoji.slice(0, emojiMax)
  const before = of(pen.context, to) ?? { n, to, wanted: '', reaction: 0, last: '', isUnderWay: false, seen: '' }
  pen.fact('member-reacted', { n, to, emoji, memberId, name })
  const now = { ...before, wanted: emoji }
  if (now.isUnderWay) keep(pen, now)
  else next(pen, now)
}

/** The customer sees it. Told late, after a failure or a doubt, it is true all the same. */
export function sent(pen: ConversationPen, { reaction }: Of<'reaction.sent'>): void {
  const found = numbered(pen.context, reaction)
  if (found !== undefined) next(pen, { ...found, isUnderWay: false, seen: found.last })
}

/** It did not get there, or nobody knows. Another wish meanwhile is tried; this one is not. */
export function failed(pen: ConversationPen, { reaction, reason, doubted }: Of<'reaction.failed'>): void {
  const found = numbered(pen.context, reaction)
  if (found === undefined) return
  // One that had been taken in and failed later may have replaced what was there.
  const seen = doubted === true || !found.isUnderWay ? null : found.seen
  const now = { ...found, isUnderWay: false, seen }
  if (now.wanted !== now.last) return next(pen, now)
  keep(pen, now)
  const { to, last: emoji } = now
  pen.fact('reaction-changed', { to, emoji, status: 'failed', reason: reason.slice(0, reasonMax) })
}

/** Whether the channel has reactions, and a way to send them. */
export function hasReactions({ channel, reach }: ConversationContext): boolean {
  return channel === 'whatsapp' && reach !== undefined
}

export function isTooOld({ saidAtMs }: Of<'member.react'>, atMs: number): boolean {
  return atMs - saidAtMs > reactionMaxAgeMs
}

/** It is what was wished last already, and that did not fail. */
export function isGiven(context: ConversationContext, { to, emoji }: Of<'member.react'>): boolean {
  const found = of(context, to)
  if (found === undefined) return emoji === ''
  return found.wanted === emoji && (found.isUnderWay || found.seen === emoji)
}

/** Sends what is wanted, unless the customer sees it already. */
function next(pen: ConversationPen, now: Reacting): void {
  if (now.wanted === now.seen) {
    keep(pen, now)
    return pen.fact('reaction-changed', { to: now.to, emoji: now.wanted, status: 'sent' })
  }
  const reaction = (pen.context.reactionsGiven ?? 0) + 1
  pen.change({ reactionsGiven: reaction })
  keep(pen, { ...now, reaction, last: now.wanted, isUnderWay: true })
  const { epoch, channel } = pen.context
  const content = { kind: 'reaction', to: now.to, emoji: now.wanted } as const
  const extras = { cards: [], chips: [] }
  const { n } = now
  pen.ask('deliver', { n, epoch, channel, text: '', author: 'member', extras, ...reachOf(pen), content, reaction })
}

function keep(pen: ConversationPen, now: Reacting): void {
  const others = (pen.context.reactions ?? []).filter(({ to }) => to !== now.to)
  pen.change({ reactions: lastOf([...others, now], keptMax) })
}

function of({ reactions = [] }: ConversationContext, to: string): Reacting | undefined {
  return reactions.find((each) => each.to === to)
}

function numbered({ reactions = [] }: ConversationContext, reaction: number): Reacting | undefined {
  return reactions.find((each) => each.reaction === reaction)
}
