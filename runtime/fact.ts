import type { Address } from './address.ts'
import type { EventId } from './event.ts'
import type { JsonObject } from './json.ts'

/** What a step says has happened, in the past tense. */
export interface NewFact {
  readonly type: string
  readonly data: JsonObject
}

/** A committed fact. `position` orders all facts of the journal; (`address`, `revision`, `index`) names one for ever. */
export interface Fact extends NewFact {
  readonly position: number
  readonly address: Address
  /** The actor's step that said it, from 1. */
  readonly revision: number
  /** Its place among the facts of that step, from 0. */
  readonly index: number
  readonly atMs: number
  readonly causedBy: EventId
}
