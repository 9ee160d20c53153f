/** What an answer can hold beside its words: cards, chips, and the claims that bind its figures to where they come from. */

/** A structured choice in an answer: a chip the customer can tap, sent back as its text. */
export interface Chip {
  readonly label: string
  readonly send: string
}

/** A listing shown as a card. Every figure is copied from the listing version named. */
export interface ListingCard {
  readonly kind: 'listing'
  readonly listingId: string
  readonly version: number
  readonly title: string
  readonly locality: string
  readonly city: string
  readonly priceMinor: number
  readonly currency: string
  /** With `rent` the price is a month's. Absent on cards made before it was told: a sale. */
  readonly purpose?: 'sale' | 'rent'
  readonly areaSqft: number
  readonly bedrooms?: number
  readonly facts: readonly string[]
  readonly photo?: string
}

/** The summary after a booking. */
export interface VisitCard {
  readonly kind: 'visit'
  readonly meetingId: string
  readonly title: string
  readonly startAtMs: number
  readonly durationMs: number
  readonly place: string
  readonly timeZone: string
}

/** Times to choose from; the client offers them as a date picker. */
export interface SlotsCard {
  readonly kind: 'slots'
  readonly listingId: string
  readonly timeZone: string
  readonly slots: readonly { readonly startAtMs: number; readonly label: string; readonly send: string }[]
}

/** A computation with its assumptions. */
export interface CalculationCard {
  readonly kind: 'calculation'
  readonly title: string
  readonly rows: readonly { readonly label: string; readonly value: string }[]
  readonly assumptions: readonly string[]
}

export type Card = ListingCard | VisitCard | SlotsCard | CalculationCard

/** A number, date or availability in an answer, bound to where it comes from. */
export interface Claim {
  /** The exact words in the text. */
  readonly text: string
  readonly kind: 'price' | 'area' | 'count' | 'date' | 'availability' | 'rate' | 'calculation' | 'other'
  readonly value: number | string
  readonly source: ClaimSource
}

export type ClaimSource =
  | { readonly kind: 'listing'; readonly listingId: string; readonly version: number; readonly field: string }
  | { readonly kind: 'tool'; readonly callId: string; readonly tool: string; readonly path: string }
  | { readonly kind: 'document'; readonly documentId: string; readonly passage: string }
  | { readonly kind: 'customer'; readonly n: number }

/** What came with a message beside its words, as the channel told it. `mediaId` is the provider's, until our own copy is made. */
export type Attachment =
  | {
      readonly kind: 'image' | 'video' | 'audio' | 'voice' | 'document' | 'sticker'
      readonly mediaId: string
      readonly mimeType: string
      /** Base64, as the provider gives it. */
      readonly sha256?: string
      readonly filename?: string
      /** The key of our own copy, where there is one from the start: `mediaId` may be empty then. */
      readonly file?: string
      readonly sizeBytes?: number
    }
  | {
      readonly kind: 'location'
      readonly latitude: number
      readonly longitude: number
      readonly name?: string
      readonly address?: string
      readonly url?: string
    }
  | {
      readonly kind: 'contacts'
      readonly contacts: readonly { readonly name: string; readonly phones: readonly string[] }[]
    }
  | {
      readonly kind: 'order'
      readonly items: readonly {
        readonly productId: string
        readonly quantity: number
        readonly price?: number
        readonly currency?: string
      }[]
    }
  /** A form filled in within the chat. */
  | { readonly kind: 'form'; readonly name: string; readonly answers: { readonly [field: string]: string } }
  /** Something the channel could not hand over. */
  | { readonly kind: 'unsupported'; readonly what: string }
