/** @jsxImportSource preact */
import type { PublicOwner } from '#gateway/protocol.ts'
import { moment } from '../moments.ts'
import type { Session, SessionState } from '../session.ts'
import type { Language } from '../strings/language.ts'
import type { Strings } from '../strings/strings.ts'
import { isComplete } from '../transcript.ts'
import { Icon } from './icons.tsx'

/** Under the header: the place in the queue, or that nobody is on shift. */
export function OwnerLine({ state, language }: { readonly state: SessionState; readonly language: Language }) {
  const { owner } = state
  const { strings } = language
  return (
    <div class="owner-line" role="status">
      {owner.kind === 'queue' && (
        <p class="line is-waiting">
          <Icon name="waiting" />
          <span>{queueWords(owner, language)}</span>
        </p>
      )}
      {/* The header shows the name: here it is said once to those who listen. */}
      {owner.kind === 'member' && <p class="spoken">{strings.withMember(owner.name)}</p>}
    </div>
  )
}

function queueWords(owner: Extract<PublicOwner, { kind: 'queue' }>, language: Language): string {
  const { queue } = language.strings
  if (owner.nobodyOnShift === true) {
    return owner.opensAtMs === undefined
      ? queue.nobody
      : `${queue.nobody} ${queue.opens(moment(owner.opensAtMs, language))}`
  }
  if (owner.position === undefined) return queue.waiting
  return owner.position <= 1 ? queue.next : queue.position(owner.position)
}

/** Above the composer: whether what is written can leave, and whether what is shown is all there is. */
export function LinkLine({ state, language, session }: LinkLineProps) {
  const { strings } = language
  const words = linkWords(state, strings)
  return (
    <div class="link-line" role="status">
      {words !== undefined && (
        <p class={`line ${state.link === 'refused' ? 'is-trouble' : 'is-quiet'}`}>
          <Icon name={state.link === 'offline' ? 'offline' : state.link === 'refused' ? 'trouble' : 'waiting'} />
          <span>{words}</span>
          {state.link === 'refused' && (
            <button type="button" class="text-button" onClick={() => session.tryAgain()}>
              {strings.tryAgain}
            </button>
          )}
        </p>
      )}
    </div>
  )
}

interface LinkLineProps {
  readonly state: SessionState
  readonly language: Language
  readonly session: Session
}

function linkWords(state: SessionState, strings: Strings): string | undefined {
  switch (state.link) {
    case 'offline':
      return strings.offline
    case 'reconnecting':
      return strings.reconnecting
    case 'refused':
      return state.problem === undefined ? strings.refused : `${strings.refused} ${state.problem.message}`
    case 'connecting':
      return state.welcomed ? strings.connecting : undefined
    case 'online':
      return isComplete(state.log) ? undefined : strings.catchingUp
  }
}

/** Under the composer while the assistant answers: the way to a person, always in reach. */
export function PersonLine({ state, language, session }: LinkLineProps) {
  const { strings } = language
  if (state.owner.kind !== 'assistant' || !state.welcomed) return null
  const asking = state.personRequest === 'asking'
  return (
    <div class="person-line">
      <button type="button" class="person-button" aria-disabled={asking} onClick={() => void session.requestPerson()}>
        <Icon name="person" />
        {asking ? strings.personAsking : strings.person}
      </button>
      <span role="status" class="is-trouble">
        {state.personRequest === 'failed' && strings.personFailed}
      </span>
    </div>
  )
}
