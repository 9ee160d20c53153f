import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { VectorItem, VectorQuery, Vectors } from '../../ports/vectors.ts'

/** An adapter under test. */
export interface VectorsBench {
  open(): Promise<Vectors>
  /** Whether it matches words beside vectors. */
  readonly matchesText: boolean
  /** Closes and opens again on the same data; absent where nothing outlives the handle. */
  readonly reopen?: (vectors: Vectors) => Promise<Vectors>
}

function item(id: string, vector: readonly number[], text = ''): VectorItem {
  return { id, vector, text, metadata: { id } }
}

const namespace = 'acme/listings'

/** The `V` rules, for every adapter of the vectors port. */
export function describeVectors(name: string, bench: VectorsBench): void {
  describe(`vectors ${name}`, () => {
    let vectors: Vectors
    beforeEach(async () => {
      vectors = await bench.open()
    })
    afterEach(() => vectors.close())
    const ids = async (query: Omit<VectorQuery, 'namespace'>) =>
      (await vectors.nearest({ namespace, ...query })).map((hit) => hit.id)

    it('[V1] an item replaces the one of its id, wholly, and goes when deleted', async () => {
      await vectors.upsert(namespace, [item('a', [1, 0]), item('b', [0, 1])])
      await vectors.upsert(namespace, [{ ...item('a', [0, 1]), metadata: { version: 2 } }])
      expect(await vectors.count(namespace)).toBe(2)
      const [first] = await vectors.nearest({ namespace, vector: [0, 2], within: ['a'], limit: 1 })
      expect(first).toMatchObject({ id: 'a', metadata: { version: 2 } })
      expect(first?.score).toBeCloseTo(1, 5)
      await vectors.delete(namespace, ['a', 'absent'])
      expect(await ids({ vector: [0, 1], limit: 5 })).toEqual(['b'])
      expect(await vectors.count(namespace)).toBe(1)
    })

    it('[V2] namespaces know nothing of each other', async () => {
      await vectors.upsert(namespace, [item('a', [1, 0], 'sea view')])
      await vectors.upsert('globex/listings', [item('a', [1, 0], 'sea view'), item('b', [1, 0], 'sea view')])
      expect(await ids({ vector: [1, 0], limit: 5 })).toEqual(['a'])
      if (bench.matchesText) expect(await ids({ text: 'sea', limit: 5 })).toEqual(['a'])
      await vectors.delete('globex/listings', ['a', 'b'])
      expect(await vectors.count(namespace)).toBe(1)
    })

    it('[V3] nearest by vector is by cosine, best first, with scores from 0 to 1', async () => {
      const vector = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 3, maxLength: 3 })
      await fc.assert(
        fc.asyncProperty(fc.array(vector, { minLength: 1, maxLength: 12 }), vector, async (stored, asked) => {
          fc.pre(asked.some((each) => each !== 0) && stored.every((each) => each.some((n) => n !== 0)))
          const own = `n${Math.abs(hashOf(JSON.stringify([stored, asked])))}`
          await vectors.upsert(
            own,
            stored.map((each, index) => item(`k${index}`, each)),
          )
          const hits = await vectors.nearest({ namespace: own, vector: asked, limit: 20 })
          const expected = stored.map((each) => Math.max(0, cosine(each, asked))).sort((a, b) => b - a)
          expect(hits).toHaveLength(stored.length)
          for (const [index, hit] of hits.entries()) {
            expect(hit.score).toBeCloseTo(expected[index] ?? -1, 4)
            const vectorOfHit = stored[Number(hit.id.slice(1))] ?? []
            expect(hit.score).toBeCloseTo(Math.max(0, cosine(vectorOfHit, asked)), 4)
          }
        }),
        { numRuns: 30, seed: 20260105 },
      )
    })

    it('[V3] limits, and only ids within the list when there is one', async () => {
      await vectors.upsert(namespace, [item('a', [1, 0]), item('b', [1, 1]), item('c', [0, 1])])
      expect(await ids({ vector: [1, 0], limit: 2 })).toEqual(['a', 'b'])
      expect(await ids({ vector: [1, 0], within: ['c', 'b', 'absent'], limit: 5 })).toEqual(['b', 'c'])
      expect(await ids({ vector: [1, 0], within: [], limit: 5 })).toEqual([])
      expect(await ids({ limit: 5 })).toEqual([])
    })

    it('[V3] vectors without direction, or of another length than the one asked, are never near', async () => {
      await vectors.upsert(namespace, [item('zero', [0, 0]), item('long', [1, 0, 0]), item('a', [1, 0])])
      expect(await ids({ vector: [1, 0], limit: 5 })).toEqual(['a'])
      expect(await ids({ vector: [0, 0], limit: 5 })).toEqual([])
    })

    if (bench.matchesText) describeText(() => vectors, ids)

    const { reopen } = bench
    if (reopen !== undefined) {
      it('[V1] what was written is found after opening again', async () => {
        await vectors.upsert(namespace, [item('a', [1, 0], 'sea view')])
        vectors = await reopen(vectors)
        expect(await ids({ vector: [1, 0], text: 'sea', limit: 5 })).toEqual(['a'])
      })
    }
  })
}

