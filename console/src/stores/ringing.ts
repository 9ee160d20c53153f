/** Who waits for a person right now and has not been heard. Pure: sound and title are made elsewhere from this. */
import type { InboxRow, StaffFrame } from '#gateway/protocol.ts'

export interface RingingState {
  readonly ringing: readonly InboxRow[]
  /** The last one that somebody took, for the toast. */
  readonly taken?: { readonly row: InboxRow; readonly memberId: string; readonly name: string }
}

/** Nobody waits. */
export const silence: RingingState = { ringing: [] }

/** What a frame does to the ringing. */
export function ringOn(state: RingingState, frame: StaffFrame): RingingState {
  switch (frame.type) {
    case 'alert.waiting': {
      const others = state.ringing.filter((row) => row.conversation !== frame.row.conversation)
      return { ringing: [...others, frame.row] }
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

/** The member has seen it, or muted it. */
export function without(state: RingingState, conversation: string): RingingState {
  if (!state.ringing.some((row) => row.conversation === conversation)) return state
  return { ringing: state.ringing.filter((row) => row.conversation !== conversation) }
}
