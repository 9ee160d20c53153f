import type { Lease, LeaseListener, LeaseTable } from '../leases/lease-table.ts'

/** The table all nodes of a simulated group share. */
export interface LeaseStore {
  readonly leases: Map<string, Lease>
  readonly listeners: Set<LeaseListener>
  revision: number
}

/** An empty store. */
export function createLeaseStore(): LeaseStore {
  return { leases: new Map(), listeners: new Set(), revision: 0 }
}

/** One node's way to a lease store in memory. Leases there do not run out by themselves: the other nodes remove them. */
export function createMemoryLeaseTable(store: LeaseStore): LeaseTable {
  const tell = (node: string, what: 'written' | 'removed'): void => {
    for (const listener of store.listeners)
      queueMicrotask(() => store.listeners.has(listener) && listener.heard(node, what))
  }
  const has = (node: string, expected: number): boolean => (store.leases.get(node)?.revision ?? 0) === expected
  return {
    read: async () => [...store.leases.values()],
    get: async (node) => store.leases.get(node),
    async write(node, holder, expected) {
      if (!has(node, expected)) return undefined
      const revision = ++store.revision
      store.leases.set(node, { node, holder, revision })
      tell(node, 'written')
      return revision
    },
    async remove(node, expected) {
      if (expected === 0 || !has(node, expected)) return false
      store.leases.delete(node)
      tell(node, 'removed')
      return true
    },
    watch(listener) {
      store.listeners.add(listener)
      return () => void store.listeners.delete(listener)
    },
  }
}
