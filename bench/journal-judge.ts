import { catalogue } from '#machines/catalogue.ts'
import type { PublicMessage } from '#gateway/protocol.ts'
import type { Address } from '#runtime/address.ts'
import { defaultLimits } from '#runtime/limits.ts'
import { createMachineRegistry } from '#runtime/machine-registry.ts'
import type { HistoryEntry, Journal, StoredActor } from '#runtime/ports/journal.ts'
import { timeline, type ReplayTools } from '#runtime/replay.ts'
import { prepareMachine } from '#runtime/step.ts'
import { historyOf } from './whole-journal.ts'

/** What a journal tells. */
export interface Inspected {
  readonly actors: number
  readonly steps: number
  readonly timersFired: number
  readonly wrong: readonly string[]
}

/** What a journal is held against. */
export interface Inspection {
  readonly workspace: string
  /** By conversation, what its customer was told. */
  readonly told: ReadonlyMap<string, readonly PublicMessage[]>
  /** When its last host ended: timers that were due before have fired. */
  readonly endedAtMs: number
}

const page = 500
/** Actors that are read at once. */
const atOnce = 8
/** A timer may be late by as much as a host takes to notice. */
const lateMs = 2_000

/**
 * Reads a journal from inside once its hosts have stopped. Every actor: revisions without a gap, no event and no timer handled twice, none overdue, no
 * work left over, its replay equal to its state. Every conversation in `told`: its messages are those the customer was told. No dead letters.
 */
export async function inspectJournal(journal: Journal, inspection: Inspection): Promise<Inspected> {
  const { workspace, told } = inspection
  const letters = await journal.deadLetters({ workspace, limit: page })
  const found = {
    actors: 0,
    steps: 0,
    timersFired: 0,
    wrong: letters.map(({ address, envelope, reason }) => `${address}: dead letter ${envelope.event.type}: ${reason}`),
  }
  const addresses = await actorsOf(journal, workspace)
  for (let from = 0; from < addresses.length; from += atOnce) {
    const some = addresses.slice(from, from + atOnce)
    for (const seen of await Promise.all(some.map((address) => inspectActor(journal, address, inspection)))) {
      found.actors += 1
      found.steps += seen.steps
      found.timersFired += seen.timersFired
      found.wrong.push(...seen.wrong)
    }
  }
  const listed = new Set<string>(addresses)
  const missing = [...told].filter(([address, messages]) => messages.length > 0 && !listed.has(address))
  found.wrong.push(...missing.map(([address]) => `${address}: the journal does not list it`))
  return found
}

/** Every actor that a conversation touches; listings are put in once and have no story. */
async function actorsOf(journal: Journal, workspace: string): Promise<readonly Address[]> {
  const found: Address[] = []
  for (const kind of ['conversation', 'lead', 'identity', 'queue', 'meeting', 'calendar']) {
    let after: { readonly beforeMs: number; readonly afterAddress: Address } | undefined
    for (;;) {
      const rows = await journal.list({ workspace, kind, limit: page, ...after })
      found.push(...rows.map(({ address }) => address))
      const last = rows.at(-1)
      if (last === undefined || rows.length < page) break
      after = { beforeMs: last.updatedAtMs, afterAddress: last.address }
    }
  }
  return found
}

async function inspectActor(
  journal: Journal,
  address: Address,
  { told, endedAtMs }: Inspection,
): Promise<Omit<Inspected, 'actors'>> {
  const actor = await journal.load(address)
  const history = await historyOf(journal, address)
  const wrong = [...twice(address, history), ...leftOver(actor, endedAtMs - lateMs)]
  const messages = told.get(address)
  if (messages !== undefined) wrong.push(...difference(address, history, messages))
  try {
    await timeline(replayTools(actor, history), address, { afterRevision: 0, limit: Number.MAX_SAFE_INTEGER })
  } catch (error) {
    wrong.push(error instanceof Error ? error.message : String(error))
  }
  const fired = history.filter(({ envelope, outcome }) => envelope.timer !== undefined && outcome === 'applied')
  return { steps: history.length, timersFired: fired.length, wrong }
}

/** Timers that were due before a moment and have not fired, and work that is still asked for. */
function leftOver(actor: StoredActor | undefined, beforeMs: number): readonly string[] {
  if (actor === undefined) return []
  const timers = Object.values(actor.timers).filter(({ dueAtMs }) => dueAtMs < beforeMs)
  return [
    ...timers.map(({ id }) => `${actor.address}: timer ${id} never fired`),
    ...Object.values(actor.effects).map(({ name }) => `${actor.address}: ${name} is still asked for`),
  ]
}

function twice(address: Address, history: readonly HistoryEntry[]): readonly string[] {
  const wrong: string[] = []
  const events = new Set<string>()
  const timers = new Set<string>()
  let revision = 0
  for (const { envelope, outcome, ...entry } of history) {
    if (events.has(envelope.id)) wrong.push(`${address}: event ${envelope.id} was handled twice`)
    events.add(envelope.id)
    if (outcome !== 'applied') continue
    if (entry.revision !== ++revision) wrong.push(`${address}: revision ${entry.revision} where ${revision} was due`)
    const timer = envelope.timer && `${envelope.timer.id}/${envelope.timer.epoch}`
    if (timer === undefined) continue
    if (timers.has(timer)) wrong.push(`${address}: timer ${timer} fired twice`)
    timers.add(timer)
  }
  return wrong
}

/** What the journal holds as said against what the customer was told. */
function difference(
  address: Address,
  history: readonly HistoryEntry[],
  told: readonly PublicMessage[],
): readonly string[] {
  const facts = history.flatMap((entry) => entry.facts).filter((fact) => fact.type === 'message-added')
  const kept = facts.map(({ data }) => JSON.stringify([data['n'], data['text']]))
  const shown = told.map(({ n, text }) => JSON.stringify([n, text]))
  if (kept.length === shown.length && kept.every((line, index) => line === shown[index])) return []
  return [`${address}: the journal has ${kept.length} messages and the customer was told ${shown.length}`]
}

/** What has been read is not asked for once more. */
function replayTools(actor: StoredActor | undefined, history: readonly HistoryEntry[]): ReplayTools {
  const handled = catalogue.flatMap((hosted) => prepareMachine(hosted).asks).map((name) => [name, true] as const)
  const machines = createMachineRegistry(catalogue, Object.fromEntries(handled))
  const { snapshotMaxBytes, eventMaxBytes } = defaultLimits
  const journal = {
    load: async () => actor,
    history: async (_: Address, afterRevision: number) => history.filter(({ revision }) => revision > afterRevision),
  }
  return { journal, context: { machines, limits: { snapshotMaxBytes, eventMaxBytes } } }
}
