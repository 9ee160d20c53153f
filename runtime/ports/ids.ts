/** Identity and randomness as the runtime sees them. */
export interface Ids {
  /** A new id that sorts by time of making, for example `ev_01J…`; only characters that an address part allows. */
  next(prefix: string): string
  /** A number in [0, 1). */
  random(): number
}
