/**
 * What the dispatch has to do with the budgets its message counts in. M46: what costs something is reserved, at what it can cost at most, before the gate is
 * asked. M47: an answer to somebody who waits is told of only after it went out. M48: whatever was reserved is spent or given back, late answers too.
 */
import { campaignBudget, wholeBudget, type BudgetRequest, type Charge } from './budget-contract.ts'
import type { DispatchContext, DispatchPen } from './dispatch-context.ts'
import type { DispatchEvent, MessageCost } from './dispatch-contract.ts'
import { neighbour } from './hosted.ts'
import { categoryOf, priceAt, type PriceCategory } from './message-price.ts'

type Decided = Extract<DispatchEvent, { readonly type: 'budget.decided' }>

/** M46, M47: whether budgets are asked for this message. */
export function isPaid(context: DispatchContext): boolean {
  return context.purpose !== 'service' && mostMicros(context) > 0
}

/**
 * Whether budgets are asked before the gate: then the gate counts under its caps only what can be paid. What may turn out to be free, and no cap counts, is
 * paid once the gate has said that it is not.
 */
export function paysFirst(context: DispatchContext): boolean {
  return isPaid(context) && !(context.channel === 'whatsapp' && context.purpose === 'utility')
}

/** Whether the gate has let through what is still to be paid. */
export function isUnpaid(
  context: DispatchContext,
  { windowOpen = false, freeEntry = false }: { readonly windowOpen?: boolean; readonly freeEntry?: boolean },
): boolean {
  if (!isPaid(context) || paysFirst(context)) return false
  return context.rates !== undefined && priceAt(context.rates, { ...questionOf(context), windowOpen, freeEntry }) > 0
}

/** Asks the next of its budgets. */
export function askBudget(pen: DispatchPen): void {
  const { address, wantedAtMs, asks = 0, reserved = [] } = pen.context
  const id = budgetsOf(pen.context)[reserved.length]
  if (id === undefined) return
  const request: BudgetRequest = { dispatch: address, ask: asks + 1, micros: mostMicros(pen.context), wantedAtMs }
  pen.change({ asks: request.ask })
  pen.send(neighbour(address, 'budget', id), { type: 'budget.asked', request })
}

/** Whether this is the answer that is waited for. */
export function isAwaited({ asks }: DispatchContext, { ask }: Decided): boolean {
  return ask === asks
}

/** Whether another budget is to be asked once this one has said yes. */
export function isOneOfMore(context: DispatchContext): boolean {
  return (context.reserved ?? []).length + 1 < budgetsOf(context).length
}

/** A budget has said yes. After a wait for it the gate's patience counts from here: that wait was none of its own. */
export function reserve(pen: DispatchPen, { budget }: Decided): void {
  const { reserved = [], unpaid } = pen.context
  pen.change({ reserved: [...reserved, budget] })
  if (unpaid === true) pen.change({ unpaid: false, paidAtMs: pen.atMs })
}

/** M48: a yes that comes when nobody waits for it any more. */
export function giveBackLate(pen: DispatchPen, { budget, decision }: Decided): void {
  if (decision.outcome !== 'reserve') return
  const to = neighbour(pen.context.address, 'budget', budget)
  pen.send(to, { type: 'budget.settled', reservedMicros: decision.micros })
}

/** What became of the message: what was reserved is spent, or given back. Said once, and anew if it is tried again. */
export function settleBudget(pen: DispatchPen, went: boolean): void {
  if (went) return charge(pen)
  const { address, reserved = [] } = pen.context
  if (reserved.length === 0) return
  pen.change({ reserved: [] })
  for (const id of reserved) {
    const reservedMicros = mostMicros(pen.context)
    pen.send(neighbour(address, 'budget', id), { type: 'budget.settled', reservedMicros })
  }
}

/** What the provider says that it bills counts for more than what was thought. Says whether the cost is another now. */
export function learnPrice(
  pen: DispatchPen,
  { billable, category }: { readonly billable?: boolean; readonly category?: string },
): boolean {
  const { rates, charged } = pen.context
  if (rates === undefined || charged === undefined || billable === undefined) return false
  const told = categoryIn(category) ?? charged.category
  return correct(pen, told, billable ? rates[told] : 0)
}

/** It failed before it arrived, which nobody bills. */
export function refund(pen: DispatchPen): void {
  const { charged } = pen.context
  if (charged !== undefined) correct(pen, charged.category, 0)
}

/** What it costs, once that is known. */
export function costOf({ rates, charged }: DispatchContext): MessageCost | undefined {
  return rates && charged && { micros: charged.micros, currency: rates.currency }
}

function charge(pen: DispatchPen): void {
  const { address, rates, charged, reserved = [], windowOpen = false, freeEntry = false } = pen.context
  if (rates === undefined || charged !== undefined) return
  const question = questionOf(pen.context)
  const micros = priceAt(rates, { ...question, windowOpen, freeEntry })
  const category = categoryOf(question)
  pen.change({ charged: { micros, category, atMs: pen.atMs }, reserved: [] })
  for (const id of budgetsOf(pen.context)) {
    const reservedMicros = reserved.includes(id) ? mostMicros(pen.context) : 0
    const spent = micros === 0 ? {} : { charge: chargeOf(pen.context, category, micros) }
    if (reservedMicros + micros === 0) continue
    pen.send(neighbour(address, 'budget', id), { type: 'budget.settled', reservedMicros, ...spent })
  }
}

function correct(pen: DispatchPen, category: PriceCategory, micros: number): boolean {
  const { address, charged: before } = pen.context
  if (before === undefined) return false
  if (micros === before.micros && (micros === 0 || category === before.category)) return false
  pen.change({ charged: { ...before, category, micros } })
  const was = chargeOf(pen.context, before.category, before.micros)
  const is = chargeOf(pen.context, category, micros)
  for (const id of budgetsOf(pen.context)) {
    pen.send(neighbour(address, 'budget', id), { type: 'budget.corrected', chargedAtMs: before.atMs, was, is })
  }
  return true
}

function chargeOf({ channel, rates }: DispatchContext, category: PriceCategory, micros: number): Charge {
  return { channel, category, micros, currency: rates?.currency ?? '' }
}

function budgetsOf({ campaign }: DispatchContext): readonly string[] {
  return campaign === undefined ? [wholeBudget] : [wholeBudget, campaignBudget(campaign)]
}

/** What it costs when no window is open and no ad makes it free. */
function mostMicros(context: DispatchContext): number {
  if (context.rates === undefined) return 0
  return priceAt(context.rates, { ...questionOf(context), windowOpen: false, freeEntry: false })
}

function questionOf({ channel, purpose, content }: DispatchContext) {
  return { channel, purpose, template: content.kind === 'template' }
}

/** Meta's words for what it bills: `marketing_lite` is marketing. */
function categoryIn(told: string | undefined): PriceCategory | undefined {
  if (told === 'service' || told === 'utility') return told
  return told?.startsWith('marketing') === true ? 'marketing' : undefined
}
