import { Rss } from 'lucide-react'
import { useEffect, useMemo } from 'react'
import type { PageChecksView, PagesView, PageView } from '#gateway/protocol.ts'
import { checkPage, readPages, removePage, subscribePage } from '../connection/pages.ts'
import { AskedStore, type AskedState } from '../stores/asked-store.ts'
import { refusalText } from '../text/refusal.ts'
import { Button } from '../ui/button.tsx'
import { useClient, useStore, useT } from '../ui/context.tsx'
import { Skeleton } from '../ui/states.tsx'
import { CheckList, CheckStep, Told } from './channel-checks.tsx'
import { CopyLine, Step, Steps, Wrong } from './channel-parts.tsx'
import { ChannelSection } from './channel-section.tsx'
import { ConnectionMenu } from './connection-menu.tsx'
import { PageForm } from './page-form.tsx'

/** Facebook Pages of the workspace, whose advertisements, comments and messages bring leads. Nothing on a server that knows none. */
export function PageSection() {
  const t = useT()
  const client = useClient()
  const asked = useMemo(() => new AskedStore(() => readPages(client)), [client])
  return (
    <ChannelSection
      id="channel-pages"
      title={t('pages.title')}
      hint={t('pages.hint')}
      add={t('pages.add')}
      renderForm={(onSaved) => <PageForm onSaved={onSaved} />}
      asked={asked}
    >
      {({ pages, webhook }) =>
        pages.map((page) => <ConnectedPage key={page.page} page={page} webhook={webhook} onChange={asked.ask} />)
      }
    </ChannelSection>
  )
}

interface ConnectedProps {
  readonly page: PageView
  readonly webhook: PagesView['webhook']
  readonly onChange: () => Promise<unknown>
}

/** A connected Page: where Meta sends what happens, and what the checks find. It is checked when one comes to it. */
function ConnectedPage({ page, webhook, onChange }: ConnectedProps) {
  const t = useT()
  const client = useClient()
  const { page: id } = page
  const checks = useMemo(() => new AskedStore(() => checkPage(client, id)), [client, id])
  const checking = useStore(checks.state)
  useEffect(() => {
    // The first check learns the name.
    void checks.ask().then(onChange)
  }, [checks, onChange])
  const changed = async () => {
    await onChange()
    await checks.ask()
  }
  const found = checking.value?.checks
  const right = found?.every(({ ok }) => ok) === true
  const subscribed = found?.some(({ id: check, ok }) => check === 'subscription' && ok) === true
  return (
    <article aria-labelledby={`page-${id}`} className="mb-6">
      <div className="mb-3 flex items-center gap-2">
        <h3 id={`page-${id}`} className="tabular mr-auto min-w-0 font-semibold break-words">
          {nameOf(page)}
        </h3>
        <ConnectionMenu
          name={nameOf(page)}
          renderEdit={(onSaved) => <PageForm page={page} onSaved={onSaved} />}
          sure={t('pages.remove-sure')}
          remove={() => removePage(client, id)}
          onChange={onChange}
          onSaved={changed}
        />
      </div>
      {page.problem === undefined ? null : <Wrong>{page.problem}</Wrong>}
      <Steps>
        <Step place={1} state={subscribed ? 'done' : 'now'} title={t('channels.step.webhook')}>
          <PageWebhook page={page} webhook={webhook} onSubscribed={checks.ask} />
        </Step>
        <CheckStep
          place={2}
          state={right ? 'done' : subscribed ? 'now' : 'later'}
          busy={checking.busy}
          checking={t('channels.checking')}
          onCheck={checks.ask}
        >
          <PageChecks {...checking} />
        </CheckStep>
      </Steps>
    </article>
  )
}

function nameOf({ name, page }: PageView): string {
  return name === '' ? page : name
}

interface WebhookProps extends Omit<ConnectedProps, 'onChange'> {
  readonly onSubscribed: () => Promise<unknown>
}

/** What to copy into the app's settings, and what we can tell Meta ourselves. */
function PageWebhook({ page, webhook, onSubscribed }: WebhookProps) {
  const t = useT()
  const client = useClient()
  const subscription = useMemo(() => new AskedStore(() => subscribePage(client, page.page)), [client, page.page])
  const told = useStore(subscription.state)
  const subscribe = async () => {
    const result = await subscription.ask()
    if (result.ok && result.value.ok) await onSubscribed()
  }
  return (
    <div className="flex flex-col gap-3">
      {webhook.problem === undefined ? null : <Wrong>{webhook.problem}</Wrong>}
      <CopyLine label={t('channels.address')} text={webhook.address} />
      {page.verifyToken === undefined ? null : <CopyLine label={t('channels.verify')} text={page.verifyToken} />}
      <p className="text-[13px] text-ink-3">{t('pages.webhook-hint')}</p>
      <Button icon={Rss} busy={told.busy} className="self-start" onClick={() => void subscribe()}>
        {t('channels.subscribe')}
      </Button>
      <Told {...told} />
    </div>
  )
}

function PageChecks({ value: view, problem, busy }: AskedState<PageChecksView>) {
  const t = useT()
  if (problem !== undefined) return <p className="py-2 text-trouble">{refusalText(problem, t)}</p>
  if (view === undefined) return <Skeleton rows={5} height={44} />
  return <CheckList view={view} busy={busy} nameOf={({ id }) => t(`pages.check.${id}`)} />
}
