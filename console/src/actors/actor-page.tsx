import { Link2, Radio } from 'lucide-react'
import { lazy, Suspense, useEffect, useMemo, useState } from 'react'
import type { InstantView } from '#gateway/protocol.ts'
import { ActorStore } from '../stores/actor-store.ts'
import { hashOf, type Route } from '../stores/route.ts'
import { Button } from '../ui/button.tsx'
import { useClient, useStore, useT } from '../ui/context.tsx'
import { loadScreen } from '../new-version.ts'
import { Failed, Skeleton } from '../ui/states.tsx'
import { activeStates, chartOfKind, passedArrows, valueText, walkedStates } from './chart-graph.ts'
import { InstantPanel } from './instant-panel.tsx'
import { TimeAxis } from './time-axis.tsx'

const ChartView = lazy(() => loadScreen(() => import('./chart-view.tsx')).then((file) => ({ default: file.ChartView })))
type ActorRoute = Extract<Route, { readonly screen: 'actor' }>

/** Inside one actor: its chart, its time, and everything at one instant. */
export function ActorScreen({ route }: { readonly route: ActorRoute }) {
  const client = useClient()
  const t = useT()
  const [store] = useState(() => new ActorStore(client.connection, route.address, route.revision))
  useEffect(() => store.follow(), [store])
  const { actor, instants, at, problem } = useStore(store.state)
  const { revision } = route
  useEffect(() => {
    if (revision !== undefined) store.select(revision)
  }, [store, revision])
  if (problem !== undefined) return <Failed text={`${t('actor.missing')} ${problem.message}`} />
  const index = at === undefined ? instants.length - 1 : instants.findIndex((each) => each.revision === at)
  const instant = instants[index] ?? instants.at(-1)
  if (actor === undefined || instant === undefined) return <Skeleton rows={6} height={80} />
  const before = instants[index - 1]
  return (
    <div className="flex h-full flex-col max-lg:overflow-y-auto">
      <Head
        address={route.address}
        machine={actor.machine}
        at={at}
        last={actor.revision}
        onLive={() => store.select(undefined)}
      />
      <div className="grid min-h-0 flex-1 lg:grid-cols-[1fr_400px]">
        <div className="flex min-h-0 min-w-0 flex-col">
          <div className="min-h-80 flex-1">
            <Chart kind={actor.kind} instants={instants.slice(0, index + 1)} value={instant.value} />
          </div>
          <TimeAxis
            instants={instants}
            at={instant.revision}
            onStep={(by) => store.step(by)}
            onSelect={(to) => store.select(to)}
            onOlder={() => void store.older()}
          />
        </div>
        <aside
          aria-label={t('actor.history')}
          className="min-h-0 border-line bg-surface max-lg:border-t lg:overflow-y-auto lg:border-l"
          tabIndex={0}
        >
          <InstantPanel
            instant={instant}
            actor={actor}
            live={at === undefined}
            {...(before === undefined ? {} : { before })}
          />
        </aside>
      </div>
    </div>
  )
}

interface HeadProps {
  readonly address: string
  readonly machine: string
  readonly at: number | undefined
  readonly last: number
  readonly onLive: () => void
}

function Head({ address, machine, at, last, onLive }: HeadProps) {
  const t = useT()
  const client = useClient()
  const copy = async () => {
    const hash = hashOf({ screen: 'actor', address, revision: at ?? last })
    await navigator.clipboard.writeText(`${location.origin}${location.pathname}${hash}`)
    client.toasts.show({ tone: 'done', text: t('actor.copied') })
  }
  return (
    <header className="flex min-h-13 shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-b border-line bg-surface px-4 py-2 md:px-6">
      <h1 className="min-w-0 truncate font-mono text-[13.5px] font-semibold">{address}</h1>
      <span className="text-[13px] text-ink-3">{machine}</span>
      <span
        role="status"
        className={`tabular ml-auto flex items-center gap-1.5 text-[13px] ${at === undefined ? 'text-person' : 'text-waiting'}`}
      >
        {at === undefined ? <Radio size={14} aria-hidden /> : null}
        {at === undefined ? t('actor.now') : t('actor.past', { at, last })}
      </span>
      {at === undefined ? null : (
        <Button small onClick={onLive}>
          {t('actor.go-live')}
        </Button>
      )}
      <Button small icon={Link2} onClick={() => void copy()}>
        {t('actor.copy')}
      </Button>
    </header>
  )
}

interface ChartPartProps {
  readonly kind: string
  readonly instants: readonly InstantView[]
  readonly value: unknown
}

function Chart({ kind, instants, value }: ChartPartProps) {
  const t = useT()
  const graph = useMemo(() => chartOfKind(kind), [kind])
  const values = instants.map((each) => each.value)
  if (graph === undefined) {
    return (
      <p className="p-6 text-ink-3">
        {t('actor.no-chart', { kind })} {valueText(value)}
      </p>
    )
  }
  return (
    <Suspense fallback={<p className="p-6 text-ink-3">{t('actor.drawing')}</p>}>
      <ChartView
        graph={graph}
        active={activeStates(graph, value)}
        walked={walkedStates(graph, values)}
        passed={passedArrows(graph, values)}
        title={valueText(value)}
      />
    </Suspense>
  )
}
