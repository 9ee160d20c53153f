import { catalogue } from '#machines/catalogue.ts'
import type { Address } from '#runtime/address.ts'
import { defaultLimits } from '#runtime/limits.ts'
import { createMachineRegistry } from '#runtime/machine-registry.ts'
import { timeline } from '#runtime/replay.ts'
import type { ManualClock } from '#runtime/testing/manual-clock.ts'
import { replays, type Violation } from '#runtime/testing/simulator/checkers.ts'
import { checkCluster } from '#runtime/testing/simulator/cluster-checkers.ts'
import { judge } from './checkers.ts'
import { foundWhatsAppCompany, type WhatsAppCompany, type WhatsAppOptions } from './company.ts'
import { echoAtWorst } from './echoes.ts'
import { strikeFormerOwners } from './former-owners.ts'
import { breezy, calm } from './misfortune.ts'
import { startPeople } from './people.ts'
import { startCampaigns, startStaff } from './staff.ts'

export interface WhatsAppResult {
  readonly seed: number
  readonly violations: readonly Violation[]
  readonly counts: { readonly [name: string]: number }
  /** The same seed gives the same. */
  readonly digest: string
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const stormLastsMs = 6 * minuteMs
const outageMs = 20_000
const awakeMs = 30_000
const asleepMaxMs = 5 * hourMs
const everything = Number.MAX_SAFE_INTEGER

/** A storm of some minutes over many conversations, a week in which its webhooks still come, a calm day, and judgement. */
export async function simulateWhatsApp(seed: number, options: WhatsAppOptions = {}): Promise<WhatsAppResult> {
  const company = foundWhatsAppCompany(seed, options)
  const { clock, world, webhooks, people } = company
  startPeople({ world, webhooks, record: people, actions: 30 })
  startStaff(company, 30)
  echoAtWorst(company)
  strikeFormerOwners(company)
  plan(company, seed)
  await clock.advance(stormLastsMs)
  company.weather(breezy)
  await leapAlong(company, 7.5 * dayMs)
  company.weather(calm)
  await leapAlong(company, 4 * dayMs)
  const violations = [
    ...(await judge({ journal: company.truth, ledger: company.ledger, calls: company.meta.calls, people })),
  ]
  violations.push(...(await replays({ journal: company.truth, timeline: replayed(company) })))
  if ((options.nodes ?? 1) > 1)
    violations.push(...(await checkCluster({ journal: company.truth, witness: company.witness, world })))
  const result = { seed, violations, counts: countsOf(company), digest: await digestOf(company) }
  await whileTimePasses(clock, world.stop())
  await company.close()
  return result
}

/** Campaigns by day and by night, in the storm and after it, and for half of all seeds a journal that is away for a while. */
function plan(company: WhatsAppCompany, seed: number): void {
  const { clock } = company
  const at = (ms: number, run: () => void): void => void clock.schedule(clock.nowMs() + ms, run)
  for (const ms of [minuteMs, 12 * hourMs, 2 * dayMs, 4 * dayMs]) at(ms, () => void startCampaigns(company, String(ms)))
  if (seed % 2 === 1) at(1.5 * minuteMs, () => company.journalOut(outageMs))
}

function replayed({ truth }: WhatsAppCompany) {
  const replay = { journal: truth, context: { machines: createMachineRegistry(catalogue), limits: defaultLimits } }
  return (address: Address) => timeline(replay, address, { afterRevision: 0, limit: 10_000 })
}

/** Days go by as on a machine that is asleep but for some minutes around each webhook, and every few hours. */
async function leapAlong({ clock, webhooks }: WhatsAppCompany, ms: number): Promise<void> {
  const untilMs = clock.nowMs() + ms
  await clock.advance(awakeMs)
  while (clock.nowMs() < untilMs) {
    const nextMs = Math.min(webhooks.nextTryAtMs() ?? Infinity, clock.nowMs() + asleepMaxMs)
    clock.leap(Math.max(0, Math.floor(nextMs - clock.nowMs()) - 1000))
    await clock.advance(awakeMs)
  }
}

async function whileTimePasses<Value>(clock: ManualClock, work: Promise<Value>): Promise<Value> {
  const ended = work.then(
    () => true,
    () => true,
  )
  while (!(await Promise.race([ended, clock.advanceToNext().then(() => false)])));
  return work
}

function countsOf({ world, webhooks, meta, people, ...company }: WhatsAppCompany): { readonly [name: string]: number } {
  const { crashes, pauses, boots, leaves, cuts } = world.counts
  const taken = meta.calls.filter(({ providerId }) => providerId !== undefined)
  return {
    crashes,
    pauses,
    boots,
    leaves,
    cuts,
    ...webhooks.counts,
    written: people.written.length,
    echoes: people.echoes.length,
    calls: meta.calls.length,
    taken: taken.length,
    shown: taken.filter(({ shown }) => shown === true).length,
    struck: company.struck.length,
    zombieCalls: meta.calls.filter(({ byZombie }) => byZombie).length,
    zombieRefusals: company.witness.deeds.filter(({ kind, byZombie }) => kind === 'refusal' && byZombie).length,
  }
}

async function digestOf({ truth }: WhatsAppCompany): Promise<string> {
  let hash = 0x811c9dc5
  for (const { address, type, atMs } of await truth.facts(0, everything)) {
    const line = `${address} ${type} ${atMs}`
    for (let index = 0; index < line.length; index++) hash = Math.imul(hash ^ line.charCodeAt(index), 0x01000193)
  }
  return (hash >>> 0).toString(16)
}
