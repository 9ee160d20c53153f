/**
 * Actor `lead-ad`: one for each form that somebody sent from an advertisement. A provider tells only that there is one; the actor has it read, however
 * often that takes, and hands it to its lead.
 */
import type { Json } from './hosted.ts'
import type { LeadProfile } from './lead-contract.ts'
import type { Consent, ConsentScope } from './outreach-contract.ts'

export type LeadAdEvent = {
  readonly type: 'ad-lead.announced'
  readonly page: string
  readonly form?: string
  readonly by: 'ping' | 'sweep' | 'person'
  /** The provider's words that tell of this lead alone: a person tells it again with them. */
  readonly told: string
}

/** Input of the invoke `fetch-lead`. */
export interface LeadFetch {
  /** The provider's id of the lead. */
  readonly id: string
  readonly page: string
  readonly form?: string
}

/** Output of the invoke `fetch-lead`. */
export type FetchedLead =
  | {
      readonly outcome: 'found'
      readonly profile: LeadProfile
      readonly consents: readonly SaidConsent[]
      /** The boxes of the form, ticked or not, as the provider told them: the proof of consent. */
      readonly disclaimers: Json
    }
  /** `missing`: there is no such lead, or not for us. `refused`: nobody lets us read it. Both may change. */
  | { readonly outcome: 'missing' | 'later' | 'refused'; readonly reason: string; readonly afterMs?: number }

export interface SaidConsent {
  readonly scope: ConsentScope
  readonly consent: Consent
}

export interface LeadAdFacts {
  'ad-lead-announced': { readonly page: string; readonly form?: string; readonly by: string }
  'ad-lead-delayed': { readonly reason: string; readonly attempt: number; readonly waitMs: number }
  'ad-lead-captured': { readonly lead: string; readonly page: string; readonly disclaimers: Json }
  /** A person has to look: `letter` is the refused event that shows it. */
  'ad-lead-failed': { readonly reason: string; readonly letter: string }
}

export interface LeadAdSettings {
  /** Asked for no longer than this: as long as the provider itself tells of a lead. */
  readonly tryForMs: number
  /** The first pause; each next is twice as long. */
  readonly firstPauseMs: number
  readonly longestPauseMs: number
  readonly fetchTimeoutMs: number
}

export const leadAdDefaults: LeadAdSettings = {
  tryForMs: 36 * 60 * 60 * 1000,
  firstPauseMs: 15_000,
  longestPauseMs: 60 * 60 * 1000,
  fetchTimeoutMs: 2 * 60 * 1000,
}

export interface LeadAdInput {
  /** Its own address, `workspace/lead-ad/<the provider's id>`. */
  readonly address: string
  readonly settings: LeadAdSettings
}
