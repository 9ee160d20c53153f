/**
 * A person who may buy: captured, checked, found to be one with whom we know already or not, enriched, then active with a
 * temperature and a stage. What each name writes is in `lead-writing.ts`; its promises are M12 to M14.
 */
import { setup } from 'xstate'
import { work, type Hosted } from './hosted.ts'
import {
  type Enrichment,
  type HotLeadAlert,
  type LeadFacts,
  type LeadInput,
  type LeadProfile,
  type Stage,
} from './lead-contract.ts'
import { qualifies } from './lead-profile.ts'
import { heard } from './lead-hearing.ts'
import * as joining from './lead-joining.ts'
import * as outreach from './lead-outreach.ts'
import type { OwnWriting } from './lead-own.ts'
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
    apart: ({ context, event }) =>
      event.type === 'identity.owned' &&
      (context.apart.includes(event.key) || joining.isKeptApart(context, event.lead)),
    ofJoined: ({ context, event }) => event.type === 'identity.owned' && joining.isJoined(context, event.lead),
    keptApart: ({ context, event }) =>
      event.type === 'lead.absorbed' && event.by === undefined && joining.isKeptApart(context, event.from),
    stale: ({ context, event }) => joining.isStale(context, event),
    askedByOwner: ({ context, event }) => joining.isAskedByOwner(context, event),
    chosen: ({ event }) => event.type === 'lead.split' && event.keys !== undefined,
    joinsAnother: ({ context, event }) => event.type === 'lead.join' && event.into !== context.address,
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
    round: ({ context, event }) => joining.isRound(context, event),
    lost: ({ event }) => joining.isLost(event),
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

/** As `writes`, and into the lead's own part too. What a separated lead passed on before it knew is dropped: it has it itself. */
function hears(write: OwnWriting) {
  return writes((pen, event) => {
    if (joining.isFromApart(pen.context, event)) return
    joining.account(pen, event, write)
    write(pen, event)
  })
}

/** Hears an event of any of the types there are in `heard`. */
const hear = hears((pen, event) => heard[event.type]?.(pen, event))

function entersStage(stage: Stage) {
  return writes((pen, event) => {
    if (heard[event.type] !== undefined) joining.account(pen, event, () => {})
    writing.enterStage(pen, stage, event)
  })
}

