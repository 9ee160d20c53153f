/** @jsxImportSource preact */
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { dayName } from '../moments.ts'
import type { Session, SessionState } from '../session.ts'
import { greetingFor, type Language } from '../strings/language.ts'
import type { Strings } from '../strings/strings.ts'
import { timeline, type TimelineItem } from '../timeline.ts'
import { EndFollower } from './end-follower.ts'
import { Icon } from './icons.tsx'
import { Group } from './message-group.tsx'
import { Chips } from './cards.tsx'

/** How many messages are drawn at first, and how many more each time earlier ones are asked for. */
const drawnMax = 200

/** The conversation: greeting, days, notices, messages, typing. Stays with the newest unless the reader has scrolled up. */
export function MessageLogView(props: MessageLogProps) {
  const { state, language, open } = props
  const [atEnd, setAtEnd] = useState(true)
  const end = useMemo(() => new EndFollower(), [])
  const logRef = useRef<HTMLDivElement>(null)
  const [drawn, setDrawn] = useState(drawnMax)
  const hidden = Math.max(0, state.log.messages.length - drawn)
  const items = timeline({ ...state, log: { ...state.log, messages: state.log.messages.slice(hidden) } })
  const attach = useCallback(
    (element: HTMLDivElement | null) => {
      logRef.current = element
      end.attach(element)
    },
    [end],
  )
  useLayoutEffect(() => {
    if (state.outbox.length > 0) end.toEnd()
  }, [end, state.outbox.length])
  useLayoutEffect(() => {
    if (open) end.contentChanged(newestAnswer(logRef.current, items))
  })
  return (
    <div class="log-frame">
      <div
        ref={attach}
        class="log"
        role="log"
        aria-label={language.strings.log}
        aria-live="polite"
        aria-busy={!state.welcomed}
        tabIndex={0}
        onScroll={() => setAtEnd(end.scrolled())}
      >
        <Column
          items={items}
          hidden={hidden}
          showEarlier={() => {
            end.holdPlace()
            setDrawn(drawn + drawnMax)
          }}
          {...props}
        />
      </div>
      {!atEnd && (
        <button type="button" class="to-end" onClick={() => end.toEnd()}>
          <Icon name="down" />
          {language.strings.newMessages}
        </button>
      )}
    </div>
  )
}

/** What stands in the log, from top to bottom. */
function Column({ items, hidden, showEarlier, ...props }: MessageLogProps & ColumnProps) {
  const { state, language, session } = props
  const chips = openChips(state)
  return (
    <>
      {hidden > 0 ? (
        <button type="button" class="text-button earlier" onClick={showEarlier}>
          {language.strings.showEarlier}
        </button>
      ) : (
        <Greeting state={state} language={language} session={session} />
      )}
      {items.map((item) => (
        <Item key={item.kind + item.key} item={item} {...props} />
      ))}
      {state.typing !== undefined && (
        <Typing name={typingName(state, language.strings)} by={state.typing.by} strings={language.strings} />
      )}
      {state.status === 'closed' && <p class="notice">{language.strings.closedHint}</p>}
      {chips !== undefined && (
        <Chips
          label={language.strings.card.choices}
          chips={chips.chips}
          choose={(text) => session.choose(`chip ${chips.n}`, text)}
        />
      )}
    </>
  )
}

interface ColumnProps {
  readonly items: readonly TimelineItem[]
  /** How many earlier messages are not drawn. */
  readonly hidden: number
  readonly showEarlier: () => void
}

export interface MessageLogProps {
  readonly state: SessionState
  readonly language: Language
  readonly session: Session
  readonly open: boolean
  /** Begins a message in the composer. */
  readonly about: (words: string) => void
  readonly listingShown: (listingId: string) => void
}

/** What the newest answer begins with, when an answer is the last thing said: its name and bubble, or the bubble below an earlier one. */
function newestAnswer(log: HTMLElement | null, items: readonly TimelineItem[]): HTMLElement | undefined {
  const last = items.at(-1)
  if (last?.kind !== 'group' || last.speaker.kind === 'customer') return undefined
  const group = [...(log?.querySelectorAll<HTMLElement>('.group') ?? [])].at(-1)
  const lines = [...(group?.querySelectorAll<HTMLElement>('.message') ?? [])]
  return lines.length === 1 ? group : lines.at(-1)
}

function Item({ item, ...props }: MessageLogProps & { readonly item: TimelineItem }) {
  const { language, session, state } = props
  switch (item.kind) {
    case 'day':
      return <p class="day">{dayName(item.atMs, session.nowMs(), language)}</p>
    case 'notice':
      return <p class="notice">{noticeWords(item, language.strings)}</p>
    case 'group':
      return <Group group={item} assistantName={state.brand?.assistantName ?? language.strings.assistant} {...props} />
  }
}

function noticeWords(item: Extract<TimelineItem, { kind: 'notice' }>, { notices }: Strings): string {
  switch (item.notice) {
    case 'handed-off':
      return notices.handedOff
    case 'taken-over':
      return notices.takenOver(item.name)
    case 'handed-back':
      return notices.handedBack
    case 'closed':
      return notices.closed
    case 'reopened':
      return notices.reopened
    case 'opted-out':
      return notices.optedOut
    case 'opted-in':
      return notices.optedIn
  }
}

function Greeting({ state, language, session }: Pick<MessageLogProps, 'state' | 'language' | 'session'>) {
  const { strings } = language
  const { brand } = state
  if (brand === undefined) return state.link === 'refused' ? null : <Skeleton />
  const fresh = state.log.messages.length === 0 && state.outbox.length === 0
  return (
    <div class="greeting">
      <p class="hello" dir="auto">
        {greetingFor(language, brand)}
      </p>
      <p class="disclosure">{strings.assistantNote(brand.name)}</p>
      {fresh && state.welcomed && (
        <Chips
          label={strings.firstQuestions}
          chips={brand.questions.slice(0, 3).map((question) => ({ label: question, send: question }))}
          choose={(text) => session.choose('first', text)}
          stacked
        />
      )}
    </div>
  )
}

function Skeleton() {
  return (
    <div class="skeleton" aria-hidden="true">
      <span />
      <span />
      <span />
    </div>
  )
}

function Typing({ name, by, strings }: TypingProps) {
  // Said aloud for a person only: an assistant types before every answer.
  return (
    <div class="typing" aria-live={by === 'member' ? 'polite' : 'off'}>
      <span class="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <span class="spoken">{strings.typing(name)}</span>
    </div>
  )
}

interface TypingProps {
  readonly name: string
  readonly by: 'assistant' | 'member'
  readonly strings: Strings
}

function typingName(state: SessionState, strings: Strings): string {
  return (
    state.typing?.name ?? (state.typing?.by === 'assistant' ? (state.brand?.assistantName ?? strings.assistant) : '')
  )
}

/** Chips of the last message, as long as nothing has been answered to it. */
function openChips(state: SessionState) {
  const last = state.log.messages.at(-1)
  if (last?.chips === undefined || last.chips.length === 0 || state.outbox.length > 0) return undefined
  return { n: last.n, chips: last.chips }
}
