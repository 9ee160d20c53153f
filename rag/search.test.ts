import { afterEach, describe, expect, it } from 'vitest'
import { openSqliteDocuments } from '#runtime/adapters/sqlite/documents.ts'
import { addressOf } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import type { JsonObject } from '#runtime/json.ts'
import { listingCollection, listingProjection } from './listing-projection.ts'
import type { ListingContents, ListingQuery } from './listing.ts'
import { sampleListings } from './sample.ts'
import { createListingSearch } from './search.ts'

const lakh = 1_00_000_00
const open: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

describe('search', () => {
  it('a 3 BHK in Whitefield under 1.2 crore is found by its misspelled locality', async () => {
    const { search } = await workspace()
    const hits = await search.search(
      ask({ localities: ['whitefeild'], bedrooms: 3, priceMaxMinor: 120 * lakh, purpose: 'sale' }),
    )
    expect(hits.total).toBeGreaterThan(2)
    expect(hits.relaxed).toEqual([])
    for (const each of hits.listings) {
      expect(each).toMatchObject({ locality: 'Whitefield', bedrooms: 3, purpose: 'sale' })
      expect(each.priceMinor).toBeLessThanOrEqual(120 * lakh)
    }
  })

  it('what is loosened when nothing passes is said, and no more than needed', async () => {
    const { search } = await workspace()
    const cheap = await search.search(
      ask({ localities: ['Indiranagar'], bedrooms: 2, priceMaxMinor: 60 * lakh, purpose: 'sale' }),
    )
    expect(cheap.relaxed).toEqual(['locality'])
    expect(cheap.listings.every((each) => each.city === 'Bengaluru' && each.priceMinor <= 60 * lakh)).toBe(true)
    const amenity = await search.search(ask({ localities: ['Whitefield'], amenities: ['helipad'] }))
    expect(amenity.relaxed).toEqual(['amenities'])
  })

  it('a home that no document knows yet is counted, and not shown before it can be read', async () => {
    const [first] = sampleListings(1)
    if (first === undefined) throw new Error('no sample')
    const other = { ...changed('other', first, 1), address: addressOf('elsewhere', 'listing', 'other') }
    const late = { ...changed('late', { ...first, locality: 'Lateville' }, 1), position: 101 }
    const before = await (await workspace()).search.count('w')
    const { search, feed } = await workspace({ late: [late, { ...other, position: 102 }] })
    expect(await search.count('w')).toBe(before + 1)
    const query = ask({ localities: ['Lateville'] })
    expect(await search.search(query)).toMatchObject({ total: 1, listings: [] })
    await feed([late])
    expect((await search.search(query)).listings).toMatchObject([{ id: 'late' }])
    expect(await search.count('w')).toBe(before + 1)
  })

  it('an unknown city has no homes, and nothing is made up', async () => {
    const { search } = await workspace()
    expect(await search.search(ask({ city: 'Atlantis', bedrooms: 2 }))).toEqual({ listings: [], total: 0, relaxed: [] })
  })

  it('cities answer to their old names', async () => {
    const { search } = await workspace()
    const hits = await search.search(ask({ city: 'bangalore', limit: 100 }))
    expect(hits.total).toBeGreaterThan(100)
    expect(
      (await search.search(ask({ city: 'gurgaon', localities: ['sector 57 gurgaon'] }))).listings[0]?.locality,
    ).toBe('Sector 57')
  })

  it('words of a description rank, and never exclude', async () => {
    const { search } = await workspace()
    const hits = await search.search(ask({ text: 'pets welcome near a metro', purpose: 'rent', limit: 5 }))
    expect(hits.listings[0]?.description).toContain('Pets are welcome')
    expect(hits.total).toBeGreaterThan(50)
  })

  it('order, exclusions and limit hold', async () => {
    const { search } = await workspace()
    const cheapest = await search.search(ask({ purpose: 'sale', order: 'cheapest', limit: 5 }))
    const prices = cheapest.listings.map((each) => each.priceMinor)
    expect(prices).toEqual([...prices].sort((a, b) => a - b))
    const without = await search.search(
      ask({ purpose: 'sale', order: 'cheapest', exclude: cheapest.listings.map((each) => each.id) }),
    )
    expect(without.total).toBe(cheapest.total - 5)
    expect((await search.search(ask({ limit: 0 }))).listings).toEqual([])
  })

  it('a change is found at once, a withdrawn home no more, yet its figures can still be read', async () => {
    const { search, feed } = await workspace()
    const [before] = (await search.search(ask({ localities: ['Hebbal'], limit: 100 }))).listings
    if (before === undefined) throw new Error('the sample has homes in Hebbal')
    const { id, version, workspace: _, ...content } = before
    await feed([changed(id, { ...content, priceMinor: 77 * lakh }, version + 1)])
    expect(await search.get('w', id)).toMatchObject({ priceMinor: 77 * lakh, version: 2 })
    expect(
      (await search.search(ask({ localities: ['Hebbal'], priceMaxMinor: 77 * lakh, priceMinMinor: 77 * lakh }))).total,
    ).toBeGreaterThan(0)
    const count = await search.count('w')
    await feed([
      { ...changed(id, content, 3), type: 'listing-withdrawn', data: { version: 3, reason: 'sold', by: 'm' } },
    ])
    expect(await search.count('w')).toBe(count - 1)
    expect(
      (await search.search(ask({ limit: 100, localities: ['Hebbal'] }))).listings.map((each) => each.id),
    ).not.toContain(id)
    expect(await search.get('w', id)).toMatchObject({ version: 2 })
  })

  it('one workspace never sees the homes of another', async () => {
    const { search } = await workspace()
    expect(await search.count('other')).toBe(0)
    expect(await search.get('other', 'l1')).toBeUndefined()
    expect(await search.get('w', 'no such/id')).toBeUndefined()
  })

  it.each([
    ['3 bhk in whitefeild under 1.2 crore', 'Whitefield'],
    ['electronics city', 'Electronic City'],
    ['2 bhk chahiye hsr me', 'HSR Layout'],
    ['flat near sector 57 gurgaon', 'Sector 57'],
    ['jpnagar', 'JP Nagar'],
    ['something in sarjapur', 'Sarjapur Road'],
    ['banglore', 'Bengaluru'],
    ['homes in bombay', 'Mumbai'],
  ])('“%s” names %s', async (words, name) => {
    const { search } = await workspace()
    expect((await search.places('w', words, 3))[0]?.name).toBe(name)
  })

  it.each(['i want to talk to a person', 'what is the emi', 'nagar', '42 lakh', 'house on the moon'])(
    '“%s” names no place',
    async (words) => {
      const { search } = await workspace()
      expect(await search.places('w', words, 3)).toEqual([])
    },
  )
})

