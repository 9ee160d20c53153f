import { Search, Upload, Users } from 'lucide-react'
import { useCallback, useMemo, useState } from 'react'
import type { LeadQuery, LeadView, StaffFrame, StaffReply } from '#gateway/protocol.ts'
import { hashOf, stages, temperatures, type LeadRouteFilter, type Route } from '../stores/route.ts'
import { shortWhen } from '../text/format.ts'
import { sourceWord } from '../text/source-word.ts'
import { TemperatureMark, TroubleBadge } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { useClient, useNow, useT, useText } from '../ui/context.tsx'
import { fieldLook, Select } from '../ui/field.tsx'
import { preferenceChips } from '../inbox/preferences.ts'
import { useLoaded } from '../ui/loaded.tsx'
import { Empty, Failed, Page, Skeleton } from '../ui/states.tsx'
import { LeadPage } from './lead-page.tsx'

type LeadsRoute = Extract<Route, { readonly screen: 'leads' }>
const pageSize = 50
/** Rows that are kept when more come in than anybody reads. */
const shownMax = 1000

/** All leads, narrowed by the filters in the address; one of them when the address names it. */
export function LeadsScreen({ route }: { readonly route: LeadsRoute }) {
  const { lead, ...list } = route
  if (lead !== undefined) return <LeadPage key={lead} id={lead} back={list} />
  return <LeadList filter={route.filter} />
}

function LeadList({ filter }: { readonly filter: LeadRouteFilter }) {
  const t = useT()
  const client = useClient()
  const { leads, total, totalIs, more, problem, retry } = useLeads(filter)
  return (
    <Page title={t('leads.title')} actions={<LeadFilters filter={filter} />}>
      {problem !== undefined ? (
        <Failed text={problem.message} onRetry={retry} />
      ) : leads === undefined ? (
        <Skeleton rows={10} height={56} />
      ) : leads.length === 0 ? (
        <Empty icon={Users} title={t('leads.none')} text={t('leads.none-hint')}>
          <Button onClick={() => client.go({ screen: 'leads', filter: {} })}>{t('inbox.clear')}</Button>
          <Button icon={Upload} onClick={() => client.go({ screen: 'import' })}>
            {t('leads.import')}
          </Button>
        </Empty>
      ) : (
        <>
          <p role="status" className="tabular mb-2 text-[13px] text-ink-3">
            {t(totalIs === 'exact' ? 'leads.total' : 'leads.total-at-least', { count: total })}
          </p>
          <LeadTable leads={leads} filter={filter} />
          {more === undefined ? null : (
            <Button className="mt-4" onClick={more}>
              {t('leads.more')}
            </Button>
          )}
        </>
      )}
    </Page>
  )
}

function LeadFilters({ filter }: { readonly filter: LeadRouteFilter }) {
  const t = useT()
  const client = useClient()
  const set = (name: keyof LeadRouteFilter, value: string) => {
    const { [name]: _old, ...rest } = filter
    client.go({ screen: 'leads', filter: value === '' ? rest : { ...rest, [name]: value } })
  }
  const [typed, setTyped] = useState(filter.search ?? '')
  return (
    <>
      <form
        role="search"
        className="relative min-w-48 max-md:w-full"
        onSubmit={(event) => {
          event.preventDefault()
          set('search', typed.trim())
        }}
      >
        <Search size={14} aria-hidden className="absolute top-2 left-2.5 text-ink-3" />
        <input
          type="search"
          aria-label={t('leads.search')}
          placeholder={t('leads.search')}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          className={`${fieldLook} h-8 pl-8 text-[13px]`}
        />
      </form>
      <Select
        label={t('customer.stage')}
        value={filter.stage ?? ''}
        options={[
          { value: '', label: t('leads.any-stage') },
          ...stages.map((value) => ({ value, label: t(`stage.${value}`) })),
        ]}
        onChange={(value) => set('stage', value)}
      />
      <Select
        label={t('filter.temperature')}
        value={filter.temperature ?? ''}
        options={[
          { value: '', label: t('filter.any-temperature') },
          ...temperatures.map((value) => ({ value, label: t(`temperature.${value}`) })),
        ]}
        onChange={(value) => set('temperature', value)}
      />
      <Select
        label={t('leads.status')}
        value={filter.status ?? ''}
        options={[
          { value: '', label: t('leads.any-status') },
          ...(['active', 'invalid', 'merged'] as const).map((value) => ({ value, label: t(`leads.status.${value}`) })),
        ]}
        onChange={(value) => set('status', value)}
      />
    </>
  )
}

