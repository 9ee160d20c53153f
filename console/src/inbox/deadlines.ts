/** When something is due in a conversation. Pure. */
import { conversationDefaults } from '#machines/conversation-contract.ts'
import type { InboxRow, TranscriptMessage } from '#gateway/protocol.ts'

const windowMs = 24 * 3_600_000

/** When a member's answer is due: some minutes after the customer's first unanswered message. Absent when nothing is owed. */
export function replyDueAt(row: InboxRow, messages: readonly TranscriptMessage[]): number | undefined {
  if (row.status !== 'open' || row.owner.kind !== 'member') return undefined
  let first: number | undefined
  for (const message of messages.toReversed()) {
    if (message.author.kind === 'customer') first = message.atMs
    else if (message.author.kind !== 'system') break
  }
  return first === undefined ? undefined : first + conversationDefaults.memberOverdueMs
}

/** WhatsApp lets a business write freely for 24 hours after the customer's last message. The web has no window. */
export function windowEndsAt(channel: string, messages: readonly TranscriptMessage[]): number | undefined {
  if (channel !== 'whatsapp') return undefined
  const last = messages.findLast((message) => message.author.kind === 'customer')
  return last === undefined ? undefined : last.atMs + windowMs
}
