/**
 * The names the conversation's chart uses: its actions, guards, delays and pieces of work. What the actions write is in
 * `conversation-transcript.ts`, `conversation-turn.ts` and `conversation-ownership.ts`.
 */
import { setup } from 'xstate'
import {
  numberOf,
  type ConversationContext,
  type ConversationEmitted,
  type ConversationMachineEvent,
  type ConversationPen,
} from './conversation-context.ts'
import {
  pairedPhone,
  type ConversationFacts,
  type ConversationInput,
  type Draft,
  type HandOffReason,
  type Route,
  type TurnInput,
  type Verdict,
} from './conversation-contract.ts'
import { consentWordIn } from './consent-words.ts'
import { draftIn, isStale, routeIn, verdictIn } from './conversation-outputs.ts'
import * as left from './conversation-left.ts'
import * as ownership from './conversation-ownership.ts'
import * as reactions from './conversation-reactions.ts'
import * as transcript from './conversation-transcript.ts'
import * as turns from './conversation-turn.ts'
import { fitsAddress, work } from './hosted.ts'
import { atMsOf, inked, oneOf, Pen, type Send } from './pen.ts'

type EventType = ConversationMachineEvent['type']
type EventOf<Type extends EventType> = Extract<ConversationMachineEvent, { readonly type: Type }>

const base = setup({
  types: {
    context: {} as ConversationContext,
    events: {} as ConversationMachineEvent,
    emitted: {} as ConversationEmitted,
    input: {} as ConversationInput,
  },
  actors: {
    route: work<Route, TurnInput>(),
    answer: work<Draft, TurnInput & { readonly route: Route | null }>(),
    check: work<Verdict, { readonly turn: TurnInput; readonly draft: Draft | null }>(),
  },
  actions: {
    send: (_args, _params: Send) => {},
    deliver: () => {},
  },
  delays: {
    burstWindow: ({ context }) => context.settings.burstWindowMs,
    routeTimeout: ({ context }) => context.settings.routeTimeoutMs,
    answerTimeout: ({ context }) => context.settings.answerTimeoutMs,
    memberOverdue: ({ context }) => context.settings.memberOverdueMs,
  },
})

/** An action that any event can lead to. */
function writes(write: (pen: ConversationPen, event: ConversationMachineEvent) => void) {
  return base.enqueueActions(({ context, event, enqueue }) => {
    const pen = new Pen<ConversationContext, ConversationFacts>(context, event)
    write(pen, event)
    inked(pen, enqueue)
  })
}

/** An action that only these events lead to. */
function writesOn<Type extends EventType>(
  types: readonly Type[],
  write: (pen: ConversationPen, event: EventOf<Type>) => void,
) {
  return writes((pen, event) => write(pen, oneOf(event, types)))
}

