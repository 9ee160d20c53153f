/**
 * What the lead's actions write: capture, learning, engagement, temperature and stage; merging is in `lead-joining.ts`.
 * M13: the score is said only when it changed.
 */
import { identityId, keysOf } from './contact-key.ts'
import { neighbour } from './hosted.ts'
import type {
  Enrichment,
  LeadEvent,
  LeadFacts,
  LeadInput,
  LeadProfile,
  LeadScore,
  LeadSettings,
  Stage,
  Temperature,
} from './lead-contract.ts'
import { clipped, merged, normal, problemsOf, same } from './lead-profile.ts'
import { scoreOf } from './lead-score.ts'
import type { JoinedLead } from './lead-joining-contract.ts'
import type { LeadOwn } from './lead-own.ts'
import type { OutreachLedger } from './outreach-contract.ts'
import type { Pen } from './pen.ts'

export interface LeadContext {
  readonly address: string
  readonly settings: LeadSettings
  readonly profile: LeadProfile
  readonly score: LeadScore | null
  readonly temperature: Temperature | 'none'
  readonly stage: Stage | 'none'
  /** Since it was last cold. */
  readonly engagements: number
  /** A direct inquiry or a request for a meeting since it last cooled. */
  readonly strong: boolean
  /** The last engagement or step down. */
  readonly warmedAtMs: number
  readonly conversations: readonly string[]
  /** Contact keys by who owns them: this lead (`mine`) or nobody has answered yet (`asked`). */
  readonly keys: { readonly [key: string]: 'asked' | 'mine' }
  readonly enriched: boolean
  readonly mergedInto: string
  /** Keys whose owner it was wrongly merged into. */
  readonly apart: readonly string[]
  /** What the gate knows of the person. Absent while nothing is. */
  readonly outreach?: OutreachLedger
  /** What it alone would know, while it is joined with others in a way that can be undone. */
  readonly own?: LeadOwn | null
  /** Leads that are part of this one. */
  readonly joined?: readonly JoinedLead[]
  /** Leads that a person has separated from this one. */
  readonly keptApart?: readonly string[]
  /** It has asked the lead it is part of to let it go. */
  readonly parting?: boolean
  /** How often it has asked those that are joined to tell what they know once more. */
  readonly round?: number
}

/** What only the machine tells itself. */
export type LeadSelfEvent =
  | { readonly type: 'cool.due' }
  | { readonly type: 'temperature.cooled' }
  /** Something was learned or done that can move the stage. */
  | { readonly type: 'lead.grew' }

export type LeadMachineEvent = LeadEvent | LeadSelfEvent
export type LeadPen = Pen<LeadContext, LeadFacts>
type Of<Type extends LeadEvent['type']> = Extract<LeadEvent, { readonly type: Type }>

const conversationsMax = 20

/** A lead nothing is known of. */
export function newLead({ address, settings }: LeadInput): LeadContext {
  return {
    address,
    settings,
    profile: {},
    score: null,
    temperature: 'none',
    stage: 'none',
    engagements: 0,
    strong: false,
    warmedAtMs: 0,
    conversations: [],
    keys: {},
    enriched: false,
    mergedInto: '',
    apart: [],
  }
}

/** Whether what came in, over what is known, is a lead one can work with. */
export function isSound(context: LeadContext, incoming: LeadProfile): boolean {
  return problemsOf(merged(context.profile, incoming), context.settings.countryCode).length === 0
}

/** A new lead, or the same one again through another door. */
export function capture(pen: LeadPen, event: Of<'lead.captured'>): void {
  pen.change({ profile: merged(pen.context.profile, normal(event.profile, pen.context.settings.countryCode)) })
  pen.fact('lead-captured', { profile: pen.context.profile })
  if (event.conversation !== undefined) link(pen, event.conversation)
  rescore(pen)
}

/** Kept as it came, with what is wrong with it. */
export function keepInvalid(pen: LeadPen, event: Of<'lead.captured'> | Of<'lead.repaired'>): void {
  const profile = merged(pen.context.profile, clipped(event.profile))
  pen.change({ profile })
  pen.fact('lead-invalid', { profile, problems: problemsOf(profile, pen.context.settings.countryCode) })
  if (event.type === 'lead.captured' && event.conversation !== undefined) link(pen, event.conversation)
}

/** A person mended it. */
export function repair(pen: LeadPen, event: Of<'lead.repaired'>): void {
  const { countryCode } = pen.context.settings
  pen.change({ profile: normal(merged(pen.context.profile, event.profile), countryCode) })
  pen.fact('lead-repaired', { profile: pen.context.profile, by: event.by })
  rescore(pen)
}

/** Lays something newer over the profile; says so when it changed anything. */
export function learn(pen: LeadPen, incoming: LeadProfile): void {
  const profile = merged(pen.context.profile, normal(incoming, pen.context.settings.countryCode))
  if (same(profile, pen.context.profile)) return
  pen.change({ profile })
  pen.fact('profile-changed', { profile })
  rescore(pen)
  pen.raise({ type: 'lead.grew' })
}

