import type { Membership } from '../../ports/membership.ts'

/** One node that owns every partition until it leaves. */
export function createSingleMembership(options: { readonly node: string; readonly partitions: number }): Membership {
  const listeners = new Set<() => void>()
  let owned: readonly number[] = Array.from({ length: options.partitions }, (_, partition) => partition)
  return {
    node: options.node,
    owned: () => owned,
    watch(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async leave() {
      if (owned.length === 0) return
      owned = []
      for (const listener of listeners) listener()
    },
  }
}
