import { CircleCheck, RotateCcw, Trash2, Undo2 } from 'lucide-react'
import { useState } from 'react'
import type { DeadLetterView, StaffFrame } from '#gateway/protocol.ts'
import { Json } from '../actors/instant-panel.tsx'
import { parseEvent } from '../stores/event-text.ts'
import { hashOf } from '../stores/route.ts'
import { dayAndTime } from '../text/format.ts'
import { Button } from '../ui/button.tsx'
import { useClient, useT, useText } from '../ui/context.tsx'
import { TextArea } from '../ui/field.tsx'
import { useLoaded } from '../ui/loaded.tsx'
import { Empty, Failed, Page, Skeleton } from '../ui/states.tsx'

/** Events that could not be handled: see why, mend, replay or discard. */
export function DeadLettersScreen() {
  const t = useT()
  const { letters, problem, retry, older } = useDeadLetters()
  return (
    <Page title={t('dead.title')}>
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
    </Page>
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
  const original = JSON.stringify(letter.event, null, 2)
  const [text, setText] = useState(original)
  const [busy, setBusy] = useState(false)
  const [sure, setSure] = useState(false)
  const parsed = parseEvent(text)
  const replay = async () => {
    if (!parsed.ok) return
    setBusy(true)
    const changed = text === original ? {} : { event: parsed.event }
    const reply = await client.act({ type: 'dead-letter.replay', id: letter.id, ...changed })
    setBusy(false)
    if (reply.ok) client.toasts.show({ tone: 'done', text: t('dead.sent') })
  }
  const discard = async () => {
    const reply = await client.act({ type: 'dead-letter.discard', id: letter.id })
    if (reply.ok) client.toasts.show({ tone: 'done', text: t('dead.thrown') })
  }
  const problem = parsed.ok
    ? {}
    : { problem: parsed.reason === 'type' ? t('dead.needs-type') : t('dead.not-json', { reason: parsed.detail }) }
  return (
    <div className="mt-3 flex flex-col gap-2.5">
      <TextArea
        label={t('dead.event')}
        value={text}
        spellCheck={false}
        rows={Math.min(14, text.split('\n').length)}
        className="font-mono text-[12.5px]"
        onChange={(event) => setText(event.target.value)}
        {...problem}
      />
      <div className="flex flex-wrap gap-2">
        <Button look="primary" icon={RotateCcw} busy={busy} disabled={!parsed.ok} onClick={() => void replay()}>
          {t('dead.replay')}
        </Button>
        {text === original ? null : (
          <Button icon={Undo2} onClick={() => setText(original)}>
            {t('dead.restore')}
          </Button>
        )}
        <Button
          look="danger"
          icon={Trash2}
          onClick={() => (sure ? void discard() : setSure(true))}
          onBlur={() => setSure(false)}
        >
          {sure ? t('dead.discard-sure') : t('dead.discard')}
        </Button>
      </div>
    </div>
  )
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
