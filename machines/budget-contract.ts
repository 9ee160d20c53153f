/**
 * Actor `budget`: what a workspace's messages, or a campaign's, may cost in a calendar month. Dispatches ask it before a message that costs something goes
 * out, and tell it what became of that. Amounts are millionths of the currency's unit.
 */
import type { PriceCategory } from './message-price.ts'
import type { ChannelName } from './outreach-contract.ts'

/** The budget every message of a workspace counts in. */
export const wholeBudget = 'messages'

/** The budget of one campaign, beside the whole one. */
export function campaignBudget(campaign: string): string {
  return `campaign:${campaign}`
}

/** What one message counts as. */
export interface Charge {
  readonly channel: ChannelName
  readonly category: PriceCategory
  readonly micros: number
  readonly currency: string
}

/** A message wants to go out that may cost so much: what it costs at most. */
export interface BudgetRequest {
  /** The dispatch that asks and is answered. */
  readonly dispatch: string
  /** Which of its asks this is; the answer names it. */
  readonly ask: number
  readonly micros: number
  readonly wantedAtMs: number
}

export type BudgetReason = 'over-budget'

/** The answer. What was reserved is used or given back by `budget.settled`; nothing is reserved by another answer. */
export type BudgetDecision =
  | { readonly outcome: 'reserve'; readonly micros: number }
  | { readonly outcome: 'hold'; readonly untilMs: number; readonly reason: BudgetReason; readonly words: string }
  | { readonly outcome: 'refuse'; readonly reason: BudgetReason; readonly words: string }

export type BudgetEvent =
  | { readonly type: 'budget.asked'; readonly request: BudgetRequest }
  /** `reservedMicros` are given back; `charge` is spent, when the message went out. One that may not be held is only told of so. */
  | { readonly type: 'budget.settled'; readonly reservedMicros: number; readonly charge?: Charge }
  /** The provider bills what was charged `chargedAtMs` otherwise. */
  | { readonly type: 'budget.corrected'; readonly chargedAtMs: number; readonly was: Charge; readonly is: Charge }
  /** From now on it may be so much a month; absent: as much as there is. */
  | { readonly type: 'budget.limited'; readonly limitMicros?: number; readonly by: string }

/** What was spent on messages of one kind in a month, and how many there were, free ones not among them. */
export interface SpendLine {
  readonly channel: ChannelName
  readonly category: PriceCategory
  readonly messages: number
  readonly micros: number
}

export interface BudgetFacts {
  /** All of a month as it is now. */
  'budget-changed': {
    /** Such as `2026-11`, by the workspace's clock. */
    readonly month: string
    /** '' until something was spent. */
    readonly currency: string
    readonly lines: readonly SpendLine[]
    readonly reservedMicros: number
    /** Absent for none. */
    readonly limitMicros?: number
    /** Messages are kept back for it. */
    readonly holding: boolean
  }
  /** So much of the limit is spent, or, at 100, a message was kept back; once a month, and again after the limit was changed. */
  'budget-crossed': {
    readonly month: string
    readonly percent: 80 | 100
    readonly spentMicros: number
    readonly limitMicros: number
    readonly currency: string
  }
  'budget-limited': { readonly limitMicros?: number; readonly by: string }
}

export interface BudgetSettings {
  /** The limit a month until somebody sets another; below 0 for none. */
  readonly limitMicros: number
  /** Of the workspace: when its months turn. */
  readonly zoneOffsetMinutes: number
  /** A message that is kept back asks again at the latest after this. */
  readonly holdMaxMs: number
  /** One that could not be paid so long after it was wanted is refused. */
  readonly waitMaxMs: number
  /** Waiting messages that are told when there is room; the others ask again by themselves. */
  readonly waitingMax: number
}

export const budgetDefaults: BudgetSettings = {
  limitMicros: -1,
  zoneOffsetMinutes: 330,
  holdMaxMs: 60 * 60 * 1000,
  waitMaxMs: 31 * 24 * 60 * 60 * 1000,
  waitingMax: 200,
}

export interface BudgetInput {
  /** Its own address, `workspace/budget/<id>`. */
  readonly address: string
  readonly settings: BudgetSettings
}
