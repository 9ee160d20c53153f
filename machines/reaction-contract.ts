/**
 * A member's reaction to a message of the customer's: an emoji laid over it, and no message of its own. Part of the conversation's contract.
 */

export type ReactionEvent =
  /** `n` and `to` name the customer's message, by number and by the provider's id; an empty emoji takes the reaction back. */
  | {
      readonly type: 'member.react'
      readonly memberId: string
      readonly name: string
      readonly n: number
      readonly to: string
      readonly emoji: string
      /** When the customer sent that message, by the provider's clock. */
      readonly saidAtMs: number
    }
  /** From the dispatch of a reaction, which counts from 1 in its conversation: the customer sees it. */
  | { readonly type: 'reaction.sent'; readonly reaction: number }
  /** `doubted`: nobody knows whether the customer sees it. */
  | {
      readonly type: 'reaction.failed'
      readonly reaction: number
      readonly reason: string
      readonly doubted?: true
    }

export interface ReactionFacts {
  'member-reacted': {
    readonly n: number
    readonly to: string
    readonly emoji: string
    readonly memberId: string
    readonly name: string
  }
  /** What became of the member's last wish. */
  'reaction-changed': {
    readonly to: string
    readonly emoji: string
    readonly status: 'sent' | 'failed'
    readonly reason?: string
  }
}

/** What a member has laid over one message of the customer's. */
export interface Reacting {
  readonly n: number
  readonly to: string
  /** What the customer is to see in the end; empty: nothing. */
  readonly wanted: string
  /** The number of the one that went out last, and what it holds. */
  readonly reaction: number
  readonly last: string
  /** It is not known yet what becomes of that one. */
  readonly isUnderWay: boolean
  /** What the customer sees; null when that is not known. */
  readonly seen: string | null
}

/** Reactions to messages older than this are not taken. Source: whatsapp-and-lead-ads 6.6. */
export const reactionMaxAgeMs = 30 * 24 * 60 * 60 * 1000
