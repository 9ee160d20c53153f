import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../../json.ts'
import type { Condition, Document, DocumentQuery, Documents, DocumentWrite } from '../../ports/documents.ts'

/** An adapter under test. */
export interface DocumentsBench {
  /** A fresh, empty store. */
  open(): Promise<Documents>
  /** Closes and opens again on the same data; absent where nothing outlives the handle. */
  readonly reopen?: (documents: Documents) => Promise<Documents>
}

const leads = {
  name: 'leads',
  indexes: [['city'], ['score'], ['city', 'score'], ['profile.budget']],
  text: ['name', 'notes', 'profile.area'],
}

function put(key: string, value: JsonObject, revision = 1): DocumentWrite {
  return { op: 'put', collection: 'leads', key, revision, value }
}

async function all(documents: Documents, query: Omit<DocumentQuery, 'collection'>): Promise<readonly Document[]> {
  const found: Document[] = []
  for (let after: string | undefined; ;) {
    const page = await documents.query({ collection: 'leads', ...query, ...(after === undefined ? {} : { after }) })
    expect(page.documents.length).toBeLessThanOrEqual(query.limit)
    found.push(...page.documents)
    after = page.next
    if (after === undefined) return found
  }
}

async function keys(documents: Documents, where: readonly Condition[]): Promise<readonly string[]> {
  return (await all(documents, { where, limit: 50 })).map((document) => document.key)
}

/** The `D` rules, for every adapter of the documents port. */
export function describeDocuments(name: string, bench: DocumentsBench): void {
  describe(`documents ${name}`, () => {
    let documents: Documents
    beforeEach(async () => {
      documents = await bench.open()
      await documents.define(leads)
    })
    afterEach(() => documents.close())

    describe('writes', () => describeWrites(() => documents))
    describe('queries', () => describeQueries(() => documents))
    describe('pages', () => describePages(() => documents))

    it('[D1] the same definition again changes nothing, and a wider one finds what is there', async () => {
      await documents.write([put('a', { city: 'Pune', name: 'Asha', stage: 'won' })])
      await documents.define(leads)
      await documents.define({ ...leads, indexes: [['stage']], text: ['name', 'city'] })
      expect(await keys(documents, [{ field: 'stage', op: '=', value: 'won' }])).toEqual(['a'])
      expect(await keys(documents, [{ op: 'match', value: 'pun' }])).toEqual(['a'])
      await expect(documents.get('unknown', 'a')).rejects.toThrow('unknown')
    })

    const { reopen } = bench
    if (reopen !== undefined) {
      it('[D1] what was written is found after opening again, with its indexes', async () => {
        await documents.write([put('a', { name: 'Asha', city: 'Pune' })])
        documents = await reopen(documents)
        await documents.define(leads)
        expect(await keys(documents, [{ op: 'match', value: 'asha' }])).toEqual(['a'])
        expect(await documents.get('leads', 'a')).toEqual({
          key: 'a',
          revision: 1,
          value: { name: 'Asha', city: 'Pune' },
        })
      })
    }
  })
}