/** Fills in what is missing from other sources; what the customer said stays. */
export function enrich(pen: LeadPen, enrichment: Enrichment): void {
  pen.change({ enriched: true })
  const profile = merged(normal(enrichment.profile, pen.context.settings.countryCode), pen.context.profile)
  if (same(profile, pen.context.profile)) return
  pen.change({ profile })
  pen.fact('lead-enriched', { profile })
  rescore(pen)
  pen.raise({ type: 'lead.grew' })
}

/** The customer did something. */
export function engage(pen: LeadPen, event: Of<'engagement.recorded'>): void {
  const { kind, conversation } = event
  const engagements = pen.context.engagements + 1
  const strong = pen.context.strong || kind === 'direct-inquiry' || kind === 'meeting-request'
  pen.change({ engagements, strong, warmedAtMs: pen.atMs })
  pen.fact('engagement-recorded', { kind, count: engagements })
  if (conversation !== undefined) link(pen, conversation)
  rescore(pen)
  pen.raise({ type: 'lead.grew' })
}

/** Remembers a conversation of the lead, once. */
export function link(pen: LeadPen, conversation: string): void {
  const { conversations } = pen.context
  if (conversations.includes(conversation)) return
  pen.change({ conversations: [...conversations, conversation].slice(-conversationsMax) })
  pen.fact('conversation-linked', { conversation })
}

/** Asks for every contact key that has not been asked for. */
export function claimKeys(pen: LeadPen): void {
  const { address, profile, keys, apart } = pen.context
  for (const key of keysOf(profile)) {
    if (keys[key] !== undefined || apart.includes(key)) continue
    pen.change({ keys: { ...pen.context.keys, [key]: 'asked' } })
    pen.send(neighbour(address, 'identity', identityId(key)), { type: 'identity.claim', lead: address, key })
  }
}

/** A key is ours. */
export function own(pen: LeadPen, event: Of<'identity.owned'>): void {
  pen.change({ keys: { ...pen.context.keys, [event.key]: 'mine' } })
}

/** Enters a temperature; the alert rings once each time it becomes hot. */
export function enterTemperature(pen: LeadPen, to: Temperature, event: LeadMachineEvent): void {
  const { temperature: from, address, profile, conversations } = pen.context
  if (from === to) return
  const reason = reasonOf(pen.context, to, event)
  pen.change({ temperature: to })
  pen.fact('temperature-changed', { from, to, reason })
  if (to !== 'hot') return
  const name = profile.name === undefined ? {} : { name: profile.name }
  const phone = profile.phone === undefined ? {} : { phone: profile.phone }
  const conversation = conversations.at(-1)
  pen.fact('hot-lead-alerted', { ...name, reason })
  pen.ask('alert-hot-lead', {
    lead: address,
    ...name,
    ...phone,
    reason,
    ...(conversation === undefined ? {} : { conversation }),
  })
}

/** One step down. A lead that was hot has to ask again, one that was warm has to engage again. */
export function cool(pen: LeadPen): void {
  const { temperature } = pen.context
  pen.change({ strong: false, warmedAtMs: pen.atMs, ...(temperature === 'warm' ? { engagements: 0 } : {}) })
  rescore(pen)
  pen.raise({ type: 'temperature.cooled' })
}

/** Enters a stage; who moved it is in the event. */
export function enterStage(pen: LeadPen, to: Stage, event: LeadMachineEvent): void {
  const { stage: from } = pen.context
  if (from === to) return
  pen.change({ stage: to })
  const by = event.type === 'stage.set' ? event.by : 'system'
  const reason = event.type === 'stage.set' ? event.reason : undefined
  pen.fact('stage-changed', { from, to, by, ...(reason === undefined ? {} : { reason }) })
}

/** Says the score when it changed. */
export function rescore(pen: LeadPen): void {
  const { profile, engagements, strong, settings, score: former } = pen.context
  const score = scoreOf(profile, { engagements, strong }, settings)
  if (JSON.stringify(score) === JSON.stringify(former)) return
  pen.change({ score })
  pen.fact('score-changed', { score })
}

function reasonOf(context: LeadContext, to: Temperature, event: LeadMachineEvent): string {
  const { temperature: from, engagements, settings, score } = context
  if (event.type === 'temperature.cooled') {
    return `${Math.round(settings.coolAfterMs / (24 * 60 * 60 * 1000))} days without engagement`
  }
  if (to === 'hot') return 'asked for a visit, a person or a deal'
  if (to === 'warm' && engagements >= settings.warmEngagements) return `${engagements} engagements`
  if (from === 'none') return to === 'warm' ? `score ${score?.total ?? 0}` : 'new lead'
  return `score ${score?.total ?? 0}`
}
