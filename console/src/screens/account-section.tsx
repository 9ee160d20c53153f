import { useEffect, useMemo } from 'react'
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
import { refusalText } from '../text/refusal.ts'
import { useClient, useStore, useT } from '../ui/context.tsx'
import { Skeleton } from '../ui/states.tsx'
import { AccountForm } from './account-form.tsx'
import { accountKinds, checkNames } from './account-kinds.ts'
import { CheckList, CheckStep, TestMessage } from './channel-checks.tsx'
import { CopyLine, Step, Steps, Wrong } from './channel-parts.tsx'
import { ChannelSection } from './channel-section.tsx'
import { ConnectionMenu } from './connection-menu.tsx'

/** SMS numbers or mailboxes of the workspace: what there is, setting one up, and whether each works. Nothing on a server that knows none. */
export function AccountSection({ kind }: { readonly kind: AccountKind }) {
  const t = useT()
  const client = useClient()
  const asked = useMemo(() => new AskedStore(() => readAccounts(client, kind)), [client, kind])
  const words = accountKinds[kind]
  return (
    <ChannelSection
      id={`channel-${kind}`}
      title={t(words.title)}
      hint={t(words.hint)}
      add={t(words.add)}
      renderForm={(onSaved) => <AccountForm kind={kind} onSaved={onSaved} />}
      asked={asked}
    >
      {({ accounts, webhook }) =>
        accounts.map((account) => (
          <ConnectedAccount
            key={account.account}
            kind={kind}
            account={account}
            onChange={asked.ask}
            {...(webhook === undefined ? {} : { webhook })}
          />
        ))
      }
    </ChannelSection>
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
        <ConnectionMenu
          name={name}
          renderEdit={(onSaved) => <AccountForm kind={kind} account={account} onSaved={onSaved} />}
          sure={t('accounts.remove-sure')}
          remove={() => removeAccount(client, { kind, account: name })}
          onChange={onChange}
          onSaved={changed}
        />
      </div>
      {account.problem === undefined ? null : <Wrong>{account.problem}</Wrong>}
      <Steps>
        {webhook === undefined ? null : (
          <Step place={1} state={told ? 'done' : 'now'} title={t('channels.step.webhook')}>
            <CopyLine label={t('accounts.webhook')} text={webhook} />
            {webhookHint === undefined ? null : <p className="mt-2 text-[13px] text-ink-3">{t(webhookHint)}</p>}
          </Step>
        )}
        <CheckStep
          place={webhook === undefined ? 1 : 2}
          state={right ? 'done' : told ? 'now' : 'later'}
          busy={checking.busy}
          checking={t('accounts.checking')}
          onCheck={checks.ask}
        >
          <AccountChecks {...checking} />
        </CheckStep>
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
  const nameOf = ({ id }: { readonly id: string }) => {
    const name = checkNames[id]
    return name === undefined ? id : t(name)
  }
  return <CheckList view={view} busy={busy} nameOf={nameOf} />
}

/** A first message to oneself. */
function AccountTest({ kind, account }: AccountPlace) {
  const t = useT()
  const client = useClient()
  const { to, toType } = accountKinds[kind]
  const message = useMemo(
    () => new AskedStore((given: string) => tryAccount(client, { kind, account }, given)),
    [client, kind, account],
  )
  return <TestMessage message={message} label={t(to)} type={toType} send={t('accounts.try')} />
}
