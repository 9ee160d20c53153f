/**
 * Who answers: taking over, handing off, handing back, closing.
 * M3: `changeOwner` is the only writer of the owner; it raises the epoch and ends a turn in flight.
 */
import { conversationBounds, type ConversationPen } from './conversation-context.ts'
import {
  handOffPriority,
  type ConversationEvent,
  type HandOffReason,
  type Owner,
  type WaitingLine,
} from './conversation-contract.ts'
import { advise, engage, notice, reachOf, wake } from './conversation-transcript.ts'
import { endTurn } from './conversation-turn.ts'
import { neighbour } from './hosted.ts'

type Of<Type extends ConversationEvent['type']> = Extract<ConversationEvent, { readonly type: Type }>

/** A member becomes the one who answers: from anybody, by any route. */
export function takeOver(
  pen: ConversationPen,
  member: { readonly memberId: string; readonly name: string; readonly via: string },
): void {
  const { owner, address } = pen.context
  const { memberId, name, via } = member
  const waitedMs = owner.kind === 'queue' ? pen.atMs - owner.sinceMs : 0
  changeOwner(pen, { kind: 'member', memberId, name })
  pen.fact('taken-over', { memberId, name, via, waitedMs })
  pen.send(queueOf(pen), { type: 'queue.taken', conversation: address, memberId })
  notice(pen, 'taken-over', name)
}

/** The conversation waits for a person of a team. Terminal for the turn: one notice, and the turn is over. */
export function handOff(
  pen: ConversationPen,
  to: { readonly reason: HandOffReason; readonly summary: string; readonly team: string },
): void {
  const { address, turn, turns } = pen.context
  const { reason, team } = to
  const summary = to.summary.slice(0, conversationBounds.summaryText)
  if (reason === 'asked-for-person' || reason === 'negotiation') engage(pen, 'direct-inquiry')
  else if (turn !== null && turn.draft === null) engage(pen, 'question')
  endTurn(pen, 'handed-off')
  pen.change({ handOff: { reason, summary } })
  changeOwner(pen, { kind: 'queue', team, sinceMs: pen.atMs })
  pen.change({ team })
  pen.fact('handed-off', { reason, summary, team, turn: turn?.turn ?? turns })
  pen.send(queueOf(pen), {
    type: 'queue.join',
    conversation: address,
    reason,
    priority: handOffPriority[reason],
    summary,
  })
  const n = notice(pen, 'handed-off')
  // A widget shows the line by itself; a provider's customer has to be told, once what the queue says has come.
  if (pen.context.reach === undefined) return
  pen.change({ line: { n } })
  pen.arm('line.due', lineAfterMs)
}

/** M41: the customer is told that they wait, with what is known of the line. */
export function tellLine(pen: ConversationPen): void {
  const { line, epoch, channel, language, timeZone } = pen.context
  if (line === undefined || line === null) return
  const { n, ...rest } = line
  pen.change({ line: null })
  const said = { kind: 'waiting', language, timeZone, line: rest } as const
  const extras = { cards: [], chips: [] }
  pen.ask('deliver', { n, epoch, channel, text: '', author: 'assistant', extras, notice: said, ...reachOf(pen) })
}

/** What the queue says of the place, kept until the customer is told. */
export function placeInLine(pen: ConversationPen, told: WaitingLine): void {
  const { line } = pen.context
  if (line !== undefined && line !== null) pen.change({ line: { ...line, ...told } })
}

/** The assistant's last words have said it already. */
export function lineIsTold(pen: ConversationPen): void {
  if (pen.context.line === undefined || pen.context.line === null) return
  pen.change({ line: null })
  pen.disarm('line.due')
}

/** A queue answers within moments. */
const lineAfterMs = 1500

/** A person passes it to a team without answering themselves. */
export function handToTeam(pen: ConversationPen, event: Of<'member.hand-to-team'>): void {
  const summary = event.note ?? ''
  handOff(pen, { reason: 'member-assigned', summary, team: event.team })
}

/** The assistant answers again; the note is guidance for its next turns. */
export function handBack(pen: ConversationPen, event: Of<'member.hand-back'>): void {
  const { memberId, name, note } = event
  changeOwner(pen, { kind: 'assistant' })
  if (note !== undefined && note !== '') advise(pen, note)
  pen.fact('handed-back', { memberId, name, ...(note === undefined ? {} : { note }) })
  notice(pen, 'handed-back', name)
}

/** Nobody answers a closed conversation: it goes back to the assistant, who would answer if it were opened again. */
export function close(
  pen: ConversationPen,
  end: { readonly reason: string; readonly by: string; readonly name?: string },
): void {
  wake(pen)
  endTurn(pen, 'dropped')
  if (pen.context.owner.kind !== 'assistant') changeOwner(pen, { kind: 'assistant' })
  pen.change({ unanswered: [], handOff: null })
  pen.fact('closed', end)
  if (pen.context.lastN > 0) notice(pen, 'closed', end.name)
}

/** Open again, with the assistant. */
export function reopen(pen: ConversationPen, by: string): void {
  pen.fact('reopened', { by })
  notice(pen, 'reopened')
}

/** Puts it out of sight until then, or until the customer writes. */
export function snooze(pen: ConversationPen, event: Of<'member.snooze'>): void {
  const { memberId, untilMs } = event
  pen.change({ snoozedUntilMs: untilMs })
  pen.fact('snoozed', { memberId, untilMs })
  pen.arm('snooze.ended', untilMs - pen.atMs)
}

/** M3: the only place where the owner changes. The queue of the former owner is told what it has to know. */
function changeOwner(pen: ConversationPen, owner: Owner): void {
  const { owner: former, address } = pen.context
  endTurn(pen, 'dropped')
  if (former.kind === 'member') {
    pen.send(queueOf(pen), { type: 'queue.released', conversation: address, memberId: former.memberId })
  } else if (former.kind === 'queue' && owner.kind !== 'member') {
    pen.send(queueOf(pen), { type: 'queue.leave', conversation: address })
  }
  const epoch = pen.context.epoch + 1
  pen.change({ owner, epoch })
  pen.fact('owner-changed', { owner, epoch, from: former.kind })
  if (owner.kind === 'member') pen.change({ handOff: null })
  if (owner.kind !== 'queue') lineIsTold(pen)
}

function queueOf(pen: ConversationPen): string {
  return neighbour(pen.context.address, 'queue', pen.context.team)
}
