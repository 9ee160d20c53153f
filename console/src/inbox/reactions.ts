/** Whether a member may react to what a customer wrote; the server has the last word. Pure. */
import type { ConversationView, TranscriptMessage } from '#gateway/protocol.ts'
import { reactionMaxAgeMs } from '#machines/reaction-contract.ts'
import { standingStop, windowEndsAt } from './deadlines.ts'

/** Who may write may react: the owner of an open WhatsApp conversation, while its window is open and no stop stands. */
export function mayReactIn(
  { row, consents }: Pick<ConversationView, 'row' | 'consents'>,
  messages: readonly TranscriptMessage[],
  { memberId, nowMs }: { readonly memberId: string | undefined; readonly nowMs: number },
): boolean {
  const mine = row.status !== 'closed' && row.owner.kind === 'member' && row.owner.memberId === memberId
  if (!mine || row.channel !== 'whatsapp') return false
  return (
    (windowEndsAt(row.channel, messages) ?? 0) > nowMs && standingStop(row.channel, messages, consents) === undefined
  )
}

/** WhatsApp takes a reaction to what came through it, was not taken back, and is not older than thirty days. */
export function takesReaction(message: TranscriptMessage, nowMs: number): boolean {
  const { author, channel, clientId, atMs, sentAtMs = atMs } = message
  const isTheirs = author.kind === 'customer' && channel === 'whatsapp' && clientId !== undefined
  return isTheirs && nowMs - sentAtMs <= reactionMaxAgeMs
}
