import type { JsonObject } from '../json.ts'

/** Nearest text and vectors with filters, by namespace (one a workspace and collection). */
export interface Vectors {
  upsert(namespace: string, items: readonly VectorItem[]): Promise<void>
  delete(namespace: string, ids: readonly string[]): Promise<void>
  nearest(query: VectorQuery): Promise<readonly VectorHit[]>
  count(namespace: string): Promise<number>
  close(): Promise<void>
}

export interface VectorItem {
  readonly id: string
  readonly vector: readonly number[]
  /** Words to match beside the vector, where the store can. */
  readonly text: string
  readonly metadata: JsonObject
}

export interface VectorQuery {
  readonly namespace: string
  readonly vector?: readonly number[]
  readonly text?: string
  /** Only ids in this list, when given. */
  readonly within?: readonly string[]
  readonly limit: number
}

/** `score` rises with nearness, 0 to 1. */
export interface VectorHit {
  readonly id: string
  readonly score: number
  readonly metadata: JsonObject
}
