import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual'
import { memo, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { InboxRow } from '#gateway/protocol.ts'
import { hashOf, type Route } from '../stores/route.ts'
import { shortWhen } from '../text/format.ts'
import { ChannelMark, OverdueBadge, OwnerBadge, TemperatureMark } from '../ui/badge.tsx'
import { useClient, useNow, useStore, useText } from '../ui/context.tsx'
import { useActions } from '../ui/keys.tsx'

type InboxRoute = Extract<Route, { readonly screen: 'inbox' }>
const rowHeight = 82

interface RowsProps {
  readonly route: InboxRoute
  readonly rows: readonly InboxRow[]
}

/**
 * The rows, of which only those on the screen exist. A row that moves keeps the focus it has,
 * and what one is looking at stays where it is.
 */
export function InboxRows({ route, rows }: RowsProps) {
  const client = useClient()
  const { loadingMore, next } = useStore(client.inbox.state)
  const scroller = useRef<HTMLDivElement>(null)
  const [cursor, setCursor] = useState(route.conversation)
  const at = rows.findIndex((row) => row.conversation === cursor)
  // oxlint-disable-next-line react/incompatible-library -- nothing here is compiled by React's compiler
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    getItemKey: (index) => rows[index]?.conversation ?? index,
    // The row with the focus is drawn wherever it is, or the focus would be lost.
    rangeExtractor: (range) =>
      [...new Set([...defaultRangeExtractor(range), ...(at < 0 ? [] : [at])])].sort((a, b) => a - b),
  })
  useAnchoredScroll(scroller, rows)
  useHeldFocus(scroller, cursor)
  const move = (step: number) => {
    const open = rows.findIndex((row) => row.conversation === route.conversation)
    const from = at >= 0 ? at : open
    const index = Math.max(0, Math.min(rows.length - 1, from + step))
    const row = rows[index]
    if (row === undefined) return
    setCursor(row.conversation)
    virtual.scrollToIndex(index)
    requestAnimationFrame(() => linkOf(scroller.current, row.conversation)?.focus({ preventScroll: true }))
  }
  useActions({
    'inbox.next': () => move(1),
    'inbox.previous': () => move(-1),
    'inbox.open': () => {
      if (cursor !== undefined) client.go({ ...route, conversation: cursor })
    },
  })
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (next !== undefined && !loadingMore && last >= rows.length - 20) void client.inbox.loadMore()
  }, [client, last, loadingMore, next, rows.length])
  return (
    <div ref={scroller} className="h-full overflow-y-auto [overflow-anchor:none]" data-rows tabIndex={-1}>
      <ul style={{ height: virtual.getTotalSize() }} className="relative">
        {items.map((item) => {
          const row = rows[item.index]
          if (row === undefined) return null
          return (
            <li
              key={item.key}
              aria-setsize={next === undefined ? rows.length : -1}
              aria-posinset={item.index + 1}
              style={{ transform: `translateY(${item.start}px)`, height: rowHeight }}
              className="absolute inset-x-0 top-0"
            >
              <Row
                row={row}
                route={route}
                tabbable={at < 0 ? item.index === 0 : item.index === at}
                onFocus={setCursor}
              />
            </li>
          )
        })}
      </ul>
    </div>
  )
}

interface RowProps {
  readonly row: InboxRow
  readonly route: InboxRoute
  readonly tabbable: boolean
  readonly onFocus: (conversation: string) => void
}

/** Drawn again only when it changed: a page of others that arrives while one scrolls must not be felt. */
const Row = memo(function Row({ row, route, tabbable, onFocus }: RowProps) {
  const { t, locale } = useText()
  const nowMs = useNow(30_000)
  const open = row.conversation === route.conversation
  const unread = row.unread > 0
  return (
    <a
      href={hashOf({ ...route, conversation: row.conversation })}
      data-conversation={row.conversation}
      aria-current={open ? 'true' : undefined}
      tabIndex={tabbable ? 0 : -1}
      onFocus={() => onFocus(row.conversation)}
      className={`flex h-full flex-col justify-center gap-[3px] border-b border-line px-4 -outline-offset-2 ${open ? 'bg-accent-soft' : 'hover:bg-hover'}`}
    >
      <span className="flex items-center gap-2">
        <span className={`truncate text-[14px] ${unread ? 'font-semibold' : 'font-medium'}`}>{row.name}</span>
        <TemperatureMark temperature={row.temperature} />
        <time
          dateTime={new Date(row.lastAtMs).toISOString()}
          className="tabular ml-auto shrink-0 text-[12px] text-ink-3"
        >
          {shortWhen(row.lastAtMs, nowMs, locale)}
        </time>
      </span>
      <span className="flex items-center gap-2">
        <span className={`min-w-0 flex-1 truncate ${unread ? 'text-ink' : 'text-ink-2'}`}>
          {row.lastBy === 'customer' || row.lastText === '' ? null : (
            <span className="text-ink-3">{t(`last-by.${row.lastBy}`)} </span>
          )}
          {row.lastText === '' ? <span className="text-ink-3">{t('inbox.no-message')}</span> : row.lastText}
        </span>
        {unread ? (
          <span className="tabular min-w-[18px] shrink-0 rounded-full bg-accent px-1.5 text-center text-[11px] leading-[18px] font-semibold text-on-accent">
            {row.unread}
            <span className="sr-only"> {t('inbox.unread')}</span>
          </span>
        ) : null}
      </span>
      <span className="flex items-center gap-2 overflow-hidden">
        <OwnerBadge owner={row.owner} status={row.status} />
        {row.overdue === true && row.status === 'open' ? <OverdueBadge /> : null}
        {row.handOff !== undefined && row.owner.kind === 'queue' ? (
          <span className="min-w-0 truncate text-[12px] text-ink-2">{t(`reason.${row.handOff.reason}`)}</span>
        ) : null}
        <ChannelMark channel={row.channel} />
      </span>
    </a>
  )
})

function linkOf(scroller: HTMLElement | null, conversation: string): HTMLElement | null {
  return scroller?.querySelector<HTMLElement>(`[data-conversation="${CSS.escape(conversation)}"]`) ?? null
}

/** Rows that come or go above what one is looking at do not move it. At the very top, the top stays in sight. */
function useAnchoredScroll(scrollerRef: React.RefObject<HTMLDivElement | null>, rows: readonly InboxRow[]): void {
  const before = useRef(rows)
  useLayoutEffect(() => {
    const element = scrollerRef.current
    const old = before.current
    before.current = rows
    if (element === null || old === rows || element.scrollTop < rowHeight / 2) return
    const first = old[Math.floor(element.scrollTop / rowHeight)]
    const wasAt = old.findIndex((row) => row.conversation === first?.conversation)
    const isAt = rows.findIndex((row) => row.conversation === first?.conversation)
    if (wasAt >= 0 && isAt >= 0 && wasAt !== isAt) element.scrollTop += (isAt - wasAt) * rowHeight
  }, [scrollerRef, rows])
}

/** A row moved in the document loses the browser's focus: it gets it back before anything is painted. */
function useHeldFocus(scrollerRef: React.RefObject<HTMLDivElement | null>, cursor: string | undefined): void {
  const had = useRef(false)
  useLayoutEffect(() => {
    if (had.current && cursor !== undefined && document.activeElement === document.body) {
      linkOf(scrollerRef.current, cursor)?.focus({ preventScroll: true })
    }
    const element = scrollerRef.current
    const note = () => {
      had.current = element?.contains(document.activeElement) === true
    }
    note()
    addEventListener('focusin', note)
    return () => removeEventListener('focusin', note)
  })
}
