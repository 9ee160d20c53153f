import { isDeepStrictEqual } from 'node:util'
import { projections } from '#deploy/projections.ts'
import { archiveCollections } from '#runtime/adapters/nats/archive.ts'
import { openSqliteDocuments } from '#runtime/adapters/sqlite/documents.ts'
import { systemClock } from '#runtime/adapters/system/clock.ts'
import type { Document, Documents } from '#runtime/ports/documents.ts'
import type { Journal } from '#runtime/ports/journal.ts'
import type { Log } from '#runtime/ports/log.ts'
import { createProjector } from '#runtime/projection.ts'
import { failuresCollection } from '#runtime/projection-batch.ts'
import { allOf, readModelCollections, type Evidence } from './evidence.ts'

/** How read models compare with those built anew from the journal. */
export interface Compared {
  readonly documents: number
  readonly wrong: readonly string[]
}

const shownMax = 3
const rebuildWithinMs = 300_000

/**
 * Builds every read model anew from the journal, in memory, and compares it with what the cluster has, document by document with their revisions; the
 * same with the steps the cluster has put aside. Nothing is masked: a document and its revision follow from the facts alone. Only the
 * checkpoint is left out, which counts how often read models were built.
 */
export async function compareReadModels(evidence: Evidence, log: Log): Promise<Compared> {
  const { journal, documents, archive, archivedAnew } = evidence
  const anew = openSqliteDocuments({ file: ':memory:', log })
  try {
    await rebuild(journal, anew, log)
    const compared: Compared[] = []
    for (const { name } of readModelCollections)
      compared.push(compare(name, await allOf(documents, name), await allOf(anew, name)))
    for (const { name } of archiveCollections)
      compared.push(compare(name, await allOf(archive, name), await allOf(archivedAnew, name)))
    const failures = [...(await allOf(documents, failuresCollection)).keys()]
    return {
      documents: compared.reduce((sum, each) => sum + each.documents, 0),
      wrong: [...failures.map((key) => `a projection failed: ${key}`), ...compared.flatMap(({ wrong }) => wrong)],
    }
  } finally {
    await anew.close()
  }
}

async function rebuild(journal: Journal, documents: Documents, log: Log): Promise<void> {
  const projector = createProjector({ journal, documents, projections, log, clock: systemClock() })
  try {
    await projector.start()
    const end = await journal.factsEnd()
    await projector.caughtUp(end, AbortSignal.timeout(rebuildWithinMs))
  } finally {
    await projector.stop()
  }
}

function compare(name: string, have: ReadonlyMap<string, Document>, should: ReadonlyMap<string, Document>): Compared {
  const keys = [...new Set([...have.keys(), ...should.keys()])]
  const different = keys.filter((key) => !isDeepStrictEqual(have.get(key), should.get(key)))
  const shown = different.slice(0, shownMax).map((key) => `${name}: ${difference(key, have.get(key), should.get(key))}`)
  const more = different.length - shown.length
  return { documents: should.size, wrong: more > 0 ? [...shown, `${name}: ${more} more differ`] : shown }
}

function difference(key: string, have: Document | undefined, should: Document | undefined): string {
  return `${key} is ${JSON.stringify(have) ?? 'not there'}\n  and anew from the journal ${JSON.stringify(should) ?? 'not there'}`
}
