/** When something is due in a conversation. Pure. */
import { conversationDefaults } from '#machines/conversation-contract.ts'
import type { ConsentView, InboxRow, TranscriptMessage } from '#gateway/protocol.ts'

const windowMs = 24 * 3_600_000

/** When a member's answer is due: some minutes after the customer's first unanswered message. Absent when nothing is owed. */
export function replyDueAt(row: InboxRow, messages: readonly TranscriptMessage[]): number | undefined {
  if (row.status !== 'open' || row.owner.kind !== 'member') return undefined
  let first: number | undefined
  for (const message of messages.toReversed()) {
    const { author } = message
    if (author.kind === 'customer') first = message.atMs
    // Who said stop is owed nothing for what they wrote before.
    else if (author.kind !== 'system' || author.notice === 'opted-out') break
  }
  return first === undefined ? undefined : first + conversationDefaults.memberOverdueMs
}

/** WhatsApp lets a business write freely for 24 hours after the customer last wrote, by its own clock. Other channels have no window. */
export function windowEndsAt(channel: string, messages: readonly TranscriptMessage[]): number | undefined {
  if (channel !== 'whatsapp') return undefined
  const last = lastHeardAt(messages.filter((each) => (each.channel ?? channel) === channel))
  return last === undefined ? undefined : last + windowMs
}

/** The customer's word that stops everything until they write again; the page in front of them is not stopped by it. */
export function standingStop(
  channel: string,
  messages: readonly TranscriptMessage[],
  consents: readonly ConsentView[],
): ConsentView | undefined {
  if (channel === 'web' || channel === 'widget') return undefined
  const word = consents.find((each) => each.source === 'words')
  if (word?.state !== 'withdrawn') return undefined
  // The stop is itself a message, and arrives after it was written.
  return (lastHeardAt(messages) ?? 0) > word.atMs ? undefined : word
}

/** By the provider's clock where there is one: a message can arrive late, and after a later one. */
function lastHeardAt(messages: readonly TranscriptMessage[]): number | undefined {
  const heard = messages.filter((each) => each.author.kind === 'customer').map(({ atMs, sentAtMs = atMs }) => sentAtMs)
  return heard.length === 0 ? undefined : Math.max(...heard)
}
