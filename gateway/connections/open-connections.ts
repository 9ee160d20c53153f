import type { Log } from '#runtime/ports/log.ts'
import { createConnections, type ConnectionParts, type ConnectionDesk } from './connections.ts'
import { openVault } from './vault.ts'

/** What the connections of a process are opened with. */
export interface OpenConnections extends Omit<ConnectionParts, 'vault'> {
  readonly log: Log
  /** Master keys of 32 bytes: the first seals, all open. Without any the house has one of its own. */
  readonly secretKeys?: readonly Uint8Array[]
}

/**
 * The connections of a process: one for all that ask in it, so that a change is seen at once. Secrets under an older master key are brought
 * under the first, so that the older can go once every process has started with the new one.
 */
export async function openConnections({ log, secretKeys = [], ...parts }: OpenConnections): Promise<ConnectionDesk> {
  const connections = createConnections({ ...parts, vault: await openVault(parts.records, secretKeys) })
  for (const problem of await connections.rewrap()) log.error('a secret does not open', { problem })
  return connections
}
