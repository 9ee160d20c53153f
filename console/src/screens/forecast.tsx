import { Telescope, Trash2 } from 'lucide-react'
import { useEffect, useMemo } from 'react'
import type { ForecastView } from '#gateway/protocol.ts'
import { endForecast, listForecasts, readForecast } from '../connection/forecasts.ts'
import { AskedStore } from '../stores/asked-store.ts'
import { hashOf } from '../stores/route.ts'
import { channelWord } from '../text/channel-word.ts'
import { count, dayAndTime } from '../text/format.ts'
import { Button } from '../ui/button.tsx'
import { useClient, useStore, useT, useText } from '../ui/context.tsx'
import { ProgressBar } from '../ui/progress-bar.tsx'
import { Empty, Failed, Page, Skeleton } from '../ui/states.tsx'
import { ForecastForm } from './forecast-form.tsx'
import { ForecastResultView } from './forecast-result.tsx'

const pollMs = 400

/** What a campaign would come to: asked, followed while it is counted, and read. */
export function ForecastScreen({ id }: { readonly id?: string }) {
  const t = useT()
  const client = useClient()
  const anew = () => client.go({ screen: 'forecast' })
  return (
    <Page
      title={t('forecast.title')}
      actions={id === undefined ? undefined : <Button onClick={anew}>{t('forecast.new')}</Button>}
    >
      {id === undefined ? (
        <div className="grid items-start gap-10 lg:grid-cols-[3fr_2fr]">
          <ForecastForm onBegun={(begun) => client.go({ screen: 'forecast', id: begun })} />
          <Earlier />
        </div>
      ) : (
        <One id={id} onGone={anew} />
      )}
    </Page>
  )
}

function Earlier() {
  const t = useT()
  const { locale } = useText()
  const client = useClient()
  const asked = useMemo(() => new AskedStore(() => listForecasts(client)), [client])
  const { value: views, problem } = useStore(asked.state)
  useEffect(() => void asked.ask(), [asked])
  return (
    <section aria-labelledby="forecast-earlier" className="min-w-0">
      <h2 id="forecast-earlier" className="mb-2 font-semibold">
        {t('forecast.earlier')}
      </h2>
      {problem !== undefined ? (
        <Failed text={problem.message} onRetry={() => void asked.ask()} />
      ) : views === undefined ? (
        <Skeleton rows={3} height={52} />
      ) : views.length === 0 ? (
        <Empty icon={Telescope} title={t('forecast.earlier-none')} />
      ) : (
        <ul className="divide-y divide-line rounded-box border border-line bg-surface">
          {views.map((view) => (
            <li key={view.id}>
              <a href={hashOf({ screen: 'forecast', id: view.id })} className="block px-3 py-2.5 hover:bg-hover">
                <span className="block truncate font-medium">
                  {view.asked.template?.name ?? channelWord(view.asked.channel, t)}
                </span>
                <span className="tabular block text-[12.5px] text-ink-2">
                  {view.result === undefined
                    ? t(`forecast.status.${view.status === 'done' ? 'failed' : view.status}`)
                    : t('forecast.status.done', {
                        send: count(view.result.outcomes.send),
                        people: count(view.result.people),
                      })}
                </span>
                <span className="tabular block text-[12.5px] text-ink-3">
                  {t('forecast.of', { name: view.by, time: dayAndTime(view.createdAtMs, locale) })}
                </span>
              </a>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function One({ id, onGone }: { readonly id: string; readonly onGone: () => void }) {
  const t = useT()
  const client = useClient()
  const { view, problem, load } = useForecast(id)
  const end = async (): Promise<void> => {
    const answer = await endForecast(client, id)
    if (!answer.ok) client.showProblem(answer.error)
    else if (view?.status === 'counting') void load()
    else onGone()
  }
  if (problem !== undefined && (view === undefined || problem.retry === 'never'))
    return <Failed text={problem.message} onRetry={() => void load()} />
  if (view === undefined) return <Skeleton rows={6} height={64} />
  if (view.status === 'counting') return <Counting view={view} onStop={() => void end()} />
  if (view.result === undefined) {
    const text = view.problem ?? t('forecast.stopped')
    const title = t(view.status === 'failed' ? 'forecast.failed' : 'forecast.status.stopped')
    return (
      <Empty icon={Telescope} title={title} text={text}>
        <Button onClick={onGone}>{t('forecast.new')}</Button>
      </Empty>
    )
  }
  return (
    <>
      <ForecastResultView view={view} result={view.result} />
      <Button icon={Trash2} look="quiet" className="mt-6" onClick={() => void end()}>
        {t('forecast.remove')}
      </Button>
    </>
  )
}

function Counting({ view, onStop }: { readonly view: ForecastView; readonly onStop: () => void }) {
  const t = useT()
  const share = view.of === 0 ? 0 : Math.min(1, view.looked / view.of)
  return (
    <div className="mx-auto max-w-xl pt-8">
      <h2 className="font-semibold">{t('forecast.counting')}</h2>
      <ProgressBar
        label={t('forecast.counting')}
        share={share}
        text={t('forecast.progress', { looked: count(view.looked), of: count(view.of) })}
      />
      <Button className="mt-4" onClick={onStop}>
        {t('forecast.stop')}
      </Button>
    </div>
  )
}

/** Asks again until it is counted; a line that is down for a moment is asked again, too. */
function useForecast(id: string) {
  const client = useClient()
  const asked = useMemo(() => new AskedStore(() => readForecast(client, id)), [client, id])
  const state = useStore(asked.state)
  useEffect(() => void asked.ask(), [asked])
  useEffect(() => {
    if (state.busy || state.value?.status !== 'counting') return undefined
    const timer = setTimeout(() => void asked.ask(), pollMs)
    return () => clearTimeout(timer)
  }, [asked, state])
  return { view: state.value, problem: state.problem, load: asked.ask }
}
