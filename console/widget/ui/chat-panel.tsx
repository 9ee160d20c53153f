/** @jsxImportSource preact */
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import type { Session } from '../session.ts'
import type { Language } from '../strings/language.ts'
import { Composer, type ComposerHandle } from './composer.tsx'
import { FocusKeeper, holdFocus, touches } from './focus.ts'
import { Header } from './header.tsx'
import { MessageLogView } from './message-log.tsx'
import { LinkLine, OwnerLine, PersonLine } from './status-lines.tsx'
import { useSession } from './use-session.ts'

/** The whole panel: a dialog that keeps the focus while it is open. */
export function ChatPanel({ session, language, open, close, listingShown }: ChatPanelProps) {
  const state = useSession(session)
  const dialog = useRef<HTMLDivElement>(null)
  const composer = useRef<ComposerHandle>(null)
  const keeper = useMemo(() => new FocusKeeper(), [])
  const takeFocus = () => {
    if (touches()) dialog.current?.focus({ preventScroll: true })
    else composer.current?.focus()
  }
  useEffect(() => {
    if (open) takeFocus()
  }, [open])
  useLayoutEffect(() => {
    if (open) keeper.drawn(takeFocus)
  })
  const { strings } = language
  const brand = state.brand?.name ?? ''
  return (
    <div
      ref={dialog}
      class="panel"
      role="dialog"
      aria-modal="true"
      aria-label={brand === '' ? strings.launcher : strings.dialog(brand)}
      lang={language.tag}
      dir={language.direction}
      hidden={!open}
      tabIndex={-1}
      onFocusIn={(event) => keeper.focused(event.target)}
      onFocusOut={(event) => keeper.blurred(event.target)}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.isComposing) close()
        else if (event.key === 'Tab' && dialog.current !== null) holdFocus(dialog.current, event)
      }}
    >
      <Header state={state} language={language} close={close} />
      <OwnerLine state={state} language={language} />
      <MessageLogView
        state={state}
        language={language}
        session={session}
        open={open}
        about={(words) => composer.current?.begin(words)}
        listingShown={listingShown}
      />
      <LinkLine state={state} language={language} session={session} />
      <Composer handle={composer} language={language} session={session} />
      <PersonLine state={state} language={language} session={session} />
    </div>
  )
}

interface ChatPanelProps {
  readonly session: Session
  readonly language: Language
  readonly open: boolean
  readonly close: () => void
  readonly listingShown: (listingId: string) => void
}
