import { useCallback, useState } from 'react'
import type { Funnel, FunnelQuery, StaffFrame } from '#gateway/protocol.ts'
import { periodStart } from '../stores/periods.ts'
import { periods, type FunnelRouteFilter } from '../stores/route.ts'
import { exactTime } from '../text/format.ts'
import { sourceWord } from '../text/source-word.ts'
import { Select } from '../ui/field.tsx'
import { useClient, useStore, useT } from '../ui/context.tsx'
import { useLoaded } from '../ui/loaded.tsx'
import { Failed, Page, Skeleton } from '../ui/states.tsx'
import { Agents, Answers, Numbers, Reasons, Stages } from './funnel-parts.tsx'

/** The manager's board. Every number opens the list behind it. */
export function FunnelScreen({ filter }: { readonly filter: FunnelRouteFilter }) {
  const t = useT()
  const period = filter.period ?? 'month'
  const { funnel, problem, retry, fromMs } = useFunnel({ ...filter, period })
  return (
    <Page
      title={t('funnel.title')}
      actions={<Filters filter={{ ...filter, period }} {...(funnel === undefined ? {} : { funnel })} />}
    >
      {problem !== undefined ? (
        <Failed text={problem.message} onRetry={retry} />
      ) : funnel === undefined ? (
        <Skeleton rows={6} height={92} />
      ) : (
        <div className="flex flex-col gap-8">
          <Numbers funnel={funnel} />
          <div className="grid gap-8 lg:grid-cols-[3fr_2fr]">
            <Stages
              funnel={funnel}
              fromMs={fromMs}
              {...(filter.source === undefined ? {} : { source: filter.source })}
            />
            <div className="flex flex-col gap-8">
              <Answers funnel={funnel} />
              <Reasons funnel={funnel} />
              <Agents funnel={funnel} />
            </div>
          </div>
        </div>
      )}
    </Page>
  )
}

function Filters({ filter, funnel }: { readonly filter: FunnelRouteFilter; readonly funnel?: Funnel }) {
  const t = useT()
  const client = useClient()
  const members = useStore(client.members)
  const link = useStore(client.connection.link)
  const set = (name: keyof FunnelRouteFilter, value: string) => {
    const { [name]: _old, ...rest } = filter
    client.go({ screen: 'funnel', filter: value === '' ? rest : { ...rest, [name]: value } })
  }
  return (
    <>
      {funnel === undefined ? null : (
        <span
          role="status"
          className={`tabular text-[12.5px] ${link.state === 'online' ? 'text-ink-3' : 'text-waiting'}`}
        >
          {t(link.state === 'online' ? 'funnel.fresh' : 'funnel.stale', { time: exactTime(funnel.asOfMs).slice(0, 8) })}
        </span>
      )}
      <Select
        label={t('funnel.period')}
        value={filter.period ?? 'month'}
        options={periods.map((value) => ({ value, label: t(`period.${value}`) }))}
        onChange={(value) => set('period', value)}
      />
      <Select
        label={t('funnel.source')}
        value={filter.source ?? ''}
        options={[
          { value: '', label: t('funnel.any-source') },
          ...(funnel?.sources ?? []).map((value) => ({ value, label: sourceWord(value, t) })),
        ]}
        onChange={(value) => set('source', value)}
      />
      <Select
        label={t('filter.channel')}
        value={filter.channel ?? ''}
        options={[
          { value: '', label: t('filter.any-channel') },
          { value: 'widget', label: t('channel.web') },
          { value: 'whatsapp', label: 'WhatsApp' },
        ]}
        onChange={(value) => set('channel', value)}
      />
      <Select
        label={t('filter.member')}
        value={filter.memberId ?? ''}
        options={[
          { value: '', label: t('filter.any-member') },
          ...members.map((each) => ({ value: each.memberId, label: each.name })),
        ]}
        onChange={(value) => set('memberId', value)}
      />
    </>
  )
}

function useFunnel(filter: FunnelRouteFilter & { readonly period: NonNullable<FunnelRouteFilter['period']> }) {
  const { nowMs } = useClient()
  const { period, channel, source, memberId } = filter
  const [startedAtMs] = useState(nowMs)
  const fromMs = periodStart(period, startedAtMs)
  const options = useCallback(() => {
    const query: FunnelQuery = {
      fromMs,
      ...(channel === undefined ? {} : { channel }),
      ...(source === undefined ? {} : { source }),
      ...(memberId === undefined ? {} : { memberId }),
    }
    return {
      command: { type: 'funnel.open', query } as const,
      onFrame: (now: Funnel, frame: StaffFrame) => (frame.type === 'funnel' ? frame.funnel : now),
      leave: { type: 'funnel.leave' } as const,
    }
  }, [fromMs, channel, source, memberId])
  const { value: funnel, problem, store } = useLoaded(options)
  return { funnel, problem, fromMs, retry: () => void store.load() }
}
