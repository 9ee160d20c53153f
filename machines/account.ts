/**
 * One account of ours at a provider, and what may go out through it now. What each name writes is in `account-writing.ts`, what it answers in
 * `account-deciding.ts`; its promises are M32 to M34.
 */
import { setup } from 'xstate'
import { isAboutAccess, stopsSender } from './account-access.ts'
import { accountDefaults, type AccountEvent, type AccountFacts, type AccountInput } from './account-contract.ts'
import * as writing from './account-writing.ts'
import type { ProviderAction } from './dispatch-contract.ts'
import { settled, type Hosted } from './hosted.ts'
import { atMsOf, inked, oneOf, Pen, type Emitted, type Send } from './pen.ts'

const base = setup({
  types: {
    context: {} as writing.AccountContext,
    events: {} as AccountEvent,
    emitted: {} as Emitted<AccountFacts>,
    input: {} as AccountInput,
  },
  actions: { send: (_args, _params: Send) => {} },
  guards: {
    stops: ({ event }) => event.type === 'account.troubled' && stopsSender(event.error),
    slows: ({ event }) => isFor(event, ['back-off']),
    pausesCampaigns: ({ event }) => isFor(event, ['pause-campaigns']),
    blocksTemplates: ({ event }) => isFor(event, ['block-templates']),
    pausesTemplate: ({ event }) => isFor(event, ['pause-template']),
    accessMended: ({ context }) => isAboutAccess(context.brakes.stopped?.code ?? -1),
  },
  delays: {
    slow: ({ context, event }) => Math.max(0, (context.brakes.slowed?.untilMs ?? 0) - atMsOf(event)),
  },
})

function writes(write: (pen: writing.AccountPen, event: AccountEvent) => void) {
  return base.enqueueActions(({ context, event, enqueue }) => {
    const pen = new Pen<writing.AccountContext, AccountFacts>(context, event)
    write(pen, event)
    inked(pen, enqueue)
  })
}

const named = base.extend({
  actions: {
    decide: writes((pen, event) => writing.decide(pen, oneOf(event, ['account.asked']))),
    settle: writes((pen, event) => writing.settle(pen, oneOf(event, ['account.settled']))),
    stop: writes((pen, event) => writing.brake(pen, 'stopped', oneOf(event, ['account.troubled']))),
    slow: writes((pen, event) => writing.brake(pen, 'slowed', oneOf(event, ['account.troubled']))),
    pauseCampaigns: writes((pen, event) => writing.brake(pen, 'campaigns', oneOf(event, ['account.troubled']))),
    blockTemplates: writes((pen, event) => writing.brake(pen, 'templates', oneOf(event, ['account.troubled']))),
    pauseTemplate: writes((pen, event) => writing.pauseTemplate(pen, oneOf(event, ['account.troubled']))),
    goOn: writes((pen) => writing.release(pen, 'stopped')),
    speedUp: writes((pen) => writing.release(pen, 'slowed')),
    resumeCampaigns: writes((pen) => writing.release(pen, 'campaigns')),
    unblockTemplates: writes((pen) => writing.release(pen, 'templates')),
    joinPortfolio: writes((pen, event) => writing.joinPortfolio(pen, oneOf(event, ['account.portfolio-told']))),
    takeIn: writes((pen, event) => writing.takeIn(pen, oneOf(event, ['account.joined']))),
    notice: writes((pen, event) => writing.notice(pen, oneOf(event, ['account.noticed']))),
    hearOfTemplate: writes((pen, event) => writing.hearOfTemplate(pen, oneOf(event, ['account.template-told']))),
    keepTemplates: writes((pen, event) => writing.keepTemplates(pen, oneOf(event, ['account.templates-read']))),
  },
})

const pausesOne = { guard: 'pausesTemplate', actions: 'pauseTemplate' } as const

/** Version 1. */
export const accountMachine = named.createMachine({
  id: 'account',
  context: ({ input }) => writing.newAccount(input),
  type: 'parallel',
  on: {
    'account.asked': { actions: 'decide' },
    'account.settled': { actions: 'settle' },
    'account.portfolio-told': { actions: 'joinPortfolio' },
    'account.joined': { actions: 'takeIn' },
    'account.noticed': { actions: 'notice' },
    'account.template-told': { actions: 'hearOfTemplate' },
    'account.templates-read': { actions: 'keepTemplates' },
  },
  states: {
    access: {
      initial: 'open',
      states: {
        open: { on: { 'account.troubled': { guard: 'stops', target: 'stopped', actions: 'stop' } } },
        stopped: {
          on: {
            'account.troubled': { guard: 'stops', actions: 'stop' },
            'account.checked': { target: 'open', actions: 'goOn' },
            'account.resumed': { target: 'open', actions: 'goOn' },
            'account.templates-read': { guard: 'accessMended', target: 'open', actions: ['keepTemplates', 'goOn'] },
          },
        },
      },
    },
    pace: {
      initial: 'full',
      states: {
        full: { on: { 'account.troubled': { guard: 'slows', target: 'slowed', actions: 'slow' } } },
        slowed: {
          after: { slow: { target: 'full', actions: 'speedUp' } },
          on: {
            'account.troubled': { guard: 'slows', target: 'slowed', reenter: true, actions: 'slow' },
            'account.resumed': { target: 'full', actions: 'speedUp' },
          },
        },
      },
    },
    campaigns: {
      initial: 'allowed',
      states: {
        allowed: {
          on: { 'account.troubled': { guard: 'pausesCampaigns', target: 'paused', actions: 'pauseCampaigns' } },
        },
        paused: { on: { 'account.resumed': { target: 'allowed', actions: 'resumeCampaigns' } } },
      },
    },
    templates: {
      initial: 'allowed',
      states: {
        allowed: {
          on: {
            'account.troubled': [{ guard: 'blocksTemplates', target: 'blocked', actions: 'blockTemplates' }, pausesOne],
          },
        },
        blocked: {
          on: {
            'account.troubled': pausesOne,
            'account.resumed': { target: 'allowed', actions: 'unblockTemplates' },
          },
        },
      },
    },
  },
})

/** The account as the host runs it. Settings come from `settings.account`. */
export const account: Hosted = {
  kind: 'account',
  version: 1,
  title: 'Account',
  description: 'A number of ours at a provider: its templates and limits, and what may go out through it now.',
  machine: accountMachine,
  input: (address, settings) => ({ address, settings: settled(accountDefaults, settings['account']) }),
}

function isFor(event: AccountEvent, actions: readonly ProviderAction[]): boolean {
  return event.type === 'account.troubled' && actions.includes(event.error.action)
}
