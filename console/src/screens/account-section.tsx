import { MoreHorizontal, Pencil, Plus, RefreshCw, Send, Trash2 } from 'lucide-react'
import { useEffect, useMemo, useState, type FormEvent } from 'react'
import type { ConnectedAccountView, NamedChecksView } from '#gateway/protocol.ts'
import {
  checkAccount,
  readAccounts,
  removeAccount,
  tryAccount,
  type AccountKind,
  type AccountPlace,
} from '../connection/channel-accounts.ts'
import { AskedStore, type AskedState } from '../stores/asked-store.ts'
import { timeOfDay } from '../text/format.ts'
import { refusalText } from '../text/refusal.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { useClient, useStore, useT } from '../ui/context.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { Menu } from '../ui/menu.tsx'
import { Failed, Skeleton } from '../ui/states.tsx'
import { AccountForm } from './account-form.tsx'
import { accountKinds, checkNames } from './account-kinds.ts'
import { CopyLine, FindingLine, Step, Steps } from './channel-parts.tsx'

/** SMS numbers or mailboxes of the workspace: what there is, setting one up, and whether each works. Nothing on a server that knows none. */
export function AccountSection({ kind }: { readonly kind: AccountKind }) {
  const t = useT()
  const client = useClient()
  const asked = useMemo(() => new AskedStore(() => readAccounts(client, kind)), [client, kind])
  const { value: view, problem } = useStore(asked.state)
  const [adding, setAdding] = useState(false)
  const reload = asked.ask
  useEffect(() => void reload(), [reload])
  const words = accountKinds[kind]
  if (problem?.code === 'not-found') return null
  return (
    <section aria-labelledby={`channel-${kind}`} className="mt-10 border-t border-line pt-6">
      <div className="flex flex-wrap items-center gap-2">
        <h2 id={`channel-${kind}`} className="mr-auto text-[17px] font-semibold">
          {t(words.title)}
        </h2>
        <Button small icon={Plus} onClick={() => setAdding(true)}>
          {t(words.add)}
        </Button>
      </div>
      <p className="mt-1 mb-5 text-ink-2">{t(words.hint)}</p>
      {view !== undefined ? (
        view.accounts.map((account) => (
          <ConnectedAccount
            key={account.account}
            kind={kind}
            account={account}
            onChange={reload}
            {...(view.webhook === undefined ? {} : { webhook: view.webhook })}
          />
        ))
      ) : problem === undefined ? (
        <Skeleton rows={2} height={44} />
      ) : (
        <Failed text={refusalText(problem, t)} onRetry={() => void reload()} />
      )}
      {adding ? (
        <Dialog title={t(words.add)} onClose={() => setAdding(false)}>
          <AccountForm
            kind={kind}
            onSaved={async () => {
              setAdding(false)
              await reload()
            }}
          />
        </Dialog>
      ) : null}
    </section>
  )
}

interface AccountProps {
  readonly kind: AccountKind
  readonly account: ConnectedAccountView
  readonly webhook?: string
  readonly onChange: () => Promise<unknown>
}

function ConnectedAccount({ kind, account, webhook, onChange }: AccountProps) {
  const t = useT()
  const client = useClient()
  const name = account.account
  const checks = useMemo(
    () => new AskedStore(() => checkAccount(client, { kind, account: name })),
    [client, kind, name],
  )
  const checking = useStore(checks.state)
  useEffect(() => void checks.ask(), [checks])
  const changed = async () => {
    await onChange()
    await checks.ask()
  }
  const right = checking.value?.checks.every(({ ok }) => ok) === true
  const told = webhook === undefined || checking.value?.checks.some(({ id, ok }) => id === 'webhook' && ok) === true
  const { webhookHint } = accountKinds[kind]
  return (
    <article aria-labelledby={`account-${name}`} className="mb-6">
      <div className="mb-3 flex items-center gap-2">
        <h3 id={`account-${name}`} className="tabular mr-auto min-w-0 font-semibold break-all">
          {name}
        </h3>
        <AccountMenu kind={kind} account={account} onChange={onChange} onSaved={changed} />
      </div>
      {account.problem === undefined ? null : (
        <p lang="en" className="mb-3 rounded-box bg-waiting-soft px-3 py-2 break-words text-waiting">
          {account.problem}
        </p>
      )}
      <Steps>
        {webhook === undefined ? null : (
          <Step place={1} state={told ? 'done' : 'now'} title={t('channels.step.webhook')}>
            <CopyLine label={t('accounts.webhook')} text={webhook} />
            {webhookHint === undefined ? null : <p className="mt-2 text-[13px] text-ink-3">{t(webhookHint)}</p>}
          </Step>
        )}
        <Step
          place={webhook === undefined ? 1 : 2}
          state={right ? 'done' : told ? 'now' : 'later'}
          title={t('channels.step.checks')}
          actions={
            <Button small icon={RefreshCw} busy={checking.busy} onClick={() => void checks.ask()}>
              {t(checking.busy ? 'accounts.checking' : 'channels.check')}
            </Button>
          }
        >
          <AccountChecks {...checking} />
        </Step>
        <Step place={webhook === undefined ? 2 : 3} state={right ? 'now' : 'later'} title={t('channels.step.test')}>
          <AccountTest kind={kind} account={name} />
        </Step>
      </Steps>
    </article>
  )
}

