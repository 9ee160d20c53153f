/** What the conversation pane draws, from top to bottom: day breaks, groups of bubbles, system lines, notes. Pure. */
import type { Note, TranscriptMessage } from '#gateway/protocol.ts'

export type TimelineItem =
  | { readonly kind: 'day'; readonly key: string; readonly atMs: number }
  | {
      readonly kind: 'group'
      readonly key: string
      readonly by: 'customer' | 'assistant' | 'member'
      readonly name?: string
      readonly messages: readonly TranscriptMessage[]
    }
  | { readonly kind: 'system'; readonly key: string; readonly message: TranscriptMessage }
  | { readonly kind: 'note'; readonly key: string; readonly note: Note }

/** Bubbles of one speaker within this time are one group. */
const groupWithinMs = 5 * 60_000

/** Builds the items. `dayOf` names the calendar day of an instant in the reader's zone. */
export function timelineOf(
  messages: readonly TranscriptMessage[],
  notes: readonly Note[],
  dayOf: (atMs: number) => string,
): readonly TimelineItem[] {
  const items: TimelineItem[] = []
  const byPlace = Map.groupBy(notes, (note) => note.afterN)
  let day = ''
  const placeNotes = (afterN: number) => {
    for (const note of byPlace.get(afterN) ?? []) items.push({ kind: 'note', key: `note-${note.noteId}`, note })
  }
  placeNotes(0)
  for (const message of messages) {
    const itsDay = dayOf(message.atMs)
    if (itsDay !== day) items.push({ kind: 'day', key: `day-${itsDay}`, atMs: message.atMs })
    day = itsDay
    addMessage(items, message)
    placeNotes(message.n)
  }
  const last = messages.at(-1)?.n ?? 0
  for (const [afterN] of byPlace) if (afterN > last) placeNotes(afterN)
  return items
}

function addMessage(items: TimelineItem[], message: TranscriptMessage): void {
  if (message.author.kind === 'system') {
    items.push({ kind: 'system', key: `m-${message.n}`, message })
    return
  }
  const previous = items.at(-1)
  const name = message.author.kind === 'assistant' ? undefined : message.author.name
  const latest = previous?.kind === 'group' ? previous.messages.at(-1) : undefined
  if (
    previous?.kind === 'group' &&
    previous.by === message.author.kind &&
    previous.name === name &&
    latest !== undefined &&
    message.atMs - latest.atMs < groupWithinMs
  ) {
    items[items.length - 1] = { ...previous, messages: [...previous.messages, message] }
    return
  }
  items.push({
    kind: 'group',
    key: `m-${message.n}`,
    by: message.author.kind,
    messages: [message],
    ...(name === undefined ? {} : { name }),
  })
}
