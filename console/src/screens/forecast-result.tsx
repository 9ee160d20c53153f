import { CircleCheck, CircleX, Clock, Download, TriangleAlert, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ForecastReasonView, ForecastResult, ForecastView } from '#gateway/protocol.ts'
import { downloadPeople } from '../connection/forecasts.ts'
import { summaryCsv } from '../stores/forecast-text.ts'
import { hashOf } from '../stores/route.ts'
import { count, dayAndTime, duration, spent } from '../text/format.ts'
import type { T } from '../text/text.ts'
import { Button } from '../ui/button.tsx'
import { durationWords, useClient, useT, useText } from '../ui/context.tsx'
import { Empty } from '../ui/states.tsx'

interface ResultProps {
  readonly view: ForecastView
  readonly result: ForecastResult
}

const outcomes = ['send', 'hold', 'refuse'] as const
const looks: Readonly<Record<(typeof outcomes)[number], { readonly icon: LucideIcon; readonly tone: string }>> = {
  send: { icon: CircleCheck, tone: 'text-person' },
  hold: { icon: Clock, tone: 'text-waiting' },
  refuse: { icon: CircleX, tone: 'text-trouble' },
}

/** What came of a forecast: three numbers with their reasons, what it costs and when it is over. */
export function ForecastResultView({ view, result }: ResultProps) {
  const t = useT()
  const { locale } = useText()
  const client = useClient()
  const savePeople = async (reason?: string): Promise<void> => {
    const file = await downloadPeople(client, view.id, reason)
    if (file === undefined) client.showProblem({ code: 'unavailable', message: '', retry: 'later' })
    else save(file, `forecast-${reason ?? 'people'}.csv`)
  }
  const saveSummary = (): void => {
    const csv = summaryCsv(view, (reason) => words(reason, t))
    save(new Blob([csv], { type: 'text/csv' }), 'forecast-reasons.csv')
  }
  const told = [
    t('forecast.by', { name: view.account.name }),
    t('forecast.of', { name: view.by, time: dayAndTime(view.createdAtMs, locale) }),
    ...(result.tookMs < 1000 ? [] : [t('forecast.took', { time: duration(result.tookMs, durationWords(t)) })]),
  ]
  return (
    <div className="flex flex-col gap-6">
      <p className="text-ink-2">
        {view.asked.template === undefined ? null : (
          <span className="font-medium text-ink">{view.asked.template.name} · </span>
        )}
        {told.join(' · ')}
      </p>
      <Brake view={view} />
      <Matched view={view} />
      {result.people === 0 ? (
        <Empty icon={CircleX} title={t('forecast.nobody')} text={t('forecast.nobody-hint')} />
      ) : (
        <>
          <div className="grid items-start gap-4 lg:grid-cols-3">
            {outcomes.map((outcome) => (
              <Outcome key={outcome} outcome={outcome} result={result} onSave={(reason) => void savePeople(reason)} />
            ))}
          </div>
          <Numbers view={view} result={result} />
          <div className="flex flex-wrap gap-2">
            <Button icon={Download} onClick={saveSummary}>
              {t('forecast.summary')}
            </Button>
            <Button icon={Download} onClick={() => void savePeople()}>
              {t('forecast.people')}
            </Button>
          </div>
        </>
      )}
    </div>
  )
}

interface OutcomeProps {
  readonly outcome: (typeof outcomes)[number]
  readonly result: ForecastResult
  readonly onSave: (reason: string) => void
}

function Outcome({ outcome, result, onSave }: OutcomeProps) {
  const t = useT()
  const { icon: Icon, tone } = looks[outcome]
  const reasons = result.reasons.filter((each) => each.outcome === outcome)
  return (
    <section
      aria-labelledby={`forecast-${outcome}`}
      className="min-w-0 rounded-box border border-line bg-surface px-4 py-3"
    >
      <h2 id={`forecast-${outcome}`} className={`flex items-center gap-1.5 font-medium ${tone}`}>
        <Icon size={16} aria-hidden />
        {t(`forecast.${outcome}`)}
      </h2>
      <p className="tabular text-[28px] leading-tight font-semibold">{count(result.outcomes[outcome])}</p>
      {reasons.length === 0 ? (
        <p className="mt-1 text-ink-3">{t('forecast.none-of')}</p>
      ) : (
        <ul className="mt-2 divide-y divide-line border-t border-line">
          {reasons.map((each) => (
            <Reason key={each.reason} reason={each} onSave={() => onSave(each.reason)} />
          ))}
        </ul>
      )}
    </section>
  )
}

