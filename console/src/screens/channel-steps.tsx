import { Rss, TriangleAlert } from 'lucide-react'
import { useMemo, type ReactNode } from 'react'
import type { ChecksView, ConnectionsView, WhatsAppNumberView } from '#gateway/protocol.ts'
import { removeOldAppSecret, sendTestMessage, subscribeNumber } from '../connection/connections.ts'
import { AskedStore, type AskedState } from '../stores/asked-store.ts'
import { Button } from '../ui/button.tsx'
import { useClient, useStore, useT } from '../ui/context.tsx'
import { Skeleton } from '../ui/states.tsx'
import { CheckList, TestMessage, Told } from './channel-checks.tsx'
import { CopyLine } from './channel-parts.tsx'

/** Ids and secrets, of which only the end is known here. */
export function Access({
  number,
  onChange,
}: {
  readonly number: WhatsAppNumberView
  readonly onChange: () => Promise<unknown>
}) {
  const t = useT()
  const client = useClient()
  const [secret, old] = number.appSecrets
  const endOf = (each: typeof secret) =>
    each === undefined ? t('channels.not-set') : t('channels.set', { end: each.endsWith })
  const removeOld = async () => {
    const result = await removeOldAppSecret(client, number.account)
    if (!result.ok) client.showProblem(result.error)
    await onChange()
  }
  if (number.problem !== undefined) return <Warning lang="en">{number.problem}</Warning>
  const rows = [
    [t('channels.account'), number.account],
    [t('channels.business'), number.business],
    [t('channels.token'), endOf(number.accessToken)],
    [t('channels.secret'), endOf(secret)],
  ]
  return (
    <>
      <dl className="grid gap-x-4 sm:grid-cols-[auto_1fr] sm:gap-y-1">
        {rows.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-ink-3">{name}</dt>
            <dd className="tabular mb-2 break-all sm:mb-0">{value}</dd>
          </div>
        ))}
      </dl>
      {old === undefined ? null : (
        <div className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-2">
          <p className="text-ink-2">{t('channels.old-secret', { end: old.endsWith })}</p>
          <Button small onClick={() => void removeOld()}>
            {t('channels.old-secret-remove')}
          </Button>
        </div>
      )}
    </>
  )
}

interface WebhookProps {
  readonly number: WhatsAppNumberView
  readonly webhook: ConnectionsView['webhook']
  readonly onSubscribed: () => Promise<unknown>
}

/** Where Meta is to send, to copy or to be told by us. */
export function Webhook({ number, webhook, onSubscribed }: WebhookProps) {
  const t = useT()
  const client = useClient()
  const subscription = useMemo(
    () => new AskedStore(() => subscribeNumber(client, number.account)),
    [client, number.account],
  )
  const told = useStore(subscription.state)
  const subscribe = async () => {
    const result = await subscription.ask()
    if (result.ok && result.value.ok) await onSubscribed()
  }
  return (
    <div className="flex flex-col gap-3">
      {webhook.problem === undefined ? null : <Warning lang="en">{webhook.problem}</Warning>}
      <CopyLine label={t('channels.address')} text={webhook.address} />
      {number.verifyToken === undefined ? null : <CopyLine label={t('channels.verify')} text={number.verifyToken} />}
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <Button icon={Rss} busy={told.busy} onClick={() => void subscribe()}>
          {t('channels.subscribe')}
        </Button>
        <p className="min-w-52 flex-1 text-[13px] text-ink-3">{t('channels.subscribe-hint')}</p>
      </div>
      <Told {...told} />
    </div>
  )
}

/** What the checks found last. */
export function Checks({ value: view, problem, busy }: AskedState<ChecksView>) {
  const t = useT()
  if (problem !== undefined) return <Told problem={problem} />
  if (view === undefined) return <Skeleton rows={6} height={44} />
  return <CheckList view={view} busy={busy} nameOf={({ id }) => t(`channels.check.${id}`)} />
}

/** A first message to one's own phone. */
export function NumberTest({ account }: { readonly account: string }) {
  const t = useT()
  const client = useClient()
  const message = useMemo(
    () => new AskedStore((phone: string) => sendTestMessage(client, account, phone)),
    [client, account],
  )
  return (
    <TestMessage
      message={message}
      label={t('channels.to')}
      hint={t('channels.to-hint')}
      type="tel"
      pattern="\+?[0-9\s\(\)\-]{6,24}"
      send={t('channels.send')}
    />
  )
}

function Warning({ children, lang }: { readonly children: ReactNode; readonly lang: string }) {
  return (
    <p lang={lang} className="flex gap-2 rounded-box bg-waiting-soft px-3 py-2 text-waiting">
      <TriangleAlert size={16} className="mt-0.5 shrink-0" aria-hidden />
      <span className="min-w-0 break-words">{children}</span>
    </p>
  )
}
