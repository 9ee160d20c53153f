import type { ReactNode } from 'react'
import type { ActorView, InstantView } from '#gateway/protocol.ts'
import { differences, type Difference } from '../stores/json-diff.ts'
import { hashOf } from '../stores/route.ts'
import { dayAndTime, exactTime, exactTimeFrom } from '../text/format.ts'
import { TroubleBadge } from '../ui/badge.tsx'
import { useClient, useT, useText } from '../ui/context.tsx'
import { eventName, valueText } from './chart-graph.ts'

interface PanelProps {
  readonly instant: InstantView
  readonly before?: InstantView
  readonly actor: ActorView
  readonly live: boolean
}

/** Everything about one step: what came, what it changed, what it asked for. */
export function InstantPanel({ instant, before, actor, live }: PanelProps) {
  const { t, locale } = useText()
  const changes = differences(before?.context, instant.context)
  return (
    <div className="flex flex-col gap-5 p-4">
      <Part title={t('actor.event')}>
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span className="font-mono text-[13px] font-semibold">{eventName(instant.event.type)}</span>
          {instant.outcome === 'applied' ? null : <TroubleBadge>{t(`outcome.${instant.outcome}`)}</TroubleBadge>}
          <time className="tabular ml-auto text-[12.5px] text-ink-3">
            {dayAndTime(instant.atMs, locale).split(',')[0]} {exactTime(instant.atMs)}
          </time>
        </p>
        {instant.reason === undefined ? null : <p className="text-trouble">{instant.reason}</p>}
        {instant.from === undefined ? null : <p className="text-ink-3">{t('actor.from', { from: instant.from })}</p>}
        <Json value={rest(instant.event)} />
      </Part>
      <Part title={t('actor.state')}>
        <p className="font-medium">{valueText(instant.value)}</p>
        {before !== undefined && valueText(before.value) !== valueText(instant.value) ? (
          <p className="text-[13px] text-ink-3 line-through">{valueText(before.value)}</p>
        ) : null}
      </Part>
      <Part title={t('actor.changes')}>
        {changes.length === 0 ? <p className="text-ink-3">{t('actor.no-changes')}</p> : null}
        <ul className="flex flex-col gap-1.5">
          {changes.map((change) => (
            <Change key={change.path} change={change} />
          ))}
        </ul>
      </Part>
      <Outcomes instant={instant} />
      {live ? <Running actor={actor} /> : null}
      <details>
        <summary className="text-[12.5px] font-medium text-ink-3">{t('actor.whole-context')}</summary>
        <Json value={instant.context} />
      </details>
    </div>
  )
}

function Outcomes({ instant }: { readonly instant: InstantView }) {
  const { t, locale } = useText()
  const { facts, effectsAsked, effectsStopped, timersArmed, timersCancelled, sends } = instant
  return (
    <>
      {facts.length === 0 ? null : (
        <Part title={t('actor.facts')}>
          {facts.map((fact, index) => (
            <details key={index} className="py-0.5">
              <summary className="font-mono text-[13px]">{fact.type}</summary>
              <Json value={fact.data} />
            </details>
          ))}
        </Part>
      )}
      <Lines title={t('actor.effects')} lines={effectsAsked.map((effect) => `${effect.name} · ${effect.id}`)} />
      <Lines title={t('actor.stopped')} lines={effectsStopped} />
      <Lines
        title={t('actor.timers')}
        lines={[
          ...timersArmed.map(
            (timer) =>
              `${timer.id} ${t('actor.timer-armed', { time: exactTimeFrom(timer.dueAtMs, instant.atMs, locale) })}`,
          ),
          ...timersCancelled.map((id) => `${id} ${t('actor.timer-cancelled')}`),
        ]}
      />
      {sends.length === 0 ? null : (
        <Part title={t('actor.sends')}>
          {sends.map((send, index) => (
            <p key={index} className="flex flex-wrap gap-x-2 font-mono text-[13px]">
              {send.type}
              <a href={hashOf({ screen: 'actor', address: send.to })} className="text-accent-ink hover:underline">
                {send.to}
              </a>
            </p>
          ))}
        </Part>
      )}
    </>
  )
}

function Running({ actor }: { readonly actor: ActorView }) {
  const { t, locale } = useText()
  const nowMs = useClient().nowMs()
  const lines = [
    ...actor.effects.map((effect) => `${effect.name} · ${effect.id}`),
    ...actor.timers.map(
      (timer) => `${timer.id} ${t('actor.timer-armed', { time: exactTimeFrom(timer.dueAtMs, nowMs, locale) })}`,
    ),
  ]
  return <Lines title={t('actor.running')} lines={lines.length === 0 ? [t('actor.nothing-running')] : lines} />
}

function Lines({ title, lines }: { readonly title: string; readonly lines: readonly string[] }) {
  if (lines.length === 0) return null
  return (
    <Part title={title}>
      {lines.map((line) => (
        <p key={line} className="font-mono text-[13px] break-all">
          {line}
        </p>
      ))}
    </Part>
  )
}

function Change({ change }: { readonly change: Difference }) {
  const t = useT()
  return (
    <li className="border-l-2 border-accent pl-2.5">
      <p className="font-mono text-[12.5px] text-ink-3">{change.path}</p>
      <p className="font-mono text-[13px] break-words">
        {change.kind === 'removed' ? (
          <span className="text-ink-3">{t('change.removed')}</span>
        ) : (
          <span className="font-semibold">{short(change.after)}</span>
        )}
        {change.kind === 'added' ? <span className="text-ink-3"> {t('change.added')}</span> : null}
        {change.kind === 'added' ? null : (
          <span className="text-ink-3">
            {' '}
            {change.kind === 'changed' ? t('change.changed') : ''} <del>{short(change.before)}</del>
          </span>
        )}
      </p>
    </li>
  )
}

const shortMax = 160

function short(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  return text.length > shortMax ? `${text.slice(0, shortMax)}…` : text
}

function rest(event: InstantView['event']): object {
  const { type: _type, ...others } = event
  return others
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section>
      <h2 className="mb-1 text-[12.5px] font-medium text-ink-3">{title}</h2>
      {children}
    </section>
  )
}

/** JSON as one reads it. */
export function Json({ value }: { readonly value: unknown }) {
  const text = JSON.stringify(value, null, 2) ?? ''
  if (text === '{}' || text === '') return null
  return (
    <pre
      tabIndex={0}
      className="mt-1 max-h-80 overflow-auto rounded-box bg-sunken p-2.5 font-mono text-[12px] leading-[1.5] break-words whitespace-pre-wrap"
    >
      {text}
    </pre>
  )
}
