/**
 * Actor `media`: one file that came with a message, which its provider keeps for some days and gives to who has our token. The actor has a copy of ours made
 * while that is possible. Nobody waits for it: the message is in the transcript already.
 */

export type MediaKind = 'image' | 'video' | 'audio' | 'voice' | 'document' | 'sticker'

export type MediaEvent = {
  readonly type: 'media.asked'
  readonly channel: string
  /** The account of ours to which it came. */
  readonly account: string
  /** The provider's id. */
  readonly mediaId: string
  readonly kind: MediaKind
  /** As the provider declares it. */
  readonly mimeType: string
  /** Base64, as the provider gives it. */
  readonly sha256?: string
  /** The provider's clock: the id's time runs from there. */
  readonly sentAtMs: number
}

/** Input of the invoke `keep-media`. */
export interface MediaKeep {
  readonly channel: string
  readonly account: string
  readonly mediaId: string
  readonly kind: MediaKind
  readonly mimeType: string
  readonly sha256?: string
  /** Counts from 1. */
  readonly attempt: number
}

/** Output of the invoke `keep-media`. */
export type KeptMedia =
  | {
      readonly outcome: 'kept'
      /** Its key among our files. */
      readonly file: string
      /** What it is, by its own bytes where they tell. */
      readonly mimeType: string
      readonly sizeBytes: number
      /** Base64. */
      readonly sha256: string
    }
  /** `missing`: the provider knows no such file, or not for us. It may be known in a moment, and hardly in an hour. */
  | { readonly outcome: 'later' | 'missing'; readonly reason: string; readonly afterMs?: number }
  /** Asking again does not help. */
  | { readonly outcome: 'lost'; readonly why: Exclude<MediaLoss, 'expired' | 'missing'>; readonly reason: string }

/** `mismatch`: the bytes are not those that were announced, or not what they say they are. */
export type MediaLoss = 'expired' | 'missing' | 'too-large' | 'mismatch'

export interface MediaFacts {
  'media-asked': {
    readonly channel: string
    readonly account: string
    readonly mediaId: string
    readonly kind: MediaKind
    readonly mimeType: string
  }
  'media-delayed': { readonly reason: string; readonly attempt: number; readonly waitMs: number }
  'media-kept': {
    readonly file: string
    readonly mimeType: string
    readonly sizeBytes: number
    readonly sha256: string
  }
  'media-lost': { readonly why: MediaLoss; readonly reason: string }
}

export interface MediaSettings {
  /** How long the provider's id lives. Source: whatsapp-and-lead-ads 6.6. */
  readonly tryForMs: number
  /** An id that is unknown for longer than this is taken for dead. */
  readonly missingForMs: number
  /** The first pause; each next is twice as long. */
  readonly firstPauseMs: number
  readonly longestPauseMs: number
  readonly keepTimeoutMs: number
}

export const mediaDefaults: MediaSettings = {
  tryForMs: 7 * 24 * 60 * 60 * 1000,
  missingForMs: 60 * 60 * 1000,
  firstPauseMs: 5000,
  longestPauseMs: 60 * 60 * 1000,
  keepTimeoutMs: 6 * 60 * 1000,
}

export interface MediaInput {
  /** Its own address, `workspace/media/<mediaKey>`. */
  readonly address: string
  readonly settings: MediaSettings
}
