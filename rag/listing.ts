/** A home for sale or rent, as retrieval and the agents see it. Money is in minor units (paise), area in square feet. */
export interface Listing {
  readonly id: string
  /** Rises with every change; claims and cards name it. */
  readonly version: number
  readonly workspace: string
  readonly title: string
  readonly purpose: 'sale' | 'rent'
  readonly propertyType: 'apartment' | 'villa' | 'house' | 'plot' | 'studio' | 'floor'
  readonly city: string
  readonly locality: string
  readonly society?: string
  readonly bedrooms?: number
  readonly bathrooms?: number
  readonly balconies?: number
  /** For rent: a month. */
  readonly priceMinor: number
  /** The upper end where the source names a range (`₹2–2.4 Cr`); `priceMinor` is then the lower. */
  readonly priceMaxMinor?: number
  readonly currency: string
  readonly areaSqft: number
  /** The upper end where the source names a range; `areaSqft` is then the lower. */
  readonly areaMaxSqft?: number
  readonly areaKind: 'carpet' | 'built-up' | 'super-built-up' | 'plot' | 'unknown'
  readonly furnishing?: 'unfurnished' | 'semi-furnished' | 'furnished'
  /** `ready`, the month it will be (`2027-03`), or `unknown` where the source does not say. */
  readonly readyFrom: string
  readonly floor?: string
  readonly facing?: string
  readonly ageYears?: number
  readonly amenities: readonly string[]
  readonly description: string
  readonly latitude?: number
  readonly longitude?: number
  readonly source: { readonly kind: 'sample' | 'import' | 'api'; readonly reference: string }
}

/** A listing before it has an address and a version: what an import, the API or the sample hands to the actor. */
export type ListingContents = Omit<Listing, 'id' | 'version' | 'workspace'>

/** Hard filters and wishes. Filters exclude; `text` and `near` only rank. */
export interface ListingQuery {
  readonly workspace: string
  readonly text?: string
  readonly purpose?: 'sale' | 'rent'
  readonly city?: string
  readonly localities?: readonly string[]
  readonly bedrooms?: number
  readonly bathrooms?: number
  readonly propertyType?: Listing['propertyType']
  readonly priceMaxMinor?: number
  readonly priceMinMinor?: number
  readonly areaMinSqft?: number
  readonly furnishing?: Listing['furnishing']
  readonly amenities?: readonly string[]
  readonly exclude?: readonly string[]
  readonly order?: 'best' | 'cheapest' | 'largest'
  readonly limit: number
}

export interface ListingHits {
  readonly listings: readonly Listing[]
  /** How many pass the filters. */
  readonly total: number
  /** What was loosened when nothing passed, in words; empty when nothing was. */
  readonly relaxed: readonly ('price' | 'locality' | 'bedrooms' | 'amenities' | 'furnishing' | 'bathrooms' | 'area')[]
}

export interface ListingSearch {
  search(query: ListingQuery): Promise<ListingHits>
  get(workspace: string, id: string): Promise<Listing | undefined>
  /** The locality or city names of a workspace that are spelled like these words, best first. */
  places(
    workspace: string,
    words: string,
    limit: number,
  ): Promise<
    readonly {
      readonly kind: 'city' | 'locality'
      readonly name: string
      readonly city: string
      readonly score: number
    }[]
  >
  /** Cities with homes, the one with most first. */
  cities(workspace: string): Promise<readonly string[]>
  count(workspace: string): Promise<number>
}
