/** @jsxImportSource preact */
import type { SessionState } from '../session.ts'
import type { Language } from '../strings/language.ts'
import { Icon } from './icons.tsx'

/** Whose chat it is, who answers, how to close. */
export function Header({ state, language, close }: HeaderProps) {
  const { strings } = language
  const { brand } = state
  return (
    <div class="header">
      {brand !== undefined && (
        <span class="mark" aria-hidden="true">
          {initials(brand.name)}
        </span>
      )}
      <div class="who">
        <h2>
          <bdi>{brand?.name ?? strings.launcher}</bdi>
        </h2>
        <WhoAnswers state={state} language={language} />
      </div>
      <button type="button" class="icon-button" aria-label={strings.close} title={strings.close} onClick={close}>
        <Icon name="close" />
      </button>
    </div>
  )
}

interface HeaderProps {
  readonly state: SessionState
  readonly language: Language
  readonly close: () => void
}

function WhoAnswers({ state, language }: { readonly state: SessionState; readonly language: Language }) {
  const { strings } = language
  const { owner, brand, welcomed } = state
  if (!welcomed) return state.link === 'connecting' ? <p class="role">{strings.connecting}</p> : null
  if (owner.kind === 'member') {
    return (
      <p class="role is-person">
        <Icon name="person" />
        <bdi>{owner.name}</bdi> · {strings.ourTeam}
      </p>
    )
  }
  if (owner.kind === 'queue') {
    return (
      <p class="role is-waiting">
        <Icon name="waiting" />
        {strings.queue.waiting}
      </p>
    )
  }
  const name = brand?.assistantName ?? ''
  return (
    <p class="role is-assistant">
      <Icon name="assistant" />
      {name === '' ? (
        strings.assistant
      ) : (
        <>
          <bdi>{name}</bdi> · {strings.assistant}
        </>
      )}
    </p>
  )
}

function initials(name: string): string {
  const letters = name
    .split(/\s+/)
    .map((word) => Array.from(word)[0] ?? '')
    .filter((letter) => /\p{L}/u.test(letter))
  return letters.slice(0, 2).join('').toUpperCase()
}
