import type { Fact } from '#runtime/fact.ts'
import type { ConversationFacts } from '#machines/conversation-contract.ts'
import type { Note } from '../protocol.ts'
import { factOf } from './shape.ts'

/** The note a fact is, when it is one: a note, guidance for the assistant, or what was said when handing back. `lastN` places it. */
export function noteOf(fact: Fact, lastN: number): Note | undefined {
  const each = factOf<ConversationFacts>(fact)
  const at = { atMs: fact.atMs, noteId: `${fact.revision}.${fact.index}` }
  switch (each.type) {
    case 'note-added':
      return { ...each.data, atMs: fact.atMs, kind: 'note' }
    case 'guidance-given':
      return { ...at, ...each.data, afterN: lastN, kind: 'guidance' }
    case 'handed-back': {
      const { memberId, name, note } = each.data
      return note === undefined ? undefined : { ...at, memberId, name, text: note, afterN: lastN, kind: 'hand-back' }
    }
    default:
      return undefined
  }
}
