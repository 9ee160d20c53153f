/**
 * Actor `listing`: one a home on the market. The content is opaque to the machine; `hash` tells whether it changed,
 * so that importing the same row twice changes nothing, and every change raises `version`.
 */
export interface ListingContent {
  readonly [field: string]: unknown
}

export type ListingEvent =
  | { readonly type: 'listing.put'; readonly content: ListingContent; readonly hash: string; readonly source: string }
  | { readonly type: 'listing.withdraw'; readonly reason: string; readonly by: string }

export interface ListingFacts {
  'listing-changed': { readonly version: number; readonly content: ListingContent; readonly source: string }
  /** The same content again: nothing changed. */
  'listing-unchanged': { readonly version: number }
  'listing-withdrawn': { readonly version: number; readonly reason: string; readonly by: string }
}

export interface ListingInput {
  /** The listing's own address, `workspace/listing/id`. */
  readonly address: string
}
