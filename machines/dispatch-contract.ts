/**
 * Actor `dispatch`: one message on its way out through a provider. It asks the account and the lead's gate, has the call made at most once without knowing
 * its end, and follows what the provider tells of it.
 */
import type { AccountDecision, AccountReason } from './account-contract.ts'
import type { BudgetDecision, BudgetReason } from './budget-contract.ts'
import type { Reach } from './contact-contract.ts'
import type { Card, Chip } from './content-contract.ts'
import type { Rates } from './message-price.ts'
import type { ChannelName, OutreachReason, Purpose, Sender } from './outreach-contract.ts'

/** What is to be sent, before a channel gives it its form. */
export type OutgoingContent =
  | { readonly kind: 'text'; readonly text: string; readonly cards: readonly Card[]; readonly chips: readonly Chip[] }
  | {
      readonly kind: 'template'
      readonly name: string
      readonly language: string
      /** As the provider has approved it: what it is for follows from that. */
      readonly category: 'utility' | 'marketing'
      /** The body's variables, in order. */
      readonly variables: readonly string[]
      /** Link of a picture, film or document in the header. */
      readonly header?: { readonly kind: 'image' | 'video' | 'document'; readonly link: string }
      /** Payloads of quick-reply buttons, by their place. */
      readonly payloads?: readonly string[]
      /** What it reads like, for the transcript. */
      readonly preview: string
    }
  | {
      readonly kind: 'media'
      readonly media: 'image' | 'video' | 'audio' | 'document'
      /** The provider's id of an upload, or an address the provider can fetch. */
      readonly mediaId?: string
      readonly link?: string
      /** The key of a file of ours, which the way out takes along in its own manner. */
      readonly file?: string
      readonly mimeType?: string
      readonly filename?: string
      readonly caption?: string
    }
  | {
      readonly kind: 'location'
      readonly latitude: number
      readonly longitude: number
      readonly name?: string
      readonly address?: string
    }
  | { readonly kind: 'link'; readonly text: string; readonly label: string; readonly url: string }
  /** Asks the customer where something is, with a button that sends a place. */
  | { readonly kind: 'location-request'; readonly text: string }
  /** Asks somebody known by an id alone for their number, with a button that sends it. */
  | { readonly kind: 'contact-request'; readonly text: string }
  /** A form of the provider's that opens within the chat; its answers come back as an attachment `form`, with the token among them. */
  | {
      readonly kind: 'flow'
      readonly text: string
      readonly flowId: string
      readonly label: string
      readonly token: string
      /** Where it begins; its first screen when absent. */
      readonly screen?: string
      /** What that screen is given. */
      readonly data?: { readonly [field: string]: string | number | boolean }
    }
  /** Laid over a message of the customer's, named by the provider's id; an empty emoji takes it back. */
  | { readonly kind: 'reaction'; readonly to: string; readonly emoji: string }

/** Input of the invoke `transmit`. */
export interface Transmission {
  readonly dispatch: string
  readonly conversation: string
  readonly channel: ChannelName
  readonly reach: Reach
  readonly content: OutgoingContent
  readonly sender: Sender
  /** Absent for an answer to somebody who wrote. */
  readonly purpose?: Exclude<Purpose, 'service'>
  /** The owner's epoch under which an assistant's message was written: it is asked for again right before the call. */
  readonly epoch: number
  /** Counts from 1; each is begun at most once. */
  readonly attempt: number
  /** The provider's id of the message it answers. */
  readonly replyTo?: string
}

/** Output of the invoke `transmit`. */
export type Transmitted =
  | { readonly outcome: 'accepted'; readonly providerId: string; readonly held?: string }
  /**
   * It certainly was not sent, and may be tried again. `whose` where it is not about this message: the provider slows the whole account, or we keep our own
   * pace. Such a wait uses up none of the tries.
   */
  | {
      readonly outcome: 'later'
      readonly afterMs: number
      readonly reason: string
      readonly code?: number
      readonly whose?: 'account' | 'pace'
    }
  | { readonly outcome: 'refused'; readonly action: ProviderAction; readonly code: number; readonly reason: string }
  /** Nobody knows whether it was sent. */
  | { readonly outcome: 'ambiguous'; readonly reason: string }
  /** Not sent: somebody took over, or it was no longer wanted. */
  | { readonly outcome: 'superseded'; readonly reason: string }

/** What a provider's error asks for. Source: whatsapp-and-lead-ads 6.14. */
export type ProviderAction =
  | 'stop-sender'
  | 'alert'
  | 'back-off'
  | 'pair-back-off'
  | 'pause-campaigns'
  | 'no-marketing-today'
  | 'opt-out'
  | 'give-up'
  | 'offer-template'
  | 'unreachable'
  | 'dead-letter'
  | 'retry-media'
  | 'retry'
  | 'block-templates'
  | 'pause-template'
  | 'register'

export interface ProviderError {
  readonly code: number
  readonly action: ProviderAction
  readonly reason: string
}

