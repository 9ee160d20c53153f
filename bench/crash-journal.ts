import { catalogue } from '#machines/catalogue.ts'
import type { PublicMessage } from '#gateway/protocol.ts'
import type { Address } from '#runtime/address.ts'
import { openSqliteJournal } from '#runtime/adapters/sqlite/journal.ts'
import { createSystemLog } from '#runtime/adapters/system/log.ts'
import { defaultLimits } from '#runtime/limits.ts'
import { createMachineRegistry } from '#runtime/machine-registry.ts'
import type { HistoryEntry, Journal } from '#runtime/ports/journal.ts'
import { timeline, type ReplayTools } from '#runtime/replay.ts'
import { prepareMachine } from '#runtime/step.ts'
import { dataFiles } from '#deploy/config.ts'

/** What the journal of a stopped server tells. */
export interface Inspected {
  readonly steps: number
  readonly timersFired: number
  readonly wrong: readonly string[]
}

const partitions = 32
const page = 500
/** A timer may be late by as much as a host takes to notice. */
const lateMs = 2_000

/**
 * Reads the journal of a stopped server from inside. Every actor: revisions without a gap, no event and no timer handled twice, none overdue, no
 * work left over, its replay equal to its state. Every conversation in `told`: its messages are those the customer was told. No dead letters.
 */
export async function inspectJournal(
  dataFolder: string,
  told: ReadonlyMap<string, readonly PublicMessage[]>,
): Promise<Inspected> {
  const log = createSystemLog({ level: 'silent' })
  const journal = openSqliteJournal({ file: dataFiles(dataFolder).journal, partitions, log })
  const endedAtMs = Date.now()
  const found = { steps: 0, timersFired: 0, wrong: [] as string[] }
  try {
    for (const letter of await journal.deadLetters({ workspace: 'demo', limit: page }))
      found.wrong.push(`${letter.address}: dead letter ${letter.envelope.event.type}: ${letter.reason}`)
    for await (const address of actorsOf(journal)) {
      const seen = await inspectActor(journal, address, { told: told.get(address), endedAtMs })
      found.steps += seen.steps
      found.timersFired += seen.timersFired
      found.wrong.push(...seen.wrong)
    }
  } finally {
    await journal.close()
  }
  return found
}

/** Every actor that a conversation touches; listings are put in once and have no story. */
async function* actorsOf(journal: Journal): AsyncGenerator<Address> {
  for (const kind of ['conversation', 'lead', 'identity', 'queue', 'meeting', 'calendar']) {
    let after: { readonly beforeMs: number; readonly afterAddress: Address } | undefined
    for (;;) {
      const rows = await journal.list({ workspace: 'demo', kind, limit: page, ...after })
      for (const row of rows) yield row.address
      const last = rows.at(-1)
      if (last === undefined || rows.length < page) break
      after = { beforeMs: last.updatedAtMs, afterAddress: last.address }
    }
  }
}

async function inspectActor(
  journal: Journal,
  address: Address,
  from: { readonly told: readonly PublicMessage[] | undefined; readonly endedAtMs: number },
): Promise<Inspected> {
  const actor = await journal.load(address)
  const history = await wholeHistory(journal, address)
  const wrong = [...twice(address, history)]
  for (const timer of Object.values(actor?.timers ?? {}))
    if (timer.dueAtMs < from.endedAtMs - lateMs) wrong.push(`${address}: timer ${timer.id} never fired`)
  for (const effect of Object.values(actor?.effects ?? {})) wrong.push(`${address}: ${effect.name} is still asked for`)
  if (from.told !== undefined) wrong.push(...difference(address, history, from.told))
  try {
    await timeline(replayTools(journal), address, { afterRevision: 0, limit: Number.MAX_SAFE_INTEGER })
  } catch (error) {
    wrong.push(error instanceof Error ? error.message : String(error))
  }
  const fired = history.filter(({ envelope, outcome }) => envelope.timer !== undefined && outcome === 'applied')
  return { steps: history.length, timersFired: fired.length, wrong }
}

async function wholeHistory(journal: Journal, address: Address): Promise<readonly HistoryEntry[]> {
  const all: HistoryEntry[] = []
  for (let after = -1; ;) {
    const rows = await journal.history(address, after, page)
    all.push(...rows)
    const last = rows.at(-1)
    if (last === undefined || rows.length < page) return all
    after = last.revision
  }
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

function replayTools(journal: Journal): ReplayTools {
  const handled = catalogue.flatMap((hosted) => prepareMachine(hosted).asks).map((name) => [name, true] as const)
  const machines = createMachineRegistry(catalogue, Object.fromEntries(handled))
  const { snapshotMaxBytes, eventMaxBytes } = defaultLimits
  return { journal, context: { machines, limits: { snapshotMaxBytes, eventMaxBytes } } }
}