function describeWrites(current: () => Documents): void {
  it('[D1] a document comes back exactly as it was written, alone and among many in the order asked', async () => {
    const value = { text: 'दो बीएचके "है"\n👋', list: [1, null, { deep: true }], n: 1.5, big: 20_000_000_000 }
    await current().write([put('a', value), put('b', {}), put('c', { n: 3 })])
    expect(await current().get('leads', 'a')).toEqual({ key: 'a', revision: 1, value })
    expect(await current().get('leads', 'z')).toBeUndefined()
    const many = await current().getMany('leads', ['c', 'z', 'a'])
    expect(many.map((document) => document.key)).toEqual(['c', 'a'])
  })

  it('[D1] whatever is JSON comes back, its keys in their order', async () => {
    const key = fc.oneof(
      fc.string(),
      fc.constantFrom('', '.', 'a.b', '$set', '~', '[]', '[', '__proto__', 'constructor', 'दो', '\0', '\ud800', '$'),
    )
    const leaf = fc.oneof(
      fc.string(),
      fc.constantFrom('\0', '\ud800', 'a\udc00b', '\u2028'),
      fc.integer(),
      fc.maxSafeInteger(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
      fc.constantFrom(2 ** 31, -(2 ** 31) - 1, 2 ** 53, 2 ** 63, 1e308, 5e-324, true, false, null),
    )
    const { value } = fc.letrec<{ value: JsonObject; any: Json }>((tie) => ({
      value: fc.dictionary(key, tie('any'), { maxKeys: 5, noNullPrototype: true }),
      any: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('any'), { maxLength: 4 }), tie('value')),
    }))
    let revision = 0
    await fc.assert(
      fc.asyncProperty(value, async (given) => {
        const written = JSON.parse(JSON.stringify(given)) as JsonObject
        await current().write([put('a', written, ++revision)])
        expect(JSON.stringify((await current().get('leads', 'a'))?.value)).toBe(JSON.stringify(written))
      }),
      { numRuns: 150, seed: 20260105 },
    )
    const deep = Array.from({ length: 60 }).reduce<Json>((inner, _, depth) => (depth % 2 ? [inner] : { inner }), 'core')
    await current().write([put('a', { deep }, ++revision)])
    expect((await current().get('leads', 'a'))?.value).toEqual({ deep })
  })

  it('[D2] writes are all or nothing, in order', async () => {
    const unique = { name: 'people', indexes: [], unique: [['phone']] }
    await current().define(unique)
    const person = (key: string, phone: string): DocumentWrite => ({
      op: 'put',
      collection: 'people',
      key,
      revision: 1,
      value: { phone },
    })
    await current().write([person('a', '1'), { op: 'delete', collection: 'people', key: 'a' }, person('b', '1')])
    const taken = current().write([put('x', {}), person('c', '2'), person('d', '1')])
    await expect(taken).rejects.toMatchObject({ code: 'document-refused', retry: 'never' })
    expect(await current().get('leads', 'x')).toBeUndefined()
    expect(await current().count('people', [])).toBe(1)
  })

  it('[D3] a put whose revision is not above the stored one changes nothing', async () => {
    await current().write([put('a', { n: 5, name: 'new' }, 5)])
    await current().write([put('a', { n: 4, name: 'old' }, 4), put('a', { n: 0 }, 5), put('b', { n: 1 })])
    expect((await current().get('leads', 'a'))?.value).toEqual({ n: 5, name: 'new' })
    expect(await keys(current(), [{ op: 'match', value: 'old' }])).toEqual([])
    expect((await current().get('leads', 'b'))?.value).toEqual({ n: 1 })
    await current().write([put('a', { n: 6 }, 6)])
    expect(await current().get('leads', 'a')).toEqual({ key: 'a', revision: 6, value: { n: 6 } })
  })

  it('[D3] deleting what is not there is harmless, and a key can come back', async () => {
    await current().write([{ op: 'delete', collection: 'leads', key: 'a' }])
    await current().write([put('a', { name: 'Asha' }, 9), { op: 'delete', collection: 'leads', key: 'a' }])
    expect(await keys(current(), [{ op: 'match', value: 'asha' }])).toEqual([])
    await current().write([put('a', { name: 'Ravi' }, 1)])
    expect(await keys(current(), [{ op: 'match', value: 'ravi' }])).toEqual(['a'])
  })

  it('[D3] a delete with a revision leaves alone what is above it', async () => {
    const upTo = (revision: number): DocumentWrite => ({ op: 'delete', collection: 'leads', key: 'a', revision })
    await current().write([put('a', { n: 5 }, 5)])
    await current().write([upTo(4)])
    expect((await current().get('leads', 'a'))?.revision).toBe(5)
    await current().write([upTo(5)])
    expect(await current().get('leads', 'a')).toBeUndefined()
    await current().write([upTo(9), put('a', { n: 10 }, 10)])
    expect((await current().get('leads', 'a'))?.revision).toBe(10)
  })

  it('[D8] what is written or cleared for a document that is not so is refused whole', async () => {
    const is = (revision: number, key = 'a') => ({ collection: 'leads', key, revision })
    await current().write([put('a', { n: 1 }, 1)], is(0))
    for (const outdated of [is(0), is(2), is(1, 'b')]) {
      const refusal = { code: 'write-outdated' }
      await expect(current().write([put('c', {}), put('a', { n: 9 }, 9)], outdated)).rejects.toMatchObject(refusal)
      await expect(current().clear('leads', outdated)).rejects.toMatchObject(refusal)
    }
    expect(await keys(current(), [])).toEqual(['a'])
    await current().write([put('a', { n: 2 }, 2), put('b', {})], is(1))
    const both = await Promise.allSettled([
      current().write([put('a', { n: 3 }, 3)], is(2)),
      current().write([put('a', { n: 4 }, 4)], is(2)),
    ])
    expect(both.map((each) => each.status).sort()).toEqual(['fulfilled', 'rejected'])
    await current().write([{ op: 'delete', collection: 'leads', key: 'b' }])
    await current().write([put('c', {})], is(0, 'b'))
    await current().clear('leads', is(0, 'b'))
    expect(await current().count('leads', [])).toBe(0)
  })

  it('[D2] clearing takes every document of a collection and none of another', async () => {
    const others = { name: 'others', indexes: [], unique: [['phone']] }
    await current().define(others)
    const other: DocumentWrite = { op: 'put', collection: 'others', key: 'x', revision: 1, value: { phone: '1' } }
    await current().write([...Array.from({ length: 40 }, (_, index) => put(`k${index}`, { name: 'Asha' })), other])
    await current().clear('leads')
    expect(await current().count('leads', [])).toBe(0)
    expect(await current().countBy('leads', ['city'], [])).toEqual([])
    expect(await keys(current(), [{ op: 'match', value: 'asha' }])).toEqual([])
    expect(await current().count('others', [])).toBe(1)
    await current().clear('others')
    await current().write([put('k1', { name: 'Ravi' }), { ...other, key: 'y' }])
    expect(await keys(current(), [{ op: 'match', value: 'ravi' }])).toEqual(['k1'])
    await expect(current().clear('unknown')).rejects.toThrow('unknown')
  })
}

