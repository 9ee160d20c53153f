/** What staff see of the ways out: what was to go to a customer, what the gate and the provider made of it, and why. */
import type { DispatchReason, DispatchStatus, MessageCost } from '#machines/dispatch-contract.ts'
import type { GivenReaction } from './offers.ts'
import type { ChannelName, Consent, ConsentScope, Purpose, Sender } from '#machines/outreach-contract.ts'

/** One message on its way out through a provider. */
export interface OutgoingView {
  readonly dispatch: string
  readonly conversation: string
  /** The lead whose gate decided, which after a merge is not the one it began with. */
  readonly lead: string
  /** The message's number in its conversation. */
  readonly n: number
  readonly channel: ChannelName
  readonly purpose: Purpose
  readonly sender: Sender
  /** How it reads, cut short. */
  readonly preview: string
  /** It is a reaction to message `n`, and no message of its own. */
  readonly reaction?: number
  readonly askedAtMs: number
  /** What the gate said each time it was asked, oldest first; the last ten. */
  readonly decisions: readonly DecisionView[]
  readonly status: DispatchStatus
  /** Why the status is what it is, in words, where there is more to say. */
  readonly reason?: string
  /** The provider's code of an error. */
  readonly code?: number
  /** What the provider counts it as. */
  readonly category?: string
  readonly billable?: boolean
  readonly providerId?: string
  /** What it costs, once it went out: by the workspace's prices, or as the provider says. */
  readonly cost?: MessageCost
  /** Calls begun. */
  readonly attempts: number
  /** What became of it, oldest first; the last twenty. */
  readonly steps: readonly StepView[]
  readonly updatedAtMs: number
}

/** One answer of the gate. `consent` is the customer's word it rests on, as it stood then. */
export interface DecisionView {
  readonly outcome: 'send' | 'hold' | 'refuse'
  readonly reason: DispatchReason
  readonly untilMs?: number
  readonly atMs: number
  readonly consent?: ConsentView
}

export interface StepView {
  readonly status: DispatchStatus
  readonly atMs: number
  readonly attempt: number
  readonly reason?: string
  readonly code?: number
}

/** Yes or no of a customer with its proof, and what it is about. */
export interface ConsentView extends Consent {
  readonly scope: ConsentScope
}

/** How a customer is reached through a provider, as it last told. */
export interface ReachView {
  readonly channel: string
  /** Our number or mailbox they write to. */
  readonly account: string
  readonly phone?: string
  readonly email?: string
  readonly userId?: string
  readonly username?: string
}

/** What is laid over a transcript without a number of its own. */
export interface ConversationMarks {
  /** `to` is the provider's id of a message, ours or theirs; one reaction a message. */
  readonly reactions: readonly { readonly to: string; readonly emoji: string }[]
  /** What members laid over the customer's messages; one a message. Absent while there is none. */
  readonly given?: readonly GivenReaction[]
  /** Numbers the customer took back. */
  readonly revoked: readonly number[]
  readonly reached: readonly ReachView[]
  /** Who said, when, that somebody else has what the customer was reached by. */
  readonly left?: { readonly by: string; readonly atMs: number }
}