function LeadTable({ leads, filter }: { readonly leads: readonly LeadView[]; readonly filter: LeadRouteFilter }) {
  const { t, locale } = useText()
  const nowMs = useNow(60_000)
  return (
    <div className="relative overflow-x-auto" tabIndex={0} role="region" aria-label={t('leads.title')}>
      <table className="w-full min-w-[640px] border-collapse text-left">
        <thead className="text-[12.5px] text-ink-3">
          <tr className="border-b border-line">
            <th className="py-2 pr-3 font-medium">{t('leads.name')}</th>
            <th className="py-2 pr-3 font-medium">{t('customer.temperature')}</th>
            <th className="py-2 pr-3 font-medium">{t('customer.stage')}</th>
            <th className="py-2 pr-3 font-medium">{t('leads.wish')}</th>
            <th className="py-2 pr-3 font-medium">{t('funnel.source')}</th>
            <th className="py-2 text-right font-medium">{t('leads.updated')}</th>
          </tr>
        </thead>
        <tbody>
          {leads.map((lead) => (
            <tr key={lead.lead} className="relative border-b border-line hover:bg-hover">
              <td className="max-w-64 py-2 pr-3">
                <a
                  href={hashOf({ screen: 'leads', lead: lead.lead, filter })}
                  className="block truncate font-medium after:absolute after:inset-0"
                >
                  {lead.profile.name ?? lead.profile.phone ?? t('leads.nameless')}
                </a>
                <span className="tabular block truncate text-[13px] text-ink-3">
                  {lead.profile.phone ?? lead.profile.email}
                </span>
              </td>
              <td className="py-2 pr-3">
                <TemperatureMark temperature={lead.temperature} word />
              </td>
              <td className="py-2 pr-3">
                {lead.status === 'invalid' ? (
                  <TroubleBadge>{t('leads.status.invalid')}</TroubleBadge>
                ) : (
                  t(`stage.${lead.stage}`)
                )}
              </td>
              <td className="max-w-72 truncate py-2 pr-3 text-ink-2">{preferenceChips(lead.profile, t).join(' · ')}</td>
              <td className="py-2 pr-3 text-ink-2">{sourceWord(lead.source, t)}</td>
              <td className="tabular py-2 text-right text-ink-3">{shortWhen(lead.updatedAtMs, nowMs, locale)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

type LeadAnswer = StaffReply<'lead.list'>

function useLeads(filter: LeadRouteFilter) {
  const { connection } = useClient()
  const { stage, temperature, source, status, search, sinceMs } = filter
  const query: LeadQuery = useMemo(
    () => ({
      limit: pageSize,
      ...(stage === undefined ? {} : { stage }),
      ...(temperature === undefined ? {} : { temperature }),
      ...(source === undefined ? {} : { source }),
      ...(status === undefined ? {} : { status }),
      ...(search === undefined ? {} : { search }),
      ...(sinceMs === undefined ? {} : { fromMs: sinceMs }),
    }),
    [stage, temperature, source, status, search, sinceMs],
  )
  const options = useCallback(
    () => ({
      command: { type: 'lead.list', query } as const,
      onFrame: withLead,
      gatherMs,
      leave: { type: 'lead.leave' } as const,
    }),
    [query],
  )
  const { value, problem, store } = useLoaded(options)
  const more = async (after: string) => {
    const reply = await connection.send({ type: 'lead.list', query: { ...query, after } })
    if (reply.ok) store.change((now) => ({ ...reply.value, leads: [...now.leads, ...reply.value.leads] }))
  }
  const next = value?.next
  return {
    leads: value?.leads,
    total: value?.total ?? 0,
    totalIs: value?.totalIs ?? 'exact',
    more: next === undefined ? undefined : () => void more(next),
    problem,
    retry: () => void store.load(),
  }
}

/** Leads come in bursts: an import, a campaign. The list is drawn so often and no oftener. */
const gatherMs = 100

/** A lead that is shown stays in its place; a new one comes first. */
function withLead(now: LeadAnswer, frame: StaffFrame): LeadAnswer {
  if (frame.type !== 'lead') return now
  const { lead, listed } = frame
  if (now.leads.some((each) => each.lead === lead.lead)) {
    return { ...now, leads: now.leads.map((each) => (each.lead === lead.lead ? lead : each)) }
  }
  return listed === true ? { ...now, leads: [lead, ...now.leads].slice(0, shownMax), total: now.total + 1 } : now
}
