import { catalogue } from '#machines/catalogue.ts'
import type { Address } from '../../address.ts'
import type { Fact } from '../../fact.ts'
import { defaultLimits } from '../../limits.ts'
import { createMachineRegistry } from '../../machine-registry.ts'
import type { Journal } from '../../ports/journal.ts'
import { timeline } from '../../replay.ts'
import type { ManualClock } from '../manual-clock.ts'
import { check, type Violation } from './checkers.ts'
import { checkCluster, differing, type Upgrade } from './cluster-checkers.ts'
import { foundCompany, type Company, type CompanyOptions } from './company.ts'
import { keepTalking, startCrowd, type CrowdRecord } from './crowd.ts'
import { rebuilt } from './projectors.ts'
import type { World } from './world.ts'

export interface SimulationResult {
  readonly seed: number
  readonly violations: readonly Violation[]
  readonly counts: World['counts'] & {
    readonly facts: number
    readonly delivered: number
    /** Timers and outcomes of a past epoch, recorded without effect. */
    readonly fenced: number
    /** Commits that the journal refused, and those of them whose process had slept. */
    readonly refusals: number
    readonly zombieRefusals: number
    readonly zombieProjectors: number
    readonly rebuilds: number
    /** Facts told on the live streams of all processes. */
    readonly told: number
  }
  /** A digest of what happened: the same seed gives the same. */
  readonly digest: string
}

const faultsLastMs = 45_000
const calmLastsMs = 150_000
const upgradeLastsMs = 25_000
const lossLastsMs = 10_000
const settlesWithinMs = 120_000
const restMs = 5_000
const restTriesMax = 50
const everything = Number.MAX_SAFE_INTEGER

/** Runs one whole simulated day in a company from a seed: bad luck for a while, then calm and judgement; with several nodes an upgrade and a loss, and judgement again. */
export async function simulate(seed: number, options: CompanyOptions = {}): Promise<SimulationResult> {
  const company = foundCompany(seed, options)
  const { clock, world, projectors, truth } = company
  const crowd = startCrowd(world, { customers: 5, actions: 10 })
  await pass(clock, faultsLastMs)
  company.calm()
  await pass(clock, calmLastsMs)
  // Before anybody is replaced who might still wait, run or believe what is long over.
  const violations = [...(await judge(company, crowd))]
  if ((options.nodes ?? 1) > 1) violations.push(...(await judge(company, crowd, await upgraded(company, crowd))))
  const facts = await truth.facts(0, everything)
  await whileTimePasses(clock, Promise.all([projectors.stop(), world.stop()]))
  await company.close()
  return { seed, violations, counts: countsOf(company, facts), digest: digestOf(facts) }
}

async function upgraded({ clock, world }: Company, crowd: CrowdRecord): Promise<Upgrade> {
  const fromMs = clock.nowMs()
  const tookMs: number[] = []
  keepTalking(world, crowd, fromMs + upgradeLastsMs + lossLastsMs)
  void world.upgrade((ms) => tookMs.push(ms))
  await pass(clock, upgradeLastsMs)
  const killedAtMs = clock.nowMs()
  world.kill()
  await pass(clock, lossLastsMs + settlesWithinMs)
  return { fromMs, tookMs, killedAtMs }
}

/** Lets time pass until nothing has happened for a while, so that nothing is judged half way. */
async function atRest({ clock, truth }: Company): Promise<void> {
  for (let tries = 0; tries < restTriesMax && (await lastEventAtMs(truth)) > clock.nowMs() - restMs; tries++)
    await pass(clock, restMs)
}

async function lastEventAtMs(journal: Journal): Promise<number> {
  const partitions = Array.from({ length: journal.partitions }, (_, partition) => partition)
  const inboxes = await Promise.all(partitions.map((partition) => journal.read(partition, 0, everything)))
  return Math.max(0, ...inboxes.map((entries) => entries.at(-1)?.envelope.atMs ?? 0))
}

async function judge(company: Company, crowd: CrowdRecord, upgrade?: Upgrade): Promise<readonly Violation[]> {
  const { clock, world, projectors, truth, witness, delivered } = company
  await atRest(company)
  if (world.serving().length === 0)
    return [{ rule: 'everything settles', address: 'cluster', detail: 'no process came up' }]
  const replay = { journal: truth, context: { machines: createMachineRegistry(catalogue), limits: defaultLimits } }
  const replayed = (address: Address) => timeline(replay, address, { afterRevision: 0, limit: 10_000 })
  return [
    ...(await check({ journal: truth, timeline: replayed, crowd, delivered })),
    ...(await checkCluster({ journal: truth, witness, world, ...(upgrade && { upgrade }) })),
    ...differing(await projectors.readModels(), await rebuilt(truth, clock)),
  ]
}

async function pass(clock: ManualClock, ms: number): Promise<void> {
  const untilMs = clock.nowMs() + ms
  for (;;) {
    const next = clock.nextDueAtMs()
    if (next === undefined || next > untilMs) break
    await clock.advanceToNext()
  }
  await clock.advance(Math.max(0, untilMs - clock.nowMs()))
}

async function whileTimePasses<Value>(clock: ManualClock, work: Promise<Value>): Promise<Value> {
  const ended = work.then(
    () => true,
    () => true,
  )
  while (!(await Promise.race([ended, clock.advanceToNext().then(() => false)])));
  return work
}

function countsOf({ world, witness, projectors, delivered }: Company, facts: readonly Fact[]) {
  const refusals = witness.deeds.filter((deed) => deed.kind === 'refusal')
  const handled = witness.deeds.flatMap((deed) => (deed.kind === 'commit' ? deed.handled : []))
  return {
    ...world.counts,
    facts: facts.length,
    delivered: delivered.length,
    fenced: handled.filter((each) => each.outcome === 'fenced').length,
    refusals: refusals.length,
    zombieRefusals: refusals.filter((deed) => deed.byZombie).length,
    zombieProjectors: projectors.counts.zombies,
    rebuilds: projectors.counts.rebuilds,
    told: world.booted.reduce((sum, process) => sum + process.told.length, 0),
  }
}

function digestOf(facts: readonly Fact[]): string {
  let hash = 0x811c9dc5
  for (const line of facts.map((fact) => `${fact.address} ${fact.type} ${fact.atMs}`))
    for (let index = 0; index < line.length; index++) hash = Math.imul(hash ^ line.charCodeAt(index), 0x01000193)
  return (hash >>> 0).toString(16)
}
