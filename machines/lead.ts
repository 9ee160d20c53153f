/**
 * A person who may buy: captured, checked, found to be one with whom we know already or not, enriched, then active with a
 * temperature and a stage. What each name writes is in `lead-writing.ts`; its promises are M12 to M14.
 */
import { setup } from 'xstate'
import { settled, work, type Hosted } from './hosted.ts'
import {
  leadDefaults,
  type Enrichment,
  type HotLeadAlert,
  type LeadFacts,
  type LeadInput,
  type LeadProfile,
  type Stage,
} from './lead-contract.ts'
import { qualifies } from './lead-profile.ts'
import * as outreach from './lead-outreach.ts'
import * as writing from './lead-writing.ts'
import { atMsOf, inked, oneOf, Pen, type Emitted, type Send } from './pen.ts'

const base = setup({
  types: {
    context: {} as writing.LeadContext,
    events: {} as writing.LeadMachineEvent,
    emitted: {} as Emitted<LeadFacts>,
    input: {} as LeadInput,
  },
  actors: { 'enrich-lead': work<Enrichment, { readonly lead: string; readonly profile: LeadProfile }>() },
  actions: {
    send: (_args, _params: Send) => {},
    'alert-hot-lead': (_args, _params: HotLeadAlert) => {},
  },
  guards: {
    sound: ({ context, event }) => 'profile' in event && writing.isSound(context, event.profile),
    ours: ({ context, event }) => event.type === 'identity.owned' && event.lead === context.address,
    apart: ({ context, event }) => event.type === 'identity.owned' && context.apart.includes(event.key),
    allOurs: ({ context }) => Object.values(context.keys).every((each) => each === 'mine'),
    enriched: ({ context }) => context.enriched,
    silentLong: ({ context, event }) => atMsOf(event) - context.warmedAtMs >= context.settings.coolAfterMs,
    wasHot: ({ context }) => context.temperature === 'hot',
    wasWarm: ({ context }) => context.temperature === 'warm',
    startsWarm: ({ context }) =>
      context.temperature === 'none' && (context.score?.total ?? 0) >= context.settings.warmScore,
    engaged: ({ context }) => context.engagements >= context.settings.warmEngagements,
    strong: ({ context }) => context.strong,
    inTouch: ({ context }) => context.engagements > 0,
    qualifies: ({ context }) => context.engagements > 0 && qualifies(context.profile),
    visits: ({ event }) =>
      event.type === 'meeting.changed' && ['booked', 'confirmed', 'attended'].includes(event.status),
    setTo: ({ event }, params: { readonly stage: Stage }) => event.type === 'stage.set' && event.stage === params.stage,
    was: ({ context }, params: { readonly stage: Stage }) => context.stage === params.stage,
    fromAnother: ({ context, event }) => event.type === 'lead.absorbed' && event.from !== context.address,
    round: ({ context, event }) => writing.isRound(context, event),
    lost: ({ event }) => writing.isLost(event),
  },
  delays: {
    claimTimeout: ({ context }) => context.settings.claimTimeoutMs,
    enrichTimeout: ({ context }) => context.settings.enrichTimeoutMs,
  },
})

function writes(write: (pen: writing.LeadPen, event: writing.LeadMachineEvent) => void) {
  return base.enqueueActions(({ context, event, enqueue }) => {
    const pen = new Pen<writing.LeadContext, LeadFacts>(context, event)
    write(pen, event)
    inked(pen, enqueue)
  })
}

