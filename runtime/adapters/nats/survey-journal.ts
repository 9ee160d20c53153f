import type { JetStreamManager, StoredMsg } from '@nats-io/jetstream'
import { asStorageError } from './batch.ts'
import { JournalLayout, sequenceOf } from './journal-layout.ts'
import { factsIn, readCursor, readStep } from './journal-messages.ts'
import { StreamReads } from './stream-reads.ts'

/** How far a partition is handled. */
export interface PartitionSeen {
  readonly partition: number
  /** Who claimed it last; absent when nobody ever has. */
  readonly claimedBy?: string
  /** Events that wait. */
  readonly waiting: number
  /** How long the oldest of them has waited, milliseconds; 0 for none. */
  readonly oldestMs: number
}

/** A fact by where and when it was. */
export interface FactSeen {
  readonly position: number
  readonly atMs: number
}

/** Partitions asked for at the same time. */
const atOnceMax = 8
/** Facts of one step and the next. */
const stepsMax = 2

/** Where each partition's cursor is, and what comes after it. */
export async function surveyPartitions(
  manager: JetStreamManager,
  { stream, count, nowMs }: { readonly stream: string; readonly count: number; readonly nowMs: number },
): Promise<readonly PartitionSeen[]> {
  const layout = new JournalLayout(stream, count)
  const reads = new StreamReads(manager, stream)
  const all = Array.from({ length: count }, (_, partition) => partition)
  const cursors = await reads.lasts(all.map((partition) => layout.cursor(partition)))
  const look = async (partition: number): Promise<PartitionSeen> => {
    const found = cursors.get(layout.cursor(partition))
    const { node, position } = found === undefined ? { node: undefined, position: 0 } : readCursor(found)
    const first = await firstAfter(manager, { stream, position, filter: layout.inboxOf(partition) })
    return {
      partition,
      ...(node === undefined ? {} : { claimedBy: node }),
      waiting: first === undefined ? 0 : first.pending + 1,
      oldestMs: first === undefined ? 0 : Math.max(0, nowMs - first.atMs),
    }
  }
  const found: PartitionSeen[] = []
  for (let from = 0; from < count; from += atOnceMax)
    found.push(...(await Promise.all(all.slice(from, from + atOnceMax).map(look))))
  return found
}

/** Where the facts of the stream end; 0 where it has none. */
export async function surveyFactsEnd(reads: StreamReads, stream: string): Promise<number> {
  const last = await reads.lastOnLeader(new JournalLayout(stream, 1).steps('said'))
  return last === undefined ? 0 : (factsIn(readStep(last)).at(-1)?.position ?? 0)
}

/** The first fact after a position. */
export async function surveyFactAfter(
  reads: StreamReads,
  { stream, position }: { readonly stream: string; readonly position: number },
): Promise<FactSeen | undefined> {
  const from = Math.max(0, sequenceOf(position) - 1)
  const steps = await reads.after(from, new JournalLayout(stream, 1).steps('said'), stepsMax)
  return steps.flatMap((step) => factsIn(readStep(step))).find((fact) => fact.position > position)
}

async function firstAfter(
  manager: JetStreamManager,
  { stream, position, filter }: { readonly stream: string; readonly position: number; readonly filter: string },
): Promise<{ readonly atMs: number; readonly pending: number } | undefined> {
  try {
    const asked = { seq: position + 1, next_by_subj: filter, batch: 1 }
    const messages: AsyncIterable<StoredMsg & { readonly pending?: number }> = await manager.direct.getBatch(
      stream,
      asked,
    )
    for await (const { time, pending = 0 } of messages) return { atMs: time.getTime(), pending }
    return undefined
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === notFound) return undefined
    throw asStorageError(error, 'a partition could not be looked at')
  }
}

const notFound = 404
