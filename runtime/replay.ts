import { isDeepStrictEqual } from 'node:util'
import type { Address } from './address.ts'
import { decide, failedOnce, type DecisionContext, type Resident } from './decide.ts'
import { RuntimeError } from './errors.ts'
import type { Json } from './json.ts'
import type { MachineRegistry } from './machine-registry.ts'
import type { HistoryEntry, Journal, StepCommit, StoredActor } from './ports/journal.ts'
import type { Instant } from './runtime.ts'

const pageMax = 500

/** What a replay compares, so that a difference can be named. */
const compared = ['outcome', 'effectsAsked', 'effectsStopped', 'timersArmed', 'timersCancelled', 'facts'] as const

export interface ReplayTools {
  readonly journal: Pick<Journal, 'load' | 'history'>
  readonly context: Omit<DecisionContext, 'nowMs' | 'settings'>
}

/**
 * The steps of an actor with the state after each, recomputed from nothing by the very function that made them. What a
 * step asked for and said has to equal what was journaled, and the last state the stored one; otherwise `history-diverged`.
 */
export async function timeline(
  tools: ReplayTools,
  address: Address,
  window: { readonly afterRevision: number; readonly limit: number },
): Promise<readonly Instant[]> {
  const stored = await tools.journal.load(address)
  const instants: Instant[] = []
  let actor: Resident | undefined
  for await (const entry of historyOf(tools.journal, address)) {
    if (stored !== undefined && entry.revision > stored.revision) break
    if (instants.length >= window.limit) return instants
    actor = replayed(tools, entry, { before: actor, stored })
    if (entry.revision > window.afterRevision) instants.push({ ...entry, ...stateOf(actor) })
  }
  if (actor?.stored.revision === stored?.revision && !isDeepStrictEqual(actor?.stored.snapshot, stored?.snapshot))
    throw new RuntimeError('history-diverged', `${address} at revision ${stored?.revision}: the snapshot`)
  return instants
}

async function* historyOf(journal: Pick<Journal, 'history'>, address: Address): AsyncGenerator<HistoryEntry> {
  for (let after = -1; ;) {
    const page = await journal.history(address, after, pageMax)
    yield* page
    const last = page[page.length - 1]
    if (last === undefined || page.length < pageMax) return
    after = last.revision
  }
}

/** One step again. A failure, and an event no machine was there for, are taken from history: both may have been mended since. */
function replayed(
  tools: ReplayTools,
  entry: HistoryEntry,
  from: { readonly before: Resident | undefined; readonly stored: StoredActor | undefined },
): Resident | undefined {
  const { before, stored } = from
  if (entry.outcome === 'undeliverable' || stored === undefined) return before
  if (entry.outcome === 'failed') {
    const was = { machine: stored.machine, input: stored.input, reason: entry.reason ?? '' }
    return failedOnce(entry, before, was).after
  }
  const context = { ...tools.context, machines: asBegun(tools.context.machines, stored), settings: () => ({}) }
  const { commit, after } = decide({ ...context, nowMs: entry.envelope.atMs }, entry, before)
  assertSame(stored.address, entry, commit)
  return after
}

/** The machine and the input the actor began with: versions and settings may have changed since. */
function asBegun(machines: MachineRegistry, stored: StoredActor): MachineRegistry {
  return {
    named: (name) => machines.named(name),
    newest: () => {
      const machine = machines.named(stored.machine)
      return machine && { ...machine, hosted: { ...machine.hosted, input: () => stored.input } }
    },
  }
}

function assertSame(address: Address, entry: HistoryEntry, commit: StepCommit): void {
  const different: string | undefined = compared.find(
    (part) => !isDeepStrictEqual(asJson(commit[part]), asJson(entry[part])),
  )
  const sends = commit.sends.map(({ to, event, id }) => ({ to, type: event.type, id }))
  const what = different ?? (isDeepStrictEqual(sends, asJson(entry.sends)) ? undefined : 'sends')
  if (what !== undefined)
    throw new RuntimeError(
      'history-diverged',
      `${address} at revision ${entry.revision}: ${what} of ${entry.envelope.id}`,
    )
}

function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

function stateOf(actor: Resident | undefined): { readonly value: Json; readonly context: Json } {
  const snapshot = actor?.stored.snapshot ?? null
  if (snapshot === null || typeof snapshot !== 'object' || !('context' in snapshot))
    return { value: null, context: null }
  return { value: snapshot['value'] ?? null, context: snapshot.context ?? null }
}
