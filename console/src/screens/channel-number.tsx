import { KeyRound, MoreHorizontal, Pencil, RefreshCw, Trash2 } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import type { ChecksView, ConnectionsView, WhatsAppNumberView } from '#gateway/protocol.ts'
import { checkNumber, removeNumber } from '../connection/connections.ts'
import { AskedStore } from '../stores/asked-store.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { useClient, useStore, useT } from '../ui/context.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Menu } from '../ui/menu.tsx'
import { AppSecretForm, NumberForm } from './channel-form.tsx'
import { Step, Steps, type StepState } from './channel-parts.tsx'
import { Access, Checks, TestMessage, Webhook } from './channel-steps.tsx'

interface NumberProps {
  readonly number: WhatsAppNumberView
  readonly webhook: ConnectionsView['webhook']
  readonly onChange: () => Promise<unknown>
}

/** A connected number: what is set, where Meta sends, what the checks find, a test message. It is checked when one comes to it. */
export function ConnectedNumber({ number, webhook, onChange }: NumberProps) {
  const t = useT()
  const { account } = number
  const client = useClient()
  const checks = useMemo(() => new AskedStore(() => checkNumber(client, account)), [client, account])
  const checking = useStore(checks.state)
  useEffect(() => {
    // The first check learns how the number is written.
    void checks.ask().then(onChange)
  }, [checks, onChange])
  const changed = async () => {
    await onChange()
    await checks.ask()
  }
  const states = stepStates(number, checking.value)
  return (
    <section aria-labelledby={`number-${account}`} className="mb-8">
      <div className="mb-4 flex items-center gap-2">
        <h2 id={`number-${account}`} className="tabular mr-auto text-[17px] font-semibold">
          WhatsApp {nameOf(number)}
        </h2>
        <NumberMenu number={number} onChange={onChange} onSaved={changed} />
      </div>
      <Steps>
        <Step place={1} state={states[0]} title={t('channels.step.number')}>
          <Access number={number} onChange={changed} />
        </Step>
        <Step place={2} state={states[1]} title={t('channels.step.webhook')}>
          <Webhook number={number} webhook={webhook} onSubscribed={checks.ask} />
        </Step>
        <Step
          place={3}
          state={states[2]}
          title={t('channels.step.checks')}
          actions={
            <Button small icon={RefreshCw} busy={checking.busy} onClick={() => void checks.ask()}>
              {t(checking.busy ? 'channels.checking' : 'channels.check')}
            </Button>
          }
        >
          <Checks {...checking} />
        </Step>
        <Step place={4} state={states[3]} title={t('channels.step.test')}>
          <TestMessage account={account} />
        </Step>
      </Steps>
    </section>
  )
}

/** Which steps are done; the first that is not is the one to do now. Nothing is known of the later ones before the first check. */
function stepStates(
  { problem }: WhatsAppNumberView,
  view: ChecksView | undefined,
): readonly [StepState, StepState, StepState, StepState] {
  const wrong = view?.checks.filter(({ ok }) => !ok).map(({ id }) => id)
  const done = [
    problem === undefined,
    wrong?.includes('webhook') === false,
    wrong?.every((id) => id === 'signature') === true,
    wrong?.includes('signature') === false,
  ]
  const now = view === undefined && problem === undefined ? -1 : done.indexOf(false)
  const stateOf = (place: number): StepState => (done[place] === true ? 'done' : place === now ? 'now' : 'later')
  return [stateOf(0), stateOf(1), stateOf(2), stateOf(3)]
}

function nameOf({ displayNumber, account }: WhatsAppNumberView): string {
  return displayNumber === '' ? account : displayNumber
}

interface MenuProps {
  readonly number: WhatsAppNumberView
  readonly onChange: () => Promise<unknown>
  readonly onSaved: () => Promise<unknown>
}

function NumberMenu({ number, onChange, onSaved }: MenuProps) {
  const t = useT()
  const client = useClient()
  const [open, setOpen] = useState<'edit' | 'rotate' | 'remove'>()
  const close = () => setOpen(undefined)
  const saved = async () => {
    close()
    await onSaved()
  }
  const remove = async () => {
    close()
    const result = await removeNumber(client, number.account)
    if (result.ok) client.toasts.show({ tone: 'done', text: t('channels.removed', { number: nameOf(number) }) })
    else client.showProblem(result.error)
    await onChange()
  }
  const rotate = { label: t('channels.rotate'), icon: KeyRound, run: () => setOpen('rotate') }
  return (
    <>
      <Menu
        trigger={<IconButton icon={MoreHorizontal} label={`${t('channels.actions')}: ${nameOf(number)}`} />}
        items={[
          { label: t('channels.edit'), icon: Pencil, run: () => setOpen('edit') },
          ...(number.appSecrets.length === 0 ? [] : [rotate]),
          { label: t('channels.remove'), icon: Trash2, danger: true, run: () => setOpen('remove') },
        ]}
      />
      {open === 'edit' ? (
        <Dialog title={t('channels.edit-of', { number: nameOf(number) })} onClose={close}>
          <NumberForm number={number} onSaved={saved} />
        </Dialog>
      ) : open === 'rotate' ? (
        <Dialog title={t('channels.rotate')} description={t('channels.rotate-hint')} onClose={close}>
          <AppSecretForm account={number.account} onSaved={saved} />
        </Dialog>
      ) : open === 'remove' ? (
        <Dialog
          title={t('channels.remove-of', { number: nameOf(number) })}
          description={t('channels.remove-sure')}
          onClose={close}
        >
          <div className="flex justify-end gap-2 pt-3">
            <Button onClick={close}>{t('cancel')}</Button>
            <Button look="danger" icon={Trash2} onClick={() => void remove()}>
              {t('channels.remove')}
            </Button>
          </div>
        </Dialog>
      ) : null}
    </>
  )
}
