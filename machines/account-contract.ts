/**
 * Actor `account`: one account of ours at a provider, such as a WhatsApp number. It knows its templates, its limits and what the provider has against it,
 * and is asked before every message that goes out through it.
 */
import type { Reached } from './account-reached.ts'
import type { ProviderError } from './dispatch-contract.ts'
import type { Purpose, Sender } from './outreach-contract.ts'

/** A template as the provider has it. Words such as `APPROVED` are the provider's own. */
export interface AccountTemplate {
  readonly name: string
  readonly language: string
  readonly status: string
  /** In lower case: `marketing`, `utility`, `authentication`. */
  readonly category: string
  /** Its words, with variables as `{{1}}`. */
  readonly body: string
  /** How many different variables the body has. */
  readonly variables: number
  /** `text`, `image`, `video`, `document` or `location`. */
  readonly header?: string
  readonly buttons: readonly { readonly type: string; readonly text: string; readonly url?: string }[]
  readonly quality?: string
}

/** What keeps messages back: the whole sender, for now or until somebody acts; campaigns; templates. */
export type BrakeName = 'stopped' | 'slowed' | 'campaigns' | 'templates'

/** Why messages are kept back, and what a person can do about it. */
export interface Brake {
  readonly code: number
  readonly reason: string
  readonly whatToDo: string
  readonly sinceMs: number
  /** When it ends by itself. */
  readonly untilMs?: number
}

export type Brakes = { readonly [name in BrakeName]?: Brake }

export type AccountHoldReason =
  'sender-stopped' | 'sender-slowed' | 'campaigns-paused' | 'templates-blocked' | 'portfolio-limit'
export type AccountRefuseReason = 'template-unknown' | 'template-paused' | 'template-mismatch'
export type AccountReason = AccountHoldReason | AccountRefuseReason

/** The account's answer to a dispatch. `words` are for people. `counted`: it is told later whether the message went out. */
export type AccountDecision =
  | { readonly outcome: 'send'; readonly counted: boolean }
  | {
      readonly outcome: 'hold'
      readonly untilMs: number
      readonly reason: AccountHoldReason
      readonly words: string
    }
  | { readonly outcome: 'refuse'; readonly reason: AccountRefuseReason; readonly words: string }

/** What a message needs of the account. */
export interface AccountRequest {
  /** The dispatch that asks and is answered. */
  readonly dispatch: string
  /** Which of its asks this is, where that matters; the answer names it. */
  readonly ask?: number
  /** Who it goes to, in whatever words: they are only told apart. */
  readonly person: string
  readonly purpose: Purpose
  readonly sender: Sender
  readonly template?: { readonly name: string; readonly language: string; readonly variables: number }
}

/** A notice of the provider's for people to read. */
export interface AccountNotice {
  readonly field: string
  readonly details: string
  readonly atMs: number
}

export type AccountEvent =
  | { readonly type: 'account.asked'; readonly request: AccountRequest }
  /** What became of a message that was counted. */
  | { readonly type: 'account.settled'; readonly dispatch: string; readonly went: boolean }
  /** An error of the provider's that is about the account; `forMs`: how long it asks to wait. */
  | {
      readonly type: 'account.troubled'
      readonly error: ProviderError
      readonly forMs?: number
      readonly template?: { readonly name: string; readonly language: string }
    }
  | {
      readonly type: 'account.noticed'
      readonly field: string
      readonly details: string
      readonly quality?: string
      /** People outside the window a day; 0 for as many as there are. */
      readonly limit?: number
    }
  | {
      readonly type: 'account.template-told'
      readonly what: 'status' | 'quality' | 'category'
      readonly name: string
      readonly language: string
      readonly value: string
      readonly reason?: string
    }
  /** A part of all templates, as they were read; part 0 begins a reading, and ends one before it. After the last part what was in none is gone. */
  | {
      readonly type: 'account.templates-read'
      readonly reading: string
      readonly part: number
      readonly templates: readonly AccountTemplate[]
      readonly last: boolean
    }
  /** The portfolio of the provider's that the account belongs to: people written to first are counted there, for all its numbers together. */
  | { readonly type: 'account.portfolio-told'; readonly portfolio: string }
  /** For a portfolio: a number has joined it, and brings along whom it has written to and the limit it knows of; 0 for none. */
  | { readonly type: 'account.joined'; readonly reached: Reached; readonly limit: number }
  /** A check found that it can send. */
  | { readonly type: 'account.checked' }
  /** A person says that it may send again. */
  | { readonly type: 'account.resumed'; readonly by: string }

export interface AccountFacts {
  /** What keeps messages back now, all of it, and what is known of the account. */
  'account-changed': { readonly brakes: Brakes; readonly quality?: string; readonly limit?: number }
  'account-noticed': AccountNotice
  /** A template is new, or another than it was read before. */
  'template-changed': { readonly template: AccountTemplate }
  'template-told': {
    readonly name: string
    readonly language: string
    readonly what: 'status' | 'quality' | 'category'
    readonly value: string
    readonly reason?: string
  }
  'template-gone': { readonly name: string; readonly language: string }
  'templates-read': { readonly count: number }
}

export interface AccountSettings {
  /** A message that is kept back asks again at the latest after this. */
  readonly holdMaxMs: number
  /** How long a sender is slowed when the provider does not say. */
  readonly slowMs: number
  readonly templatesMax: number
  readonly noticesMax: number
  /** Waiting messages that are told when it goes on; the others ask again by themselves. */
  readonly waitingMax: number
}

export const accountDefaults: AccountSettings = {
  holdMaxMs: 60 * 60 * 1000,
  slowMs: 60_000,
  templatesMax: 500,
  noticesMax: 50,
  waitingMax: 200,
}

export interface AccountInput {
  /** Its own address, `workspace/account/<key of channel and account>`. */
  readonly address: string
  readonly settings: AccountSettings
}
