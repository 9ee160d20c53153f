import type { PublicMessage, Transcript } from '#gateway/protocol.ts'

/**
 * The messages of a conversation as this tab has them.
 * Invariant T1: `messages[i].n === i + 1`, so its length is the last number held without a gap.
 * Invariant T2: `expectedN` only rises; while it is above the length the log is incomplete and says so.
 */
export interface MessageLog {
  readonly messages: readonly PublicMessage[]
  readonly expectedN: number
}

export const emptyLog: MessageLog = { messages: [], expectedN: 0 }

/** Last number held without a gap: what `resume` asks after. */
export function lastHeld(log: MessageLog): number {
  return log.messages.length
}

/** Nothing that the server is known to have is missing. */
export function isComplete(log: MessageLog): boolean {
  return log.messages.length >= log.expectedN
}

export type Acceptance = 'appended' | 'known' | 'gap'

/** Takes one live frame. A number already held changes nothing; one beyond the next is a gap and a reason to resume. */
export function accept(log: MessageLog, message: PublicMessage): { readonly log: MessageLog; readonly as: Acceptance } {
  const held = lastHeld(log)
  if (message.n <= held) return { log, as: 'known' }
  if (message.n > held + 1) return { log: expecting(log, message.n), as: 'gap' }
  return {
    log: { messages: [...log.messages, message], expectedN: Math.max(log.expectedN, message.n) },
    as: 'appended',
  }
}

/** Takes a page of the transcript: appends what is next, skips what is held, stops at a gap. */
export function merge(log: MessageLog, page: Pick<Transcript, 'messages' | 'lastN'>): MessageLog {
  const messages = [...log.messages]
  for (const message of page.messages) {
    if (message.n === messages.length + 1) messages.push(message)
  }
  return { messages, expectedN: Math.max(log.expectedN, page.lastN) }
}

/** Notes that the server has at least `n` messages (an acknowledgement names one). */
export function expecting(log: MessageLog, n: number): MessageLog {
  return n > log.expectedN ? { ...log, expectedN: n } : log
}