export type ProviderStatus = 'sent' | 'delivered' | 'read' | 'played' | 'failed'

export type DispatchEvent =
  | {
      readonly type: 'dispatch.asked'
      readonly conversation: string
      readonly lead: string
      /** The message's number in its conversation. */
      readonly n: number
      readonly epoch: number
      readonly channel: ChannelName
      readonly reach: Reach
      readonly content: OutgoingContent
      readonly purpose: Purpose
      readonly sender: Sender
      readonly replyTo?: string
      /** It is the conversation's reaction of this number, to message `n`, and no message of its own. */
      readonly reaction?: number
      /** What messages of this channel cost where it goes to; absent where nobody knows, and then no budget is asked. */
      readonly rates?: Rates
      /** The campaign whose budget it counts in, beside the workspace's. */
      readonly campaign?: string
    }
  /** From the account it goes out through, which is asked before the gate, so that what the gate has counted goes out. */
  | { readonly type: 'account.decided'; readonly decision: AccountDecision; readonly ask?: number }
  /** The account goes on: whoever waits for it asks again. */
  | { readonly type: 'account.opened' }
  /** From a budget it counts in, after the account and before the gate. */
  | {
      readonly type: 'budget.decided'
      readonly budget: string
      readonly ask: number
      readonly decision: BudgetDecision
    }
  /** There is room in a budget: whoever waits for it asks again. */
  | { readonly type: 'budget.opened' }
  /** From the lead's gate. */
  | {
      readonly type: 'outreach.decided'
      readonly outcome: 'send' | 'hold' | 'refuse'
      readonly reason: OutreachReason
      readonly untilMs?: number
      /** The customer wrote within the provider's window, or came by an ad that makes it free: what it costs goes by both. */
      readonly windowOpen?: boolean
      readonly freeEntry?: boolean
    }
  /** Said, and committed, before each call: who finds it said already does not know what became of it. */
  | { readonly type: 'attempt.began'; readonly attempt: number }
  | {
      readonly type: 'provider.told'
      readonly status: ProviderStatus
      readonly providerId: string
      readonly account: string
      /** The provider's clock. */
      readonly toldAtMs: number
      readonly error?: ProviderError
      readonly category?: string
      readonly billable?: boolean
    }

/** Why a message was let through, kept back or refused: by the gate, the account it was to go out through, a budget, or for what it says. */
export type DispatchReason = OutreachReason | AccountReason | BudgetReason | 'content-blocked'

/** What a message costs, as far as is known, in millionths of the currency's unit. */
export interface MessageCost {
  readonly micros: number
  readonly currency: string
}

export interface DispatchFacts {
  'dispatch-asked': {
    readonly conversation: string
    readonly lead: string
    readonly n: number
    readonly channel: ChannelName
    readonly purpose: Purpose
    readonly sender: Sender
    readonly preview: string
    /** It is a reaction to message `n`, and no message of its own. */
    readonly reaction?: number
  }
  /** The gate's answer, kept for every message sent and not sent; the account's too, when it does not let it through. */
  'dispatch-decided': {
    readonly conversation: string
    readonly lead: string
    readonly n: number
    readonly outcome: 'send' | 'hold' | 'refuse'
    readonly reason: DispatchReason
    readonly untilMs?: number
  }
  'dispatch-changed': {
    readonly conversation: string
    readonly lead: string
    readonly n: number
    readonly status: DispatchStatus
    readonly attempt: number
    readonly providerId?: string
    readonly reason?: string
    readonly code?: number
    readonly category?: string
    readonly billable?: boolean
    /** Known once it went out, and when the provider says otherwise. */
    readonly cost?: MessageCost
  }
}

/** `held-by-provider`: accepted, and being looked at. `unknown`: nobody knows whether it went out. */
export type DispatchStatus =
  'waiting' | 'sending' | 'accepted' | 'held-by-provider' | 'unknown' | 'superseded' | ProviderStatus

export interface DispatchSettings {
  /** How long a call whose end is not known waits for a status that tells. */
  readonly unknownMs: number
  readonly attemptsMax: number
  readonly transmitTimeoutMs: number
  /** How long the gate may take to answer, and the account: without its answer the gate is asked, for the provider would say the same. */
  readonly gateTimeoutMs: number
  /** Words that nobody but a member may send; absent for none. */
  readonly bannedPhrases?: readonly string[]
  /** Hosts that links of the same may lead to, with all below them; any when there are none. */
  readonly linkHosts?: readonly string[]
}

export const dispatchDefaults: DispatchSettings = {
  unknownMs: 15 * 60 * 1000,
  attemptsMax: 6,
  transmitTimeoutMs: 60_000,
  gateTimeoutMs: 30_000,
  bannedPhrases: [],
  linkHosts: [],
}

export interface DispatchInput {
  /** Its own address, `workspace/dispatch/<conversation's id>:<n>`. */
  readonly address: string
  readonly settings: DispatchSettings
}