function Reason({ reason, onSave }: { readonly reason: ForecastReasonView; readonly onSave: () => void }) {
  const t = useT()
  const { locale } = useText()
  const said = words(reason.reason, t)
  const { firstAtMs, lastAtMs } = reason
  return (
    <li className="py-2">
      <div className="flex items-start gap-2">
        <span className="tabular shrink-0 font-semibold">{count(reason.count)}</span>
        <span className="min-w-0 flex-1 text-ink-2">{said}</span>
        <button
          type="button"
          onClick={onSave}
          aria-label={t('forecast.people-of', { reason: said })}
          title={t('forecast.people-of', { reason: said })}
          className="-my-0.5 shrink-0 rounded-[5px] p-1 text-ink-3 hover:bg-hover hover:text-ink"
        >
          <Download size={15} aria-hidden />
        </button>
      </div>
      {firstAtMs === undefined || lastAtMs === undefined ? null : (
        <p className="tabular text-[12.5px] text-ink-3">{between(firstAtMs, lastAtMs, { t, locale })}</p>
      )}
      <p className="mt-0.5 text-[12.5px] text-ink-3">
        {t('forecast.example')}:{' '}
        {reason.sample.map(({ lead, name }, index) => (
          <span key={lead}>
            {index === 0 ? '' : ', '}
            <a
              href={hashOf({ screen: 'leads', lead, filter: {} })}
              className="text-accent-ink underline underline-offset-2 hover:no-underline"
            >
              {name === '' ? t('forecast.nameless') : name}
            </a>
          </span>
        ))}
      </p>
    </li>
  )
}

function Numbers({ view, result }: ResultProps) {
  const t = useT()
  const { locale } = useText()
  const { cost, firstAtMs, doneAtMs, days, outcomes: sums } = result
  const absent = sums.send + sums.hold === 0 ? t('forecast.never') : t('forecast.unknown')
  const at = (atMs: number | undefined): string => (atMs === undefined ? absent : dayAndTime(atMs, locale))
  const { daily } = view.account
  return (
    <dl className="grid gap-px overflow-hidden rounded-box border border-line bg-line sm:grid-cols-3">
      <Fact label={t('forecast.cost')} value={spent(cost.micros, cost.currency)}>
        {cost.assumed === true ? t('forecast.cost-assumed') : null} {budgetWords(cost, t)}
      </Fact>
      <Fact label={t('forecast.first')} value={at(firstAtMs)} />
      <Fact label={t('forecast.done')} value={at(doneAtMs)}>
        {days === undefined || daily === undefined
          ? null
          : t('forecast.days', { days, limit: count(daily.limit), room: count(daily.roomToday) })}
      </Fact>
    </dl>
  )
}

function Fact(props: { readonly label: string; readonly value: string; readonly children?: ReactNode }) {
  return (
    <div className="bg-surface px-4 py-3">
      <dt className="text-[12.5px] text-ink-3">{props.label}</dt>
      <dd className="tabular text-[17px] font-semibold">{props.value}</dd>
      {props.children === undefined ? null : <dd className="text-[12.5px] text-ink-2">{props.children}</dd>}
    </div>
  )
}

function budgetWords({ micros, leftMicros, currency }: ForecastResult['cost'], t: T): string {
  if (leftMicros === undefined) return ''
  const left = spent(leftMicros, currency)
  return t(micros > leftMicros ? 'forecast.cost-over' : 'forecast.cost-left', { left })
}

function Brake({ view }: { readonly view: ForecastView }) {
  const t = useT()
  const { locale } = useText()
  const { brake } = view.account
  if (brake === undefined) return null
  return (
    <div role="note" className="flex gap-2 rounded-box bg-waiting-soft px-3 py-2 text-waiting">
      <TriangleAlert size={16} className="mt-0.5 shrink-0" aria-hidden />
      <p className="min-w-0">
        {t('forecast.brake', { since: dayAndTime(brake.sinceMs, locale), reason: brake.reason })}{' '}
        {brake.untilMs === undefined ? null : t('forecast.brake-until', { until: dayAndTime(brake.untilMs, locale) })}{' '}
        <span lang="en">{brake.whatToDo}</span>
      </p>
    </div>
  )
}

function Matched({ view: { list } }: { readonly view: ForecastView }) {
  const t = useT()
  if (list === undefined) return null
  const { given, matched, unmatched, unmatchedSample } = list
  return (
    <p className="text-ink-2">
      {t('forecast.matched', { given: count(given), matched: count(matched), unmatched: count(unmatched) })}{' '}
      {unmatched === 0 ? null : t('forecast.unmatched', { some: unmatchedSample.slice(0, 5).join(', ') })}
    </p>
  )
}

/** A reason in words. */
function words(reason: string, t: T): string {
  return isLost(reason) ? t('forecast.reason.no-address') : t(`why.reason.${reason as Known}`)
}

type Known = Exclude<ForecastReasonView['reason'], 'no-address'>

function isLost(reason: string): reason is 'no-address' {
  return reason === 'no-address'
}

function between(
  firstAtMs: number,
  lastAtMs: number,
  { t, locale }: { readonly t: T; readonly locale: string },
): string {
  const first = dayAndTime(firstAtMs, locale)
  const last = dayAndTime(lastAtMs, locale)
  return first === last ? t('forecast.at', { time: first }) : t('forecast.between', { first, last })
}

function save(file: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}