const named = base.extend({
  actions: {
    capture: writes((pen, event) => writing.capture(pen, oneOf(event, ['lead.captured']))),
    keepInvalid: writes((pen, event) => writing.keepInvalid(pen, oneOf(event, ['lead.captured', 'lead.repaired']))),
    repair: writes((pen, event) => writing.repair(pen, oneOf(event, ['lead.repaired']))),
    recapture: writes((pen, event) => {
      const { profile, conversation } = oneOf(event, ['lead.captured'])
      writing.learn(pen, profile)
      if (conversation !== undefined) writing.link(pen, conversation)
    }),
    mend: writes((pen, event) => writing.learn(pen, oneOf(event, ['lead.repaired']).profile)),
    learn: writes((pen, event) => writing.learn(pen, oneOf(event, ['profile.learned']).learned)),
    decideAsked: writes((pen, event) => outreach.decideAsked(pen, oneOf(event, ['outreach.asked']))),
    giveBack: writes((pen, event) => outreach.giveBack(pen, oneOf(event, ['outreach.released']))),
    hear: writes((pen, event) => outreach.hear(pen, oneOf(event, ['customer.heard']))),
    wish: writes((pen, event) => outreach.wish(pen, oneOf(event, ['contact.wished']))),
    consent: writes((pen, event) => outreach.consent(pen, oneOf(event, ['consent.said']))),
    loseChannel: writes((pen, event) => outreach.loseChannel(pen, oneOf(event, ['channel.failed']))),
    pauseChannel: writes((pen, event) => outreach.pauseChannel(pen, oneOf(event, ['channel.paused']))),
    engage: writes((pen, event) => writing.engage(pen, oneOf(event, ['engagement.recorded']))),
    link: writes((pen, event) => writing.link(pen, oneOf(event, ['conversation.linked']).conversation)),
    claimKeys: writes((pen) => writing.claimKeys(pen)),
    own: writes((pen, event) => writing.own(pen, oneOf(event, ['identity.owned']))),
    merge: writes((pen, event) => writing.merge(pen, oneOf(event, ['identity.owned']))),
    absorb: writes((pen, event) => writing.absorb(pen, oneOf(event, ['lead.absorbed']))),
    forward: writes((pen, event) => writing.forward(pen, event)),
    split: writes((pen, event) => {
      const { by, reason } = oneOf(event, ['lead.split'])
      writing.split(pen, { by, ...(reason === undefined ? {} : { reason }) })
    }),
    getUp: writes((pen) => writing.split(pen, { by: 'system', reason: 'merged in a circle' })),
    takeUp: writes((pen, event) => {
      if (event.type === 'lead.absorbed') writing.absorb(pen, event)
    }),
    enrich: writes((pen, event) => writing.enrich(pen, enrichmentIn(event))),
    armCool: writes((pen) => {
      const silentMs = pen.context.warmedAtMs === 0 ? 0 : pen.atMs - pen.context.warmedAtMs
      pen.arm('cool.due', pen.context.settings.coolAfterMs - silentMs)
    }),
    beginWarmth: writes((pen) => {
      if (pen.context.warmedAtMs === 0) pen.change({ warmedAtMs: pen.atMs })
    }),
    disarmCool: writes((pen) => pen.disarm('cool.due')),
    cool: writes((pen) => writing.cool(pen)),
    enterCold: writes((pen, event) => writing.enterTemperature(pen, 'cold', event)),
    enterWarm: writes((pen, event) => writing.enterTemperature(pen, 'warm', event)),
    enterHot: writes((pen, event) => writing.enterTemperature(pen, 'hot', event)),
    enterNew: writes((pen, event) => writing.enterStage(pen, 'new', event)),
    enterContacted: writes((pen, event) => writing.enterStage(pen, 'contacted', event)),
    enterQualified: writes((pen, event) => writing.enterStage(pen, 'qualified', event)),
    enterVisit: writes((pen, event) => writing.enterStage(pen, 'visit', event)),
    enterNegotiation: writes((pen, event) => writing.enterStage(pen, 'negotiation', event)),
    enterWon: writes((pen, event) => writing.enterStage(pen, 'won', event)),
    enterLost: writes((pen, event) => writing.enterStage(pen, 'lost', event)),
    refuseStage: writes((pen, event) => {
      const message = 'this lead is not active: mend it first'
      pen.fact('command-refused', { command: event.type, code: 'not-active', message })
    }),
  },
})

