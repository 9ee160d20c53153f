import { pairedPhone } from '#machines/conversation-contract.ts'
import { BellOff, Bot, CircleCheck, Clock, Hourglass, StickyNote, User, UserX } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import type { OpenConversation } from '../stores/conversation-store.ts'
import { shortDay } from '../text/format.ts'
import { Button } from '../ui/button.tsx'
import { useMe, useNow, useT, useText } from '../ui/context.tsx'
import { useActions } from '../ui/keys.tsx'
import type { ConversationActions } from './conversation-actions.tsx'
import { standingStop, windowEndsAt } from './deadlines.ts'
import { NoteComposer } from './note-composer.tsx'
import { ReplyComposer } from './reply-composer.tsx'
import { TemplateOffer } from './template-offer.tsx'
import type { View } from './timeline.tsx'
import { proofWords } from './why.ts'

interface ComposerProps {
  readonly open: OpenConversation
  readonly view: View
  readonly actions: ConversationActions
}

/** Where one writes: a reply when one owns the conversation; otherwise who does, and what one can do about it. */
export function Composer({ open, view, actions }: ComposerProps) {
  const [noting, setNoting] = useState(false)
  const me = useMe()
  const { row } = view
  useActions({ note: () => setNoting(true) })
  const mine = row.owner.kind === 'member' && row.owner.memberId === me?.memberId && row.status !== 'closed'
  return (
    <div className="shrink-0 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)]">
      {noting ? (
        <NoteComposer open={open} onDone={() => setNoting(false)} />
      ) : view.marks.left !== undefined ? (
        <Left onNote={() => setNoting(true)} />
      ) : mine ? (
        <Writing open={open} view={view} actions={actions} onNote={() => setNoting(true)} />
      ) : (
        <Locked view={view} actions={actions} onNote={() => setNoting(true)} />
      )}
    </div>
  )
}

type WithNote = ComposerProps & { readonly onNote: () => void }

function Writing({ open, view, actions, onNote }: WithNote) {
  const { t, locale } = useText()
  const nowMs = useNow(5_000)
  const { channel } = view.row
  const ends = windowEndsAt(channel, open.transcript.messages)
  const stop = standingStop(channel, open.transcript.messages, view.consents)
  const note = (
    <Button icon={StickyNote} shortcut="N" onClick={onNote}>
      {t('act.note')}
    </Button>
  )
  if (stop !== undefined) {
    return (
      <Bar
        icon={<BellOff size={16} className="text-trouble" aria-hidden />}
        title={t('stopped.title')}
        text={t('stopped.hint', { day: shortDay(stop.atMs, locale), proof: proofWords(stop, t) })}
      >
        {note}
        <Button onClick={actions.run.snooze}>{t('act.snooze')}</Button>
      </Bar>
    )
  }
  if (ends !== undefined && ends < nowMs) {
    return (
      <Bar
        icon={<Clock size={16} className="text-trouble" aria-hidden />}
        title={t('window.closed')}
        text={t('window.closed-hint')}
      >
        <TemplateOffer conversation={open.conversation} view={view} as="chief" />
        {note}
        <Button onClick={actions.run.snooze}>{t('act.snooze')}</Button>
      </Bar>
    )
  }
  return <ReplyComposer open={open} view={view} onNote={onNote} onHandBack={actions.run['hand-back']} />
}

/** Whoever has the number now is another conversation. */
function Left({ onNote }: Pick<WithNote, 'onNote'>) {
  const t = useT()
  return (
    <Bar icon={<UserX size={16} aria-hidden />} title={t('locked.left')} text={t('locked.left-hint')}>
      <Button look="quiet" icon={StickyNote} shortcut="N" onClick={onNote}>
        {t('act.note')}
      </Button>
    </Bar>
  )
}

function Locked({ view, actions, onNote }: Omit<WithNote, 'open'>) {
  const t = useT()
  const { row } = view
  const take = (label: string) =>
    actions.can['take-over'] ? (
      <Button look="primary" shortcut="T" busy={actions.busy === 'take-over'} onClick={actions.run['take-over']}>
        {label}
      </Button>
    ) : null
  const note = (
    <Button look="quiet" icon={StickyNote} shortcut="N" onClick={onNote}>
      {t('act.note')}
    </Button>
  )
  if (row.status === 'closed') {
    return (
      <Bar icon={<CircleCheck size={16} aria-hidden />} title={t('locked.closed')} text={t('locked.closed-hint')}>
        <Button look="primary" shortcut="U" busy={actions.busy === 'reopen'} onClick={actions.run.reopen}>
          {t('act.reopen')}
        </Button>
        {note}
      </Bar>
    )
  }
  if (row.owner.kind === 'assistant') {
    return (
      <Bar
        icon={<Bot size={16} className="text-assistant" aria-hidden />}
        title={t('locked.assistant')}
        text={t('locked.assistant-hint')}
      >
        {take(t('act.take-over'))}
        <Button shortcut="Q" busy={actions.busy === 'hand-to-team'} onClick={actions.run['hand-to-team']}>
          {t('act.hand-to-team')}
        </Button>
        <Button onClick={actions.run.guidance}>{t('act.guidance')}</Button>
        {note}
      </Bar>
    )
  }
  if (row.owner.kind === 'queue') {
    const why = row.handOff === undefined ? '' : `${t(`reason.${row.handOff.reason}`)}. ${row.handOff.summary}`
    return (
      <Bar icon={<Hourglass size={16} className="text-waiting" aria-hidden />} title={t('locked.queue')} text={why}>
        {take(t('act.take'))}
        {note}
      </Bar>
    )
  }
  const onPhone = row.owner.memberId === pairedPhone.memberId
  return (
    <Bar
      icon={<User size={16} className="text-person" aria-hidden />}
      title={onPhone ? t('locked.phone') : t('locked.member', { name: row.owner.name })}
      text={onPhone ? t('locked.phone-hint') : t('locked.member-hint')}
    >
      {take(onPhone ? t('act.take-over') : t('act.take-from', { name: row.owner.name }))}
      {note}
    </Bar>
  )
}

interface BarProps {
  readonly icon: ReactNode
  readonly title: string
  readonly text: string
  readonly children: ReactNode
}

function Bar({ icon, title, text, children }: BarProps) {
  return (
    <div className="mx-auto max-w-3xl px-4 py-3 md:px-6">
      <p className="flex items-center gap-2 font-medium">
        {icon}
        {title}
      </p>
      {text === '' ? null : <p className="mt-0.5 line-clamp-3 text-ink-2">{text}</p>}
      <div className="mt-2.5 flex flex-wrap gap-2">{children}</div>
    </div>
  )
}
