/** Which row of the inbox comes first: waiting longest, then overdue, then newest. Pure; the server sorts the same way. */
import type { InboxRow } from '#gateway/protocol.ts'

/** Negative when `one` needs a person more. Total: ties fall to the address. */
export function compareRows(one: InboxRow, other: InboxRow): number {
  const rank = rankOf(one) - rankOf(other)
  if (rank !== 0) return rank
  if (one.owner.kind === 'queue' && other.owner.kind === 'queue' && rankOf(one) === 0) {
    const wait = one.owner.sinceMs - other.owner.sinceMs
    if (wait !== 0) return wait
  }
  const newer = other.lastAtMs - one.lastAtMs
  return newer !== 0 ? newer : one.conversation.localeCompare(other.conversation)
}

function rankOf(row: InboxRow): number {
  if (row.status !== 'open') return 2
  if (row.owner.kind === 'queue') return 0
  return row.overdue === true ? 1 : 2
}

/** Puts a changed row where it belongs, or takes it out. An older revision than the one we hold changes nothing. */
export function placeRow(
  rows: readonly InboxRow[],
  row: InboxRow,
  place: { readonly inView: boolean; readonly more: boolean },
): readonly InboxRow[] {
  const held = rows.find((each) => each.conversation === row.conversation)
  if (held !== undefined && held.revision > row.revision) return rows
  const others = rows.filter((each) => each.conversation !== row.conversation)
  if (!place.inView) return held === undefined ? rows : others
  const index = others.findIndex((each) => compareRows(row, each) < 0)
  if (index >= 0) return others.toSpliced(index, 0, row)
  // Below the last row we hold there may be others the server has not sent yet: the next page brings it.
  return place.more && held === undefined ? rows : [...others, row]
}
