import type { Clock } from '../../ports/clock.ts'
import type { Ids } from '../../ports/ids.ts'
import type { Faults } from './faults.ts'
import { partitionsOf } from '../../adapters/leases/rendezvous.ts'
import type { Members } from './members.ts'

export interface GossipOptions {
  readonly clock: Clock
  readonly ids: Ids
  readonly partitions: number
  readonly faults: () => Faults
}

const renewMs = 500
const leaseMs = 2_000
const hearsWithinMs = 150
const hearsLateMs = 5_000

interface View {
  readonly name: string
  readonly clock: Clock
  readonly listeners: Set<() => void>
  owned: readonly number[]
  heardAtMs: number
}

/**
 * Membership at its worst: leases that must be renewed, and news of them that travels, nothing that settles who is right. Owns the leases and each node's view.
 * 1. A lease ends when it is not renewed or its node leaves; it begins again with the next renewal.
 * 2. A node hears of changes in their order, each after a while of its own: two may believe that they own a partition, or none does.
 * 3. A view changes at once, with its listeners told; a node that hears that it is no member owns nothing.
 */
export function createGossip(options: GossipOptions): Members {
  const { clock, ids, partitions } = options
  const leases = new Map<string, number>()
  const views = new Set<View>()

  const hear = (view: View, members: readonly string[]): void => {
    const owned = partitionsOf(view.name, members, partitions)
    if (owned.join() === view.owned.join()) return
    view.owned = owned
    for (const listener of view.listeners) listener()
  }
  const tell = (): void => {
    const members = [...leases.keys()]
    for (const view of views) {
      const late = ids.random() < options.faults().hearsLate
      const afterMs = Math.floor(ids.random() * (late ? hearsLateMs : hearsWithinMs))
      view.heardAtMs = Math.max(view.heardAtMs, clock.nowMs() + afterMs)
      view.clock.schedule(view.heardAtMs, () => hear(view, members))
    }
  }
  const renew = (name: string): void => {
    const isNew = !leases.has(name)
    const untilMs = clock.nowMs() + leaseMs
    leases.set(name, untilMs)
    clock.schedule(untilMs, () => {
      if (leases.get(name) === untilMs) end(name)
    })
    if (isNew) tell()
  }
  const end = (name: string): void => {
    if (leases.delete(name)) tell()
  }

  return {
    async join(name, process) {
      renew(name)
      const listeners = new Set<() => void>()
      const owned = partitionsOf(name, [...leases.keys()], partitions)
      const view: View = { name, clock: process.clock, listeners, owned, heardAtMs: 0 }
      views.add(view)
      let left = false
      const keep = (): void => {
        if (left) return
        if (!process.cut() && ids.random() >= options.faults().flap) renew(name)
        process.clock.schedule(clock.nowMs() + renewMs, keep)
      }
      process.clock.schedule(clock.nowMs() + renewMs, keep)
      return {
        node: name,
        owned: () => view.owned,
        watch(listener) {
          listeners.add(listener)
          return () => listeners.delete(listener)
        },
        async leave() {
          left = true
          views.delete(view)
          if (!process.cut()) end(name)
        },
      }
    },
  }
}
