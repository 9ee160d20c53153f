import type { Fact } from '#runtime/fact.ts'
import type { ConversationFacts } from '#machines/conversation-contract.ts'
import type { TurnView } from '../protocol.ts'
import { factOf } from './shape.ts'

/** The last turn after one more fact; the same object when the fact is not about it. Pure. */
export function reduceTurn(before: TurnView | undefined, fact: Fact): TurnView | undefined {
  const each = factOf<ConversationFacts>(fact)
  switch (each.type) {
    case 'turn-started':
      return { turn: each.data.turn, status: 'routing' }
    case 'turn-routed':
      return { ...of(before, each.data.turn), status: 'answering', route: each.data.route }
    case 'turn-drafted': {
      const { turn, draft } = each.data
      const { text, confidence, claims, model } = draft
      return { ...of(before, turn), status: 'checking', text, confidence, claims, model }
    }
    case 'turn-checked': {
      const { turn, verdict } = each.data
      return { ...of(before, turn), verdict, confidence: verdict.confidence }
    }
    case 'turn-ended': {
      const { turn, outcome, tookMs } = each.data
      return { ...of(before, turn), status: outcome === 'restarted' ? 'dropped' : outcome, tookMs }
    }
    default:
      return before
  }
}

function of(view: TurnView | undefined, turn: number): TurnView {
  return view?.turn === turn ? view : { turn, status: 'routing' }
}
