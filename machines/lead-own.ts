/**
 * What a lead would know if it had never been joined with another: kept beside what the joined leads know together, by the very functions that write
 * that, so that a merge can be undone. M56: it is what the lead alone would have come to.
 */
import { atMsOf, Pen } from './pen.ts'
import type { LeadContext, LeadMachineEvent, LeadPen } from './lead-writing.ts'
import { qualifies } from './lead-profile.ts'
import { scoreOf } from './lead-score.ts'

/** A lead's own part of what is known of joined leads. */
export type LeadOwn = Pick<
  LeadContext,
  'profile' | 'score' | 'temperature' | 'stage' | 'engagements' | 'strong' | 'warmedAtMs' | 'conversations' | 'outreach'
>

/** What the lead's actions write, run on its own part alone. */
export type OwnWriting = (pen: LeadPen, event: LeadMachineEvent) => void

/** The part of a lead that nothing is joined with yet: all it knows. */
export function ownOf(context: LeadContext): LeadOwn {
  const { profile, score, temperature, stage, engagements, strong, warmedAtMs, conversations, outreach } = context
  const kept = outreach === undefined ? {} : { outreach }
  return { profile, score, temperature, stage, engagements, strong, warmedAtMs, conversations, ...kept }
}

/** Its own part after something only it heard. */
export function ownAfter(context: LeadContext, event: LeadMachineEvent, write: OwnWriting): LeadOwn {
  const pen: LeadPen = new Pen(aloneAt(context, atMsOf(event)), event)
  write(pen, event)
  warmUp(pen)
  const grew = pen.lines.filter((line) => line.kind === 'raise' && line.event.type === 'lead.grew')
  for (const _each of grew) grow(pen)
  if (event.type === 'stage.set') pen.change({ stage: event.stage })
  if (event.type === 'meeting.changed' && visited.has(event.status) && early.has(pen.context.stage)) {
    pen.change({ stage: 'visit' })
  }
  return ownOf(pen.context)
}

/** Its own part now: it has cooled by itself since. */
export function ownNow(context: LeadContext, atMs: number): LeadOwn {
  return ownOf(aloneAt(context, atMs))
}

/** As a lead that is active: it has a temperature and a stage. */
export function begun(own: LeadOwn, { settings }: LeadContext, atMs: number): LeadOwn {
  const startsWarm = (own.score?.total ?? 0) >= settings.warmScore
  return {
    ...own,
    warmedAtMs: own.warmedAtMs === 0 ? atMs : own.warmedAtMs,
    temperature: own.temperature === 'none' ? (startsWarm ? 'warm' : 'cold') : own.temperature,
    stage: own.stage === 'none' ? 'new' : own.stage,
  }
}

const visited = new Set(['booked', 'confirmed', 'attended'])
const early: ReadonlySet<string> = new Set(['new', 'contacted', 'qualified'])

/** One step down each time it was silent for so long, as the lead's own timer does. */
function aloneAt(context: LeadContext, atMs: number): LeadContext {
  const { coolAfterMs } = context.settings
  // The ledger may be absent in its own part only.
  const { outreach: _together, ...rest } = context
  let alone: LeadContext = { ...rest, ...(context.own ?? ownOf(context)) }
  while (isWarm(alone) && atMs - alone.warmedAtMs >= coolAfterMs) {
    const { temperature, warmedAtMs } = alone
    const cooler =
      temperature === 'hot' ? ({ temperature: 'warm' } as const) : ({ temperature: 'cold', engagements: 0 } as const)
    alone = { ...alone, ...cooler, strong: false, warmedAtMs: warmedAtMs + coolAfterMs }
    alone = { ...alone, score: scoreOf(alone.profile, alone, alone.settings) }
  }
  return alone
}

function isWarm({ temperature }: LeadContext): boolean {
  return temperature === 'warm' || temperature === 'hot'
}

function warmUp(pen: LeadPen): void {
  const { engagements, settings } = pen.context
  if (pen.context.temperature === 'cold' && engagements >= settings.warmEngagements) pen.change({ temperature: 'warm' })
  if (pen.context.temperature === 'warm' && pen.context.strong) pen.change({ temperature: 'hot' })
}

function grow(pen: LeadPen): void {
  const { stage, engagements, profile } = pen.context
  if (engagements === 0) return
  if ((stage === 'new' || stage === 'contacted') && qualifies(profile)) pen.change({ stage: 'qualified' })
  else if (stage === 'new') pen.change({ stage: 'contacted' })
}
