/** @jsxImportSource preact */
import { useCallback, useLayoutEffect, useMemo, useState } from 'preact/hooks'
import { dayName } from '../moments.ts'
import type { Session, SessionState } from '../session.ts'
import { greetingFor, type Language } from '../strings/language.ts'
import type { Strings } from '../strings/strings.ts'
import { timeline, type TimelineItem } from '../timeline.ts'
import { EndFollower } from './end-follower.ts'
import { Icon } from './icons.tsx'
import { Group } from './message-group.tsx'
import { Chips } from './cards.tsx'

/** The conversation: greeting, days, notices, messages, typing. Stays at the end unless the reader has scrolled up. */
export function MessageLogView(props: MessageLogProps) {
  const { state, language, session, open } = props
  const [atEnd, setAtEnd] = useState(true)
  const end = useMemo(() => new EndFollower(), [])
  const items = timeline(state)
  const attach = useCallback((element: HTMLDivElement | null) => end.attach(element), [end])
  useLayoutEffect(() => {
    if (state.outbox.length > 0) end.toEnd()
  }, [end, state.outbox.length])
  useLayoutEffect(() => {
    if (open) end.contentChanged()
  })
  const chips = openChips(state)
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
        <Greeting state={state} language={language} session={session} />
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

export interface MessageLogProps {
  readonly state: SessionState
  readonly language: Language
  readonly session: Session
  readonly open: boolean
  /** Begins a message in the composer. */
  readonly about: (words: string) => void
  readonly listingShown: (listingId: string) => void
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
