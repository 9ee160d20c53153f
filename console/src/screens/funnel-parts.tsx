import { Bot, User } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Funnel, Spread } from '#gateway/protocol.ts'
import { reachOf } from '../stores/funnel-math.ts'
import { hashOf, temperatures } from '../stores/route.ts'
import { clock, count, duration, percent } from '../text/format.ts'
import { TemperatureMark } from '../ui/badge.tsx'
import { durationWords, useNow, useT } from '../ui/context.tsx'

interface PartProps {
  readonly funnel: Funnel
}

/** What matters now, in one line. */
export function Numbers({ funnel }: PartProps) {
  const t = useT()
  const { conversations: talks, longestWaitSinceMs } = funnel
  const inbox = (view: 'waiting' | 'assistant' | 'all') => hashOf({ screen: 'inbox', view, filter: {} })
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-box border border-line bg-line md:grid-cols-3 xl:grid-cols-6">
      <Figure
        label={t('funnel.waiting')}
        value={count(talks.waiting)}
        href={inbox('waiting')}
        {...(talks.waiting > 0 ? { tone: 'text-waiting' } : {})}
      />
      <Figure
        label={t('funnel.longest')}
        value={longestWaitSinceMs === undefined ? '–' : <Ticking sinceMs={longestWaitSinceMs} />}
        href={inbox('waiting')}
        {...(longestWaitSinceMs === undefined ? { detail: t('funnel.nobody-waits') } : { tone: 'text-waiting' })}
      />
      <Figure
        label={t('funnel.with-assistant')}
        value={count(talks.withAssistant)}
        href={inbox('assistant')}
        tone="text-assistant"
      />
      <Figure
        label={t('funnel.with-member')}
        value={count(talks.withMember)}
        href={inbox('all')}
        tone="text-person"
        detail={`${count(talks.open)} ${t('funnel.open')}`}
      />
      <Figure
        label={t('funnel.containment')}
        value={funnel.containment === undefined ? '–' : percent(funnel.containment)}
        href={inbox('all')}
        {...(funnel.containment === undefined ? { detail: t('funnel.not-measured') } : {})}
      />
      <Figure
        label={t('funnel.bookings')}
        value={count(funnel.bookingsToday)}
        href={hashOf({ screen: 'leads', filter: { stage: 'visit' } })}
      />
    </dl>
  )
}

interface FigureProps {
  readonly label: string
  readonly value: ReactNode
  readonly href: string
  readonly detail?: string
  readonly tone?: string
}

function Figure({ label, value, href, detail, tone }: FigureProps) {
  return (
    <div className="relative bg-surface px-4 py-3 hover:bg-hover">
      <dt className="text-[12.5px] text-ink-3">{label}</dt>
      <dd className="mt-0.5 flex items-baseline gap-2">
        <a
          href={href}
          className={`tabular text-[24px] leading-8 font-semibold after:absolute after:inset-0 ${tone ?? ''}`}
        >
          {value}
        </a>
        {detail === undefined ? null : <span className="truncate text-[12.5px] text-ink-3">{detail}</span>}
      </dd>
    </div>
  )
}

function Ticking({ sinceMs }: { readonly sinceMs: number }) {
  return clock(useNow() - sinceMs)
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h2 className="mb-3 font-semibold">{title}</h2>
      {children}
    </section>
  )
}

interface StagesProps extends PartProps {
  readonly fromMs: number
  readonly source?: string
}

/** Leads by stage, each bar in parts of hot, warm and cold. */
export function Stages({ funnel, fromMs, source }: StagesProps) {
  const t = useT()
  const most = Math.max(1, ...funnel.stages.map((each) => each.total))
  const reach = new Map(reachOf(funnel.stages).map((each) => [each.stage, each]))
  const narrow = { ...(source === undefined ? {} : { source }), ...(fromMs > 0 ? { sinceMs: fromMs } : {}) }
  return (
    <Part title={t('funnel.leads')}>
      <ul className="flex flex-col">
        {funnel.stages.map(({ stage, total, byTemperature }) => {
          const share = reach.get(stage)?.share
          return (
            <li key={stage} className="border-b border-line py-2.5 first:pt-0">
              <div className="flex items-baseline gap-2">
                <a
                  href={hashOf({ screen: 'leads', filter: { stage, ...narrow } })}
                  className="font-medium hover:underline"
                >
                  {t(`stage.${stage}`)}
                </a>
                {share === undefined ? null : (
                  <span className="tabular text-[12.5px] text-ink-3">
                    {t('funnel.reached', { percent: percent(share) })}
                  </span>
                )}
                <a
                  href={hashOf({ screen: 'leads', filter: { stage, ...narrow } })}
                  aria-label={t('funnel.show', { what: `${t(`stage.${stage}`)}: ${total}` })}
                  className="tabular ml-auto text-[17px] font-semibold hover:underline"
                >
                  {count(total)}
                </a>
              </div>
              <div aria-hidden className="my-1.5 flex h-2 w-full overflow-hidden rounded-full bg-sunken">
                {temperatures.map((each, index) => (
                  <span
                    key={each}
                    className={['bg-accent', 'bg-accent/60', 'bg-accent/30'][index]}
                    style={{ width: `${(100 * byTemperature[each]) / most}%` }}
                  />
                ))}
              </div>
              <div className="flex gap-4">
                {temperatures.map((each) => (
                  <a
                    key={each}
                    href={hashOf({ screen: 'leads', filter: { stage, temperature: each, ...narrow } })}
                    className="tabular flex items-center gap-1.5 text-[12.5px] text-ink-2 hover:underline"
                  >
                    <TemperatureMark temperature={each} word />
                    {count(byTemperature[each])}
                  </a>
                ))}
              </div>
            </li>
          )
        })}
      </ul>
    </Part>
  )
}

