import type { JsonObject } from '../json.ts'

/**
 * Small durable records that are not derived from facts because they hold secrets or belong to one process's configuration:
 * accounts, refresh-token families, workspace tokens, canned replies. Its promises are the `R` rules of `runtime/SPEC.md`.
 */
export interface Records {
  get(collection: string, key: string): Promise<StoredRecord | undefined>
  /** `expected` is the revision read, 0 for «must not exist». Answers the new revision, or `undefined` when somebody else was first. */
  put(collection: string, key: string, value: JsonObject, expected: number): Promise<number | undefined>
  delete(collection: string, key: string): Promise<void>
  /** In key order, keys that begin with `prefix`. */
  list(collection: string, prefix: string, limit: number): Promise<readonly StoredRecord[]>
  close(): Promise<void>
}

export interface StoredRecord {
  readonly key: string
  readonly revision: number
  readonly value: JsonObject
}
