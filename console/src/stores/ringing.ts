/** Who waits for a person right now and has not been heard. Pure: sound and title are made elsewhere from this. */
import type { InboxRow, StaffFrame } from '#gateway/protocol.ts'

export interface RingingState {
  readonly ringing: readonly InboxRow[]
  /** Hand-offs this member has heard: a reconnect that tells of them again does not ring. */
  readonly heard?: readonly string[]
  /** The last one that somebody took, for the toast. */
  readonly taken?: { readonly row: InboxRow; readonly memberId: string; readonly name: string }
}

/** Nobody waits. */
export const silence: RingingState = { ringing: [] }

/** What a frame does to the ringing. */
export function ringOn(state: RingingState, frame: StaffFrame): RingingState {
  switch (frame.type) {
    // What was missed meanwhile: the server tells next who still waits.
    case 'welcome':
      return { ...state, ringing: [] }
    case 'alert.waiting': {
      if (state.heard?.includes(handOffOf(frame.row)) === true) return state
      const others = state.ringing.filter((row) => row.conversation !== frame.row.conversation)
      return { ...state, ringing: [...others, frame.row] }
    }
    case 'alert.taken': {
      const row = state.ringing.find((each) => each.conversation === frame.conversation)
      if (row === undefined) return state
      return { ...without(state, frame.conversation), taken: { row, memberId: frame.memberId, name: frame.name } }
    }
    case 'inbox.row':
      return rowChanged(state, frame.row)
    default:
      return state
  }
}

/** The row may tell before the alert does that somebody took it; closed or handed back it rings no more either. */
function rowChanged(state: RingingState, row: InboxRow): RingingState {
  const { owner } = row
  if (owner.kind === 'queue' && row.status === 'open') return state
  const rang = state.ringing.find((each) => each.conversation === row.conversation)
  if (rang === undefined) return state
  const rest = without(state, row.conversation)
  return owner.kind === 'member' ? { ...rest, taken: { row: rang, memberId: owner.memberId, name: owner.name } } : rest
}

/** Hand-offs remembered as heard. */
const heardMax = 200

/** The member has seen it, or muted it: this hand-off rings no more, a later one of the same conversation does. */
export function without(state: RingingState, conversation: string): RingingState {
  const row = state.ringing.find((each) => each.conversation === conversation)
  if (row === undefined) return state
  return {
    ringing: state.ringing.filter((each) => each !== row),
    heard: [...(state.heard ?? []), handOffOf(row)].slice(-heardMax),
  }
}

function handOffOf(row: InboxRow): string {
  return `${row.conversation} ${row.ownerEpoch}`
}
