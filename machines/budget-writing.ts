/**
 * What the budget's actions write. M46: what is spent on messages that may be held and what is reserved for others is never more than the limit of the month,
 * however many ask at once. M47: an answer to somebody who waits is only counted; what is held goes on when the month turns, or there is room, or asks again.
 */
import type {
  BudgetDecision,
  BudgetEvent,
  BudgetFacts,
  BudgetInput,
  BudgetRequest,
  BudgetSettings,
  Charge,
  SpendLine,
} from './budget-contract.ts'
import { monthEndMs, monthOf } from './calendar-month.ts'
import { idOf } from './hosted.ts'
import type { Pen } from './pen.ts'

type Of<Type extends BudgetEvent['type']> = Extract<BudgetEvent, { readonly type: Type }>

export interface BudgetContext {
  readonly address: string
  readonly settings: BudgetSettings
  /** The month the lines are of; '' before anything happened. */
  readonly month: string
  readonly currency: string
  /** Below 0 for none. */
  readonly limitMicros: number
  readonly lines: readonly SpendLine[]
  /** For messages that were let through and of which it is not known yet whether they went out. */
  readonly reservedMicros: number
  /** Of the limit, as far as it was told: 0, 80 or 100. */
  readonly crossed: 0 | 80 | 100
  /** Kept back, the longest waiting first. */
  readonly waiting: readonly { readonly dispatch: string; readonly micros: number }[]
}

export type BudgetPen = Pen<BudgetContext, BudgetFacts>

/** A budget nothing was spent of. */
export function newBudget({ address, settings }: BudgetInput): BudgetContext {
  const { limitMicros } = settings
  const nothing = { month: '', currency: '', lines: [], reservedMicros: 0, crossed: 0, waiting: [] } as const
  return { address, settings, limitMicros, ...nothing }
}

/** M46 */
export function decide(pen: BudgetPen, { request }: Of<'budget.asked'>): void {
  turn(pen)
  const { dispatch, ask, micros } = request
  const others = pen.context.waiting.filter((each) => each.dispatch !== dispatch)
  const decision = decided(pen, request)
  const waits = decision.outcome === 'hold' && others.length < pen.context.settings.waitingMax
  pen.change({ waiting: waits ? [...others, { dispatch, micros }] : others })
  if (decision.outcome === 'reserve') pen.change({ reservedMicros: pen.context.reservedMicros + micros })
  pen.send(dispatch, { type: 'budget.decided', budget: idOf(pen.context.address), ask, decision })
  if (decision.outcome === 'reserve') return
  cross(pen, 100)
  if (waits && others.length === 0) tell(pen)
}

/** It went out and is spent, or not and is free again for others. */
export function settle(pen: BudgetPen, { reservedMicros, charge }: Of<'budget.settled'>): void {
  turn(pen)
  pen.change({ reservedMicros: Math.max(0, pen.context.reservedMicros - reservedMicros) })
  if (charge !== undefined) spend(pen, charge, 1)
  if (reservedMicros > (charge?.micros ?? 0)) wake(pen)
  tell(pen)
}

/** The provider bills it otherwise. What was charged in a month that is over stays there. */
export function correct(pen: BudgetPen, { chargedAtMs, was, is }: Of<'budget.corrected'>): void {
  turn(pen)
  if (monthOf(chargedAtMs, pen.context.settings.zoneOffsetMinutes) !== pen.context.month) return
  if (was.micros > 0) spend(pen, { ...was, micros: -was.micros }, -1)
  if (is.micros > 0) spend(pen, is, 1)
  if (is.micros < was.micros) wake(pen)
  tell(pen)
}

/** M47: who waits goes on, as far as there is room now. */
export function limit(pen: BudgetPen, { limitMicros, by }: Of<'budget.limited'>): void {
  turn(pen)
  pen.change({ limitMicros: limitMicros ?? -1, crossed: 0 })
  pen.fact('budget-limited', { by, ...(limitMicros === undefined ? {} : { limitMicros }) })
  wake(pen)
  crossed(pen)
  tell(pen)
}

function decided({ context, atMs }: BudgetPen, { micros, wantedAtMs }: BudgetRequest): BudgetDecision {
  const { settings } = context
  if (micros <= roomIn(context)) return { outcome: 'reserve', micros }
  const reason = 'over-budget'
  if (atMs >= wantedAtMs + settings.waitMaxMs) {
    return { outcome: 'refuse', reason, words: 'there was no budget for it for too long' }
  }
  const untilMs = Math.min(monthEndMs(atMs, settings.zoneOffsetMinutes), atMs + settings.holdMaxMs)
  return { outcome: 'hold', untilMs, reason, words: 'the budget of this month does not reach' }
}

/** A new month begins with nothing spent. What is reserved is spent in the month in which it goes out. */
function turn(pen: BudgetPen): void {
  const month = monthOf(pen.atMs, pen.context.settings.zoneOffsetMinutes)
  if (month <= pen.context.month) return
  pen.change({ month, lines: [], crossed: 0, waiting: [] })
}

function spend(pen: BudgetPen, { channel, category, micros, currency }: Charge, messages: number): void {
  const { lines } = pen.context
  const isOf = (line: SpendLine) => line.channel === channel && line.category === category
  const before = lines.find(isOf) ?? { channel, category, messages: 0, micros: 0 }
  const after = {
    ...before,
    messages: Math.max(0, before.messages + messages),
    micros: Math.max(0, before.micros + micros),
  }
  pen.change({ currency, lines: [...lines.filter((line) => !isOf(line)), after] })
  crossed(pen)
}

/** There is room: the first who fit into it are told to ask again. */
function wake(pen: BudgetPen): void {
  let room = roomIn(pen.context)
  const told = pen.context.waiting.filter(({ micros }) => {
    if (micros > room) return false
    room -= micros
    return true
  })
  if (told.length === 0) return
  pen.change({ waiting: pen.context.waiting.filter((each) => !told.includes(each)) })
  for (const { dispatch } of told) pen.send(dispatch, { type: 'budget.opened' })
}

function crossed(pen: BudgetPen): void {
  const { limitMicros, lines } = pen.context
  if (limitMicros < 0) return
  const spent = sumOf(lines)
  if (spent >= limitMicros) cross(pen, 100)
  else if (spent >= limitMicros * 0.8) cross(pen, 80)
}

function cross(pen: BudgetPen, percent: 80 | 100): void {
  const { month, limitMicros, lines, currency } = pen.context
  if (percent <= pen.context.crossed) return
  pen.change({ crossed: percent })
  pen.fact('budget-crossed', { month, percent, spentMicros: sumOf(lines), limitMicros, currency })
}

function tell(pen: BudgetPen): void {
  const { month, currency, lines, reservedMicros, limitMicros, waiting } = pen.context
  const limited = limitMicros < 0 ? {} : { limitMicros }
  pen.fact('budget-changed', { month, currency, lines, reservedMicros, ...limited, holding: waiting.length > 0 })
}

function roomIn({ limitMicros, lines, reservedMicros }: BudgetContext): number {
  return limitMicros < 0 ? Infinity : limitMicros - sumOf(lines) - reservedMicros
}

function sumOf(lines: readonly SpendLine[]): number {
  return lines.reduce((sum, { micros }) => sum + micros, 0)
}