/** Everything the chart in `conversation.ts` names. */
export const named = base.extend({
  actions: {
    open: writesOn(['conversation.opened'], transcript.open),
    receive: writesOn(['message.received'], transcript.receive),
    receiveWish: writesOn(['message.received'], transcript.receiveWish),
    introduce: writesOn(['contact.introduced'], transcript.introduce),
    leave: writesOn(['contact.left'], left.leave),
    closeLeft: writesOn(['contact.left'], (pen, { by }) =>
      ownership.close(pen, { reason: 'contact-left', by, name: by }),
    ),
    react: writesOn(['customer.reacted'], transcript.react),
    revoke: writesOn(['message.revoked'], transcript.revoke),
    dropTurn: writes((pen) => turns.endTurn(pen, 'dropped')),
    identify: writesOn(['customer.identified'], transcript.identify),
    receipt: writesOn(['receipt.delivered', 'receipt.read'], transcript.receipt),
    delivery: writesOn(['delivery.sent', 'delivery.failed'], transcript.delivery),
    memberRead: writesOn(['member.read'], transcript.memberRead),
    note: writesOn(['member.note'], transcript.note),
    guide: writesOn(['member.guidance'], transcript.guide),
    memberMessage: writesOn(['member.message'], transcript.memberMessage),
    giveReaction: writesOn(['member.react'], reactions.give),
    reactionSent: writesOn(['reaction.sent'], reactions.sent),
    reactionFailed: writesOn(['reaction.failed'], reactions.failed),
    wake: writes((pen) => transcript.wake(pen)),
    beginTurn: writes((pen) => turns.beginTurn(pen)),
    restartTurn: writes((pen) => turns.restartTurn(pen)),
    keepRoute: writes((pen, event) => {
      const route = routeIn(event)
      if (route !== undefined) turns.keepRoute(pen, route)
    }),
    keepDraft: writes((pen, event) => {
      const draft = draftIn(event)
      if (draft !== undefined) turns.keepDraft(pen, draft)
    }),
    keepVerdict: writes((pen, event) => {
      const verdict = verdictIn(event)
      if (verdict !== undefined) turns.keepVerdict(pen, verdict)
    }),
    deliverAnswer: writes((pen) => turns.answer(pen)),
    handOffFailed: writes((pen) => ownership.handOff(pen, { ...home(pen), reason: 'assistant-failed', summary: '' })),
    handOffRouted: writes((pen, event) => {
      const reason = routeIn(event)?.handOff ?? 'complex'
      ownership.handOff(pen, { ...home(pen), reason, summary: lastWords(pen) })
    }),
    handOffDrafted: writes((pen) => handOffDraft(pen, 'complex')),
    handOffRefused: writes((pen, event) => handOffDraft(pen, refusal(pen.context, verdictIn(event)))),
    lastWordAndHandOff: writes((pen) => {
      const draft = pen.context.turn?.draft
      const n = turns.lastWord(pen)
      handOffDraft(pen, 'complex')
      if (n === undefined || !draft) return
      turns.deliver(pen, n, draft)
      ownership.lineIsTold(pen)
    }),
    handOffAsked: writes((pen) => {
      transcript.capture(pen)
      ownership.handOff(pen, { ...home(pen), reason: 'asked-for-person', summary: lastWords(pen) })
    }),
    takeOver: writesOn(['member.take-over', 'member.message', 'queue.assigned'], (pen, event) => {
      ownership.takeOver(pen, { ...event, via: event.type === 'queue.assigned' ? 'queue' : event.via })
    }),
    assign: writesOn(['member.assign'], (pen, event) => ownership.takeOver(pen, { ...event, via: 'assigned' })),
    handToTeam: writesOn(['member.hand-to-team'], ownership.handToTeam),
    handBack: writesOn(['member.hand-back'], ownership.handBack),
    snooze: writesOn(['member.snooze'], ownership.snooze),
    close: writesOn(['member.close'], (pen, { memberId, name, reason }) => {
      ownership.close(pen, { reason, by: memberId, name })
    }),
    closeIdle: writes((pen) => ownership.close(pen, { reason: 'idle', by: 'system' })),
    reopenByMember: writesOn(['member.reopen'], (pen, { memberId }) => ownership.reopen(pen, memberId)),
    reopenByPhone: writesOn(['member.message'], (pen, { memberId }) => ownership.reopen(pen, memberId)),
    reopenByCustomer: writes((pen) => ownership.reopen(pen, 'customer')),
    armIdle: writes((pen) => {
      const { settings, activeAtMs } = pen.context
      const silentMs = activeAtMs === 0 ? 0 : pen.atMs - activeAtMs
      pen.arm('idle.due', silentMs < settings.idleCloseMs ? settings.idleCloseMs - silentMs : settings.idleCloseMs)
    }),
    disarmIdle: writes((pen) => pen.disarm('idle.due')),
    queuePosition: writesOn(['queue.position'], (pen, { position, waiting }) => {
      pen.fact('queue-position-changed', { position, waiting })
      ownership.placeInLine(pen, { position, waiting })
    }),
    nobodyOnShift: writesOn(['queue.nobody-on-shift'], (pen, { opensAtMs }) => {
      const opens = opensAtMs === undefined ? {} : { opensAtMs }
      pen.fact('nobody-on-shift', opens)
      ownership.placeInLine(pen, { nobodyOnShift: true, ...opens })
    }),
    tellLine: writes((pen) => ownership.tellLine(pen)),
    overdue: writes((pen) => {
      const { owner } = pen.context
      if (owner.kind === 'member') pen.fact('member-overdue', { memberId: owner.memberId })
    }),
    linkMeeting: writesOn(['meeting.changed'], (pen, { meetingId, status, startAtMs }) => {
      pen.fact('meeting-linked', { meetingId, status, startAtMs })
    }),
    refuseText: writesOn(['message.received', 'member.message', 'member.note', 'member.guidance'], (pen, event) => {
      transcript.refuse(pen, event.type, event.text.trim() === '' ? 'text-empty' : 'text-too-long')
    }),
    refuseOwned: writes((pen, event) => transcript.refuse(pen, event.type, 'already-owned')),
    refuseNotOwner: writes((pen, event) => transcript.refuse(pen, event.type, 'not-owner')),
    refuseClosed: writes((pen, event) => transcript.refuse(pen, event.type, 'closed')),
    refuseOpen: writes((pen, event) => transcript.refuse(pen, event.type, 'not-closed')),
    refuseHandBack: writes((pen, event) => transcript.refuse(pen, event.type, 'nothing-to-hand-back')),
    refuseTeam: writes((pen, event) => transcript.refuse(pen, event.type, 'unknown-team')),
    refuseTime: writes((pen, event) => transcript.refuse(pen, event.type, 'time-passed')),
    refuseReaction: writes((pen, event) => transcript.refuse(pen, event.type, 'no-reactions')),
    refuseLeft: writes((pen, event) => transcript.refuse(pen, event.type, 'contact-left')),
    refuseAge: writes((pen, event) => transcript.refuse(pen, event.type, 'message-too-old')),
  },
  guards: {
    known: ({ context, event }) => isKnown(context, event),
    badText: ({ context, event }) => {
      if (!('text' in event)) return false
      const brings = 'attachments' in event && event.attachments !== undefined && event.attachments.length > 0
      return (event.text.trim() === '' && !brings) || event.text.length > context.settings.textMax
    },
    wishes: ({ event }) => event.type === 'message.received' && (event.wish ?? consentWordIn(event.text)) !== undefined,
    complete: ({ event }) => event.type === 'customer.wrote' && event.complete,
    mayRestart: ({ context }) => context.restarts < context.settings.restartsMax,
    completeAndMayRestart: ({ context, event }) =>
      event.type === 'customer.wrote' && event.complete && context.restarts < context.settings.restartsMax,
    owesAnswer: ({ context }) => context.unanswered.length > 0,
    owesNothing: ({ context }) => context.unanswered.length === 0,
    stale: ({ context, event }) => isStale(context, event),
    routeHandsOff: ({ event }) => routeIn(event)?.handOff !== undefined,
    routed: ({ event }) => routeIn(event) !== undefined,
    draftHandsOffSilently: ({ event }) => {
      const draft = draftIn(event)
      return draft?.handOff !== undefined && draft.text.trim() === ''
    },
    drafted: ({ event }) => draftIn(event) !== undefined,
    unchecked: ({ event }) => verdictIn(event) === undefined,
    passes: ({ context, event }) => passes(context, verdictIn(event)),
    passesAndHandsOff: ({ context, event }) =>
      passes(context, verdictIn(event)) && context.turn?.draft?.handOff !== undefined,
    fromOwner: ({ context, event }) => isOwner(context, event),
    notFromOwner: ({ context, event }) => !isOwner(context, event),
    left: ({ context }) => context.left === true,
    noReactions: ({ context }) => !reactions.hasReactions(context),
    reactsTooLate: ({ event }) => event.type === 'member.react' && reactions.isTooOld(event, event.atMs),
    reacted: ({ context, event }) => event.type === 'member.react' && reactions.isGiven(context, event),
    ownedByAnother: ({ context, event }) => context.owner.kind === 'member' && !isOwner(context, event),
    mustNotTake: ({ context, event }) =>
      context.owner.kind === 'member' &&
      context.owner.memberId !== pairedPhone.memberId &&
      !isOwner(context, event) &&
      !('force' in event && event.force === true),
    /** A reply on the phone has happened; one by the API takes over from assistant and queue, never from a colleague. */
    takesOverByWriting: ({ context, event }) =>
      event.type === 'member.message' &&
      (event.via === 'phone' || (event.via === 'api' && context.owner.kind !== 'member')),
    byPhone: ({ event }) => event.type === 'member.message' && event.via === 'phone',
    mustNotAssign: ({ context, event }) =>
      event.type === 'member.assign' && context.owner.kind === 'member' && event.by.memberId === event.memberId,
    badTeam: ({ event }) => event.type === 'member.hand-to-team' && !fitsAddress(event.team),
    waitsThere: ({ context, event }) =>
      event.type === 'member.hand-to-team' && context.owner.kind === 'queue' && context.team === event.team,
    passed: ({ event }) => event.type === 'member.snooze' && event.untilMs <= event.atMs,
    forgotten: ({ context, event }) =>
      context.unanswered.length === 0 &&
      context.owner.kind !== 'queue' &&
      context.snoozedUntilMs === null &&
      atMsOf(event) - context.activeAtMs >= context.settings.idleCloseMs,
  },
})

