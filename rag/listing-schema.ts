import { z } from 'zod'
import type { Listing } from './listing.ts'

const count = z.number().int().min(0).max(100)

/** A listing as a document or the content of an event holds it; other fields are dropped. */
const contents = z.object({
  title: z.string(),
  purpose: z.enum(['sale', 'rent']),
  propertyType: z.enum(['apartment', 'villa', 'house', 'plot', 'studio', 'floor']),
  city: z.string(),
  locality: z.string(),
  society: z.string().exactOptional(),
  bedrooms: count.exactOptional(),
  bathrooms: count.exactOptional(),
  balconies: count.exactOptional(),
  priceMinor: z.number().int().positive(),
  priceMaxMinor: z.number().int().positive().exactOptional(),
  currency: z.string().length(3),
  areaSqft: z.number().positive(),
  areaMaxSqft: z.number().positive().exactOptional(),
  areaKind: z.enum(['carpet', 'built-up', 'super-built-up', 'plot', 'unknown']),
  furnishing: z.enum(['unfurnished', 'semi-furnished', 'furnished']).exactOptional(),
  readyFrom: z.string(),
  floor: z.string().exactOptional(),
  facing: z.string().exactOptional(),
  ageYears: z.number().min(0).exactOptional(),
  amenities: z.array(z.string()),
  description: z.string(),
  latitude: z.number().exactOptional(),
  longitude: z.number().exactOptional(),
  source: z.object({ kind: z.enum(['sample', 'import', 'api']), reference: z.string() }),
})

const listing = contents.extend({
  id: z.string(),
  version: z.number().int().positive(),
  workspace: z.string(),
  updatedAtMs: z.number(),
})

/** A listing's document: the listing and when it last changed. */
export type StoredListing = Listing & { readonly updatedAtMs: number }

/** Reads a document of the collection `listings`; `undefined` when it is not a whole listing. */
export function readListing(value: unknown): StoredListing | undefined {
  const parsed = listing.safeParse(value)
  return parsed.success ? parsed.data : undefined
}
