import type { ConversationFacts } from '#machines/conversation-contract.ts'
import type { ConversationMarks, GivenReaction, ReachView } from '../protocol.ts'
import { maybe, type FactOf } from './shape.ts'

/** Marks of a conversation that has none. */
export const noMarks: ConversationMarks = { reactions: [], revoked: [], reached: [] }

const reactionsMax = 100
const revokedMax = 200
const reachedMax = 8

/** The marks after one more fact; the same when it says nothing to them. Pure. */
export function marked(
  before: ConversationMarks | undefined,
  fact: FactOf<ConversationFacts>,
): ConversationMarks | undefined {
  const marks = before ?? noMarks
  switch (fact.type) {
    case 'customer-reacted':
      return { ...marks, reactions: reacted(marks.reactions, fact.data) }
    case 'member-reacted':
      return { ...marks, given: given(marks.given, fact.data) }
    case 'reaction-changed':
      return { ...marks, given: changed(marks.given, fact.data) }
    case 'message-revoked': {
      const others = marks.revoked.filter((n) => n !== fact.data.n)
      return { ...marks, revoked: [...others, fact.data.n].slice(-revokedMax) }
    }
    case 'contact-introduced': {
      const { left: _left, ...others } = marks
      return { ...others, reached: reached(marks.reached, fact.data) }
    }
    case 'contact-left':
      return { ...marks, reached: [], left: { by: fact.data.by, atMs: fact.atMs } }
    default:
      return before
  }
}

/** One a message; an empty one takes it back. */
function reacted(
  before: ConversationMarks['reactions'],
  { to, emoji }: ConversationFacts['customer-reacted'],
): ConversationMarks['reactions'] {
  const others = before.filter((each) => each.to !== to)
  return emoji === '' ? others : [...others, { to, emoji }].slice(-reactionsMax)
}

/** One a message. What is taken back is shown until the customer sees it no more. */
function given(
  before: readonly GivenReaction[] = [],
  { to, emoji, name }: ConversationFacts['member-reacted'],
): readonly GivenReaction[] {
  const others = before.filter((each) => each.to !== to)
  if (emoji !== '') return [...others, { to, emoji, name, status: 'on-its-way' } as const].slice(-reactionsMax)
  const there = before.find((each) => each.to === to)
  return there === undefined ? before : [...others, { to, emoji: there.emoji, name, status: 'going-away' }]
}

function changed(
  before: readonly GivenReaction[] = [],
  { to, emoji, status, reason }: ConversationFacts['reaction-changed'],
): readonly GivenReaction[] {
  const there = before.find((each) => each.to === to)
  if (there === undefined) return before
  const others = before.filter((each) => each.to !== to)
  if (emoji === '' && status === 'sent') return others
  const now = { to, emoji: emoji === '' ? there.emoji : emoji, name: there.name, status, ...maybe('reason', reason) }
  return [...others, now]
}

/** The newest word of each account of ours, the latest first. A key that is not named again stays known. */
function reached(
  before: readonly ReachView[],
  { channel, reach, username }: ConversationFacts['contact-introduced'],
): readonly ReachView[] {
  const { account, phone, email, userId } = reach
  const isSame = (each: ReachView): boolean => each.channel === channel && each.account === account
  const now: ReachView = {
    ...before.find(isSame),
    channel,
    account,
    ...maybe('phone', phone),
    ...maybe('email', email),
    ...maybe('userId', userId),
    ...maybe('username', username),
  }
  return [now, ...before.filter((each) => !isSame(each))].slice(0, reachedMax)
}
