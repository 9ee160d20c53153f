import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { archiveCollections } from '#runtime/adapters/nats/archive.ts'
import { sequenceOf } from '#runtime/adapters/nats/journal-layout.ts'
import type { Documents } from '#runtime/ports/documents.ts'
import { readCheckpoint } from '#runtime/projection-checkpoint.ts'
import { inboxOf } from '../whole-journal.ts'
import { allOf, type Evidence } from './evidence.ts'

const page = 1000
const lookEveryMs = 1000
const [placeKept = '', stepsKept = ''] = archiveCollections.map(({ name }) => name)
const keptStep = z.object({ step: z.string() })
const step = z.object({ entry: z.object({ position: z.number() }) })

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
  for (const look of [factsMissing, archivesApart, neverHandled, stillAskedFor]) {
    const missing = await look(evidence)
    if (missing.length > 0) return missing
  }
  return []
}

async function factsMissing({ journal, documents }: Evidence): Promise<readonly string[]> {
  const { position } = await readCheckpoint(documents)
  const [next] = await journal.facts(position, 1)
  return next === undefined ? [] : [`read models are at ${position}, and there is a fact at ${next.position}`]
}

/** How far steps have been put aside, by the cluster and by the judge. */
async function archivesApart({ journal, archive, archivedAnew }: Evidence): Promise<readonly string[]> {
  const lastFact = sequenceOf(await journal.factsEnd())
  const [theirs, ours] = [await placeIn(archive), await placeIn(archivedAnew)]
  if (theirs === ours && ours >= lastFact) return []
  return [`steps are put aside up to ${theirs}, by the judge up to ${ours}, and the last with facts is ${lastFact}`]
}

async function placeIn(documents: Documents): Promise<number> {
  const place = await documents.get(placeKept, placeKept)
  return Number(place?.value['sequence'] ?? 0)
}

/** Everything that came has become a step, whoever made it. */
async function neverHandled({ journal, archivedAnew }: Evidence): Promise<readonly string[]> {
  const inbox = await inboxOf(journal)
  const steps = [...(await allOf(archivedAnew, stepsKept)).values()].map(({ value }) => keptStep.parse(value).step)
  const handled = new Set(steps.map((text) => step.parse(JSON.parse(text)).entry.position))
  return inbox
    .filter(({ position }) => !handled.has(position))
    .map(({ envelope }) => `${envelope.to}: ${envelope.event.type} (${envelope.id}) was never handled`)
}

async function stillAskedFor({ journal }: Evidence): Promise<readonly string[]> {
  const partitions = Array.from({ length: journal.partitions }, (_, partition) => partition)
  const busy = await Promise.all(partitions.map((partition) => journal.withEffects(partition, undefined, page)))
  return busy
    .flat()
    .flatMap(({ address, effects }) => Object.values(effects).map(({ name }) => `${address}: ${name} is asked for`))
}
