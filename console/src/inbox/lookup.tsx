import { House, Settings2 } from 'lucide-react'
import { useEffect, useState, type KeyboardEvent } from 'react'
import type { Card } from '#gateway/protocol.ts'
import { money } from '../text/format.ts'
import { useClient, useMe, useStore, useT } from '../ui/context.tsx'
import { fillCanned, findCanned, listingLine, type Lookup } from './canned.ts'
import { CannedDialog } from './canned-dialog.tsx'
import type { View } from './timeline.tsx'

interface LookupItem {
  readonly key: string
  readonly title: string
  readonly detail: string
  readonly insert: string
}

export interface LookupState {
  readonly kind?: Lookup['kind']
  readonly items: readonly LookupItem[]
  readonly at: number
  readonly choose: (index: number) => void
  /** True when the key was for the list. */
  readonly onKey: (event: KeyboardEvent) => boolean
}

/** What `/` and `@` find, and choosing from it by key. */
export function useLookup(
  found: Lookup | undefined,
  view: View,
  insert: (from: number, text: string) => void,
): LookupState {
  const [at, setAt] = useState(0)
  const [dismissed, setDismissed] = useState<string>()
  const key = found === undefined ? undefined : `${found.kind}${found.from}`
  const items = useItems(key === dismissed ? undefined : found, view)
  // What is looked for has changed: begin at the top, and show again what was dismissed.
  const place = `${key ?? ''}:${items.length}`
  const [shown, setShown] = useState(place)
  if (shown !== place) {
    setShown(place)
    setAt(0)
    if (key === undefined) setDismissed(undefined)
  }
  const choose = (index: number) => {
    const item = items[index]
    if (item !== undefined && found !== undefined) insert(found.from, `${item.insert} `)
  }
  return {
    items,
    at,
    choose,
    ...(found === undefined || key === dismissed ? {} : { kind: found.kind }),
    onKey: (event) => {
      if (items.length === 0) return false
      const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
      if (step !== 0) setAt((at + step + items.length) % items.length)
      else if (event.key === 'Enter' || event.key === 'Tab') choose(at)
      else if (event.key === 'Escape') setDismissed(key)
      else return false
      event.preventDefault()
      return true
    },
  }
}

function useItems(found: Lookup | undefined, view: View): readonly LookupItem[] {
  const client = useClient()
  const me = useMe()
  const canned = useStore(client.canned)
  const [cards, setCards] = useState<readonly Card[]>([])
  const words = found?.kind === 'listing' ? found.words.trim() : undefined
  useEffect(() => {
    if (words === undefined) return undefined
    let current = true
    const timer = setTimeout(() => {
      const find = async () => {
        const reply = await client.connection.send({ type: 'listing.search', text: words })
        if (current && reply.ok) setCards(reply.value)
      }
      void find()
    }, 120)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [client, words])
  if (found === undefined) return []
  if (found.kind === 'canned') {
    const values = { name: view.lead?.profile.name ?? view.row.name, agent: me?.name }
    return findCanned(canned, found.words)
      .slice(0, 8)
      .map((reply) => ({
        key: reply.shortcut,
        title: `/${reply.shortcut}`,
        detail: reply.text,
        insert: fillCanned(reply.text, values),
      }))
  }
  return cards
    .flatMap((card) =>
      card.kind === 'listing'
        ? [
            {
              key: card.listingId,
              title: card.title,
              detail: `${card.locality}, ${money(card.priceMinor, card.currency)}`,
              insert: listingLine(card),
            },
          ]
        : [],
    )
    .slice(0, 8)
}

/** The list above the composer. */
export function LookupPanel({ lookup }: { readonly lookup: LookupState }) {
  const t = useT()
  const [managing, setManaging] = useState(false)
  const anyCanned = useStore(useClient().canned).length > 0
  if (lookup.kind === undefined && !managing) return null
  return (
    <div className="appear absolute inset-x-4 bottom-full z-10 mb-[-6px] rounded-box bg-surface p-1 shadow-float md:inset-x-6">
      {lookup.items.length === 0 ? (
        <p className="px-2.5 py-2 text-ink-3">
          {t(lookup.kind === 'listing' ? 'listing.none' : anyCanned ? 'canned.none' : 'canned.empty')}
        </p>
      ) : (
        <ul id="lookup" role="listbox" aria-label={t(lookup.kind === 'listing' ? 'listing.title' : 'canned.title')}>
          {lookup.items.map((item, index) => (
            <li
              key={item.key}
              id={`lookup-${index}`}
              role="option"
              aria-selected={index === lookup.at}
              onMouseDown={(event) => {
                event.preventDefault()
                lookup.choose(index)
              }}
              className="flex h-9 cursor-pointer items-center gap-2.5 rounded-[5px] px-2.5 hover:bg-hover aria-selected:bg-sunken"
            >
              {lookup.kind === 'listing' ? <House size={14} className="shrink-0 text-ink-3" aria-hidden /> : null}
              <span className="shrink-0 font-medium">{item.title}</span>
              <span className="truncate text-ink-3">{item.detail}</span>
            </li>
          ))}
        </ul>
      )}
      {lookup.kind === 'canned' ? (
        <button
          type="button"
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => setManaging(true)}
          className="mt-1 flex h-8 w-full items-center gap-2 border-t border-line px-2.5 text-[13px] text-ink-2 hover:text-ink"
        >
          <Settings2 size={14} aria-hidden />
          {t('canned.manage')}
        </button>
      ) : null}
      {managing ? <CannedDialog onClose={() => setManaging(false)} /> : null}
    </div>
  )
}
