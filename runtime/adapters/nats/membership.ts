import type { NatsConnection } from '@nats-io/nats-core'
import type { Clock } from '../../ports/clock.ts'
import type { Ids } from '../../ports/ids.ts'
import type { Log } from '../../ports/log.ts'
import { createLeaseMembership, leaseTimes, type LeaseMembership } from '../leases/membership.ts'
import { insisting, openBucket } from './bucket.ts'
import { createNatsLeaseTable } from './lease-table.ts'

export interface NatsMembershipOptions {
  readonly connection: NatsConnection
  /** The key-value bucket of leases, made when it is not there. */
  readonly bucket: string
  /** Nodes of one group share its partitions; groups know nothing of each other. */
  readonly group: string
  /** This node's name: its own in its group, and the same after a restart if its partitions should come back to it. */
  readonly node: string
  readonly partitions: number
  readonly replicas: number
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  /** After so long a silence others take a node's partitions. 3,000 when absent. */
  readonly leaseMs?: number
  /** How long after its last renewal a node that finds no server keeps what it owns. 12,000 when absent. */
  readonly holdMs?: number
}

/**
 * Membership on NATS: a key-value bucket of leases, rendezvous hashing over who holds one. Resolves when this node has joined and knows what it
 * owns. Rejects with `StorageError`. The connection stays the caller's: `leave` before closing it, or the others wait for the lease to end.
 */
export async function createNatsMembership(options: NatsMembershipOptions): Promise<LeaseMembership> {
  const { connection, group, leaseMs, holdMs } = options
  const times = leaseTimes({
    ...(leaseMs === undefined ? {} : { leaseMs }),
    ...(holdMs === undefined ? {} : { holdMs }),
  })
  const timeoutMs = Math.ceil(times.leaseMs / 2)
  const bucket = await openBucket({ ...options, timeoutMs })
  // Longer than a node may hold on: whoever comes back within that time has to find its lease.
  const timeToLiveMs = times.holdMs + times.leaseMs
  const table = createNatsLeaseTable({ connection, bucket, group, timeToLiveMs, timeoutMs })
  const join = (): Promise<LeaseMembership> => createLeaseMembership({ ...options, table, times })
  // A lease that was written although nobody heard so is found and taken over.
  const membership = await insisting(connection, join, times.holdMs).catch((error: unknown) => {
    table.close()
    throw error
  })
  return {
    node: membership.node,
    holds: () => membership.holds(),
    owned: () => membership.owned(),
    members: () => membership.members(),
    watch: (listener) => membership.watch(listener),
    async leave() {
      await membership.leave()
      table.close()
    },
  }
}
