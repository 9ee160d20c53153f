import type { ConversationFacts } from '#machines/conversation-contract.ts'
import type { ConversationMarks, ReachView } from '../protocol.ts'
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
    case 'message-revoked': {
      const others = marks.revoked.filter((n) => n !== fact.data.n)
      return { ...marks, revoked: [...others, fact.data.n].slice(-revokedMax) }
    }
    case 'contact-introduced':
      return { ...marks, reached: reached(marks.reached, fact.data) }
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
