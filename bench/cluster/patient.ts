import { setTimeout as sleep } from 'node:timers/promises'
import type { Documents } from '#runtime/ports/documents.ts'
import type { Journal } from '#runtime/ports/journal.ts'
import { StorageError } from '#runtime/ports/storage-error.ts'
import { aroundJournal } from '#runtime/testing/around-journal.ts'

const againMs = 500
const patienceMs = 120_000

/** A judge's reads go on until they are answered: a busy server is no broken promise. */
export async function patiently<Value>(call: () => Promise<Value>): Promise<Value> {
  const untilMs = performance.now() + patienceMs
  for (;;) {
    try {
      return await call()
    } catch (error) {
      const passing = error instanceof StorageError && error.retry !== 'never'
      if (!passing || performance.now() > untilMs) throw error
      await sleep(againMs)
    }
  }
}

export function patientJournal(journal: Journal): Journal {
  return aroundJournal(journal, (call, kind) => (kind === 'read' ? patiently(call) : call()))
}

export function patientDocuments(documents: Documents): Documents {
  return {
    define: (collection) => patiently(() => documents.define(collection)),
    get: (collection, key) => patiently(() => documents.get(collection, key)),
    getMany: (collection, keys) => patiently(() => documents.getMany(collection, keys)),
    query: (query) => patiently(() => documents.query(query)),
    count: (collection, where, most) => patiently(() => documents.count(collection, where, most)),
    countBy: (collection, fields, where) => patiently(() => documents.countBy(collection, fields, where)),
    write: (...what) => documents.write(...what),
    clear: (...what) => documents.clear(...what),
    close: () => documents.close(),
  }
}
