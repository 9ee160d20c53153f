import { describe, expect, it } from 'vitest'
import { calmClaims, differing, fenced, handOvers, leaves, onceInOrder, stream } from './cluster-checkers.ts'
import { someFaults } from './faults.ts'
import { simulate, type SimulationResult } from './run.ts'
import type { Deed } from './witness.ts'

/** Thousands are run before a release by `npm run sim -- --nodes 3`. Each kind of journal, of membership and of size is among these. */
const seeds = Array.from({ length: 10 }, (_, index) => index + 1)
const sizeOf = (seed: number): number => 2 + (seed % 3)

const brokenBy = (results: readonly SimulationResult[]): readonly string[] =>
  results.flatMap(({ seed, violations }) =>
    violations.map((each) => `seed ${seed}: ${each.rule} — ${each.address}: ${each.detail}`),
  )

describe('the simulator of several nodes', () => {
  it('the same seed gives the same run, to the last fact', async () => {
    const [first, second] = [await simulate(3, { nodes: 3 }), await simulate(3, { nodes: 3 })]
    expect(second.digest).toBe(first.digest)
    expect(second.counts).toEqual(first.counts)
  })

  it('keeps every promise under faults, seed after seed, and the faults really strike', async () => {
    const results: SimulationResult[] = []
    for (const seed of seeds) results.push(await simulate(seed, { nodes: sizeOf(seed) }))
    expect(brokenBy(results)).toEqual([])
    const total = (name: keyof SimulationResult['counts']): number =>
      results.reduce((sum, each) => sum + each.counts[name], 0)
    expect(total('crashes')).toBeGreaterThan(20)
    expect(total('pauses')).toBeGreaterThan(10)
    expect(total('leaves')).toBeGreaterThan(20)
    expect(total('cuts')).toBeGreaterThan(10)
    expect(total('outages') + total('blackouts')).toBeGreaterThan(2)
    expect(total('told')).toBeGreaterThan(10_000)
    expect(total('zombieProjectors')).toBeGreaterThan(10)
    expect(total('rebuilds')).toBeGreaterThan(5)
    expect(total('fenced')).toBeGreaterThan(0)
    // A process that was paused, lost its partitions and woke has tried to commit, and was refused.
    expect(total('zombieRefusals')).toBeGreaterThan(10)
  }, 600_000)

  it('servers that fence only what a step changes lose what was judged on an old state, and are found out', async () => {
    const faults = { ...someFaults, lag: 0.6 }
    const careless = await simulate(5, { nodes: 3, servers: true, fences: 'steps that change something', faults })
    expect(brokenBy([careless])).not.toEqual([])
    expect(brokenBy([await simulate(5, { nodes: 3, servers: true, faults })])).toEqual([])
  }, 600_000)
})

describe('the checkers of several nodes see what is broken', () => {
  const deed = (kind: Deed['kind'], change: Partial<Deed> & { readonly positions?: readonly number[] } = {}): Deed => ({
    node: 'one',
    byZombie: false,
    partition: 0,
    epoch: 1,
    atMs: 0,
    handled: (change.positions ?? []).map((position) => ({ position, acceptedAtMs: 0, outcome: 'applied' })),
    ...change,
    kind,
  })
  const rules = (violations: readonly { readonly rule: string }[]): readonly string[] =>
    violations.map((each) => each.rule)

  it('an event handled twice, left out or out of order', () => {
    const once = 'each event is handled once, in order, over all nodes'
    const of = (...positions: number[]): readonly Deed[] => [deed('commit', { positions })]
    expect(onceInOrder(0, [deed('commit', { positions: [2, 5] }), ...of(9)], [2, 5, 9])).toEqual([])
    expect(rules(onceInOrder(0, of(2, 5, 5), [2, 5]))).toEqual([once])
    expect(rules(onceInOrder(0, of(2, 9), [2, 5, 9]))).toEqual([once])
    expect(rules(onceInOrder(0, of(5, 2), [2, 5]))).toEqual([once])
    expect(rules(onceInOrder(0, of(2), [2, 5]))).toEqual([once])
    expect(onceInOrder(0, [...of(2), deed('refusal', { positions: [2] })], [2])).toEqual([])
  })

  it('a former owner that commits', () => {
    const claims = [deed('claim'), deed('claim', { epoch: 2, node: 'two' })]
    expect(fenced(0, [...claims, deed('commit', { epoch: 2 }), deed('refusal')])).toEqual([])
    expect(rules(fenced(0, [...claims, deed('commit')]))).toEqual(['a former owner never commits'])
  })

  it('nodes that take a partition from each other all the time', () => {
    const every = (ms: number): readonly Deed[] =>
      Array.from({ length: 100 }, (_, index) => deed('claim', { atMs: index * ms }))
    expect(calmClaims(0, every(500))).toEqual([])
    expect(rules(calmClaims(0, every(30)))).toEqual(['nodes that disagree back off'])
  })

  it('an upgrade or a loss that delays an event, and a node that takes long to leave', () => {
    const late = deed('commit', { atMs: 2_001, positions: [1] })
    const upgrade = 'an upgrade delays no event by more than two seconds'
    expect(rules(handOvers([late], { fromMs: 0, killedAtMs: 9_000 }))).toEqual([upgrade])
    expect(handOvers([late], { fromMs: 1, killedAtMs: 9_000 })).toEqual([])
    expect(handOvers([late], { fromMs: 0, killedAtMs: 2_000 })).toEqual([])
    const lost = deed('commit', { atMs: 5_001, positions: [1] })
    const loss = 'a lost node delays no event by more than five seconds'
    expect(rules(handOvers([lost], { fromMs: 0, killedAtMs: 1_000 }))).toEqual([loss])
    expect(rules(leaves([20, 1_001]))).toEqual(['a node leaves within a second'])
  })

  it('a live stream that skips, repeats or ends early', () => {
    const facts = [1, 3, 4, 8]
    const rule = 'the live stream tells each fact once, in order'
    expect(stream('one', [3, 4], { facts, ended: true })).toEqual([])
    expect(stream('one', [3, 4, 8], { facts, ended: false })).toEqual([])
    expect(stream('one', [], { facts, ended: false })).toEqual([])
    expect(rules(stream('one', [3, 4], { facts, ended: false }))).toEqual([rule])
    expect(rules(stream('one', [1, 4], { facts, ended: true }))).toEqual([rule])
    expect(rules(stream('one', [1, 1, 3], { facts, ended: true }))).toEqual([rule])
  })

  it('read models that differ, lack something or have too much', () => {
    const model = new Map([['leads a', '1 {}']])
    expect(differing(model, model)).toEqual([])
    expect(differing(model, new Map())).toHaveLength(1)
    expect(differing(new Map(), model)).toHaveLength(1)
    expect(differing(new Map([['leads a', '2 {}']]), model)).toHaveLength(1)
  })
})
