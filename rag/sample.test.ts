import { describe, expect, it } from 'vitest'
import { readListing } from './listing-schema.ts'
import { listingPicture } from './picture.ts'
import { sampleListings } from './sample.ts'
import { samplePlaces } from './sample-places.ts'

const lakh = 1_00_000_00
const listings = sampleListings(1)

describe('the sample workspace', () => {
  it('is the same for the same seed and another for another', () => {
    expect(sampleListings(1)).toEqual(listings)
    expect(sampleListings(2)).not.toEqual(listings)
  })

  it('has about four hundred whole listings with references of their own', () => {
    expect(listings.length).toBeGreaterThan(380)
    expect(listings.length).toBeLessThan(460)
    expect(new Set(listings.map((each) => each.source.reference)).size).toBe(listings.length)
    for (const each of listings)
      expect(readListing({ ...each, id: 'x', version: 1, workspace: 'w', updatedAtMs: 1 })).toBeDefined()
  })

  it.each([1, 2, 3, 42, 2026])('with seed %i a customer who asks the demo questions finds several homes', (seed) => {
    const sale = sampleListings(seed).filter((each) => each.purpose === 'sale')
    const whitefield = sale.filter((each) => each.locality === 'Whitefield' && each.bedrooms === 3)
    expect(whitefield.filter((each) => each.priceMinor <= 120 * lakh).length).toBeGreaterThanOrEqual(3)
    const two = sale.filter((each) => each.bedrooms === 2 && each.priceMinor <= 80 * lakh)
    expect(two.length).toBeGreaterThanOrEqual(8)
  })

  it('prices stay near what the locality costs a square foot', () => {
    for (const each of listings.filter((listing) => listing.purpose === 'sale')) {
      const place = samplePlaces.find((known) => known.locality === each.locality)
      const perSqft = each.priceMinor / 100 / (each.areaSqft * 1.3)
      expect(perSqft).toBeGreaterThan((place?.rupeesPerSqft[0] ?? 0) * 0.95)
      expect(perSqft).toBeLessThan((place?.rupeesPerSqft[1] ?? 0) * 1.45)
    }
  })
})

describe('pictures', () => {
  it('are the same for the same listing, small, and hold nothing from outside', () => {
    const svg = listingPicture({ id: 'a', propertyType: 'apartment', bedrooms: 3 })
    expect(listingPicture({ id: 'a', propertyType: 'apartment', bedrooms: 3 })).toBe(svg)
    expect(listingPicture({ id: 'b', propertyType: 'apartment', bedrooms: 3 })).not.toBe(svg)
    expect(svg.length).toBeLessThan(20_000)
    expect(svg).not.toMatch(/<script|href|<image|url\((?!#)/)
  })

  it('a title with markup stays text', () => {
    expect(listingPicture({ id: 'a', propertyType: 'plot', title: '<script>"x"&' })).toContain(
      '&lt;script&gt;&quot;x&quot;&amp;',
    )
  })
})
