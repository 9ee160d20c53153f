/** Who is alive and who owns which partition. Its promises are the `N` rules of `runtime/SPEC.md`. */
export interface Membership {
  readonly node: string
  /** The partitions this node should own now. */
  owned(): readonly number[]
  /** Calls back when `owned` changes. */
  watch(listener: () => void): () => void
  /** Gives everything back at once, for good. Resolves when the others have been told, or can't be. Never rejects. */
  leave(): Promise<void>
}
