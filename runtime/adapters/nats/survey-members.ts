import type { JetStreamManager } from '@nats-io/jetstream'
import { z } from 'zod'
import { decodePart } from './kv-key.ts'
import { StreamReads, type Found } from './stream-reads.ts'

/** A node that has a lease. */
export interface MemberSeen {
  readonly group: string
  readonly node: string
  /** Since its last renewal, milliseconds. */
  readonly silentMs: number
}

const lease = z.object({ holder: z.string() })

/** Everybody who has a lease in the bucket, of any group. */
export async function surveyMembers(
  manager: JetStreamManager,
  { bucket, nowMs }: { readonly bucket: string; readonly nowMs: number },
): Promise<readonly MemberSeen[]> {
  const prefix = `$KV.${bucket}.`
  const reads = new StreamReads(manager, `KV_${bucket}`)
  const leases = await reads.lasts([`${prefix}>`])
  return [...leases.values()].filter(isLease).map((found) => {
    const [group = '', node = ''] = found.subject.slice(prefix.length).split('.').map(decodePart)
    return { group, node, silentMs: Math.max(0, nowMs - found.atMs) }
  })
}

/** Removed ones are marked by an empty message for a while. */
function isLease(found: Found): boolean {
  try {
    return lease.safeParse(JSON.parse(found.text())).success
  } catch {
    return false
  }
}
