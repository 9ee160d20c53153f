/** What members send beside words: something to tap, and reactions. */

/** Something to tap. On channels without buttons a place and a link are written out; the rest is for WhatsApp only. */
export type Offer =
  /** Asks where something is; the customer answers with a place. */
  | { readonly kind: 'location-request'; readonly text: string }
  /** Asks somebody who is known by an id alone for their number. */
  | { readonly kind: 'contact-request'; readonly text: string }
  | {
      readonly kind: 'location'
      readonly latitude: number
      readonly longitude: number
      readonly name?: string
      readonly address?: string
    }
  | { readonly kind: 'link'; readonly text: string; readonly label: string; readonly url: string }
  /** A form (Flow) of WhatsApp's; it begins at its first screen unless one is named. */
  | {
      readonly kind: 'flow'
      readonly text: string
      readonly flowId: string
      readonly label: string
      readonly screen?: string
    }

/** A form the workspace has sent, as it was sent last. */
export interface KnownForm {
  readonly flowId: string
  readonly label: string
  readonly text: string
  readonly screen?: string
  readonly usedAtMs: number
}

/** A listing whose place on the map is known. */
export interface ListingPlace {
  readonly listingId: string
  readonly title: string
  readonly address: string
  readonly latitude: number
  readonly longitude: number
}

/** A member's reaction to a message of the customer's; `to` is the provider's id of that message. */
export interface GivenReaction {
  readonly to: string
  readonly emoji: string
  /** Whose it is. */
  readonly name: string
  readonly status: 'on-its-way' | 'going-away' | 'sent' | 'failed'
  /** Why it failed. */
  readonly reason?: string
}