function describeText(
  current: () => Vectors,
  ids: (query: Omit<VectorQuery, 'namespace'>) => Promise<readonly string[]>,
): void {
  const texts: readonly (readonly [string, string])[] = [
    ['pool', '3 BHK with pool and garden in Whitefield'],
    ['garden', '3 BHK with garden in Whitefield'],
    ['plain', '3 BHK in Whitefield'],
    ['hindi', 'व्हाइटफील्ड में ३ बीएचके'],
    ['accent', 'Résidence élégante'],
  ]

  it('[V4] nearest by text finds any of the words, more and rarer ones first, in any script', async () => {
    await current().upsert(
      namespace,
      texts.map(([id, text]) => item(id, [1, 0], text)),
    )
    expect(await ids({ text: 'garden with pool', limit: 5 })).toEqual(['pool', 'garden'])
    expect(await ids({ text: 'व्हाइटफील्ड', limit: 5 })).toEqual(['hindi'])
    expect(await ids({ text: 'elegante', limit: 5 })).toEqual(['accent'])
    expect(await ids({ text: 'castle', limit: 5 })).toEqual([])
    expect(await ids({ text: 'pool garden', within: ['garden', 'plain'], limit: 5 })).toEqual(['garden'])
    for (const text of ['', ' ', '"', '* OR NOT (', 'a"b', 'castle '.repeat(20_000)])
      expect(await ids({ text, limit: 5 })).toEqual([])
    for (const hit of await current().nearest({ namespace, text: 'pool garden whitefield', limit: 5 })) {
      expect(hit.score).toBeGreaterThan(0)
      expect(hit.score).toBeLessThan(1)
    }
  })

  it('[V4] with text and vector, who is near in both comes before who is near in one', async () => {
    await current().upsert(namespace, [
      item('both', [1, 0], 'lake view'),
      item('vector', [1, 0], 'street side'),
      item('text', [0, 1], 'lake view'),
      item('neither', [0, 1], 'street side'),
    ])
    const found = await ids({ vector: [1, 0], text: 'lake view', limit: 3 })
    expect(found[0]).toBe('both')
    expect([...found].sort()).toEqual(['both', 'text', 'vector'])
  })
}

function cosine(a: readonly number[], b: readonly number[]): number {
  const dot = a.reduce((sum, each, index) => sum + each * (b[index] ?? 0), 0)
  return dot / (Math.hypot(...a) * Math.hypot(...b))
}

function hashOf(text: string): number {
  let hash = 0
  for (let index = 0; index < text.length; index++) hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0
  return hash
}