const named = base.extend({
  actions: {
    capture: writes((pen, event) => writing.capture(pen, oneOf(event, ['lead.captured']))),
    keepInvalid: writes((pen, event) => writing.keepInvalid(pen, oneOf(event, ['lead.captured', 'lead.repaired']))),
    repair: writes((pen, event) => writing.repair(pen, oneOf(event, ['lead.repaired']))),
    hear,
    decideAsked: writes((pen, event) => {
      if (joining.isFromApart(pen.context, event)) joining.sendBack(pen, event)
      else outreach.decideAsked(pen, oneOf(event, ['outreach.asked']))
    }),
    giveBack: writes((pen, event) => outreach.giveBack(pen, oneOf(event, ['outreach.released']))),
    claimKeys: writes((pen) => writing.claimKeys(pen)),
    own: writes((pen, event) => writing.own(pen, oneOf(event, ['identity.owned']))),
    leave: writes((pen, event) => joining.leave(pen, oneOf(event, ['identity.owned']))),
    merge: writes((pen, event) => joining.merge(pen, oneOf(event, ['identity.owned']))),
    join: writes((pen, event) => joining.join(pen, oneOf(event, ['lead.join']))),
    absorb: writes((pen, event) => {
      const absorbed = oneOf(event, ['lead.absorbed'])
      // What can't be undone becomes its own.
      if (absorbed.undoable !== true) joining.account(pen, event, (own) => joining.absorb(own, absorbed))
      joining.absorb(pen, absorbed)
    }),
    decline: writes((pen, event) => joining.decline(pen, oneOf(event, ['lead.absorbed']))),
    forward: writes((pen, event) => {
      joining.account(pen, event, (own) => heard[event.type]?.(own, event))
      joining.forward(pen, event)
    }),
    askApart: writes((pen, event) => joining.askApart(pen, oneOf(event, ['lead.split']))),
    part: writes((pen, event) => joining.part(pen, oneOf(event, ['lead.part']))),
    partBelow: writes((pen, event) => joining.partBelow(pen, oneOf(event, ['lead.part']))),
    beApart: writes((pen, event) => joining.beApart(pen, oneOf(event, ['lead.parted']))),
    tellAgain: writes((pen, event) => joining.tellAgain(pen, oneOf(event, ['lead.asked-again']))),
    split: writes((pen, event) => {
      const { by, reason } = oneOf(event, ['lead.split'])
      joining.split(pen, { by, ...(reason === undefined ? {} : { reason }) })
    }),
    getUp: writes((pen) => joining.getUp(pen)),
    takeUp: writes((pen, event) => joining.takeUp(pen, event)),
    enrich: hears((pen, event) => writing.enrich(pen, enrichmentIn(event))),
    armCool: writes((pen) => {
      const silentMs = pen.context.warmedAtMs === 0 ? 0 : pen.atMs - pen.context.warmedAtMs
      pen.arm('cool.due', pen.context.settings.coolAfterMs - silentMs)
    }),
    beginWarmth: writes((pen) => {
      if (pen.context.warmedAtMs === 0) pen.change({ warmedAtMs: pen.atMs })
      joining.beginOwn(pen)
    }),
    disarmCool: writes((pen) => pen.disarm('cool.due')),
    cool: writes((pen) => writing.cool(pen)),
    enterCold: writes((pen, event) => writing.enterTemperature(pen, 'cold', event)),
    enterWarm: writes((pen, event) => writing.enterTemperature(pen, 'warm', event)),
    enterHot: writes((pen, event) => writing.enterTemperature(pen, 'hot', event)),
    enterNew: entersStage('new'),
    enterContacted: entersStage('contacted'),
    enterQualified: entersStage('qualified'),
    enterVisit: entersStage('visit'),
    enterNegotiation: entersStage('negotiation'),
    enterWon: entersStage('won'),
    enterLost: entersStage('lost'),
    refuseStage: writes((pen, event) => {
      const message = 'this lead is not active: mend it first'
      pen.fact('command-refused', { command: event.type, code: 'not-active', message })
    }),
    refuseSplit: writes((pen, event) => {
      const message = 'this lead is not part of another'
      pen.fact('command-refused', { command: event.type, code: 'not-merged', message })
    }),
    refuseJoin: writes((pen, event) => {
      const message = 'this lead is not one that can become part of that one'
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

/** Who owns a key: this lead, one it shall not be joined with, one that is part of it, or somebody else. */
const claimed = [
  { guard: 'ours', actions: 'own' },
  { guard: 'apart', actions: 'leave' },
  { guard: 'ofJoined', actions: 'own' },
  { target: 'merged', actions: 'merge' },
] as const

const absorbed = [
  { guard: 'stale' },
  { guard: 'keptApart', actions: 'decline' },
  { guard: 'fromAnother', actions: ['absorb', 'claimKeys'] },
] as const

/** Version 1. */
export const leadMachine = named.createMachine({
  id: 'lead',
  context: ({ input }) => writing.newLead(input),
  initial: 'expected',
  on: {
    'profile.learned': { actions: 'hear' },
    'engagement.recorded': { actions: 'hear' },
    'conversation.linked': { actions: 'hear' },
    'identity.owned': { guard: 'ours', actions: 'own' },
    'stage.set': { actions: 'refuseStage' },
    'meeting.changed': { actions: 'hear' },
    'outreach.asked': { actions: 'decideAsked' },
    'outreach.released': { actions: 'giveBack' },
    'customer.heard': { actions: 'hear' },
    'contact.wished': { actions: 'hear' },
    'consent.said': { actions: 'hear' },
    'channel.failed': { actions: 'hear' },
    'channel.paused': { actions: 'hear' },
    'lead.part': { actions: 'part' },
    'lead.split': { guard: 'chosen', actions: 'refuseSplit' },
    'lead.join': { actions: 'refuseJoin' },
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
        'lead.captured': { actions: ['hear', 'claimKeys'] },
        'lead.repaired': { actions: ['hear', 'claimKeys'] },
        'profile.learned': { actions: ['hear', 'claimKeys'] },
        'identity.owned': claimed,
        'lead.absorbed': absorbed,
      },
    },
    active: {
      type: 'parallel',
      entry: 'beginWarmth',
      exit: 'disarmCool',
      on: {
        'lead.captured': { actions: ['hear', 'claimKeys'] },
        'lead.repaired': { actions: ['hear', 'claimKeys'] },
        'profile.learned': { actions: ['hear', 'claimKeys'] },
        'identity.owned': claimed,
        'lead.absorbed': absorbed,
        'lead.part': { target: 'active', reenter: true, actions: ['part', 'claimKeys'] },
        'lead.join': [{ guard: 'joinsAnother', target: 'merged', actions: 'join' }, { actions: 'refuseJoin' }],
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
        'lead.split': [
          { guard: 'chosen', actions: 'askApart' },
          { target: 'active', actions: 'split' },
        ],
        'lead.parted': { target: 'active', actions: ['beApart', 'claimKeys'] },
        'lead.part': { actions: 'partBelow' },
        'lead.asked-again': { guard: 'askedByOwner', actions: 'tellAgain' },
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
  input: (address, settings) => ({ address, settings: outreach.leadSettings(settings) }),
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