/** Time to first answer; assistant and person are never mixed. */
export function Answers({ funnel }: PartProps) {
  const t = useT()
  return (
    <Part title={t('funnel.first-answer')}>
      <dl className="grid grid-cols-2 gap-6">
        <SpreadFigure
          label={t('funnel.by-assistant')}
          icon={<Bot size={14} aria-hidden className="text-assistant" />}
          {...(funnel.firstAnswer.assistant === undefined ? {} : { spread: funnel.firstAnswer.assistant })}
        />
        <SpreadFigure
          label={t('funnel.by-member')}
          icon={<User size={14} aria-hidden className="text-person" />}
          {...(funnel.firstAnswer.member === undefined ? {} : { spread: funnel.firstAnswer.member })}
        />
      </dl>
    </Part>
  )
}

function SpreadFigure({
  label,
  icon,
  spread,
}: {
  readonly label: string
  readonly icon: ReactNode
  readonly spread?: Spread
}) {
  const t = useT()
  const words = durationWords(t)
  const read = (ms: number) =>
    ms < 1000
      ? t('time.milliseconds', { count: Math.round(ms) })
      : ms < 10_000
        ? t('time.seconds', { count: Number((ms / 1000).toFixed(1)) })
        : duration(ms, words)
  return (
    <div>
      <dt className="flex items-center gap-1.5 text-[12.5px] text-ink-3">
        {icon}
        {label}
      </dt>
      {spread === undefined ? (
        <dd className="mt-1 text-ink-3">{t('funnel.not-measured')}</dd>
      ) : (
        <dd>
          <p className="tabular">
            <span className="text-[20px] font-semibold">{read(spread.medianMs)}</span>{' '}
            <span className="text-[12.5px] text-ink-3">{t('funnel.median')}</span>
          </p>
          <p className="tabular text-[12.5px] text-ink-2">
            {t('funnel.p90')} {read(spread.p90Ms)}, {t('funnel.of', { count: count(spread.count) })}
          </p>
        </dd>
      )}
    </div>
  )
}

/** Why customers were handed over; each reason opens its conversations. */
export function Reasons({ funnel }: PartProps) {
  const t = useT()
  const reasons = [...funnel.handOffReasons].sort((one, other) => other.count - one.count)
  const all = reasons.reduce((sum, each) => sum + each.count, 0)
  return (
    <Part title={t('funnel.reasons')}>
      {reasons.length === 0 ? <p className="text-ink-3">{t('funnel.no-reasons')}</p> : null}
      <ul>
        {reasons.map(({ reason, count: number }) => (
          <li key={reason}>
            <a
              href={hashOf({ screen: 'inbox', view: 'all', filter: { handOffReason: reason } })}
              className="group flex items-center gap-3 py-1"
            >
              <span className="w-40 shrink-0 truncate group-hover:underline">{t(`reason.${reason}`)}</span>
              <span aria-hidden className="h-2 min-w-0 flex-1 overflow-hidden rounded-full bg-sunken">
                <span className="block h-full bg-waiting" style={{ width: `${(100 * number) / all}%` }} />
              </span>
              <span className="tabular w-20 shrink-0 text-right text-ink-2">
                {t('funnel.share', { count: count(number), percent: percent(number / all) })}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </Part>
  )
}

/** How much each member has, against what they can take. */
export function Agents({ funnel }: PartProps) {
  const t = useT()
  return (
    <Part title={t('funnel.team')}>
      {funnel.agents.length === 0 ? <p className="text-ink-3">{t('funnel.no-team')}</p> : null}
      <ul>
        {funnel.agents.map((agent) => (
          <li key={agent.memberId}>
            <a
              href={hashOf({ screen: 'inbox', view: 'all', filter: { memberId: agent.memberId } })}
              className="group flex items-center gap-3 py-1"
            >
              <span className="w-40 shrink-0 truncate group-hover:underline">{agent.name}</span>
              <span aria-hidden className="h-2 min-w-0 flex-1 overflow-hidden rounded-full bg-sunken">
                <span
                  className={`block h-full ${agent.load >= agent.capacity ? 'bg-trouble' : 'bg-person'}`}
                  style={{ width: `${Math.min(100, (100 * agent.load) / Math.max(1, agent.capacity))}%` }}
                />
              </span>
              <span className="tabular w-20 shrink-0 text-right text-ink-2">
                {agent.load}/{agent.capacity}
                <span className="block text-[12px] text-ink-3">
                  {t(agent.available ? 'available.on' : 'available.off')}
                </span>
              </span>
            </a>
          </li>
        ))}
      </ul>
    </Part>
  )
}
