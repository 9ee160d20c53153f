/**
 * A turn of the assistant's: what the agents get, and what the three pieces of work, `route`, `answer` and `check`, come back with.
 */
import type { Card, Chip, Claim } from './content-contract.ts'
import type { HandOffReason } from './conversation-contract.ts'

export type Intent = 'price' | 'property' | 'booking' | 'general'
export type Specialist = 'pricing' | 'property' | 'scheduling' | 'general'

/** A tool's result that claims of a draft point to, kept with the draft so that the check and a person can read it. */
export interface Evidence {
  readonly callId: string
  readonly tool: string
  readonly arguments: { readonly [name: string]: unknown }
  readonly result: unknown
}

export interface RecentMessage {
  readonly n: number
  readonly by: 'customer' | 'assistant' | 'member'
  readonly text: string
  readonly atMs: number
}

/** What the agents remember between turns: small, opaque to the machine, at most 4 KB of JSON. */
export type Dialogue = { readonly [key: string]: unknown }

/** One turn: the customer's unanswered messages together. */
export interface TurnInput {
  readonly conversation: string
  readonly lead: string
  readonly turn: number
  readonly epoch: number
  readonly atMs: number
  readonly language: string
  readonly timeZone: string
  readonly messages: readonly RecentMessage[]
  readonly recent: readonly RecentMessage[]
  readonly dialogue: Dialogue
  readonly guidance: readonly string[]
  /** The listing on the page the customer writes from, when there is one. */
  readonly pageListing?: string
  readonly customer: { readonly name?: string; readonly phone?: string; readonly email?: string }
}

/** The turn and epoch an output was made for, copied from its `TurnInput`. An output of another turn or epoch is dropped. */
export interface Born {
  readonly turn: number
  readonly epoch: number
}

/** Output of the invoke `route`. */
export interface Route {
  readonly born?: Born
  readonly intent: Intent
  readonly specialist: Specialist
  readonly confidence: number
  /** Set when no specialist should answer at all. */
  readonly handOff?: HandOffReason
}

/** Output of the invoke `answer`; its input is `TurnInput & { route: Route }`. */
export interface Draft {
  readonly born?: Born
  readonly text: string
  readonly cards: readonly Card[]
  readonly chips: readonly Chip[]
  readonly claims: readonly Claim[]
  /** Results the claims of kind `tool` and `document` point to. */
  readonly evidence?: readonly Evidence[]
  readonly confidence: number
  readonly intent: Intent
  readonly specialist: Specialist
  readonly model: string
  readonly handOff?: { readonly reason: HandOffReason; readonly summary: string }
  readonly dialogue: Dialogue
  /** What the turn taught about the customer, sent on to the lead. */
  readonly learned?: LearnedPreferences
  readonly engagement: 'question' | 'direct-inquiry' | 'meeting-request'
  readonly costMicros: number
}

export interface LearnedPreferences {
  readonly budgetMaxMinor?: number
  readonly budgetMinMinor?: number
  readonly currency?: string
  readonly city?: string
  /** Replaces the former ones; an empty list takes them away. Another city without any does so too. */
  readonly localities?: readonly string[]
  readonly bedrooms?: number
  readonly propertyType?: string
  /** From buying to renting or back, a budget that is not said anew is forgotten. */
  readonly purpose?: 'buy' | 'rent' | 'invest'
  readonly timeline?: 'now' | 'three-months' | 'six-months' | 'later'
  readonly name?: string
  readonly phone?: string
  readonly email?: string
}

/** Output of the invoke `check`; its input is `{ turn: TurnInput; draft: Draft }`. */
export interface Verdict {
  readonly born?: Born
  readonly deliver: boolean
  readonly reason?: HandOffReason
  /** For people: which words were not bound, or which rule was broken. */
  readonly problems: readonly string[]
  /** Calibrated; compared with `confidenceMin`. */
  readonly confidence: number
}
