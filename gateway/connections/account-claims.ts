/**
 * Owns which workspace a WhatsApp number belongs to (records `whatsapp-accounts` by account), and in the same way a Page (`page-claims`), an SMS number and
 * a mailbox.
 * 1. A number belongs to one workspace at a time. 2. It is claimed before anything else is written about it. 3. A claim behind which there is no
 * connection, because whoever made it died, is void after `claimGraceMs`: the number can be connected by anybody.
 */
import { z } from 'zod'
import type { Clock } from '#runtime/ports/clock.ts'
import type { Records, StoredRecord } from '#runtime/ports/records.ts'
import { GatewayError } from '../errors.ts'

/** How long a claim holds before its connection is written. */
export const claimGraceMs = 60_000

const claimSchema = z.object({ workspace: z.exactOptional(z.string()), claimedAtMs: z.number() })

/** What can be claimed: where that is kept, and what it is called. */
export interface ClaimedKind {
  readonly collection: string
  readonly noun: string
}

const kinds = {
  number: { collection: 'whatsapp-accounts', noun: 'Number' },
  page: { collection: 'page-claims', noun: 'Page' },
} as const

/** Writing what is claimed, and taking that back. */
interface Claimed {
  readonly write: () => Promise<void>
  readonly undo: () => Promise<unknown>
}

/** Who has which number. */
export interface AccountClaims {
  /** Claims a number and writes its connection, which is undone where somebody else was faster. Throws `conflict` when the number is another's. */
  claim(workspace: string, account: string, connection: Claimed): Promise<void>
  holds(workspace: string, account: string): Promise<boolean>
  /** The refusal of what is another workspace's. */
  taken(account: string): GatewayError
  /** Gives it back; nothing when it is not this workspace's. */
  free(workspace: string, account: string): Promise<void>
}

/** Makes the claims over records. `isConnected` tells whether a workspace has a connection of that number. */
export function accountClaims(parts: {
  readonly records: Records
  readonly clock: Clock
  readonly isConnected: (workspace: string, account: string) => Promise<boolean>
  /** Numbers unless told otherwise. */
  readonly of?: keyof typeof kinds | ClaimedKind
}): AccountClaims {
  const { records, clock, isConnected, of = 'number' } = parts
  const { collection, noun } = typeof of === 'string' ? kinds[of] : of
  const isFree = async (stored: StoredRecord | undefined, account: string): Promise<boolean> => {
    if (stored === undefined) return true
    const { workspace, claimedAtMs } = claimSchema.parse(stored.value)
    if (workspace === undefined) return true
    // 3. It may still be about to write it.
    return clock.nowMs() >= claimedAtMs + claimGraceMs && !(await isConnected(workspace, account))
  }
  const holds = async (workspace: string, account: string): Promise<boolean> =>
    ownerIn(await records.get(collection, account)) === workspace
  return {
    holds,
    taken: (account) => taken(noun, account),
    async claim(workspace, account, { write, undo }) {
      const stored = await records.get(collection, account)
      if (ownerIn(stored) !== workspace && !(await isFree(stored, account))) throw taken(noun, account)
      // Also when it is ours: from now on nobody takes it for void.
      const claim = { workspace, claimedAtMs: clock.nowMs() }
      const written = await records.put(collection, account, claim, stored?.revision ?? 0)
      if (written === undefined) throw new GatewayError('conflict', `${noun} ${account} is just being connected.`)
      // 2. Dying after it leaves a number that nobody has, and that anybody may have soon.
      await write()
      if (await holds(workspace, account)) return
      // Our claim was void by then, and somebody else was faster.
      await undo()
      throw taken(noun, account)
    },
    async free(workspace, account) {
      const stored = await records.get(collection, account)
      if (stored === undefined || ownerIn(stored) !== workspace) return
      await records.put(collection, account, { claimedAtMs: clock.nowMs() }, stored.revision)
    },
  }
}

/** The refusal of a number, or of a Page, that is another workspace's. It does not say whose. */
function taken(noun: string, account: string): GatewayError {
  return new GatewayError(
    'conflict',
    `${noun} ${account} is connected to another workspace: remove it there first, or look whether the id is right.`,
  )
}

function ownerIn(stored: StoredRecord | undefined): string | undefined {
  return stored === undefined ? undefined : claimSchema.parse(stored.value).workspace
}
