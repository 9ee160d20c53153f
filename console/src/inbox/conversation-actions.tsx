import { useState, type ReactNode } from 'react'
import { pairedPhone } from '#machines/conversation-contract.ts'
import { mayManage } from '../client.ts'
import type { OpenConversation } from '../stores/conversation-store.ts'
import { useClient, useMe, useStore, useT } from '../ui/context.tsx'
import { useActions } from '../ui/keys.tsx'
import { AssignDialog, CloseDialog, NoteDialog, SnoozeDialog } from './conversation-dialogs.tsx'

export interface ConversationActions {
  /** A command is on its way: the button that started it says so. */
  readonly busy?: string
  readonly can: Readonly<Record<ActionName, boolean>>
  readonly run: Readonly<Record<ActionName, () => void>>
  /** The dialog of the action being filled in. */
  readonly dialog: ReactNode
}
export type ActionName =
  'take-over' | 'hand-back' | 'hand-to-team' | 'assign' | 'snooze' | 'close' | 'reopen' | 'guidance'

/** What one may do with the open conversation, by key, button and menu alike. */
export function useConversationActions(): ConversationActions {
  const client = useClient()
  const t = useT()
  const open = useStore(client.conversation.state)
  const [dialog, setDialog] = useState<ActionName>()
  const [busy, setBusy] = useState<string>()
  const can = useAllowed(open)
  const conversation = open?.conversation ?? ''
  const during = async (name: string, work: Promise<{ readonly ok: boolean }>) => {
    setBusy(name)
    const { ok } = await work
    setBusy(undefined)
    return ok
  }
  const done = (text: string, undo?: () => void) =>
    client.toasts.show({ tone: 'done', text, ...(undo && { action: { label: t('undo'), run: undo } }) })
  const reopen = () => client.act({ type: 'reopen', conversation })
  const takeOver = async () => {
    const owner = open?.view?.row.owner
    const force = owner?.kind === 'member' && !isPhone(owner)
    const command = { type: 'take-over', conversation, ...(force ? { force } : {}) } as const
    await during('take-over', client.act(command))
  }
  const close = async (reason: string) => {
    if (await during('close', client.act({ type: 'close', conversation, reason })))
      done(t('done.closed'), () => void reopen())
  }
  const snooze = async (untilMs: number, words: string) => {
    if (await during('snooze', client.act({ type: 'snooze', conversation, untilMs }))) {
      done(t('done.snoozed', { until: words }), () => void client.act({ type: 'reopen', conversation }))
    }
  }
  const assign = async (memberId: string, name: string) => {
    if (await during('assign', client.act({ type: 'assign', conversation, memberId })))
      done(t('done.assigned', { name }))
  }
  const withNote = async (type: 'hand-back' | 'hand-to-team', note: string) => {
    const command = { type, conversation, ...(note === '' ? {} : { note }) }
    if (await during(type, client.act(command))) done(t(`done.${type}`))
  }
  const guide = async (text: string) => {
    if (text !== '' && (await during('guidance', client.act({ type: 'guidance.give', conversation, text }))))
      done(t('done.guidance'))
  }
  const on: Answers = {
    close: (reason) => void close(reason),
    snooze: (untilMs, words) => void snooze(untilMs, words),
    assign: (memberId, name) => void assign(memberId, name),
    note: (type, note) => void (type === 'guidance' ? guide(note) : withNote(type, note)),
  }
  const run: ConversationActions['run'] = {
    'take-over': () => void takeOver(),
    reopen: () => void during('reopen', reopen()),
    'hand-back': () => setDialog('hand-back'),
    'hand-to-team': () => setDialog('hand-to-team'),
    assign: () => setDialog('assign'),
    snooze: () => setDialog('snooze'),
    close: () => setDialog('close'),
    guidance: () => setDialog('guidance'),
  }
  const allowed = Object.entries(run).filter(([name]) => can[name as ActionName])
  useActions(Object.fromEntries(allowed))
  return {
    ...(busy === undefined ? {} : { busy }),
    can,
    run,
    dialog: dialog === undefined ? null : <ActionDialog action={dialog} onClose={() => setDialog(undefined)} on={on} />,
  }
}

interface Answers {
  readonly close: (reason: string) => void
  readonly snooze: (untilMs: number, words: string) => void
  readonly assign: (memberId: string, name: string) => void
  readonly note: (type: 'hand-back' | 'hand-to-team' | 'guidance', note: string) => void
}

interface ActionDialogProps {
  readonly action: ActionName
  readonly onClose: () => void
  readonly on: Answers
}

/** The dialog in which an action is filled in. */
function ActionDialog({ action, onClose, on }: ActionDialogProps) {
  switch (action) {
    case 'close':
      return <CloseDialog onClose={onClose} onDone={on.close} />
    case 'snooze':
      return <SnoozeDialog onClose={onClose} onDone={on.snooze} />
    case 'assign':
      return <AssignDialog onClose={onClose} onDone={on.assign} />
    case 'hand-back':
    case 'hand-to-team':
    case 'guidance':
      return <NoteDialog action={action} onClose={onClose} onDone={(note) => on.note(action, note)} />
    case 'take-over':
    case 'reopen':
      return null
  }
}

/** Somebody answered on the paired phone: nobody at work here has the conversation. */
function isPhone(owner: { readonly memberId: string }): boolean {
  return owner.memberId === pairedPhone.memberId
}

function useAllowed(open: OpenConversation | undefined): ConversationActions['can'] {
  const me = useMe()
  const row = open?.view?.row
  const isOpen = row !== undefined && row.status !== 'closed'
  const owner = row?.owner
  const mine = owner?.kind === 'member' && owner.memberId === me?.memberId
  return {
    'take-over': isOpen && !mine && (owner?.kind !== 'member' || isPhone(owner) || mayManage(me)),
    'hand-back': isOpen && (mine || owner?.kind === 'queue'),
    'hand-to-team': isOpen && (mine || owner?.kind === 'assistant'),
    assign: isOpen,
    snooze: isOpen && row?.status === 'open',
    close: isOpen,
    reopen: row !== undefined && row.status !== 'open',
    guidance: isOpen && owner?.kind === 'assistant',
  }
}