function AccountChecks({ value: view, problem, busy }: AskedState<NamedChecksView>) {
  const t = useT()
  if (problem !== undefined) return <p className="py-2 text-trouble">{refusalText(problem, t)}</p>
  if (view === undefined) return <Skeleton rows={4} height={44} />
  return (
    <div aria-busy={busy}>
      <ul className="divide-y divide-line border-y border-line">
        {view.checks.map((check) => {
          const name = checkNames[check.id]
          return (
            <li key={check.id}>
              <FindingLine name={name === undefined ? check.id : t(name)} finding={check} />
            </li>
          )
        })}
      </ul>
      <p className="tabular mt-2 text-[13px] text-ink-3" role="status">
        {t('channels.checked', { time: timeOfDay(view.atMs) })}
      </p>
    </div>
  )
}

/** A first message to oneself. */
function AccountTest({ kind, account }: AccountPlace) {
  const t = useT()
  const client = useClient()
  const [to, setTo] = useState('')
  const { to: label, toType } = accountKinds[kind]
  const message = useMemo(
    () => new AskedStore((given: string) => tryAccount(client, { kind, account }, given)),
    [client, kind, account],
  )
  const { busy, value, problem } = useStore(message.state)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void message.ask(toType === 'tel' ? to.replaceAll(/[\s()-]/gu, '') : to.trim())
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-2">
      <TextField
        label={t(label)}
        type={toType}
        autoComplete={toType}
        required
        value={to}
        onChange={(event) => setTo(event.target.value)}
      />
      <Button type="submit" icon={Send} busy={busy} className="self-start">
        {t('accounts.try')}
      </Button>
      <div role="status">
        {problem !== undefined ? (
          <p className="py-2 text-trouble">{refusalText(problem, t)}</p>
        ) : value === undefined ? null : (
          <FindingLine finding={value} />
        )}
      </div>
    </form>
  )
}

interface MenuProps extends Omit<AccountProps, 'webhook'> {
  readonly onSaved: () => Promise<unknown>
}

function AccountMenu({ kind, account, onChange, onSaved }: MenuProps) {
  const t = useT()
  const client = useClient()
  const [open, setOpen] = useState<'edit' | 'remove'>()
  const close = () => setOpen(undefined)
  const name = account.account
  const remove = async () => {
    close()
    const result = await removeAccount(client, { kind, account: name })
    if (result.ok) client.toasts.show({ tone: 'done', text: t('channels.removed', { number: name }) })
    else client.showProblem(result.error)
    await onChange()
  }
  return (
    <>
      <Menu
        trigger={<IconButton icon={MoreHorizontal} label={`${t('channels.actions')}: ${name}`} />}
        items={[
          { label: t('channels.edit'), icon: Pencil, run: () => setOpen('edit') },
          { label: t('channels.remove'), icon: Trash2, danger: true, run: () => setOpen('remove') },
        ]}
      />
      {open === 'edit' ? (
        <Dialog title={t('channels.edit-of', { number: name })} onClose={close}>
          <AccountForm
            kind={kind}
            account={account}
            onSaved={async () => {
              close()
              await onSaved()
            }}
          />
        </Dialog>
      ) : open === 'remove' ? (
        <Dialog
          title={t('channels.remove-of', { number: name })}
          description={t('accounts.remove-sure')}
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
