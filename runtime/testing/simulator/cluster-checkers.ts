import { isDeepStrictEqual } from 'node:util'
import type { Journal } from '../../ports/journal.ts'
import { allFacts, type Violation } from './checkers.ts'
import type { Deed, Witness } from './witness.ts'
import type { World } from './world.ts'

/** What a cluster promises beyond what each of its nodes does. */
export interface ClusterEvidence {
  readonly journal: Journal
  readonly witness: Witness
  readonly world: Pick<World, 'submissions' | 'serving' | 'booted'>
  readonly upgrade?: Upgrade
}

/** Nodes terminated one after the other while nothing went wrong, and then one killed. */
export interface Upgrade {
  readonly fromMs: number
  /** How long each took to leave. */
  readonly tookMs: readonly number[]
  readonly killedAtMs: number
}

const upgradeDelayMaxMs = 2_000
const lossDelayMaxMs = 5_000
const leaveMaxMs = 1_000
const claimsWithinMs = 10_000
const claimsMax = 60

/** Holds a settled cluster against every promise. Empty when all are kept. */
export async function checkCluster(evidence: ClusterEvidence): Promise<readonly Violation[]> {
  const { journal, upgrade } = evidence
  const { deeds } = evidence.witness
  const found: Violation[] = upgrade === undefined ? [] : [...handOvers(deeds, upgrade), ...leaves(upgrade.tookMs)]
  for (let partition = 0; partition < journal.partitions; partition++) {
    const own = deeds.filter((deed) => deed.partition === partition)
    const entries = await journal.read(partition, 0, 100_000)
    const positions = entries.map((entry) => entry.position)
    found.push(...onceInOrder(partition, own, positions), ...fenced(partition, own), ...calmClaims(partition, own))
  }
  const facts = (await journal.facts(0, Number.MAX_SAFE_INTEGER)).map((fact) => fact.position)
  for (const { name, told, runtime } of evidence.world.booted)
    found.push(...stream(name, told, { facts, ended: runtime === undefined }))
  found.push(...leftovers(evidence), ...(await answers(evidence)))
  return found
}

/** Over all nodes each entry is handled once, in the order of its partition. */
export function onceInOrder(
  partition: number,
  deeds: readonly Deed[],
  positions: readonly number[],
): readonly Violation[] {
  const handled = deeds.flatMap((deed) => (deed.kind === 'commit' ? deed.handled.map((each) => each.position) : []))
  const at = handled.findIndex((position, index) => position !== positions[index])
  const first = at === -1 ? handled.length : at
  if (at === -1 && handled.length === positions.length) return []
  return [
    {
      rule: 'each event is handled once, in order, over all nodes',
      address: `partition ${partition}`,
      detail: `entry ${first} of ${positions.length} is ${positions[first]}, handled was ${handled[first]}`,
    },
  ]
}

/** Whoever commits has the latest claim. */
export function fenced(partition: number, deeds: readonly Deed[]): readonly Violation[] {
  const found: Violation[] = []
  let latest = 0
  for (const deed of deeds) {
    if (deed.kind === 'claim') latest = deed.epoch
    if (deed.kind === 'commit' && deed.epoch !== latest)
      found.push({
        rule: 'a former owner never commits',
        address: `partition ${partition}`,
        detail: `${deed.node} with claim ${deed.epoch} after claim ${latest}`,
      })
  }
  return found
}

/** However long nodes disagree about a partition, they do not spend their time taking it from each other. */
export function calmClaims(partition: number, deeds: readonly Deed[]): readonly Violation[] {
  const claims = deeds.filter((deed) => deed.kind === 'claim').map((deed) => deed.atMs)
  const crowded = claims.find((atMs, index) => {
    const later = claims[index + claimsMax]
    return later !== undefined && later - atMs < claimsWithinMs
  })
  if (crowded === undefined) return []
  return [
    {
      rule: 'nodes that disagree back off',
      address: `partition ${partition}`,
      detail: `more than ${claimsMax} claims in the ${claimsWithinMs} ms from ${crowded}`,
    },
  ]
}

