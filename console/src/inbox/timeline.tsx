import {
  ArrowDown,
  Bell,
  BellOff,
  Bot,
  CircleCheck,
  Hand,
  Hourglass,
  Lightbulb,
  RotateCcw,
  StickyNote,
} from 'lucide-react'
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { Author, ConversationView, Note, TranscriptMessage } from '#gateway/protocol.ts'
import type { OpenConversation } from '../stores/conversation-store.ts'
import { markedMessages, type MessageMarks } from '../stores/marked-messages.ts'
import { timelineOf, type TimelineItem } from '../stores/timeline.ts'
import { dayKey, longDay, timeOfDay } from '../text/format.ts'
import type { T } from '../text/text.ts'
import { useClient, useMe, useNow, useStore, useT, useText } from '../ui/context.tsx'
import { BubbleGroup } from './bubbles.tsx'
import { PendingBubbles } from './pending.tsx'
import { mayReactIn } from './reactions.ts'

export type View = Omit<ConversationView, 'messages' | 'lastN' | 'more'>

interface TimelineProps {
  readonly open: OpenConversation
  readonly view: View
}

/** What was said, from the first message to the last; stays at the bottom while one is there. */
export function Timeline({ open, view }: TimelineProps) {
  const { t } = useText()
  const client = useClient()
  const items = useMemo(
    () => timelineOf(open.transcript.messages, view.notes, dayKey),
    [open.transcript.messages, view.notes],
  )
  const { outgoing, marks } = view
  const marked = useMemo(
    () => markedMessages(open.transcript.messages, { outgoing, marks }),
    [open.transcript.messages, outgoing, marks],
  )
  const pending = useStore(client.outbox.state).filter((each) => each.conversation === open.conversation)
  const last = open.transcript.messages.at(-1)
  const reactsIn = useReactsIn(open, view)
  const scroller = useRef<HTMLDivElement>(null)
  const { away, toEnd } = useStickyEnd(
    scroller,
    `${items.length}:${open.transcript.completeTo}:${pending.length}:${view.customerTyping}`,
  )
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        tabIndex={0}
        role="log"
        aria-label={t('conversation.transcript')}
        className="h-full overflow-y-auto -outline-offset-2"
      >
        <div className="mx-auto flex max-w-3xl flex-col px-4 py-4 md:px-6">
          {items.map((item) => (
            <Item key={item.key} item={item} view={view} marks={marked} reactsIn={reactsIn} />
          ))}
          <PendingBubbles pending={pending} />
          {view.customerTyping ? (
            <p className="breathe mt-2 text-[13px] text-ink-3">{t('conversation.typing', { name: view.row.name })}</p>
          ) : null}
        </div>
      </div>
      {away ? (
        <button
          type="button"
          onClick={toEnd}
          className="appear absolute bottom-3 left-1/2 flex h-8 -translate-x-1/2 items-center gap-1.5 rounded-full bg-surface px-3 text-[13px] font-medium shadow-float hover:bg-hover"
        >
          <ArrowDown size={14} aria-hidden />
          {last?.author.kind === 'customer' ? t('conversation.newest-customer') : t('conversation.newest')}
        </button>
      ) : null}
    </div>
  )
}

interface ItemProps {
  readonly item: TimelineItem
  readonly view: View
  readonly marks: ReadonlyMap<number, MessageMarks>
  /** The conversation, while one may react in it. */
  readonly reactsIn: string | undefined
}

function Item({ item, view, marks, reactsIn }: ItemProps) {
  const { locale } = useText()
  const nowMs = useNow(60_000)
  switch (item.kind) {
    case 'day':
      return (
        <div role="separator" className="my-4 flex items-center gap-3 text-[12px] font-medium text-ink-3 first:mt-0">
          <span className="h-px flex-1 bg-line" />
          {longDay(item.atMs, nowMs, locale)}
          <span className="h-px flex-1 bg-line" />
        </div>
      )
    case 'system':
      return <SystemLine message={item.message} />
    case 'note':
      return <NoteLine note={item.note} />
    case 'group':
      return <BubbleGroup group={item} view={view} marks={marks} reactsIn={reactsIn} />
  }
}