function ask(query: Partial<ListingQuery>): ListingQuery {
  return { workspace: 'w', limit: 10, ...query }
}

function changed(id: string, content: ListingContents, version: number): Fact {
  return {
    type: 'listing-changed',
    address: addressOf('w', 'listing', id),
    data: { version, content: JSON.parse(JSON.stringify(content)) as JsonObject, source: 'test' },
    position: version,
    revision: version,
    index: 0,
    atMs: 1000,
    causedBy: 'e',
  }
}

async function workspace({ late = [] }: { readonly late?: readonly Fact[] } = {}) {
  const documents = openSqliteDocuments({ file: ':memory:', log: { debug() {}, info() {}, warn() {}, error() {} } })
  await documents.define(listingCollection)
  const listeners = new Set<(fact: Fact) => void>()
  const feed = async (facts: readonly Fact[]) => {
    for (const fact of facts) {
      const writes = await listingProjection.apply(fact, {
        get: async (collection, key) => (await documents.get(collection, key))?.value,
      })
      await documents.write(writes)
      for (const listener of listeners) listener(fact)
    }
  }
  await feed(sampleListings(1).map((content, index) => changed(`l${index}`, content, 1)))
  const search = createListingSearch({
    documents,
    live: {
      facts: (_, listener) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      position: () => 100,
      behind: () => late.length > 0,
    },
    journal: { facts: async (after, limit) => late.filter((fact) => fact.position > after).slice(0, limit) },
  })
  open.push(async () => {
    search.close()
    await documents.close()
  })
  return { search, feed }
}
