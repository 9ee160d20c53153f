import type { OpenConnections } from './open-connections.ts'
import { createPageDesk, type PageDesk } from './page-desk.ts'
import { openVault } from './vault.ts'

/** The Pages of a process, as `openConnections` opens its numbers: one for all that ask in it, every secret under the master key that seals now. */
export async function openPages({ log, secretKeys = [], ...parts }: OpenConnections): Promise<PageDesk> {
  const pages = createPageDesk({ ...parts, vault: await openVault(parts.records, secretKeys) })
  for (const problem of await pages.rewrap()) log.error('a secret does not open', { problem })
  return pages
}
