/**
 * The centre of the house: one conversation with one customer. Exactly one of assistant, queue and member answers.
 *
 * The chart is here; the names it uses are in `conversation-names.ts`. Its promises are the rules M1 to M10, and M59, of `README.md`.
 */
import { named } from './conversation-names.ts'
import { conversationDefaults } from './conversation-contract.ts'
import { newConversation } from './conversation-context.ts'
import { turnInput } from './conversation-turn.ts'
import { settled, type Hosted } from './hosted.ts'

/** While a turn runs, a message restarts it; beyond `restartsMax` it waits for the next turn. */
const restart = [
  { guard: 'completeAndMayRestart', target: 'routing', reenter: true, actions: 'restartTurn' },
  { guard: 'mayRestart', target: 'waiting', actions: 'restartTurn' },
] as const

const failed = { target: '#conversation.open.queued', actions: 'handOffFailed' } as const

/** Version 1. */
export const conversationMachine = named.createMachine({
  id: 'conversation',
  context: ({ input }) => newConversation(input),
  initial: 'open',
  on: {
    'conversation.opened': { actions: 'open' },
    'message.received': [
      { guard: 'known' },
      { guard: 'badText', actions: 'refuseText' },
      { guard: 'wishes', actions: 'receiveWish' },
      { actions: 'receive' },
    ],
    'contact.introduced': { actions: 'introduce' },
    'customer.reacted': { actions: 'react' },
    'message.revoked': { actions: 'revoke' },
    'reaction.sent': { actions: 'reactionSent' },
    'reaction.failed': { actions: 'reactionFailed' },
    'customer.identified': { actions: 'identify' },
    'receipt.delivered': { actions: 'receipt' },
    'receipt.read': { actions: 'receipt' },
    'delivery.sent': { actions: 'delivery' },
    'delivery.failed': { actions: 'delivery' },
    'member.note': [{ guard: 'known' }, { guard: 'badText', actions: 'refuseText' }, { actions: 'note' }],
    'member.guidance': [{ guard: 'badText', actions: 'refuseText' }, { actions: 'guide' }],
    'member.read': { actions: 'memberRead' },
    'meeting.changed': { actions: 'linkMeeting' },
  },
  states: {
    open: {
      initial: 'assistant',
      entry: 'armIdle',
      exit: 'disarmIdle',
      on: {
        'idle.due': [{ guard: 'forgotten', target: 'closed', actions: 'closeIdle' }, { actions: 'armIdle' }],
        'snooze.ended': { actions: 'wake' },
        'member.take-over': [
          { guard: 'fromOwner' },
          { guard: 'mustNotTake', actions: 'refuseOwned' },
          { target: '.member', actions: 'takeOver' },
        ],
        'member.message': [
          { guard: 'known' },
          { guard: 'badText', actions: 'refuseText' },
          { guard: 'left', actions: 'refuseLeft' },
          { guard: 'fromOwner', actions: 'memberMessage' },
          { guard: 'takesOverByWriting', target: '.member', actions: ['takeOver', 'memberMessage'] },
          { actions: 'refuseNotOwner' },
        ],
        'member.react': [
          { guard: 'notFromOwner', actions: 'refuseNotOwner' },
          { guard: 'left', actions: 'refuseLeft' },
          { guard: 'noReactions', actions: 'refuseReaction' },
          { guard: 'reactsTooLate', actions: 'refuseAge' },
          { guard: 'reacted' },
          { actions: 'giveReaction' },
        ],
        'member.assign': [
          { guard: 'fromOwner' },
          { guard: 'mustNotAssign', actions: 'refuseOwned' },
          { target: '.member', actions: 'assign' },
        ],
        'member.hand-to-team': [
          { guard: 'badTeam', actions: 'refuseTeam' },
          { guard: 'ownedByAnother', actions: 'refuseNotOwner' },
          { guard: 'waitsThere' },
          { target: '.queued', actions: 'handToTeam' },
        ],
        'member.snooze': [
          { guard: 'passed', actions: 'refuseTime' },
          { guard: 'ownedByAnother', actions: 'refuseNotOwner' },
          { actions: 'snooze' },
        ],
        'member.close': [
          { guard: 'ownedByAnother', actions: 'refuseNotOwner' },
          { target: 'closed', actions: 'close' },
        ],
        'member.reopen': { actions: 'refuseOpen' },
        'contact.left': { target: 'closed', actions: ['leave', 'closeLeft'] },
      },
      states: {
        assistant: {
          initial: 'idle',
          on: {
            'person.requested': { target: 'queued', actions: 'handOffAsked' },
            'member.hand-back': { actions: 'refuseHandBack' },
            'customer.stopped': { target: '.idle', actions: 'dropTurn' },
          },
          states: {
            idle: {
              on: { 'customer.wrote': [{ guard: 'complete', target: 'routing' }, { target: 'waiting' }] },
            },
            waiting: {
              on: { 'customer.wrote': { guard: 'complete', target: 'routing' } },
              after: { burstWindow: 'routing' },
            },
            routing: {
              entry: 'beginTurn',
              on: { 'customer.wrote': restart },
              after: { routeTimeout: failed },
              invoke: {
                id: 'route',
                src: 'route',
                input: ({ context }) => turnInput(context),
                onDone: [
                  { guard: 'stale' },
                  {
                    guard: 'routeHandsOff',
                    target: '#conversation.open.queued',
                    actions: ['keepRoute', 'handOffRouted'],
                  },
                  { guard: 'routed', target: 'answering', actions: 'keepRoute' },
                  failed,
                ],
                onError: failed,
              },
            },
            answering: {
              on: { 'customer.wrote': restart },
              after: { answerTimeout: failed },
              invoke: {
                id: 'answer',
                src: 'answer',
                input: ({ context }) => ({ ...turnInput(context), route: context.turn?.route ?? null }),
                onDone: [
                  { guard: 'stale' },
                  {
                    guard: 'draftHandsOffSilently',
                    target: '#conversation.open.queued',
                    actions: ['keepDraft', 'handOffDrafted'],
                  },
                  { guard: 'drafted', target: 'checking', actions: 'keepDraft' },
                  failed,
                ],
                onError: failed,
              },
            },
            checking: {
              on: { 'customer.wrote': restart },
              after: { routeTimeout: failed },
              invoke: {
                id: 'check',
                src: 'check',
                input: ({ context }) => ({ turn: turnInput(context), draft: context.turn?.draft ?? null }),
                onDone: [
                  { guard: 'stale' },
                  { guard: 'unchecked', ...failed },
                  {
                    guard: 'passesAndHandsOff',
                    target: '#conversation.open.queued',
                    actions: ['keepVerdict', 'lastWordAndHandOff'],
                  },
                  { guard: 'passes', target: 'delivering', actions: 'keepVerdict' },
                  { target: '#conversation.open.queued', actions: ['keepVerdict', 'handOffRefused'] },
                ],
                onError: failed,
              },
            },
            delivering: {
              entry: 'deliverAnswer',
              always: [{ guard: 'owesAnswer', target: 'routing' }, { target: 'idle' }],
            },
          },
        },
        queued: {
          on: {
            'queue.position': { actions: 'queuePosition' },
            'queue.nobody-on-shift': { actions: 'nobodyOnShift' },
            'line.due': { actions: 'tellLine' },
            'queue.assigned': { target: 'member', actions: 'takeOver' },
            'member.hand-back': [
              { guard: 'owesAnswer', target: 'assistant.routing', actions: 'handBack' },
              { target: 'assistant', actions: 'handBack' },
            ],
          },
        },
        member: {
          initial: 'attentive',
          on: {
            'member.hand-back': [
              { guard: 'ownedByAnother', actions: 'refuseNotOwner' },
              { guard: 'owesAnswer', target: 'assistant.routing', actions: 'handBack' },
              { target: 'assistant', actions: 'handBack' },
            ],
          },
          states: {
            attentive: { always: { guard: 'owesAnswer', target: 'owing' } },
            owing: {
              always: { guard: 'owesNothing', target: 'attentive' },
              after: { memberOverdue: { target: 'overdue', actions: 'overdue' } },
            },
            overdue: { always: { guard: 'owesNothing', target: 'attentive' } },
          },
        },
      },
    },
    closed: {
      on: {
        'message.received': [
          { guard: 'known' },
          { guard: 'badText', actions: 'refuseText' },
          { guard: 'wishes', actions: 'receiveWish' },
          { target: 'open', actions: ['reopenByCustomer', 'receive'] },
        ],
        'person.requested': { target: 'open.queued', actions: ['reopenByCustomer', 'handOffAsked'] },
        'member.reopen': { target: 'open', actions: 'reopenByMember' },
        'member.message': [
          { guard: 'known' },
          { guard: 'byPhone', target: 'open.member', actions: ['reopenByPhone', 'takeOver', 'memberMessage'] },
          { actions: 'refuseClosed' },
        ],
        'contact.left': { actions: 'leave' },
        'member.take-over': { actions: 'refuseClosed' },
        'member.react': { actions: 'refuseClosed' },
        'member.assign': { actions: 'refuseClosed' },
        'member.hand-back': { actions: 'refuseClosed' },
        'member.hand-to-team': { actions: 'refuseClosed' },
        'member.snooze': { actions: 'refuseClosed' },
        'member.close': { actions: 'refuseClosed' },
      },
    },
  },
})

/** The conversation as the host runs it. Settings come from `settings.conversation`. */
export const conversation: Hosted = {
  kind: 'conversation',
  version: 1,
  title: 'Conversation',
  description: 'One conversation with one customer, answered by exactly one of assistant, queue and member.',
  machine: conversationMachine,
  input: (address, settings) => ({
    address,
    settings: settled(conversationDefaults, settings['conversation']),
  }),
}
