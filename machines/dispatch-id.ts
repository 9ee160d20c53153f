/** How dispatches are named: by the conversation, and by what of it goes out. */
import { identityId } from './contact-key.ts'

/** The id of the dispatch of a conversation's message, or of a member's reaction in it. `conversation` is the conversation's id. */
export function dispatchId(conversation: string, n: number, reaction?: number): string {
  return identityId(`${conversation}:${reaction === undefined ? n : `r${reaction}`}`)
}
