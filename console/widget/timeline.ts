import type { Notice, PublicMessage } from '#gateway/protocol.ts'
import { dayKey } from './moments.ts'
import type { OutboxEntry } from './outbox.ts'
import type { SessionState } from './session.ts'

/** What the log shows, from top to bottom. */
export type TimelineItem =
  | { readonly kind: 'day'; readonly key: string; readonly atMs: number }
  | { readonly kind: 'notice'; readonly key: string; readonly notice: Notice; readonly name?: string }
  | TimelineGroup

/** Messages of one speaker close in time, drawn together. */
export interface TimelineGroup {
  readonly kind: 'group'
  readonly key: string
  readonly speaker: Speaker
  readonly lines: readonly TimelineLine[]
}

export type Speaker =
  { readonly kind: 'customer' } | { readonly kind: 'assistant' } | { readonly kind: 'member'; readonly name: string }

export interface TimelineLine {
  readonly key: string
  readonly text: string
  readonly atMs: number
  readonly message?: PublicMessage
  readonly tick?: Tick
  readonly entry?: OutboxEntry
}

/** How far one of the customer's own messages has come. */
export type Tick = 'sending' | 'held' | 'sent' | 'read' | 'failed'

/** A pause after which the same speaker begins a new group. */
const groupPauseMs = 5 * 60 * 1000

/** Puts transcript and outbox into one column. The key of a message is its clientId, so a line does not jump when it is acknowledged. */
export function timeline(state: Pick<SessionState, 'log' | 'outbox' | 'receipts' | 'link'>): readonly TimelineItem[] {
  const items: Growing[] = []
  let day: string | undefined
  const onDay = (atMs: number) => {
    const key = dayKey(atMs)
    if (key === day) return
    day = key
    items.push({ kind: 'day', key: `day-${key}`, atMs })
  }
  for (const message of state.log.messages) {
    onDay(message.atMs)
    const { author } = message
    if (author.kind === 'system') {
      items.push({
        kind: 'notice',
        key: `n${message.n}`,
        notice: author.notice,
        ...(author.name === undefined ? {} : { name: author.name }),
      })
    } else append(items, author, lineOf(message, state.receipts.theirs.readTo))
  }
  for (const entry of state.outbox) {
    onDay(entry.atMs)
    append(
      items,
      { kind: 'customer' },
      { key: entry.clientId, text: entry.text, atMs: entry.atMs, tick: tickOf(entry, state.link), entry },
    )
  }
  return items
}

function lineOf(message: PublicMessage, readTo: number): TimelineLine {
  const line = { key: message.clientId ?? `n${message.n}`, text: message.text, atMs: message.atMs, message }
  if (message.author.kind !== 'customer') return line
  return { ...line, tick: message.n <= readTo ? 'read' : 'sent' }
}

function tickOf(entry: OutboxEntry, link: SessionState['link']): Tick {
  if (entry.state === 'failed') return 'failed'
  if (entry.state === 'accepted') return 'sent'
  return link === 'online' || link === 'connecting' ? 'sending' : 'held'
}

/** While it is being built, a group grows. */
type Growing = Exclude<TimelineItem, TimelineGroup> | (TimelineGroup & { readonly lines: TimelineLine[] })

function append(items: Growing[], speaker: Speaker, line: TimelineLine): void {
  const last = items.at(-1)
  const previous = last?.kind === 'group' ? last.lines.at(-1) : undefined
  if (
    last?.kind === 'group' &&
    previous !== undefined &&
    same(last.speaker, speaker) &&
    line.atMs - previous.atMs < groupPauseMs
  ) {
    last.lines.push(line)
  } else items.push({ kind: 'group', key: line.key, speaker, lines: [line] })
}

function same(a: Speaker, b: Speaker): boolean {
  return a.kind === b.kind && (a.kind !== 'member' || b.kind !== 'member' || a.name === b.name)
}
