import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '#rag/random.ts'
import type { Cluster } from './cluster.ts'
import { faults, type Fault, type FaultName } from './faults.ts'

/** These faults in this order; or whatever the seed gives, one or two at a time, until the time is up. */
export type Plan = { readonly faults: readonly FaultName[] } | { readonly minutes: number }

/** What was done to the cluster, and what went wrong with it rather than with the crowd. */
export interface Struck {
  readonly faults: { readonly [name in FaultName]?: number }
  /** From the end of a fault to everything well, the slowest, milliseconds. */
  readonly slowestRecoveryMs: number
  readonly wrong: readonly string[]
}

export interface StrikerOptions {
  readonly cluster: Cluster
  readonly random: Random
  readonly plan: Plan
  readonly onStrike: (names: readonly FaultName[]) => void
}

const breath = { least: 500, most: 2_500 } as const
/** Of a hundred. */
const twoAtOnce = 30

/** Strikes one time after the other, and waits for all to be well between. */
export async function strikeAll({ cluster, random, plan, onStrike }: StrikerOptions): Promise<Struck> {
  const counts = new Map<FaultName, number>()
  const wrong: string[] = []
  let slowestRecoveryMs = 0
  for (const names of strikesOf(plan, random)) {
    await sleep(random.whole(breath.least, breath.most))
    onStrike(names)
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
    const outcomes = await Promise.allSettled(names.map((name) => kindOf(name).strike(cluster, random)))
    const beganMs = performance.now()
    const well = await Promise.allSettled([cluster.well()])
    slowestRecoveryMs = Math.max(slowestRecoveryMs, performance.now() - beganMs)
    for (const outcome of [...outcomes, ...well])
      if (outcome.status === 'rejected') wrong.push(`after ${names.join(' and ')}: ${String(outcome.reason)}`)
  }
  return { faults: Object.fromEntries(counts), slowestRecoveryMs: Math.round(slowestRecoveryMs), wrong }
}

function* strikesOf(plan: Plan, random: Random): Generator<readonly FaultName[]> {
  if ('faults' in plan) {
    for (const name of plan.faults) yield [name]
    return
  }
  const untilMs = performance.now() + plan.minutes * 60_000
  while (performance.now() < untilMs) {
    const first = chosen(random, () => true)
    if (random.next() * 100 >= twoAtOnce) yield [first]
    else yield [first, chosen(random, ({ part }) => part !== kindOf(first).part)]
  }
}

/** One of those that will do, by their weights. */
function chosen(random: Random, willDo: (fault: Fault) => boolean): FaultName {
  const names = namesOf(faults).filter((name) => willDo(kindOf(name)))
  return random.pick(names.flatMap((name) => Array.from({ length: kindOf(name).weight }, () => name)))
}

function kindOf(name: FaultName): Fault {
  return faults[name]
}

function namesOf<Name extends string>(table: { readonly [name in Name]: unknown }): readonly Name[] {
  // The keys of a table that is written out are those of its type.
  return Object.keys(table) as unknown as readonly Name[]
}
