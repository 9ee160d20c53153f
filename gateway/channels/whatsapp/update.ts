import type { ProviderError, ProviderStatus } from '#machines/dispatch-contract.ts'
import type { Attachment } from '#machines/content-contract.ts'
import type { Referral } from '#machines/contact-contract.ts'

/** A person as a webhook names them: digits of a phone, a business-scoped id, or both. */
export interface WhatsAppPerson {
  readonly phone?: string
  readonly userId?: string
  readonly name?: string
  readonly username?: string
}

interface AtNumber {
  /** WhatsApp business account id, `entry[].id`. */
  readonly business: string
  /** `metadata.phone_number_id`. */
  readonly account: string
}

interface ToldAt {
  /** `entry[].time`, where it has one. */
  readonly toldAtMs?: number
}

/** One thing a webhook tells; a delivery holds up to a thousand of them. Times are the payload's own. */
export type WhatsAppUpdate =
  | (AtNumber & {
      readonly kind: 'message'
      readonly id: string
      readonly sentAtMs: number
      readonly person: WhatsAppPerson
      readonly text: string
      readonly attachments: readonly Attachment[]
      readonly replyTo?: string
      readonly referral?: Referral
      /** The person's own number, which they gave when they were asked for it. Digits. */
      readonly sharedPhone?: string
    })
  | (AtNumber & {
      readonly kind: 'reaction'
      readonly id: string
      readonly sentAtMs: number
      readonly person: WhatsAppPerson
      readonly to: string
      /** Empty when it was taken back. */
      readonly emoji: string
    })
  | (AtNumber & {
      readonly kind: 'revoked'
      readonly id: string
      readonly sentAtMs: number
      readonly person: WhatsAppPerson
      readonly original: string
    })
  /** The person changed number or id. `person` is as before, `now` what is known of after. */
  | (AtNumber & {
      readonly kind: 'moved'
      readonly id: string
      readonly sentAtMs: number
      readonly person: WhatsAppPerson
      readonly now: { readonly phone?: string; readonly userId?: string }
    })
  | (AtNumber & {
      readonly kind: 'echo'
      readonly id: string
      readonly sentAtMs: number
      readonly person: WhatsAppPerson
      readonly text: string
      readonly attachments: readonly Attachment[]
    })
  | (AtNumber & {
      readonly kind: 'status'
      /** The wamid of the message it is about. */
      readonly id: string
      readonly status: ProviderStatus
      readonly toldAtMs: number
      readonly person: WhatsAppPerson
      /** Our own id, when we sent it with one. */
      readonly opaque?: string
      readonly error?: ProviderError
      readonly category?: string
      readonly billable?: boolean
    })
  | (AtNumber & {
      readonly kind: 'preference'
      readonly person: WhatsAppPerson
      readonly value: 'stop' | 'resume'
      readonly sentAtMs: number
      readonly proof: string
    })
  | (AtNumber & ToldAt & { readonly kind: 'account-error'; readonly errors: readonly ProviderError[] })
  | (ToldAt & {
      readonly kind: 'template'
      readonly business: string
      readonly what: 'status' | 'quality' | 'category'
      /** As text: it is a number beyond what JavaScript holds exactly. */
      readonly templateId: string
      readonly name: string
      readonly language: string
      /** `APPROVED`, `PAUSED`, …; the new score or category for the others. */
      readonly value: string
      readonly reason?: string
    })
  /** A quality, limit or account notice, for people to read. */
  | (ToldAt & { readonly kind: 'notice'; readonly business: string; readonly field: string; readonly details: string })
  /** A part that is not understood: kept as it came, with why. */
  | { readonly kind: 'unread'; readonly business: string; readonly reason: string; readonly raw: string }
