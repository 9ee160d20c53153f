import { useEffect, useRef, type KeyboardEvent } from 'react'
import type { InstantView } from '#gateway/protocol.ts'
import { exactTime } from '../text/format.ts'
import { Button } from '../ui/button.tsx'
import { useT } from '../ui/context.tsx'
import { eventName } from './chart-graph.ts'

interface AxisProps {
  readonly instants: readonly InstantView[]
  readonly at: number
  readonly onStep: (by: number) => void
  readonly onSelect: (revision: number) => void
  readonly onOlder: () => void
}

const steps: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  PageUp: -10,
  PageDown: 10,
  Home: -Infinity,
  End: Infinity,
}
const lanes = ['event', 'facts', 'effects', 'timers'] as const

/** Steps from left to right; below each what it brought: event, facts, work, timers. One slider for the keyboard. */
export function TimeAxis({ instants, at, onStep, onSelect, onOlder }: AxisProps) {
  const t = useT()
  const chosen = useRef<HTMLDivElement>(null)
  const shown = useRef<number>(undefined)
  useEffect(() => {
    if (shown.current === at) return
    shown.current = at
    chosen.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [at])
  const current = instants.find((each) => each.revision === at)
  const onKey = (event: KeyboardEvent) => {
    const by = steps[event.key]
    if (by === undefined) return
    event.preventDefault()
    onStep(by)
  }
  const first = instants[0]?.revision ?? 1
  return (
    <div className="flex shrink-0 border-t border-line bg-surface">
      <div className="flex w-24 shrink-0 flex-col border-r border-line pt-6 text-[11.5px] text-ink-3">
        {lanes.map((lane) => (
          <span key={lane} className="flex h-6 items-center pl-4">
            {t(`actor.lane.${lane}`)}
          </span>
        ))}
      </div>
      {first > 1 ? (
        <Button small look="quiet" className="m-2 self-center" onClick={onOlder}>
          {t('actor.older')}
        </Button>
      ) : null}
      <div
        role="slider"
        tabIndex={0}
        aria-label={t('actor.scrub')}
        aria-valuemin={first}
        aria-valuemax={instants.at(-1)?.revision ?? first}
        aria-valuenow={at}
        aria-valuetext={
          current === undefined ? '' : `${at}: ${eventName(current.event.type)}, ${exactTime(current.atMs)}`
        }
        onKeyDown={onKey}
        className="flex min-w-0 flex-1 overflow-x-auto -outline-offset-2"
      >
        {instants.map((instant, index) => (
          <div
            key={instant.revision}
            aria-hidden
            ref={instant.revision === at ? chosen : null}
            onClick={() => onSelect(instant.revision)}
            title={`${eventName(instant.event.type)} ${exactTime(instant.atMs)}`}
            className={`flex w-7 shrink-0 cursor-pointer flex-col items-center pb-2 hover:bg-hover ${instant.revision === at ? 'bg-accent-soft' : ''}`}
          >
            <span
              className={`tabular flex h-6 items-center text-[10.5px] ${instant.revision === at ? 'font-semibold text-accent-ink' : 'text-ink-3'}`}
            >
              {instant.revision === at || index % 5 === 0 ? instant.revision : ''}
            </span>
            <Marks instant={instant} />
          </div>
        ))}
      </div>
    </div>
  )
}

function Marks({ instant }: { readonly instant: InstantView }) {
  const bad = instant.outcome !== 'applied'
  return (
    <>
      <Lane>
        <span className={`size-2.5 rounded-full ${bad ? 'bg-trouble' : 'bg-ink-2'}`} />
      </Lane>
      <Lane>{instant.facts.length > 0 ? <span className="size-2.5 rounded-[2px] bg-accent" /> : null}</Lane>
      <Lane>
        {instant.effectsAsked.length > 0 ? (
          <span className="size-0 border-y-[5px] border-l-[8px] border-y-transparent border-l-assistant" />
        ) : null}
        {instant.effectsStopped.length > 0 ? <span className="size-2 bg-trouble" /> : null}
      </Lane>
      <Lane>
        {instant.timersArmed.length > 0 ? <span className="size-2.5 rounded-full border-2 border-waiting" /> : null}
        {instant.timersCancelled.length > 0 && instant.timersArmed.length === 0 ? (
          <span className="h-0.5 w-2.5 bg-ink-3" />
        ) : null}
      </Lane>
    </>
  )
}

function Lane({ children }: { readonly children: React.ReactNode }) {
  return <span className="flex h-6 items-center gap-0.5">{children}</span>
}