function isKnown(context: ConversationContext, event: ConversationMachineEvent): boolean {
  if (event.type === 'member.note') return numberOf(context, transcript.noteKey(event.noteId)) !== undefined
  return 'clientId' in event && numberOf(context, event.clientId) !== undefined
}

function isOwner({ owner }: ConversationContext, event: ConversationMachineEvent): boolean {
  return owner.kind === 'member' && 'memberId' in event && event.memberId === owner.memberId
}

function passes({ settings }: ConversationContext, verdict: Verdict | undefined): boolean {
  return verdict !== undefined && verdict.deliver && verdict.confidence >= settings.confidenceMin
}

function refusal(context: ConversationContext, verdict: Verdict | undefined): HandOffReason {
  const drafted = context.turn?.draft?.handOff?.reason
  if (drafted !== undefined) return drafted
  return verdict?.deliver === false ? (verdict.reason ?? 'ungrounded') : 'low-confidence'
}

/** A hand-off goes to the workspace's own team unless a person names another. */
function home({ context }: ConversationPen): { readonly team: string } {
  return { team: context.settings.team }
}

function lastWords({ context }: ConversationPen): string {
  return context.unanswered.at(-1)?.text ?? ''
}

function handOffDraft(pen: ConversationPen, otherwise: HandOffReason): void {
  const drafted = pen.context.turn?.draft?.handOff
  const reason = drafted?.reason ?? otherwise
  ownership.handOff(pen, { ...home(pen), reason, summary: drafted?.summary ?? lastWords(pen) })
}
