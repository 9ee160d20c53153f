/** What leads tell each other to become one, and two again. See `lead-joining.ts`. */
import type { LeadProfile } from './lead-contract.ts'
import type { OutreachLedger } from './outreach-contract.ts'

/** A lead that is part of another here, which a person can separate again. */
export interface JoinedLead {
  readonly lead: string
}

export type LeadJoiningEvent =
  /** From identity actors: who owns a contact key. `undoable`: whoever becomes part of that lead keeps its own part up to date. */
  | { readonly type: 'identity.owned'; readonly key: string; readonly lead: string; readonly undoable?: true }
  /** A person says that it is the same person as another lead. */
  | { readonly type: 'lead.join'; readonly into: string; readonly by: string }
  /** From a lead that turned out to be the same person: everything it knows. */
  | {
      readonly type: 'lead.absorbed'
      readonly from: string
      readonly profile: LeadProfile
      readonly engagements: number
      readonly strong: boolean
      readonly conversations: readonly string[]
      readonly outreach?: OutreachLedger
      /** The contact key both have; empty when a person joined them. */
      readonly key?: string
      /** The person who joined them. */
      readonly by?: string
      readonly undoable?: true
      /** Of a `lead.asked-again`. */
      readonly round?: number
    }
  /** To those that are joined, after one was let go: tell what you know once more. */
  | { readonly type: 'lead.asked-again'; readonly by: string; readonly round: number }
  /**
   * A merge was wrong: the lead is its own again. `keys` says who has the contact keys that both know: this one or the other. Without it the lead goes
   * without asking, and the other keeps what it was told.
   */
  | { readonly type: 'lead.split'; readonly by: string; readonly reason?: string; readonly keys?: 'here' | 'there' }
  /** To the lead it is part of: let me go. `keys` are those of its own profile. */
  | {
      readonly type: 'lead.part'
      readonly from: string
      readonly keys: readonly string[]
      readonly taking: boolean
      readonly by: string
      readonly reason?: string
    }
  /** The answer: go. `leaving` are keys that stay with the other; `outreach` what was said and sent together. */
  | {
      readonly type: 'lead.parted'
      readonly by: string
      readonly reason?: string
      readonly leaving: readonly string[]
      readonly outreach?: OutreachLedger
    }

export interface LeadJoiningFacts {
  /** `key` is the contact key both have; empty when a person, `by`, joined them. */
  'lead-merged': { readonly into: string; readonly key: string; readonly by?: string }
  'lead-absorbed': {
    readonly from: string
    /** What the gate knew of the other; absent when that was nothing. */
    readonly outreach?: OutreachLedger
    readonly key?: string
    readonly by?: string
    /** It was joined before, and told what it knows once more. */
    readonly again?: true
  }
  'lead-split': { readonly from: string; readonly by: string; readonly reason?: string }
  /** A lead that was part of this one is its own again. */
  'lead-parted': { readonly from: string; readonly by: string; readonly reason?: string }
  /** All that is known now, after a lead was let go or has gone: what is not here is not known any more. */
  'lead-restored': {
    readonly profile: LeadProfile
    readonly engagements: number
    readonly conversations: readonly string[]
    readonly outreach?: OutreachLedger
  }
}