/** While nothing but an upgrade goes on, every event is handled soon; when a node is lost, once others have noticed. */
export function handOvers(
  deeds: readonly Deed[],
  { fromMs, killedAtMs }: Pick<Upgrade, 'fromMs' | 'killedAtMs'>,
): readonly Violation[] {
  const waits = deeds
    .filter((deed) => deed.kind === 'commit')
    .flatMap((deed) => deed.handled.map((each) => ({ ...each, deed, waitedMs: deed.atMs - each.acceptedAtMs })))
    .filter((each) => each.acceptedAtMs >= fromMs)
  const violation =
    (rule: string) =>
    ({ deed, position, waitedMs }: (typeof waits)[number]): Violation => {
      const detail = `entry ${position} waited ${waitedMs} ms until ${deed.node} handled it`
      return { rule, address: `partition ${deed.partition}`, detail }
    }
  return [
    ...waits
      .filter(({ deed, waitedMs }) => deed.atMs < killedAtMs && waitedMs > upgradeDelayMaxMs)
      .map(violation('an upgrade delays no event by more than two seconds')),
    ...waits
      .filter(({ waitedMs }) => waitedMs > lossDelayMaxMs)
      .map(violation('a lost node delays no event by more than five seconds')),
  ]
}

/** Told to stop, a node finishes what it has begun and goes. */
export function leaves(tookMs: readonly number[]): readonly Violation[] {
  return tookMs
    .filter((ms) => ms > leaveMaxMs)
    .map((ms) => ({ rule: 'a node leaves within a second', address: 'cluster', detail: `it took ${ms} ms` }))
}

/** Whoever listens at a process hears every fact from the first on, once, in order; at one that still runs, to the last. */
export function stream(
  name: string,
  told: readonly number[],
  { facts, ended }: { readonly facts: readonly number[]; readonly ended: boolean },
): readonly Violation[] {
  const [first] = told
  if (first === undefined) return []
  const from = facts.indexOf(first)
  const expected = facts.slice(from, ended ? from + told.length : facts.length)
  const at = expected.findIndex((position, index) => position !== told[index])
  if (at === -1 && told.length === expected.length) return []
  const detail = `${told.length} of ${expected.length} told, after ${told[at - 1]} comes ${told[at]} instead of ${expected[at]}`
  return [{ rule: 'the live stream tells each fact once, in order', address: name, detail }]
}

/** No node still counts as waiting or running what has long been handled, here or elsewhere. */
function leftovers({ world }: ClusterEvidence): readonly Violation[] {
  return world.serving().flatMap(({ name, runtime }) => {
    const { inboxLag, pendingEffects } = runtime?.stats() ?? { inboxLag: 0, pendingEffects: 0 }
    if (inboxLag === 0 && pendingEffects === 0) return []
    return [{ rule: 'nothing is left over', address: name, detail: `${inboxLag} events, ${pendingEffects} effects` }]
  })
}

/** A caller at a node that still runs has been answered, with what the step said. */
async function answers({ journal, world }: ClusterEvidence): Promise<readonly Violation[]> {
  const found: Violation[] = []
  for (const { event, process, handled, error } of world.submissions) {
    const violation = (rule: string): void =>
      void found.push({ rule, address: event.to, detail: `${event.id} at ${process.name}` })
    if (handled === undefined && error === undefined && process.runtime !== undefined)
      violation('whoever waits at a living node is answered')
    if (handled === undefined || handled.duplicate) continue
    const said = (await allFacts(journal, event.to)).filter((fact) => fact.causedBy === event.id)
    if (!isDeepStrictEqual(handled.facts, said)) violation('an answer has the facts of its step')
  }
  return found
}

/** Read models that several projectors wrote, held against those the journal alone leads to. */
export function differing(
  found: ReadonlyMap<string, string>,
  expected: ReadonlyMap<string, string>,
): readonly Violation[] {
  return [...new Set([...found.keys(), ...expected.keys()])]
    .filter((key) => found.get(key) !== expected.get(key))
    .map((key) => ({
      rule: 'read models equal a rebuild',
      address: key,
      detail: `${found.get(key)} instead of ${expected.get(key)}`,
    }))
}
