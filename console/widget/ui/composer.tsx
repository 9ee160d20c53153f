/** @jsxImportSource preact */
import type { RefObject } from 'preact'
import { useId, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { limits } from '#gateway/protocol.ts'
import { draftState, keepDraft, keptDraft } from '../draft.ts'
import type { Session } from '../session.ts'
import type { Language } from '../strings/language.ts'
import { TypingSignal } from '../typing-signal.ts'
import { Icon } from './icons.tsx'

/** What others may do with the composer. */
export interface ComposerHandle {
  focus(): void
  /** Puts words in front of what is written and the cursor behind everything. */
  begin(words: string): void
}

/** Where the visitor writes. */
export function Composer({ handle, language, session }: ComposerProps) {
  const { field, text, setText, send, signal } = useComposer(handle, session)
  const id = useId()
  const { strings } = language
  const draft = draftState(text)
  return (
    <form
      class={draft.fits ? 'composer' : 'composer is-over'}
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <p class="counter" id={id} role="status" hidden={!draft.counter}>
        {draft.counter && (draft.fits ? strings.counter : strings.tooLong)(draft.length, limits.textMax)}
      </p>
      <div class="field">
        <textarea
          ref={field}
          rows={1}
          dir={draft.empty ? language.direction : 'auto'}
          enterkeyhint="send"
          aria-label={strings.writeLabel}
          placeholder={strings.write}
          aria-invalid={!draft.fits}
          {...(draft.counter ? { 'aria-describedby': id } : {})}
          onInput={(event) => {
            setText(event.currentTarget.value)
            signal.pressed()
          }}
          onBlur={() => signal.ended()}
          onKeyDown={(event) => sendOnEnter(event, send)}
        />
        <button type="submit" class="send" aria-label={strings.send} aria-disabled={draft.empty || !draft.fits}>
          <Icon name="send" flips />
        </button>
      </div>
    </form>
  )
}

interface ComposerProps {
  readonly handle: RefObject<ComposerHandle | null>
  readonly language: Language
  readonly session: Session
}

/** The text lives in the field itself, so that two clicks on Send can't send it twice. */
function useComposer(handle: ComposerProps['handle'], session: Session) {
  const field = useRef<HTMLTextAreaElement>(null)
  const [text, setText] = useState(() => keptDraft(session.workspace))
  const signal = useMemo(() => typingSignal(session), [session])
  const write = (next: string) => {
    fill(field.current, next)
    setText(next)
  }
  const send = () => {
    if (field.current === null || !session.send(field.current.value)) return
    write('')
    signal.ended()
    field.current.focus()
  }
  useImperativeHandle(handle, () => ({
    focus: () => field.current?.focus({ preventScroll: true }),
    begin: (words) => {
      write(words + (field.current?.value ?? ''))
      field.current?.focus({ preventScroll: true })
    },
  }))
  useLayoutEffect(() => fill(field.current, keptDraft(session.workspace)), [session])
  useLayoutEffect(() => {
    grow(field.current)
    keepDraft(session.workspace, text)
  }, [session, text])
  return { field, text, setText, send, signal }
}

function fill(field: HTMLTextAreaElement | null, text: string): void {
  if (field !== null) field.value = text
}

function sendOnEnter(event: KeyboardEvent, send: () => void): void {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
  event.preventDefault()
  send()
}

function typingSignal(session: Session): TypingSignal {
  return new TypingSignal(
    (on) => session.typing(on),
    () => Date.now(),
    (delayMs, run) => {
      const timer = setTimeout(run, delayMs)
      return () => clearTimeout(timer)
    },
  )
}

/** As tall as its text, up to eight lines or so. */
function grow(field: HTMLTextAreaElement | null): void {
  if (field === null) return
  field.style.height = 'auto'
  field.style.height = `${Math.min(field.scrollHeight, 160)}px`
}
