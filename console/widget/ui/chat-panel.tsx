/** @jsxImportSource preact */
import { useEffect, useRef } from 'preact/hooks'
import type { Session } from '../session.ts'
import type { Language } from '../strings/language.ts'
import { Composer, type ComposerHandle } from './composer.tsx'
import { holdFocus } from './focus.ts'
import { Header } from './header.tsx'
import { MessageLogView } from './message-log.tsx'
import { LinkLine, OwnerLine, PersonLine } from './status-lines.tsx'
import { useSession } from './use-session.ts'

/** The whole panel: a dialog that keeps the focus while it is open. */
export function ChatPanel({ session, language, open, close, listingShown }: ChatPanelProps) {
  const state = useSession(session)
  const dialog = useRef<HTMLDivElement>(null)
  const composer = useRef<ComposerHandle>(null)
  useEffect(() => {
    if (!open) return
    composer.current?.focus()
  }, [open])
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
