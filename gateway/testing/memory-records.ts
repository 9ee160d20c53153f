import type { JsonObject } from '#runtime/json.ts'
import type { Records, StoredRecord } from '#runtime/ports/records.ts'

/** Records in memory. */
export function createMemoryRecords(): Records {
  const collections = new Map<string, Map<string, { readonly revision: number; readonly value: JsonObject }>>()
  const of = (name: string) => {
    const collection = collections.get(name) ?? new Map()
    collections.set(name, collection)
    return collection
  }
  return {
    async get(collection, key) {
      const found = of(collection).get(key)
      return found === undefined ? undefined : { key, ...found }
    },
    // oxlint-disable-next-line max-params -- the port's own signature
    async put(collection, key, value, expected) {
      const revision = of(collection).get(key)?.revision ?? 0
      if (revision !== expected) return undefined
      of(collection).set(key, { revision: revision + 1, value: structuredClone(value) })
      return revision + 1
    },
    async delete(collection, key) {
      of(collection).delete(key)
    },
    async list(collection, prefix, limit) {
      const found: StoredRecord[] = [...of(collection)].map(([key, each]) => ({ key, ...each }))
      return found
        .filter((each) => each.key.startsWith(prefix))
        .sort((a, b) => (a.key < b.key ? -1 : 1))
        .slice(0, limit)
    },
    async close() {},
  }
}
