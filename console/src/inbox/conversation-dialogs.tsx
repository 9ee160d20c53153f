import { useState, type FormEvent } from 'react'
import { dayAndTime } from '../text/format.ts'
import { Avatar } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { useClient, useStore, useT, useText } from '../ui/context.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextArea } from '../ui/field.tsx'
import { snoozeChoices } from './snooze.ts'

interface Closing {
  readonly onClose: () => void
}

const closeReasons = ['answered', 'booked', 'not-interested', 'duplicate', 'spam', 'no-reply'] as const

/** Close with a reason: one press. */
export function CloseDialog({ onClose, onDone }: Closing & { readonly onDone: (reason: string) => void }) {
  const t = useT()
  return (
    <Dialog title={t('act.close')} description={t('close.hint')} onClose={onClose}>
      <div className="mt-1 grid gap-1.5">
        {closeReasons.map((reason) => (
          <Choice
            key={reason}
            label={t(`close.${reason}`)}
            onChoose={() => {
              onClose()
              onDone(reason)
            }}
          />
        ))}
      </div>
    </Dialog>
  )
}

/** Snooze until a time people mean. */
export function SnoozeDialog({
  onClose,
  onDone,
}: Closing & { readonly onDone: (untilMs: number, words: string) => void }) {
  const client = useClient()
  const { t, locale } = useText()
  return (
    <Dialog title={t('act.snooze')} description={t('snooze.hint')} onClose={onClose}>
      <div className="mt-1 grid gap-1.5">
        {snoozeChoices(client.nowMs()).map((choice) => (
          <Choice
            key={choice.name}
            label={t(`snooze.${choice.name}`)}
            detail={dayAndTime(choice.untilMs, locale)}
            onChoose={() => {
              onClose()
              onDone(choice.untilMs, dayAndTime(choice.untilMs, locale))
            }}
          />
        ))}
      </div>
    </Dialog>
  )
}

/** Give it to somebody; how much each has shows. */
export function AssignDialog({
  onClose,
  onDone,
}: Closing & { readonly onDone: (memberId: string, name: string) => void }) {
  const t = useT()
  const members = useStore(useClient().members)
  return (
    <Dialog title={t('act.assign')} description={t('assign.hint')} onClose={onClose}>
      <div className="mt-1 grid gap-1.5">
        {members.map((member) => (
          <Choice
            key={member.memberId}
            label={member.name}
            avatar={member.available}
            detail={`${member.load}/${member.capacity} · ${t(member.available ? 'available.on' : 'available.off')}`}
            onChoose={() => {
              onClose()
              onDone(member.memberId, member.name)
            }}
          />
        ))}
      </div>
    </Dialog>
  )
}

interface ChoiceProps {
  readonly label: string
  readonly detail?: string
  readonly avatar?: boolean
  readonly onChoose: () => void
}

function Choice({ label, detail, avatar, onChoose }: ChoiceProps) {
  return (
    <button
      type="button"
      onClick={onChoose}
      className="flex min-h-10 items-center gap-2.5 rounded-box border border-line px-3 text-left hover:border-line-strong hover:bg-hover"
    >
      {avatar === undefined ? null : <Avatar name={label} tone={avatar ? 'person' : 'neutral'} />}
      <span className="font-medium">{label}</span>
      {detail === undefined ? null : <span className="tabular ml-auto text-ink-3">{detail}</span>}
    </button>
  )
}

interface NoteDialogProps extends Closing {
  readonly action: 'hand-back' | 'hand-to-team' | 'guidance'
  readonly onDone: (note: string) => void
}

/** Words that go along: for the assistant, or for the colleague who takes it. */
export function NoteDialog({ action, onClose, onDone }: NoteDialogProps) {
  const t = useT()
  const [text, setText] = useState('')
  const submit = (event?: FormEvent) => {
    event?.preventDefault()
    if (action === 'guidance' && text.trim() === '') return
    onClose()
    onDone(text.trim())
  }
  return (
    <Dialog title={t(`act.${action}`)} description={t(`${action}.hint`)} onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-3 pt-1">
        <TextArea
          label={t(`${action}.label`)}
          value={text}
          autoFocus
          maxLength={4000}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) submit()
          }}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" look="primary" disabled={action === 'guidance' && text.trim() === ''}>
            {t(`act.${action}`)}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