function describeQueries(current: () => Documents): void {
  beforeEach(async () => {
    await current().write([
      put('a', { city: 'Pune', score: 10, hot: true, profile: { budget: 80, area: 'Baner' } }),
      put('b', { city: 'Pune', score: 20, hot: false, name: 'Ravi Kumar' }),
      put('c', { city: 'Mumbai', score: 30, hot: true, name: 'José Ávila' }),
      put('d', { city: null, score: 'high', notes: 'पुणे में घर चाहिए' }),
      put('e', { score: 15.5, name: "O'Neil 3BHK" }),
    ])
  })

  const cases: readonly (readonly [string, Condition, readonly string[]])[] = [
    ['equal text', { field: 'city', op: '=', value: 'Pune' }, ['a', 'b']],
    ['equal number', { field: 'score', op: '=', value: 20 }, ['b']],
    ['equal boolean', { field: 'hot', op: '=', value: true }, ['a', 'c']],
    ['equal null: null or absent', { field: 'city', op: '=', value: null }, ['d', 'e']],
    ['unequal: also absent', { field: 'city', op: '!=', value: 'Pune' }, ['c', 'd', 'e']],
    ['unequal null: present', { field: 'city', op: '!=', value: null }, ['a', 'b', 'c']],
    ['less: numbers only', { field: 'score', op: '<', value: 20 }, ['a', 'e']],
    ['at most', { field: 'score', op: '<=', value: 20 }, ['a', 'b', 'e']],
    ['greater: numbers only', { field: 'score', op: '>', value: 15 }, ['b', 'c', 'e']],
    ['at least, text only', { field: 'score', op: '>=', value: 'a' }, ['d']],
    ['in', { field: 'score', op: 'in', value: [10, 30, 'high'] }, ['a', 'c', 'd']],
    ['in nothing', { field: 'score', op: 'in', value: [] }, []],
    ['in, with null', { field: 'city', op: 'in', value: ['Mumbai', null] }, ['c', 'd', 'e']],
    ['deep path', { field: 'profile.budget', op: '>=', value: 80 }, ['a']],
    ['beginning of a word', { op: 'match', value: 'kum' }, ['b']],
    ['every word, any order, any case', { op: 'match', value: 'KUMAR rav' }, ['b']],
    ['a word that is missing', { op: 'match', value: 'ravi sharma' }, []],
    ['the middle of a word', { op: 'match', value: 'umar' }, []],
    ['without accents', { op: 'match', value: 'jose avi' }, ['c']],
    ['with accents', { op: 'match', value: 'Ávila' }, ['c']],
    ['Hindi', { op: 'match', value: 'पुणे घर' }, ['d']],
    ['the beginning of a Hindi word', { op: 'match', value: 'चाहि' }, ['d']],
    ['a deep text field', { op: 'match', value: 'baner' }, ['a']],
    ['quotes and operators as plain text', { op: 'match', value: `o'neil "3bhk" * -` }, ['e']],
    ['operator words', { op: 'match', value: 'NOT ravi OR' }, []],
    ['no words at all', { op: 'match', value: ' - ' }, ['a', 'b', 'c', 'd', 'e']],
  ]
  for (const [what, condition, expected] of cases) {
    it(`[D4] finds by ${what}`, async () => {
      expect(await keys(current(), [condition])).toEqual(expected)
      expect(await current().count('leads', [condition])).toBe(expected.length)
    })
  }

  it('[D4] a search as long as a book is answered by its beginning', async () => {
    const value = `ravi ${'kumar '.repeat(20_000)}`
    expect(await keys(current(), [{ op: 'match', value }])).toEqual(['b'])
    expect(await keys(current(), [{ op: 'match', value: 'x'.repeat(100_000) }])).toEqual([])
    expect(await keys(current(), [{ op: 'match', value: 'a.'.repeat(50_000) }])).toEqual([])
  })

  it('[D4] a list equals nothing that is in it, and no path leads into one', async () => {
    const listed = { tags: ['hot', 'cold'], visits: [{ city: 'Pune' }] }
    await current().write([put('f', listed)])
    expect(await keys(current(), [{ field: 'tags', op: '=', value: 'hot' }])).toEqual([])
    expect(await keys(current(), [{ field: 'visits.city', op: 'in', value: ['Pune'] }])).toEqual([])
    expect(await keys(current(), [{ field: 'tags', op: '!=', value: null }])).toEqual(['f'])
  })

  it('[D4] nothing is less or more than null', async () => {
    for (const op of ['<', '<=', '>', '>='] as const)
      expect(await keys(current(), [{ field: 'city', op, value: null }])).toEqual([])
  })

  it('[D4] conditions are joined by «and»', async () => {
    const both: readonly Condition[] = [
      { field: 'city', op: '=', value: 'Pune' },
      { field: 'score', op: '>', value: 10 },
    ]
    expect(await keys(current(), both)).toEqual(['b'])
  })

  it('[D4] a field or collection that is no name is refused, not run', async () => {
    await expect(keys(current(), [{ field: `city') OR ('1'='1`, op: '=', value: 1 }])).rejects.toThrow(TypeError)
    await expect(current().define({ name: 'a"b', indexes: [] })).rejects.toThrow(TypeError)
  })

  it('[D6] counts no further than it is asked to', async () => {
    const ours = [{ field: 'city', op: '!=', value: null }] as const
    const all = await current().count('leads', ours)
    expect(all).toBeGreaterThan(2)
    expect(await current().count('leads', ours, 2)).toBe(2)
    expect(await current().count('leads', ours, all + 5)).toBe(all)
  })

  it('[D6] counts by the values of fields, booleans and absent ones told apart', async () => {
    expect(await current().countBy('leads', ['city'], [])).toEqual([
      { values: [null], count: 2 },
      { values: ['Pune'], count: 2 },
      { values: ['Mumbai'], count: 1 },
    ])
    const counts = await current().countBy('leads', ['city', 'hot'], [{ field: 'city', op: '!=', value: null }])
    expect(counts).toHaveLength(3)
    expect(counts).toEqual(
      expect.arrayContaining([
        { values: ['Pune', true], count: 1 },
        { values: ['Pune', false], count: 1 },
        { values: ['Mumbai', true], count: 1 },
      ]),
    )
  })
}

