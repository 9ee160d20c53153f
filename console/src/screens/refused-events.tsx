import { CircleCheck } from 'lucide-react'
import { useState } from 'react'
import type { LeadEventView, StaffFrame, StaffReply } from '#gateway/protocol.ts'
import { hashOf } from '../stores/route.ts'
import { dayAndTime } from '../text/format.ts'
import { Button } from '../ui/button.tsx'
import { useClient, useT, useText } from '../ui/context.tsx'
import { useLoaded } from '../ui/loaded.tsx'
import { Empty, Failed, Skeleton } from '../ui/states.tsx'
import { Mend } from './mend.tsx'

/** Lead events of other systems that could not be taken in: see why, mend and replay, or discard. */
export function RefusedEvents() {
  const t = useT()
  const { events, problem, retry, older } = useRefusedEvents()
  return (
    <>
      <p className="mb-4 text-ink-2">{t('dead.lead-events-hint')}</p>
      {problem !== undefined ? (
        <Failed text={problem.message} onRetry={retry} />
      ) : events === undefined ? (
        <Skeleton rows={3} height={120} />
      ) : events.length === 0 ? (
        <Empty icon={CircleCheck} title={t('dead.lead-events-none')} text={t('dead.lead-events-none-hint')} />
      ) : (
        <ul className="flex flex-col gap-3">
          {events.map((event) => (
            <RefusedEvent key={event.letter} event={event} />
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

function RefusedEvent({ event }: { readonly event: LeadEventView }) {
  const { t, locale } = useText()
  const { eventId, source, reasons, settled } = event
  return (
    <li className="rounded-box border border-line bg-surface p-4">
      <p className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <span
          className={`min-w-0 text-[13px] font-semibold break-all ${eventId === undefined ? 'text-ink-2' : 'font-mono'}`}
        >
          {eventId ?? t('dead.nameless')}
        </span>
        {source === undefined ? null : (
          <span className="min-w-0 text-[13px] break-all text-ink-2">{t('dead.from', { source })}</span>
        )}
        <time className="tabular ml-auto text-[12.5px] text-ink-3">{dayAndTime(event.atMs, locale)}</time>
      </p>
      <ul
        aria-label={t('dead.reasons')}
        className={`mt-1.5 list-disc pl-5 break-words ${settled === undefined ? 'text-trouble' : 'text-ink-2'}`}
      >
        {reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
      {settled === undefined ? <MendEvent event={event} /> : <Settled event={event} />}
    </li>
  )
}

function MendEvent({ event }: { readonly event: LeadEventView }) {
  const t = useT()
  const client = useClient()
  const { letter, text, mended } = event
  const replay = async (given: string) => {
    const reply = await client.act({ type: 'lead-event.replay', letter, text: given })
    if (!reply.ok) return
    const taken = reply.value.status === 'taken'
    client.toasts.show(
      taken ? { tone: 'done', text: t('dead.taken') } : { tone: 'trouble', text: t('dead.still-wrong') },
    )
  }
  const discard = async () => {
    const reply = await client.act({ type: 'lead-event.discard', letter })
    if (reply.ok) client.toasts.show({ tone: 'done', text: t('dead.thrown') })
  }
  return <Mend original={text} {...(mended === undefined ? {} : { mended })} onReplay={replay} onDiscard={discard} />
}

function Settled({ event }: { readonly event: LeadEventView }) {
  const { t, locale } = useText()
  const { settled, text, mended } = event
  if (settled === undefined) return null
  return (
    <>
      <pre
        tabIndex={0}
        className="mt-2 max-h-80 overflow-auto rounded-box bg-sunken p-2.5 font-mono text-[12px] leading-[1.5] break-words whitespace-pre-wrap"
      >
        {mended ?? text}
      </pre>
      <p className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1 text-[13px] text-ink-2">
        <span className="flex items-center gap-1.5">
          <CircleCheck size={14} className="shrink-0 text-person" aria-hidden />
          {t(`dead.${settled.how}`, { by: settled.by, time: dayAndTime(settled.atMs, locale) })}
        </span>
        {settled.lead === undefined ? null : (
          <a
            href={hashOf({ screen: 'leads', lead: settled.lead, filter: {} })}
            className="font-medium text-accent-ink hover:underline"
          >
            {t('dead.see-lead')}
          </a>
        )}
      </p>
    </>
  )
}

type Listed = StaffReply<'lead-event.list'>

function useRefusedEvents() {
  const { connection } = useClient()
  const { value, problem, store } = useLoaded(listOptions)
  const [loading, setLoading] = useState(false)
  const next = value?.next
  const more = async () => {
    if (next === undefined) return
    setLoading(true)
    const reply = await connection.send({ type: 'lead-event.list', after: next })
    setLoading(false)
    if (reply.ok) store.change((now) => ({ ...reply.value, events: joined(now.events, reply.value.events) }))
  }
  const older = next === undefined || loading ? undefined : () => void more()
  return { events: value?.events, problem, retry: () => void store.load(), older }
}

function listOptions() {
  return { command: { type: 'lead-event.list' } as const, onFrame: withEvent }
}

/** A new one comes first, a changed one stays where it is. */
function withEvent(now: Listed, frame: StaffFrame): Listed {
  if (frame.type !== 'lead-event') return now
  const { event } = frame
  const known = now.events.some((each) => each.letter === event.letter)
  const events = known
    ? now.events.map((each) => (each.letter === event.letter ? event : each))
    : [event, ...now.events]
  return { ...now, events }
}

function joined(now: readonly LeadEventView[], older: readonly LeadEventView[]): readonly LeadEventView[] {
  return [...now, ...older.filter(({ letter }) => !now.some((each) => each.letter === letter))]
}
