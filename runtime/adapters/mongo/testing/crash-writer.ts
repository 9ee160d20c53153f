import type { DocumentWrite } from '../../../ports/documents.ts'
import { openMongoDocuments } from '../documents.ts'

/** Documents of a batch, each of which says in which round it was written. */
export const crashBatch = 40
export const crashCollections = [
  { name: 'rounds', indexes: [['round']], unique: [['seat']], text: ['words'] },
  { name: 'marks', indexes: [] },
] as const

/**
 * What a round writes: all documents anew, with their seats moved on by one, a third of them deleted and back in the next; and the mark last, as
 * the projector does with its checkpoint.
 */
export function crashRound(round: number): readonly DocumentWrite[] {
  const [{ name }, marks] = crashCollections
  const documents = Array.from({ length: crashBatch }, (_, index): readonly DocumentWrite[] => {
    const key = `k${index}`
    if ((index + round) % 3 === 0) return [{ op: 'delete', collection: name, key }]
    // A seat of its own is left before the next is taken by another.
    const value = { round, seat: `${round}-${index}`, words: `round ${round}` }
    return [{ op: 'put', collection: name, key, revision: round, value }]
  })
  return [...documents.flat(), { op: 'put', collection: marks.name, key: 'mark', revision: round, value: { round } }]
}

/** Writes round after round until it is killed; prints each once it is acknowledged. */
async function main(url: string, database: string, first: number): Promise<void> {
  const quiet = (): void => undefined
  const documents = await openMongoDocuments({
    url,
    database,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  })
  for (const collection of crashCollections) await documents.define(collection)
  for (let round = first; ; round++) {
    process.stdout.write(`begin ${round}\n`)
    await documents.write(crashRound(round))
    process.stdout.write(`done ${round}\n`)
  }
}

const [, program, url, database, first] = process.argv
if (program === import.meta.filename) await main(url ?? '', database ?? '', Number(first))
