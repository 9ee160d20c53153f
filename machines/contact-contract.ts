/**
 * Actor `contact`: one key by which a channel's provider knows a person at one account of ours, such as a phone number or a business-scoped
 * id on one WhatsApp number. It knows the conversation, and hands on what the provider tells, in order.
 */
import type { Attachment } from './content-contract.ts'

/** How a person is reached through a provider. At least one of phone, email and user id is there. */
export interface Reach {
  /** The account of ours: WhatsApp's phone number id, a mailbox, a sender's number. */
  readonly account: string
  /** As the provider writes it: digits, with or without a plus. */
  readonly phone?: string
  /** An e-mail address in lower case. */
  readonly email?: string
  /** WhatsApp's business-scoped user id. */
  readonly userId?: string
}

/** Where a customer comes from, as the provider says: kept as it came, for attribution. */
export interface Referral {
  readonly sourceType: string
  readonly sourceId: string
  readonly sourceUrl?: string
  readonly headline?: string
  readonly body?: string
  /** Meta's click id: the key of attribution. */
  readonly clickId?: string
}

/** What a provider tells of a person, as one event. `sentAtMs` is the provider's clock. */
export type ContactNews =
  | {
      readonly news: 'message'
      readonly messageId: string
      readonly text: string
      readonly complete: boolean
      readonly attachments: readonly Attachment[]
      /** The provider's id of the message it answers. */
      readonly replyTo?: string
      readonly referral?: Referral
      /** The provider itself reads the message as stop or start, or these words mean that on this channel. */
      readonly wish?: 'stop' | 'start'
      /** The person's own number, which they gave when they were asked for it; the provider vouches for it. */
      readonly sharedPhone?: string
      readonly sentAtMs: number
    }
  /** Somebody of ours answered outside the product, as on the paired phone. */
  | {
      readonly news: 'echo'
      readonly messageId: string
      readonly text: string
      readonly attachments: readonly Attachment[]
      readonly sentAtMs: number
    }
  | { readonly news: 'reaction'; readonly to: string; readonly emoji: string; readonly sentAtMs: number }
  | { readonly news: 'revoked'; readonly messageId: string; readonly sentAtMs: number }
  /** The provider's own switch for marketing. */
  | {
      readonly news: 'preference'
      readonly value: 'stop' | 'resume'
      readonly proof: string
      readonly sentAtMs: number
    }
  | { readonly news: 'moved'; readonly phone?: string; readonly userId?: string; readonly sentAtMs: number }

export type ContactEvent =
  | {
      readonly type: 'contact.heard'
      readonly channel: string
      readonly reach: Reach
      /** The address of the contact of the other key the provider named beside this one. */
      readonly beside?: string
      readonly name?: string
      readonly username?: string
      readonly language: string
      /** The language of the words, where they tell: it holds from then on. */
      readonly spoken?: string
      readonly timeZone: string
      /** Minutes east of UTC where the person most likely is, now. */
      readonly zoneOffsetMinutes: number
      readonly told: ContactNews
    }
  /** From the contact of a business-scoped id: whose conversation is this phone's? */
  | { readonly type: 'contact.asked'; readonly by: string }
  | { readonly type: 'contact.answered'; readonly conversation: string }
  /** What this key brings belongs to that conversation from now on. */
  | { readonly type: 'contact.moved'; readonly conversation: string }

export interface ContactFacts {
  'contact-linked': {
    readonly conversation: string
    readonly channel: string
    readonly reach: Reach
    readonly name?: string
  }
}

export interface ContactInput {
  /** Its own address, `workspace/contact/key`. */
  readonly address: string
}
