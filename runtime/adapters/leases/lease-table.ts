/** A node's lease as the table has it. */
export interface Lease {
  readonly node: string
  /** Which process of that name holds it: two may be given one name. */
  readonly holder: string
  /** Rises with every write to the table, whoever makes it. */
  readonly revision: number
}

/** What a table tells when it hears of it: perhaps late, twice, for nothing, or never. */
export interface LeaseListener {
  /** Somebody tried to write or remove the lease of a node. */
  heard(node: string, what: 'written' | 'removed'): void
  /** The table can be reached again. */
  back(): void
}

/**
 * The leases of one group, on a server that all its nodes share. Every write names the revision it replaces, so of several one wins.
 * Calls reject when the server can't be reached or did not answer in time; then nobody knows whether a write was made.
 */
export interface LeaseTable {
  /** All leases, perhaps a little old, but always as they were at one moment. */
  read(): Promise<readonly Lease[]>
  /** One lease as it is now. */
  get(node: string): Promise<Lease | undefined>
  /** Writes a lease over revision `expected`, 0 for none. Answers its revision, or `undefined` when another one is there. */
  write(node: string, holder: string, expected: number): Promise<number | undefined>
  /** Removes a lease of exactly this revision; false when another one or none is there. */
  remove(node: string, expected: number): Promise<boolean>
  watch(listener: LeaseListener): () => void
}