/** What a merged lead does with anything it hears: pass it on, unless it has come round in a circle or too far. */
const passOn = [
  { guard: 'round', target: 'active', actions: ['getUp', 'takeUp'] },
  { guard: 'lost' },
  { actions: 'forward' },
] as const

/** Version 1. */
export const leadMachine = named.createMachine({
  id: 'lead',
  context: ({ input }) => writing.newLead(input),
  initial: 'expected',
  on: {
    'profile.learned': { actions: 'learn' },
    'engagement.recorded': { actions: 'engage' },
    'conversation.linked': { actions: 'link' },
    'identity.owned': { guard: 'ours', actions: 'own' },
    'stage.set': { actions: 'refuseStage' },
    'outreach.asked': { actions: 'decideAsked' },
    'outreach.released': { actions: 'giveBack' },
    'customer.heard': { actions: 'hear' },
    'contact.wished': { actions: 'wish' },
    'consent.said': { actions: 'consent' },
    'channel.failed': { actions: 'loseChannel' },
    'channel.paused': { actions: 'pauseChannel' },
  },
  states: {
    expected: {
      on: {
        'lead.captured': [
          { guard: 'sound', target: 'deduplicating', actions: 'capture' },
          { target: 'invalid', actions: 'keepInvalid' },
        ],
      },
    },
    invalid: {
      on: {
        'lead.captured': [{ guard: 'sound', target: 'deduplicating', actions: 'capture' }, { actions: 'keepInvalid' }],
        'lead.repaired': [{ guard: 'sound', target: 'deduplicating', actions: 'repair' }, { actions: 'keepInvalid' }],
      },
    },
    deduplicating: {
      entry: 'claimKeys',
      always: { guard: 'allOurs', target: 'active' },
      after: { claimTimeout: 'active' },
      on: {
        'lead.captured': { actions: ['recapture', 'claimKeys'] },
        'lead.repaired': { actions: ['mend', 'claimKeys'] },
        'profile.learned': { actions: ['learn', 'claimKeys'] },
        'identity.owned': [
          { guard: 'ours', actions: 'own' },
          { guard: 'apart' },
          { target: 'merged', actions: 'merge' },
        ],
        'lead.absorbed': { guard: 'fromAnother', actions: ['absorb', 'claimKeys'] },
      },
    },
    active: {
      type: 'parallel',
      entry: 'beginWarmth',
      exit: 'disarmCool',
      on: {
        'lead.captured': { actions: ['recapture', 'claimKeys'] },
        'lead.repaired': { actions: ['mend', 'claimKeys'] },
        'profile.learned': { actions: ['learn', 'claimKeys'] },
        'identity.owned': [
          { guard: 'ours', actions: 'own' },
          { guard: 'apart' },
          { target: 'merged', actions: 'merge' },
        ],
        'lead.absorbed': { guard: 'fromAnother', actions: ['absorb', 'claimKeys'] },
      },
      states: {
        temperature: {
          initial: 'rated',
          on: { 'cool.due': [{ guard: 'silentLong', actions: 'cool' }, { actions: 'armCool' }] },
          states: {
            rated: {
              always: [
                { guard: 'wasHot', target: 'hot' },
                { guard: 'wasWarm', target: 'warm' },
                { guard: 'startsWarm', target: 'warm' },
                { target: 'cold' },
              ],
            },
            cold: { entry: ['enterCold', 'disarmCool'], always: { guard: 'engaged', target: 'warm' } },
            warm: {
              entry: ['enterWarm', 'armCool'],
              always: { guard: 'strong', target: 'hot' },
              on: { 'temperature.cooled': 'cold' },
            },
            hot: { entry: ['enterHot', 'armCool'], on: { 'temperature.cooled': 'warm' } },
          },
        },
        stage: {
          initial: 'placed',
          on: {
            'stage.set': [
              { guard: { type: 'setTo', params: { stage: 'new' } }, target: '.new' },
              { guard: { type: 'setTo', params: { stage: 'contacted' } }, target: '.contacted' },
              { guard: { type: 'setTo', params: { stage: 'qualified' } }, target: '.qualified' },
              { guard: { type: 'setTo', params: { stage: 'visit' } }, target: '.visit' },
              { guard: { type: 'setTo', params: { stage: 'negotiation' } }, target: '.negotiation' },
              { guard: { type: 'setTo', params: { stage: 'won' } }, target: '.won' },
              { guard: { type: 'setTo', params: { stage: 'lost' } }, target: '.lost' },
            ],
          },
          states: {
            placed: {
              always: [
                { guard: { type: 'was', params: { stage: 'contacted' } }, target: 'contacted' },
                { guard: { type: 'was', params: { stage: 'qualified' } }, target: 'qualified' },
                { guard: { type: 'was', params: { stage: 'visit' } }, target: 'visit' },
                { guard: { type: 'was', params: { stage: 'negotiation' } }, target: 'negotiation' },
                { guard: { type: 'was', params: { stage: 'won' } }, target: 'won' },
                { guard: { type: 'was', params: { stage: 'lost' } }, target: 'lost' },
                { target: 'new' },
              ],
            },
            new: {
              entry: 'enterNew',
              on: {
                'lead.grew': [
                  { guard: 'qualifies', target: 'qualified' },
                  { guard: 'inTouch', target: 'contacted' },
                ],
                'meeting.changed': { guard: 'visits', target: 'visit' },
              },
            },
            contacted: {
              entry: 'enterContacted',
              on: {
                'lead.grew': { guard: 'qualifies', target: 'qualified' },
                'meeting.changed': { guard: 'visits', target: 'visit' },
              },
            },
            qualified: {
              entry: 'enterQualified',
              on: { 'meeting.changed': { guard: 'visits', target: 'visit' } },
            },
            visit: { entry: 'enterVisit' },
            negotiation: { entry: 'enterNegotiation' },
            won: { entry: 'enterWon' },
            lost: { entry: 'enterLost' },
          },
        },
        enrichment: {
          initial: 'due',
          states: {
            due: { always: [{ guard: 'enriched', target: 'done' }, { target: 'enriching' }] },
            enriching: {
              after: { enrichTimeout: 'done' },
              invoke: {
                id: 'enrich-lead',
                src: 'enrich-lead',
                input: ({ context }) => ({ lead: context.address, profile: context.profile }),
                onDone: { target: 'done', actions: ['enrich', 'claimKeys'] },
                onError: 'done',
              },
            },
            done: {},
          },
        },
      },
    },
    merged: {
      on: {
        'lead.captured': passOn,
        'lead.repaired': passOn,
        'profile.learned': passOn,
        'engagement.recorded': passOn,
        'conversation.linked': passOn,
        'meeting.changed': passOn,
        'stage.set': passOn,
        'lead.absorbed': passOn,
        'outreach.asked': passOn,
        'outreach.released': passOn,
        'customer.heard': passOn,
        'contact.wished': passOn,
        'consent.said': passOn,
        'channel.failed': passOn,
        'channel.paused': passOn,
        'lead.split': { target: 'active', actions: 'split' },
      },
    },
  },
})

/** The lead as the host runs it. Settings come from `settings.lead`. */
export const lead: Hosted = {
  kind: 'lead',
  version: 1,
  title: 'Lead',
  description: 'A person who may buy: one lead a person, with a temperature, a stage and a score with its reasons.',
  machine: leadMachine,
  input: (address, settings) => ({ address, settings: settled(leadDefaults, settings['lead']) }),
}

/** What enrichment came back with; anything that is not a profile is nothing. */
function enrichmentIn(event: { readonly type: string }): Enrichment {
  if (!('output' in event)) return { profile: {} }
  const { output } = event
  const isFields = (value: unknown): value is object => typeof value === 'object' && value !== null
  return isFields(output) && 'profile' in output && isFields(output.profile)
    ? { profile: output.profile }
    : { profile: {} }
}
