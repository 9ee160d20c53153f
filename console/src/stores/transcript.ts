/**
 * The messages of one conversation as this page has them. Pure.
 * 1. `messages` holds exactly 1…`completeTo`, each once, in order: what is on the screen is provably whole up to there.
 * 2. What came too early waits in `ahead` until the numbers between have come.
 */
import type { TranscriptMessage } from '#gateway/protocol.ts'

export interface TranscriptState {
  readonly messages: readonly TranscriptMessage[]
  readonly completeTo: number
  readonly ahead: readonly TranscriptMessage[]
  /** The highest number we have heard of. Above `completeTo` means something is still missing. */
  readonly knownLast: number
}

/** Nothing yet. */
export const emptyTranscript: TranscriptState = { messages: [], completeTo: 0, ahead: [], knownLast: 0 }

/** Takes in messages in any order, however often. */
export function addMessages(state: TranscriptState, incoming: readonly TranscriptMessage[]): TranscriptState {
  const waiting = new Map(state.ahead.map((message) => [message.n, message]))
  for (const message of incoming) if (message.n > state.completeTo) waiting.set(message.n, message)
  if (waiting.size === state.ahead.length && incoming.every((each) => each.n <= state.knownLast)) return state
  const messages = [...state.messages]
  let completeTo = state.completeTo
  for (let next = waiting.get(completeTo + 1); next !== undefined; next = waiting.get(completeTo + 1)) {
    messages.push(next)
    waiting.delete(next.n)
    completeTo = next.n
  }
  const ahead = [...waiting.values()].sort((one, other) => one.n - other.n)
  const knownLast = Math.max(state.knownLast, completeTo, ...ahead.map((each) => each.n))
  return { messages, completeTo, ahead, knownLast }
}

/** The server says the last number is this: we may be missing some. */
export function hearOfLast(state: TranscriptState, lastN: number): TranscriptState {
  return lastN > state.knownLast ? { ...state, knownLast: lastN } : state
}

/** Whether to ask the server for what follows `completeTo`. */
export function hasGap(state: TranscriptState): boolean {
  return state.completeTo < state.knownLast
}
