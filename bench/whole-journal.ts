import type { Address } from '#runtime/address.ts'
import type { HistoryEntry, InboxEntry, Journal } from '#runtime/ports/journal.ts'

const page = 1000

/** Every step of an actor, oldest first. */
export async function historyOf(journal: Journal, address: Address): Promise<readonly HistoryEntry[]> {
  return allPages(
    -1,
    (after) => journal.history(address, after, page),
    ({ revision }) => revision,
  )
}

/** Every entry of every inbox, by partition and position. */
export async function inboxOf(journal: Journal): Promise<readonly InboxEntry[]> {
  const all: InboxEntry[] = []
  for (let partition = 0; partition < journal.partitions; partition++)
    all.push(
      ...(await allPages(
        0,
        (after) => journal.read(partition, after, page),
        ({ position }) => position,
      )),
    )
  return all
}

/** Pages until one is not full. */
async function allPages<Row>(
  from: number,
  read: (after: number) => Promise<readonly Row[]>,
  placeOf: (row: Row) => number,
): Promise<readonly Row[]> {
  const all: Row[] = []
  for (let after = from; ;) {
    const rows = await read(after)
    all.push(...rows)
    const last = rows.at(-1)
    if (last === undefined || rows.length < page) return all
    after = placeOf(last)
  }
}
