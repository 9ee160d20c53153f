import { CheckCheck, Search, SlidersHorizontal, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { InboxView } from '#gateway/protocol.ts'
import { inboxViews, type InboxRouteFilter, type Route } from '../stores/route.ts'
import type { InboxFilter } from '../stores/inbox-store.ts'
import { count } from '../text/format.ts'
import { useActions } from '../ui/keys.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { useClient, useStore, useT } from '../ui/context.tsx'
import { Empty, Failed, Skeleton } from '../ui/states.tsx'
import { InboxFilters } from './inbox-filters.tsx'
import { InboxRows } from './inbox-rows.tsx'

type InboxRoute = Extract<Route, { readonly screen: 'inbox' }>
const searchDelayMs = 180

/** The list: views with counts, search, filters, rows. */
export function InboxList({ route }: { readonly route: InboxRoute }) {
  const client = useClient()
  const t = useT()
  const searchRef = useRef<HTMLInputElement>(null)
  const [filtersOpen, setFiltersOpen] = useState(false)
  const { view, filter } = route
  useEffect(() => client.inbox.show(queryOf(view, filter)), [client, view, filter])
  const show = (next: InboxView) => client.go({ ...route, view: next })
  const narrow = (change: InboxRouteFilter) => client.go({ ...route, filter: change })
  useActions({
    'inbox.search': () => searchRef.current?.focus(),
    'view.mine': () => show('mine'),
    'view.waiting': () => show('waiting'),
    'view.assistant': () => show('assistant'),
    'view.all': () => show('all'),
    'view.closed': () => show('closed'),
  })
  const active = Object.keys(filter).filter((name) => name !== 'search').length
  return (
    <section aria-label={t('nav.inbox')} className="flex h-full flex-col bg-surface">
      <Views view={view} onShow={show} />
      <div className="flex items-center gap-1 border-b border-line px-3 py-2">
        <SearchField
          key={view}
          ref={searchRef}
          words={filter.search ?? ''}
          onSearch={(search) => narrow(withSearch(filter, search))}
        />
        <IconButton
          icon={SlidersHorizontal}
          label={t('inbox.filters')}
          pressed={filtersOpen || active > 0}
          onClick={() => setFiltersOpen(!filtersOpen)}
        >
          {active > 0 ? (
            <span className="tabular absolute top-0.5 right-0.5 min-w-4 rounded-full bg-accent px-1 text-[10px] leading-4 font-semibold text-on-accent">
              {active}
            </span>
          ) : null}
        </IconButton>
      </div>
      {filtersOpen || active > 0 ? <InboxFilters filter={filter} onChange={narrow} /> : null}
      <div className="min-h-0 flex-1">
        <ListBody route={route} onClear={() => narrow({})} />
      </div>
    </section>
  )
}

function Views({ view, onShow }: { readonly view: InboxView; readonly onShow: (view: InboxView) => void }) {
  const t = useT()
  const { counts } = useStore(useClient().inbox.state)
  return (
    <div
      role="group"
      aria-label={t('inbox.views')}
      className="flex h-13 shrink-0 items-stretch gap-0.5 overflow-x-auto border-b border-line px-2"
    >
      {inboxViews.map((each) => (
        <button
          key={each}
          type="button"
          aria-pressed={each === view}
          onClick={() => onShow(each)}
          className={`relative flex flex-1 flex-col items-center justify-center rounded-box px-1.5 text-[12.5px] hover:text-ink ${each === view ? 'font-semibold text-ink after:absolute after:inset-x-2 after:bottom-0 after:h-0.5 after:rounded-full after:bg-accent' : 'text-ink-3'}`}
        >
          <span
            className={`tabular text-[13.5px] leading-4 font-semibold ${each === 'waiting' && (counts?.waiting ?? 0) > 0 ? 'text-waiting' : ''}`}
          >
            {counts === undefined ? '·' : count(counts[each])}
          </span>
          <span className="leading-4">{t(`view.${each}`)}</span>
        </button>
      ))}
    </div>
  )
}

interface SearchProps {
  readonly words: string
  readonly onSearch: (words: string) => void
  readonly ref: React.Ref<HTMLInputElement>
}

function SearchField({ words, onSearch, ref }: SearchProps) {
  const t = useT()
  const [typed, setTyped] = useState(words)
  const search = useRef(onSearch)
  useEffect(() => {
    search.current = onSearch
  })
  useEffect(() => {
    if (typed.trim() === words) return undefined
    const timer = setTimeout(() => search.current(typed.trim()), searchDelayMs)
    return () => clearTimeout(timer)
  }, [typed, words])
  return (
    <div className="relative min-w-0 flex-1">
      <Search size={15} className="pointer-events-none absolute top-2.5 left-2.5 text-ink-3" aria-hidden />
      <input
        ref={ref}
        type="search"
        aria-label={t('inbox.search')}
        placeholder={t('inbox.search')}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          setTyped('')
          event.currentTarget.blur()
        }}
        className="h-9 w-full rounded-box border border-transparent bg-sunken pr-3 pl-8 placeholder:text-ink-3 hover:border-line-strong focus:border-focus focus:bg-surface"
      />
    </div>
  )
}

function ListBody({ route, onClear }: { readonly route: InboxRoute; readonly onClear: () => void }) {
  const client = useClient()
  const t = useT()
  const state = useStore(client.inbox.state)
  if (state.status === 'failed')
    return <Failed text={state.problem?.message ?? ''} onRetry={() => client.inbox.retry()} />
  if (state.status === 'loading' && state.rows.length === 0) return <Skeleton rows={9} height={80} />
  if (state.rows.length > 0) return <InboxRows route={route} rows={state.rows} />
  if (Object.keys(route.filter).length > 0) {
    return (
      <Empty icon={Search} title={t('inbox.no-match')} text={t('inbox.no-match-hint')}>
        <Button icon={X} onClick={onClear}>
          {t('inbox.clear')}
        </Button>
      </Empty>
    )
  }
  return (
    <Empty icon={CheckCheck} title={t(`empty.${route.view}`)} text={t(`empty.${route.view}.hint`)}>
      {route.view === 'all' ? null : (
        <Button onClick={() => client.go({ screen: 'inbox', view: 'all', filter: {} })}>{t('inbox.see-all')}</Button>
      )}
    </Empty>
  )
}

function withSearch(filter: InboxRouteFilter, words: string): InboxRouteFilter {
  const { search: _search, ...rest } = filter
  return words === '' ? rest : { ...rest, search: words }
}

function queryOf(view: InboxView, filter: InboxRouteFilter): InboxFilter {
  const { temperature, channel, ...rest } = filter
  return {
    view,
    ...rest,
    ...(temperature === undefined ? {} : { temperature: [temperature] }),
    ...(channel === undefined ? {} : { channel: [channel] }),
  }
}
