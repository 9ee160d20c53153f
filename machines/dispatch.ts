/**
 * One message on its way out through a provider: let through by the account and the gate, sent, and followed until nothing more can become of it. What each
 * name writes is in `dispatch-writing.ts` and `dispatch-account.ts`; its promises are M24 to M26, M35, and M46 to
 * M49.
 */
import { setup } from 'xstate'
import {
  dispatchDefaults,
  type DispatchFacts,
  type DispatchInput,
  type Transmission,
  type Transmitted,
} from './dispatch-contract.ts'
import * as way from './dispatch-account.ts'
import * as paying from './dispatch-budget.ts'
import { newDispatch, type DispatchContext, type DispatchMachineEvent, type DispatchPen } from './dispatch-context.ts'
import * as writing from './dispatch-writing.ts'
import { settled, work, type Hosted } from './hosted.ts'
import { inked, oneOf, Pen, type Emitted, type Send } from './pen.ts'

const base = setup({
  types: {
    context: {} as DispatchContext,
    events: {} as DispatchMachineEvent,
    emitted: {} as Emitted<DispatchFacts>,
    input: {} as DispatchInput,
  },
  actors: { transmit: work<Transmitted, Transmission>() },
  actions: { send: (_args, _params: Send) => {} },
  guards: {
    mustNotBeSaid: ({ context, event }) =>
      event.type === 'dispatch.asked' && writing.blockedIn(context, event) !== undefined,
    isTemplate: ({ context }) => context.content.kind === 'template',
    otherAsk: ({ context, event }) => event.type === 'account.decided' && !way.isAnswer(context, event),
    paysFirst: ({ context }) => paying.paysFirst(context),
    letThroughUnpaid: ({ context, event }) =>
      event.type === 'outreach.decided' && event.outcome === 'send' && paying.isUnpaid(context, event),
    gated: ({ context }) => context.gated === true,
    notAwaited: ({ context, event }) => event.type === 'budget.decided' && !paying.isAwaited(context, event),
    budgetHolds: ({ event }) => event.type === 'budget.decided' && event.decision.outcome === 'hold',
    budgetRefuses: ({ event }) => event.type === 'budget.decided' && event.decision.outcome === 'refuse',
    oneOfMore: ({ context }) => paying.isOneOfMore(context),
    accountHolds: ({ event }) => event.type === 'account.decided' && event.decision.outcome === 'hold',
    accountRefuses: ({ event }) => event.type === 'account.decided' && event.decision.outcome === 'refuse',
    letThrough: ({ event }) => event.type === 'outreach.decided' && event.outcome === 'send',
    held: ({ event }) => event.type === 'outreach.decided' && event.outcome === 'hold',
    ours: ({ context, event }) => event.type === 'provider.told' && event.account === context.reach.account,
    accepted: ({ event }) => outcomeIn(event) === 'accepted',
    later: ({ context, event }) => outcomeIn(event) === 'later' && way.mayTryAgain(context, outputIn(event)),
    kept: ({ event }) => way.isKept(outputIn(event)),
    refused: ({ event }) => ['refused', 'superseded', 'later'].includes(outcomeIn(event) ?? ''),
  },
  delays: {
    gateTimeout: ({ context }) => context.settings.gateTimeoutMs,
    transmitTimeout: ({ context }) => context.settings.transmitTimeoutMs,
    unknown: ({ context }) => context.settings.unknownMs,
    hold: ({ context }) => context.waitMs,
  },
})

function writes(write: (pen: DispatchPen, event: DispatchMachineEvent) => void) {
  return base.enqueueActions(({ context, event, enqueue }) => {
    const pen = new Pen<DispatchContext, DispatchFacts>(context, event)
    write(pen, event)
    inked(pen, enqueue)
  })
}

const named = base.extend({
  actions: {
    take: writes((pen, event) => writing.take(pen, oneOf(event, ['dispatch.asked']))),
    askAccount: writes((pen) => way.askAccount(pen)),
    hearAccount: writes((pen, event) => writing.hearAccount(pen, oneOf(event, ['account.decided']))),
    block: writes((pen, event) => writing.block(pen, oneOf(event, ['dispatch.asked']))),
    askBudget: writes((pen) => paying.askBudget(pen)),
    hearBudget: writes((pen, event) => writing.hearBudget(pen, oneOf(event, ['budget.decided']))),
    missAccount: writes((pen) => writing.missKeeper(pen, 'account')),
    missBudget: writes((pen) => writing.missKeeper(pen, 'budget')),
    giveBackLate: writes((pen, event) => paying.giveBackLate(pen, oneOf(event, ['budget.decided']))),
    uncountLate: writes((pen, event) => way.giveBackLate(pen, oneOf(event, ['account.decided']).decision)),
    askGate: writes((pen) => writing.askGate(pen)),
    decide: writes((pen, event) => writing.decided(pen, oneOf(event, ['outreach.decided']))),
    begin: writes((pen) => writing.begin(pen)),
    accept: writes((pen, event) => writing.accept(pen, outputIn(event))),
    backOff: writes((pen, event) => writing.backOff(pen, outputIn(event))),
    keep: writes((pen, event) => writing.keep(pen, outputIn(event))),
    refuse: writes((pen, event) => writing.refuse(pen, outputIn(event))),
    doubt: writes((pen, event) => writing.doubt(pen, outputIn(event))),
    giveUp: writes((pen) => writing.giveUp(pen)),
    noGate: writes((pen) => writing.fail(pen, 'nobody could say whether it may be sent')),
    hear: writes((pen, event) => writing.hear(pen, oneOf(event, ['provider.told']))),
  },
})

