import { setTimeout as sleep } from 'node:timers/promises'
import { archiveCollections } from '#runtime/adapters/nats/archive.ts'
import type { Address } from '#runtime/address.ts'
import type { Documents } from '#runtime/ports/documents.ts'
import type { InboxEntry, Journal } from '#runtime/ports/journal.ts'
import { readCheckpoint } from '#runtime/projection-checkpoint.ts'
import { actorsOf, historyOf, leftOver } from '../journal-judge.ts'
import { workspace } from './cluster.ts'
import type { Evidence } from './evidence.ts'

const page = 1000
const lookEveryMs = 500
const atOnce = 8
/** A fact's position is that of its step, times this. */
const factsPerStep = 1000
/** A timer may be late by as much as a busy machine takes to notice. */
const lateMs = 5_000

/** Resolves once nothing is pending any more and read models are where the journal is. Answers what is still missing when that takes too long. */
export async function settled(evidence: Evidence, withinMs: number): Promise<readonly string[]> {
  const untilMs = performance.now() + withinMs
  for (;;) {
    const missing = await missingNow(evidence)
    if (missing.length === 0 || performance.now() > untilMs) return missing
    await sleep(lookEveryMs)
  }
}

async function missingNow(evidence: Evidence): Promise<readonly string[]> {
  const { journal, documents } = evidence
  const behind = await factsMissing(journal, (await readCheckpoint(documents)).position)
  if (behind.length > 0) return behind
  const apart = await archivesApart(evidence)
  if (apart.length > 0) return apart
  const addresses = await actorsOf(journal, workspace)
  const inbox = await inboxOf(journal, new Set(addresses))
  const missing: string[] = []
  for (let from = 0; from < addresses.length && missing.length === 0; from += atOnce) {
    const some = addresses.slice(from, from + atOnce)
    const found = await Promise.all(some.map((address) => pendingOf(journal, address, inbox.get(address) ?? [])))
    missing.push(...found.flat())
  }
  return missing
}

async function factsMissing(journal: Journal, position: number): Promise<readonly string[]> {
  const [next] = await journal.facts(position, 1)
  return next === undefined ? [] : [`read models are at ${position}, and there is a fact at ${next.position}`]
}

/** How far steps have been put aside, by the cluster and by the judge. */
async function archivesApart({ journal, archive, archivedAnew }: Evidence): Promise<readonly string[]> {
  const lastFact = Math.floor((await journal.factsEnd()) / factsPerStep)
  const [theirs, ours] = [await placeIn(archive), await placeIn(archivedAnew)]
  if (theirs === ours && ours >= lastFact) return []
  return [`steps are put aside up to ${theirs}, by the judge up to ${ours}, and the last with facts is ${lastFact}`]
}

async function placeIn(documents: Documents): Promise<number> {
  const [{ name } = { name: '' }] = archiveCollections
  const place = await documents.get(name, name)
  return Number(place?.value['sequence'] ?? 0)
}

/** What came for each of these actors, whoever handled it. */
async function inboxOf(
  journal: Journal,
  wanted: ReadonlySet<Address>,
): Promise<ReadonlyMap<Address, readonly InboxEntry[]>> {
  const entries: InboxEntry[] = []
  for (let partition = 0; partition < journal.partitions; partition++) {
    for (let after = 0; ;) {
      const some = await journal.read(partition, after, page)
      entries.push(...some)
      const last = some.at(-1)
      if (last === undefined || some.length < page) break
      after = last.position
    }
  }
  return Map.groupBy(
    entries.filter(({ envelope }) => wanted.has(envelope.to)),
    ({ envelope }) => envelope.to,
  )
}

async function pendingOf(journal: Journal, address: Address, inbox: readonly InboxEntry[]): Promise<readonly string[]> {
  const left = leftOver(await journal.load(address), Date.now() - lateMs)
  if (left.length > 0) return left
  const handled = new Set((await historyOf(journal, address)).map(({ position }) => position))
  return inbox
    .filter(({ position }) => !handled.has(position))
    .map(({ envelope }) => `${address}: ${envelope.event.type} (${envelope.id}) was never handled`)
}
