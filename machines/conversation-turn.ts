/**
 * A turn of the assistant: begun, restarted, answered with one bubble, or ended without one.
 * M1: a bubble is added only by `answer` and `lastWord`, in a state of the assistant's, under the turn and epoch it was born under.
 */
import { conversationBounds, type ConversationContext, type ConversationPen } from './conversation-context.ts'
import type { ConversationFacts, Dialogue, Draft, Route, TurnInput, Verdict } from './conversation-contract.ts'
import { add, engage, leadOf, reachOf } from './conversation-transcript.ts'

/** A turn over everything unanswered. */
export function beginTurn(pen: ConversationPen): void {
  const { unanswered, epoch, lastN } = pen.context
  const turn = pen.context.turns + 1
  const fromN = unanswered[0]?.n ?? lastN
  const toN = unanswered.at(-1)?.n ?? lastN
  const begun = { turn, epoch, fromN, toN }
  pen.change({ turns: turn, turn: { ...begun, startedAtMs: pen.atMs, route: null, draft: null } })
  pen.fact('turn-started', begun)
}

/** New messages came in: the turn begins again with them. */
export function restartTurn(pen: ConversationPen): void {
  endTurn(pen, 'restarted')
  pen.change({ restarts: pen.context.restarts + 1 })
}

/** The turn is over. Only one that reached the customer or a team teaches the lead and the agents' memory something. */
export function endTurn(pen: ConversationPen, outcome: ConversationFacts['turn-ended']['outcome']): void {
  const { turn } = pen.context
  if (turn === null) return
  if (turn.draft !== null && (outcome === 'answered' || outcome === 'handed-off')) learn(pen, turn.draft)
  pen.change({ turn: null, ...(outcome === 'restarted' ? {} : { restarts: 0 }) })
  pen.fact('turn-ended', { turn: turn.turn, outcome, tookMs: pen.atMs - turn.startedAtMs })
}

/** Keeps the router's answer. */
export function keepRoute(pen: ConversationPen, route: Route): void {
  const { turn } = pen.context
  if (turn === null) return
  pen.change({ turn: { ...turn, route } })
  pen.fact('turn-routed', { turn: turn.turn, route })
}

/** Keeps the specialist's draft until it is checked. */
export function keepDraft(pen: ConversationPen, draft: Draft): void {
  const { turn, epoch } = pen.context
  if (turn === null) return
  pen.change({ turn: { ...turn, draft } })
  pen.fact('turn-drafted', { turn: turn.turn, epoch, draft })
}

/** Says what the check found. */
export function keepVerdict(pen: ConversationPen, verdict: Verdict): void {
  const { turn } = pen.context
  if (turn !== null) pen.fact('turn-checked', { turn: turn.turn, verdict })
}

/** The one bubble of the turn. */
export function answer(pen: ConversationPen): void {
  const { turn, epoch } = pen.context
  if (turn === null || turn.draft === null || turn.epoch !== epoch) return
  const { toN, draft } = turn
  const n = bubble(pen, draft)
  pen.change({ unanswered: pen.context.unanswered.filter((each) => each.n > toN), handOff: null })
  endTurn(pen, 'answered')
  deliver(pen, n, draft)
}

/** The words before a hand-off: the only bubble of that turn. What it answers stays unanswered, for the person. Returns its number. */
export function lastWord(pen: ConversationPen): number | undefined {
  const { turn, epoch } = pen.context
  if (turn === null || turn.draft === null || turn.epoch !== epoch) return undefined
  return bubble(pen, turn.draft)
}

/** Asks the host to hand a bubble to the channel, fenced by the conversation's epoch as it is now. */
export function deliver(pen: ConversationPen, n: number, draft: Draft): void {
  const { epoch, channel } = pen.context
  const { text, cards, chips } = draft
  pen.ask('deliver', { n, epoch, channel, text, author: 'assistant', extras: { cards, chips }, ...reachOf(pen) })
}

/** What the agents get to work with. */
export function turnInput(context: ConversationContext): TurnInput {
  const { address, turn, epoch, language, timeZone, unanswered, recent, dialogue, guidance, pageListing, customer } =
    context
  const toN = turn?.toN ?? context.lastN
  return {
    conversation: address,
    lead: address.replace('/conversation/', '/lead/'),
    turn: turn?.turn ?? 0,
    epoch,
    atMs: turn?.startedAtMs ?? 0,
    language,
    timeZone,
    messages: unanswered.filter((each) => each.n <= toN),
    recent,
    dialogue,
    guidance,
    ...(pageListing === null ? {} : { pageListing }),
    customer,
  }
}

function learn(pen: ConversationPen, draft: Draft): void {
  pen.change({ dialogue: remembered(pen.context.dialogue, draft.dialogue) })
  engage(pen, draft.engagement)
  const { learned } = draft
  if (learned !== undefined && Object.keys(learned).length > 0) {
    pen.send(leadOf(pen), { type: 'profile.learned', learned })
  }
}

function bubble(pen: ConversationPen, draft: Draft): number {
  const { text, cards, chips, claims, confidence, intent } = draft
  const turn = pen.context.turn?.turn ?? pen.context.turns
  return add(pen, { author: { kind: 'assistant' }, text, cards, chips, claims, confidence, intent, turn })
}

/** Memory beyond its bound is left as it was: half a memory would mislead. */
function remembered(former: Dialogue, next: Dialogue): Dialogue {
  return JSON.stringify(next).length > conversationBounds.dialogueText ? former : next
}