/** A provider's word settles what the call left open. */
const told = { guard: 'ours', target: 'followed', actions: 'hear' } as const

/** Version 1. */
export const dispatchMachine = named.createMachine({
  id: 'dispatch',
  context: ({ input }) => newDispatch(input),
  on: { 'account.decided': { actions: 'uncountLate' }, 'budget.decided': { actions: 'giveBackLate' } },
  initial: 'unasked',
  states: {
    unasked: {
      on: {
        'dispatch.asked': [
          { guard: 'mustNotBeSaid', target: 'ended', actions: ['take', 'block'] },
          { target: 'asking', actions: 'take' },
        ],
      },
    },
    asking: {
      entry: 'askAccount',
      after: {
        gateTimeout: [
          { guard: 'isTemplate', target: 'held', actions: 'missAccount' },
          { guard: 'paysFirst', target: 'budgeting' },
          { target: 'deciding' },
        ],
      },
      on: {
        'account.decided': [
          { guard: 'otherAsk', actions: 'uncountLate' },
          { guard: 'accountHolds', target: 'held', actions: 'hearAccount' },
          { guard: 'accountRefuses', target: 'ended', actions: 'hearAccount' },
          { guard: 'paysFirst', target: 'budgeting', actions: 'hearAccount' },
          { target: 'deciding', actions: 'hearAccount' },
        ],
      },
    },
    budgeting: {
      entry: 'askBudget',
      after: { gateTimeout: { target: 'held', actions: 'missBudget' } },
      on: {
        'budget.decided': [
          { guard: 'notAwaited', actions: 'giveBackLate' },
          { guard: 'budgetHolds', target: 'held', actions: 'hearBudget' },
          { guard: 'budgetRefuses', target: 'ended', actions: 'hearBudget' },
          { guard: 'oneOfMore', target: 'budgeting', reenter: true, actions: 'hearBudget' },
          { guard: 'gated', target: 'transmitting', actions: 'hearBudget' },
          { target: 'deciding', actions: 'hearBudget' },
        ],
      },
    },
    deciding: {
      entry: 'askGate',
      after: { gateTimeout: { target: 'ended', actions: 'noGate' } },
      on: {
        'outreach.decided': [
          { guard: 'letThroughUnpaid', target: 'budgeting', actions: 'decide' },
          { guard: 'letThrough', target: 'transmitting', actions: 'decide' },
          { guard: 'held', target: 'held', actions: 'decide' },
          { target: 'ended', actions: 'decide' },
        ],
      },
    },
    held: {
      after: { hold: 'asking' },
      on: { 'account.opened': 'asking', 'budget.opened': 'asking', 'provider.told': told },
    },
    transmitting: {
      entry: 'begin',
      after: { transmitTimeout: { target: 'unknown', actions: 'doubt' } },
      on: { 'provider.told': told, 'attempt.began': {} },
      invoke: {
        id: 'transmit',
        src: 'transmit',
        input: ({ context }) => writing.transmission(context),
        onDone: [
          { guard: 'accepted', target: 'followed', actions: 'accept' },
          { guard: 'later', target: 'held', actions: 'backOff' },
          { guard: 'kept', target: 'held', actions: 'keep' },
          { guard: 'refused', target: 'ended', actions: 'refuse' },
          { target: 'unknown', actions: 'doubt' },
        ],
        onError: { target: 'unknown', actions: 'doubt' },
      },
    },
    unknown: {
      after: { unknown: { target: 'ended', actions: 'giveUp' } },
      on: { 'provider.told': told },
    },
    followed: { on: { 'provider.told': { guard: 'ours', actions: 'hear' } } },
    ended: { on: { 'provider.told': told } },
  },
})

/** The dispatch as the host runs it. Settings come from `settings.dispatch`. */
export const dispatch: Hosted = {
  kind: 'dispatch',
  version: 1,
  title: 'Dispatch',
  description: 'One message on its way out: let through by the gate, sent at most once, and followed.',
  machine: dispatchMachine,
  input: (address, settings) => ({ address, settings: settled(dispatchDefaults, settings['dispatch']) }),
}

/** What the call came back with; anything that is none of the outcomes says nothing. */
function outputIn(event: { readonly type: string }): Transmitted | undefined {
  if (!('output' in event)) return undefined
  const { output } = event
  return typeof output === 'object' && output !== null && 'outcome' in output ? (output as Transmitted) : undefined
}

function outcomeIn(event: { readonly type: string }): string | undefined {
  return outputIn(event)?.outcome
}
