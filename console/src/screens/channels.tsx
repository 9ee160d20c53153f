import { Radio, ShieldAlert } from 'lucide-react'
import { useEffect, useMemo } from 'react'
import { readConnections } from '../connection/connections.ts'
import { AskedStore } from '../stores/asked-store.ts'
import { refusalText } from '../text/refusal.ts'
import { useClient, useMe, useStore, useT } from '../ui/context.tsx'
import { Empty, Failed, Page, Skeleton } from '../ui/states.tsx'
import { AccountSection } from './account-section.tsx'
import { NumberForm } from './channel-form.tsx'
import { ConnectedNumber } from './channel-number.tsx'
import { Step, Steps } from './channel-parts.tsx'
import { AddButton } from './channel-section.tsx'
import { PageSection } from './page-section.tsx'
import { SpendSection } from './spend-section.tsx'

/** What the workspace is connected to: its WhatsApp numbers, how to set one up, and whether each works. */
export function ChannelsScreen() {
  const t = useT()
  const admin = useMe()?.role === 'admin'
  const client = useClient()
  const connections = useMemo(() => new AskedStore(() => readConnections(client)), [client])
  const { value: view, problem } = useStore(connections.state)
  const reload = connections.ask
  useEffect(() => {
    if (admin) void connections.ask()
  }, [admin, connections])
  if (!admin) {
    return (
      <Page title={t('channels.title')} narrow>
        <Empty icon={ShieldAlert} title={t('channels.admins-only')} text={t('channels.admins-only-hint')} />
      </Page>
    )
  }
  const connected = view !== undefined && view.whatsapp.length > 0
  return (
    <Page
      title={t('channels.title')}
      narrow
      actions={
        connected ? (
          <AddButton
            label={t('channels.add')}
            renderForm={(onSaved) => <NumberForm onSaved={onSaved} />}
            onSaved={reload}
          />
        ) : null
      }
    >
      {view === undefined ? (
        problem === undefined ? (
          <Skeleton rows={6} height={72} />
        ) : (
          <Failed text={refusalText(problem, t)} onRetry={() => void reload()} />
        )
      ) : connected ? (
        view.whatsapp.map((number) => (
          <ConnectedNumber key={number.account} number={number} webhook={view.webhook} onChange={reload} />
        ))
      ) : (
        <FirstNumber onSaved={reload} />
      )}
      <PageSection />
      <AccountSection kind="sms" />
      <AccountSection kind="email" />
      <SpendSection />
    </Page>
  )
}

/** Nothing is connected yet: what is needed, in which order, and the first step to fill in. */
function FirstNumber({ onSaved }: { readonly onSaved: () => Promise<unknown> }) {
  const t = useT()
  return (
    <section aria-labelledby="first-number">
      <h2 id="first-number" className="flex items-center gap-2 text-[17px] font-semibold">
        <Radio size={18} className="text-ink-3" aria-hidden />
        {t('channels.none')}
      </h2>
      <p className="mt-1 mb-5 text-ink-2">{t('channels.none-hint')}</p>
      <Steps>
        <Step place={1} state="now" title={t('channels.step.number')}>
          <NumberForm onSaved={onSaved} />
        </Step>
        {(['webhook', 'checks', 'test'] as const).map((step, index) => (
          <Step key={step} place={index + 2} state="later" title={t(`channels.step.${step}`)}>
            <p className="text-ink-3">{t(`channels.later.${step}`)}</p>
          </Step>
        ))}
      </Steps>
    </section>
  )
}
