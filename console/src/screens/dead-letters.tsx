import { CircleCheck } from 'lucide-react'
import { useState } from 'react'
import type { DeadLetterView, StaffFrame } from '#gateway/protocol.ts'
import { Json } from '../actors/instant-panel.tsx'
import { parseEvent } from '../stores/event-text.ts'
import { hashOf } from '../stores/route.ts'
import { dayAndTime } from '../text/format.ts'
import { Button } from '../ui/button.tsx'
import { useClient, useT, useText } from '../ui/context.tsx'
import { useLoaded } from '../ui/loaded.tsx'
import { Empty, Failed, Page, Skeleton } from '../ui/states.tsx'
import { Mend } from './mend.tsx'
import { RefusedEvents } from './refused-events.tsx'

/** What failed and waits for a person: events of actors, and lead events of other systems. */
export function DeadLettersScreen({ of }: { readonly of?: 'lead-events' }) {
  const t = useT()
  return (
    <Page title={t('dead.title')} actions={<Which {...(of === undefined ? {} : { of })} />}>
      {of === 'lead-events' ? <RefusedEvents /> : <ActorLetters />}
    </Page>
  )
}

function Which({ of }: { readonly of?: 'lead-events' }) {
  const t = useT()
  const places = [
    { key: 'dead.actors', of: undefined },
    { key: 'dead.lead-events', of: 'lead-events' },
  ] as const
  return (
    <nav aria-label={t('dead.which')} className="flex gap-1 rounded-box bg-sunken p-0.5">
      {places.map((place) => (
        <a
          key={place.key}
          href={hashOf({ screen: 'dead-letters', ...(place.of === undefined ? {} : { of: place.of }) })}
          aria-current={place.of === of ? 'page' : undefined}
          className={`rounded-box px-2.5 py-1 text-[13px] ${place.of === of ? 'bg-surface font-medium text-ink' : 'text-ink-2 hover:text-ink'}`}
        >
          {t(place.key)}
        </a>
      ))}
    </nav>
  )
}

/** Events that could not be handled: see why, mend, replay or discard. */
function ActorLetters() {
  const t = useT()
  const { letters, problem, retry, older } = useDeadLetters()
  return (
    <>
      <p className="mb-4 text-ink-2">{t('dead.hint')}</p>
      {problem !== undefined ? (
        <Failed text={problem.message} onRetry={retry} />
      ) : letters === undefined ? (
        <Skeleton rows={3} height={120} />
      ) : letters.length === 0 ? (
        <Empty icon={CircleCheck} title={t('dead.none')} text={t('dead.none-hint')} />
      ) : (
        <ul className="flex flex-col gap-3">
          {letters.map((letter) => (
            <Letter key={letter.id} letter={letter} />
          ))}
        </ul>
      )}
      {older === undefined ? null : (
        <Button className="mt-4" onClick={older}>
          {t('dead.more')}
        </Button>
      )}
    </>
  )
}

function Letter({ letter }: { readonly letter: DeadLetterView }) {
  const { t, locale } = useText()
  return (
    <li className="rounded-box border border-line bg-surface p-4">
      <p className="flex flex-wrap items-baseline gap-x-3">
        <a
          href={hashOf({ screen: 'actor', address: letter.address })}
          className="font-mono text-[13px] font-semibold hover:underline"
        >
          {letter.address}
        </a>
        <span className="font-mono text-[13px] text-ink-2">{letter.event.type}</span>
        <time className="tabular ml-auto text-[12.5px] text-ink-3">{dayAndTime(letter.atMs, locale)}</time>
      </p>
      <p className={`mt-1 break-words ${letter.settled === undefined ? 'text-trouble' : 'text-ink-2'}`}>
        {letter.reason}
      </p>
      {letter.settled === undefined ? (
        <Repair letter={letter} />
      ) : (
        <>
          <Json value={letter.event} />
          <p className="mt-2 flex items-center gap-1.5 text-[13px] text-ink-2">
            <CircleCheck size={14} className="text-person" aria-hidden />
            {t(`dead.${letter.settled.how}`, { by: letter.settled.by, time: dayAndTime(letter.settled.atMs, locale) })}
          </p>
        </>
      )}
    </li>
  )
}

function Repair({ letter }: { readonly letter: DeadLetterView }) {
  const t = useT()
  const client = useClient()
  const replay = async (text: string, changed: boolean) => {
    const parsed = parseEvent(text)
    if (!parsed.ok) return
    const event = changed ? { event: parsed.event } : {}
    const reply = await client.act({ type: 'dead-letter.replay', id: letter.id, ...event })
    if (reply.ok) client.toasts.show({ tone: 'done', text: t('dead.sent') })
  }
  const discard = async () => {
    const reply = await client.act({ type: 'dead-letter.discard', id: letter.id })
    if (reply.ok) client.toasts.show({ tone: 'done', text: t('dead.thrown') })
  }
  return <Mend original={JSON.stringify(letter.event, null, 2)} onReplay={replay} onDiscard={discard} />
}

const pageMin = 20

function useDeadLetters() {
  const { connection } = useClient()
  const [ended, setEnded] = useState(false)
  const { value: letters, problem, store } = useLoaded(listOptions)
  const last = letters?.at(-1)
  const more = async () => {
    const reply = await connection.send({
      type: 'dead-letter.list',
      ...(last === undefined ? {} : { before: last.id }),
    })
    if (!reply.ok) return
    setEnded(reply.value.length === 0)
    store.change((now) => [...now, ...reply.value])
  }
  const whole = ended || (letters?.length ?? 0) < pageMin
  return { letters, problem, retry: () => void store.load(), older: whole ? undefined : () => void more() }
}

function listOptions() {
  return { command: { type: 'dead-letter.list' } as const, onFrame: withLetter }
}

function withLetter(now: readonly DeadLetterView[], frame: StaffFrame): readonly DeadLetterView[] {
  if (frame.type !== 'dead-letter') return now
  const { deadLetter } = frame
  if (!now.some((each) => each.id === deadLetter.id)) return [deadLetter, ...now]
  return now.map((each) => (each.id === deadLetter.id ? deadLetter : each))
}
