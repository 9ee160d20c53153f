import { MoreHorizontal, Pencil, Plus, RefreshCw, Rss, Trash2 } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import type { PageChecksView, PagesView, PageView } from '#gateway/protocol.ts'
import { checkPage, readPages, removePage, subscribePage } from '../connection/pages.ts'
import { AskedStore, type AskedState } from '../stores/asked-store.ts'
import { timeOfDay } from '../text/format.ts'
import { refusalText } from '../text/refusal.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { useClient, useStore, useT } from '../ui/context.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Menu } from '../ui/menu.tsx'
import { Failed, Skeleton } from '../ui/states.tsx'
import { CopyLine, FindingLine, Step, Steps } from './channel-parts.tsx'
import { PageForm } from './page-form.tsx'

/** Facebook Pages of the workspace, whose advertisements, comments and messages bring leads. Nothing on a server that knows none. */
export function PageSection() {
  const t = useT()
  const client = useClient()
  const asked = useMemo(() => new AskedStore(() => readPages(client)), [client])
  const { value: view, problem } = useStore(asked.state)
  const [adding, setAdding] = useState(false)
  const reload = asked.ask
  useEffect(() => void reload(), [reload])
  if (problem?.code === 'not-found') return null
  return (
    <section aria-labelledby="channel-pages" className="mt-10 border-t border-line pt-6">
      <div className="flex flex-wrap items-center gap-2">
        <h2 id="channel-pages" className="mr-auto text-[17px] font-semibold">
          {t('pages.title')}
        </h2>
        <Button small icon={Plus} onClick={() => setAdding(true)}>
          {t('pages.add')}
        </Button>
      </div>
      <p className="mt-1 mb-5 text-ink-2">{t('pages.hint')}</p>
      {view !== undefined ? (
        view.pages.map((page) => <ConnectedPage key={page.page} page={page} webhook={view.webhook} onChange={reload} />)
      ) : problem === undefined ? (
        <Skeleton rows={2} height={44} />
      ) : (
        <Failed text={refusalText(problem, t)} onRetry={() => void reload()} />
      )}
      {adding ? (
        <Dialog title={t('pages.add')} onClose={() => setAdding(false)}>
          <PageForm
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
        <PageMenu page={page} onChange={onChange} onSaved={changed} />
      </div>
      {page.problem === undefined ? null : <Warning>{page.problem}</Warning>}
      <Steps>
        <Step place={1} state={subscribed ? 'done' : 'now'} title={t('channels.step.webhook')}>
          <PageWebhook page={page} webhook={webhook} onSubscribed={checks.ask} />
        </Step>
        <Step
          place={2}
          state={right ? 'done' : subscribed ? 'now' : 'later'}
          title={t('channels.step.checks')}
          actions={
            <Button small icon={RefreshCw} busy={checking.busy} onClick={() => void checks.ask()}>
              {t(checking.busy ? 'channels.checking' : 'channels.check')}
            </Button>
          }
        >
          <PageChecks {...checking} />
        </Step>
      </Steps>
    </article>
  )
}

function nameOf({ name, page }: PageView): string {
  return name === '' ? page : name
}

function Warning({ children }: { readonly children: string }) {
  return (
    <p lang="en" className="mb-3 rounded-box bg-waiting-soft px-3 py-2 break-words text-waiting">
      {children}
    </p>
  )
}

interface WebhookProps extends Omit<ConnectedProps, 'onChange'> {
  readonly onSubscribed: () => Promise<unknown>
}

/** What to copy into the app's settings, and what we can tell Meta ourselves. */
function PageWebhook({ page, webhook, onSubscribed }: WebhookProps) {
  const t = useT()
  const client = useClient()
  const subscription = useMemo(() => new AskedStore(() => subscribePage(client, page.page)), [client, page.page])
  const { busy, value, problem } = useStore(subscription.state)
  const subscribe = async () => {
    const result = await subscription.ask()
    if (result.ok && result.value.ok) await onSubscribed()
  }
  return (
    <div className="flex flex-col gap-3">
      {webhook.problem === undefined ? null : <Warning>{webhook.problem}</Warning>}
      <CopyLine label={t('channels.address')} text={webhook.address} />
      {page.verifyToken === undefined ? null : <CopyLine label={t('channels.verify')} text={page.verifyToken} />}
      <p className="text-[13px] text-ink-3">{t('pages.webhook-hint')}</p>
      <Button icon={Rss} busy={busy} className="self-start" onClick={() => void subscribe()}>
        {t('channels.subscribe')}
      </Button>
      <div role="status">
        {problem !== undefined ? (
          <p className="py-2 text-trouble">{refusalText(problem, t)}</p>
        ) : value === undefined ? null : (
          <FindingLine finding={value} />
        )}
      </div>
    </div>
  )
}

function PageChecks({ value: view, problem, busy }: AskedState<PageChecksView>) {
  const t = useT()
  if (problem !== undefined) return <p className="py-2 text-trouble">{refusalText(problem, t)}</p>
  if (view === undefined) return <Skeleton rows={5} height={44} />
  return (
    <div aria-busy={busy}>
      <ul className="divide-y divide-line border-y border-line">
        {view.checks.map((check) => (
          <li key={check.id}>
            <FindingLine name={t(`pages.check.${check.id}`)} finding={check} />
          </li>
        ))}
      </ul>
      <p className="tabular mt-2 text-[13px] text-ink-3" role="status">
        {t('channels.checked', { time: timeOfDay(view.atMs) })}
      </p>
    </div>
  )
}

interface MenuProps {
  readonly page: PageView
  readonly onChange: () => Promise<unknown>
  readonly onSaved: () => Promise<unknown>
}

function PageMenu({ page, onChange, onSaved }: MenuProps) {
  const t = useT()
  const client = useClient()
  const [open, setOpen] = useState<'edit' | 'remove'>()
  const close = () => setOpen(undefined)
  const name = nameOf(page)
  const remove = async () => {
    close()
    const result = await removePage(client, page.page)
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
          <PageForm
            page={page}
            onSaved={async () => {
              close()
              await onSaved()
            }}
          />
        </Dialog>
      ) : open === 'remove' ? (
        <Dialog title={t('channels.remove-of', { number: name })} description={t('pages.remove-sure')} onClose={close}>
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
