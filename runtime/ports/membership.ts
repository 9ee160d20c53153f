/** Who is alive and who owns which partition. */
export interface Membership {
  readonly node: string
  /** The partitions this node should own now. */
  owned(): readonly number[]
  /** Calls back when `owned` changes. */
  watch(listener: () => void): () => void
  leave(): Promise<void>
}
