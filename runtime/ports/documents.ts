import type { Json, JsonObject } from '../json.ts'

/**
 * Read models: JSON by key with a revision, indexes, queries and pages. Never the truth: all of it can be rebuilt from facts.
 * Its promises are the `D` rules of `runtime/SPEC.md`.
 */
export interface Documents {
  /** Makes a collection and its indexes; the same definition again changes nothing. */
  define(collection: CollectionDefinition): Promise<void>
  get(collection: string, key: string): Promise<Document | undefined>
  getMany(collection: string, keys: readonly string[]): Promise<readonly Document[]>
  /**
   * All or nothing, in order. A `put` whose revision is not above the stored one changes nothing, so a repeat is harmless. A reader may see a part of
   * it for the milliseconds it takes. Where `expecting` does not hold somebody else has written: the whole call is refused as `write-outdated`.
   */
  write(writes: readonly DocumentWrite[], expecting?: Expectation): Promise<void>
  /** Deletes every document of a collection; readers see fewer and fewer meanwhile. Refused like a write where `expecting` does not hold. */
  clear(collection: string, expecting?: Expectation): Promise<void>
  query(query: DocumentQuery): Promise<DocumentPage>
  /** No further than `most`, where it is given: a number nobody reads to the end is not worth a walk through a million documents. */
  count(collection: string, where: readonly Condition[], most?: number): Promise<number>
  /** Counts by the values of up to three fields, for boards and facets. */
  countBy(collection: string, fields: readonly string[], where: readonly Condition[]): Promise<readonly GroupCount[]>
  close(): Promise<void>
}

export interface CollectionDefinition {
  readonly name: string
  /** Field paths (`lead.city`) that queries filter or sort by. An array of paths is one compound index. */
  readonly indexes: readonly (readonly string[])[]
  readonly unique?: readonly (readonly string[])[]
  /** Field paths whose words `match` finds. */
  readonly text?: readonly string[]
}

export interface Document {
  readonly key: string
  readonly revision: number
  readonly value: JsonObject
}

/** A document as whoever writes knows it. */
export interface Expectation {
  readonly collection: string
  readonly key: string
  /** Exactly this one; 0: there is no such document. */
  readonly revision: number
}

export type DocumentWrite =
  | {
      readonly op: 'put'
      readonly collection: string
      readonly key: string
      readonly revision: number
      readonly value: JsonObject
    }
  | {
      readonly op: 'delete'
      readonly collection: string
      readonly key: string
      /** Leaves a document of a higher revision alone; absent: any goes. */
      readonly revision?: number
    }

/** `match`: every word of `value` begins a word of the document's text fields. */
export type Condition =
  | {
      readonly field: string
      readonly op: '=' | '!=' | '<' | '<=' | '>' | '>='
      readonly value: string | number | boolean | null
    }
  | { readonly field: string; readonly op: 'in'; readonly value: readonly (string | number | boolean | null)[] }
  | { readonly op: 'match'; readonly value: string }

export interface DocumentQuery {
  readonly collection: string
  readonly where: readonly Condition[]
  /** Ties are broken by key, so that pages neither overlap nor skip. */
  readonly order?: readonly { readonly field: string; readonly direction: 'ascending' | 'descending' }[]
  readonly limit: number
  /** `next` of the page before. */
  readonly after?: string
}

export interface DocumentPage {
  readonly documents: readonly Document[]
  readonly next?: string
}

export interface GroupCount {
  readonly values: readonly Json[]
  readonly count: number
}