function describePages(current: () => Documents): void {
  const scalar = fc.oneof(
    fc.constant(undefined),
    fc.constant(null),
    fc.integer({ min: 0, max: 3 }),
    fc.constantFrom('x', 'y'),
  )
  const order = fc.uniqueArray(
    fc.record({
      field: fc.constantFrom('city', 'score'),
      direction: fc.constantFrom('ascending' as const, 'descending' as const),
    }),
    { maxLength: 2, selector: ({ field }) => field },
  )

  it('[D5] pages in any order neither overlap nor skip, and follow the order', async () => {
    const rows = fc.array(fc.record({ city: scalar, score: scalar }), { maxLength: 25 })
    await fc.assert(
      fc.asyncProperty(rows, order, fc.integer({ min: 1, max: 7 }), async (values, by, limit) => {
        const old = await current().query({ collection: 'leads', where: [], limit: 500 })
        await current().write(old.documents.map(({ key }) => ({ op: 'delete', collection: 'leads', key })))
        const present = values.map((value): JsonObject => JSON.parse(JSON.stringify(value)))
        await current().write(present.map((value, index) => put(`k${index}`, value)))
        const paged = (await all(current(), { where: [], order: by, limit })).map((each) => each.key)
        expect([...paged].sort()).toEqual(present.map((_, index) => `k${index}`).sort())
        const whole = await current().query({ collection: 'leads', where: [], order: by, limit: 500 })
        expect(paged).toEqual(whole.documents.map((each) => each.key))
      }),
      { numRuns: 40, seed: 20260105 },
    )
  })

  it('[D5] nulls come first when ascending, last when descending; numbers before text', async () => {
    const values = [{ score: 'x' }, { score: 2 }, {}, { score: 10 }]
    await current().write(values.map((value, index) => put(`k${index}`, value)))
    const by = async (direction: 'ascending' | 'descending') =>
      (await all(current(), { where: [], order: [{ field: 'score', direction }], limit: 3 })).map((each) => each.key)
    expect(await by('ascending')).toEqual(['k2', 'k1', 'k3', 'k0'])
    expect(await by('descending')).toEqual(['k0', 'k3', 'k1', 'k2'])
  })

  it('[D5] documents written and deleted between pages disturb no other', async () => {
    await current().write(Array.from({ length: 20 }, (_, index) => put(`k${10 + index}`, { score: index })))
    const order = [{ field: 'score', direction: 'ascending' as const }]
    const first = await current().query({ collection: 'leads', where: [], order, limit: 10 })
    await current().write([
      put('before', { score: -1 }),
      put('after', { score: 99 }),
      { op: 'delete', collection: 'leads', key: 'k15' },
      { op: 'delete', collection: 'leads', key: 'k19' },
    ])
    const after = first.next ?? ''
    const second = await current().query({ collection: 'leads', where: [], order, limit: 50, after })
    expect(second.documents.map((each) => each.key)).toEqual([
      ...Array.from({ length: 10 }, (_, index) => `k${20 + index}`),
      'after',
    ])
    expect(second.next).toBeUndefined()
  })

  it('[D5] a cursor of another query, or nonsense, is refused', async () => {
    const query = { collection: 'leads', where: [], limit: 1 }
    await current().write([put('a', {}), put('b', {})])
    const { next } = await current().query(query)
    const order = [{ field: 'score', direction: 'ascending' as const }]
    for (const after of [next ?? '', 'nonsense', '']) {
      await expect(current().query({ ...query, order, after })).rejects.toMatchObject({ code: 'cursor-refused' })
    }
  })
}
