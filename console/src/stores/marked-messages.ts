/** What stands beside each message of a transcript: its way out, what it answers, a reaction, that it was taken back. Pure. */
import type { ConversationMarks, GivenReaction, OutgoingView, TranscriptMessage } from '#gateway/protocol.ts'

export interface MessageMarks {
  readonly way?: OutgoingView
  /** The message it answers; `missing` when that is not in the transcript. */
  readonly answers?: TranscriptMessage | 'missing'
  readonly reaction?: string
  /** A member's reaction to it. */
  readonly given?: GivenReaction
  readonly revoked?: true
}

interface Overlay {
  readonly outgoing: readonly OutgoingView[]
  readonly marks: ConversationMarks
}

/** By number; a message nothing is said of is not in it. A provider's id of a customer's message is its `clientId`, that of ours is its way's. */
export function markedMessages(
  messages: readonly TranscriptMessage[],
  { outgoing, marks }: Overlay,
): ReadonlyMap<number, MessageMarks> {
  // A reaction's way out is the reaction's, not the message's.
  const ways = new Map(outgoing.filter(({ reaction }) => reaction === undefined).map((way) => [way.n, way]))
  const byId = new Map<string, TranscriptMessage>()
  for (const message of messages) {
    if (message.clientId !== undefined) byId.set(message.clientId, message)
    const providerId = ways.get(message.n)?.providerId
    if (providerId !== undefined) byId.set(providerId, message)
  }
  const reactions = new Map(marks.reactions.map(({ to, emoji }) => [byId.get(to)?.n, emoji]))
  const given = new Map((marks.given ?? []).map((each) => [byId.get(each.to)?.n, each]))
  const revoked = new Set(marks.revoked)
  const marked = messages.map(({ n, replyTo }): readonly [number, MessageMarks] => {
    const way = ways.get(n)
    const reaction = reactions.get(n)
    const ours = given.get(n)
    return [
      n,
      {
        ...(way === undefined ? {} : { way }),
        ...(replyTo === undefined ? {} : { answers: byId.get(replyTo) ?? 'missing' }),
        ...(reaction === undefined ? {} : { reaction }),
        ...(ours === undefined ? {} : { given: ours }),
        ...(revoked.has(n) ? { revoked: true } : {}),
      },
    ]
  })
  return new Map(marked.filter(([, each]) => Object.keys(each).length > 0))
}