const noticeIcons = {
  'handed-off': Hourglass,
  'taken-over': Hand,
  'handed-back': Bot,
  closed: CircleCheck,
  reopened: RotateCcw,
  'opted-out': BellOff,
  'opted-in': Bell,
} as const

function SystemLine({ message }: { readonly message: TranscriptMessage }) {
  const t = useT()
  if (message.author.kind !== 'system') return null
  const Icon = noticeIcons[message.author.notice]
  return (
    <p className="my-3 flex items-center justify-center gap-1.5 text-center text-[12.5px] text-ink-2">
      <Icon size={13} aria-hidden className="shrink-0" />
      <span>{noticeWords(message.author, t)}</span>
      {message.text === '' ? null : <span className="text-ink-3">· {message.text}</span>}
      <time className="tabular shrink-0 text-ink-3">{timeOfDay(message.atMs)}</time>
    </p>
  )
}

/** Who did it, where the notice says so. */
function noticeWords(author: Extract<Author, { kind: 'system' }>, t: T): string {
  const { notice, name } = author
  if (name === undefined) return t(`notice.${notice}`)
  switch (notice) {
    case 'taken-over':
    case 'handed-back':
    case 'closed':
      return t(`notice.${notice}-by`, { name })
    case 'handed-off':
    case 'reopened':
    case 'opted-out':
    case 'opted-in':
      return t(`notice.${notice}`)
  }
}

function NoteLine({ note }: { readonly note: Note }) {
  const t = useT()
  const Icon = note.kind === 'guidance' ? Lightbulb : note.kind === 'hand-back' ? Bot : StickyNote
  return (
    <div className="my-2 rounded-box border border-dashed border-line-strong bg-canvas px-3 py-2">
      <p className="flex items-center gap-1.5 text-[12.5px] text-ink-2">
        <Icon size={13} aria-hidden />
        <span className="font-medium">{note.name}</span>
        <span className="text-ink-3">{t(`note.${note.kind}`)}</span>
        <time className="tabular ml-auto text-ink-3">{timeOfDay(note.atMs)}</time>
      </p>
      <p className="mt-0.5 break-words whitespace-pre-wrap">{note.text}</p>
    </div>
  )
}

/** The conversation, while this member may react in it; the window closes by itself. */
function useReactsIn(open: OpenConversation, view: View): string | undefined {
  const me = useMe()
  const nowMs = useNow(30_000)
  const who = { memberId: me?.memberId, nowMs }
  return mayReactIn(view, open.transcript.messages, who) ? open.conversation : undefined
}

/** Follows the newest message while one is at the end, and not when one has scrolled up to read. */
function useStickyEnd(scrollerRef: React.RefObject<HTMLDivElement | null>, change: string) {
  const [away, setAway] = useState(false)
  const atEnd = useRef(true)
  const toEnd = useCallback(() => {
    const element = scrollerRef.current
    if (element !== null) element.scrollTop = element.scrollHeight
  }, [scrollerRef])
  useEffect(() => {
    const element = scrollerRef.current
    if (element === null) return undefined
    const look = () => {
      atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < 48
      if (atEnd.current) setAway(false)
    }
    const resized = new ResizeObserver(() => {
      if (atEnd.current) toEnd()
    })
    element.addEventListener('scroll', look, { passive: true })
    resized.observe(element)
    // A picture that has come in makes what is said longer.
    if (element.firstElementChild !== null) resized.observe(element.firstElementChild)
    return () => {
      element.removeEventListener('scroll', look)
      resized.disconnect()
    }
  }, [scrollerRef, toEnd])
  const seen = useRef(change)
  useLayoutEffect(() => {
    if (atEnd.current) toEnd()
    else if (seen.current !== change) setAway(true)
    seen.current = change
  }, [change, toEnd])
  return { away, toEnd }
}
