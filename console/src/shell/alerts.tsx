import { BellRing, Hourglass } from 'lucide-react'
import { useEffect, useRef } from 'react'
import type { InboxRow } from '#gateway/protocol.ts'
import type { RingSound } from '../ring-sound.ts'
import { without } from '../stores/ringing.ts'
import { hashOf } from '../stores/route.ts'
import { duration } from '../text/format.ts'
import { Button } from '../ui/button.tsx'
import { durationWords, useClient, useMe, useNow, useStore, useT } from '../ui/context.tsx'

const againMs = 6_000

/** Rings while somebody waits for a person, and says who took it. */
export function Alerts({ sound }: { readonly sound: RingSound }) {
  const client = useClient()
  const { ringing } = useStore(client.ringing)
  const preferences = useStore(client.preferences)
  const available = useStore(client.available)
  const route = useStore(client.route)
  const count = ringing.length
  useTakenToast()
  useEffect(() => {
    if (count === 0 || !preferences.sound || !available) return undefined
    sound.ring()
    const timer = setInterval(() => sound.ring(), againMs)
    return () => clearInterval(timer)
  }, [count, preferences.sound, available, sound])
  useTitle(count)
  // The open one shows its waiting already, with the same buttons.
  const shown = ringing.filter((row) => route.screen !== 'inbox' || route.conversation !== row.conversation)
  if (shown.length === 0) return null
  return (
    <div
      role="alert"
      // On a phone it stands above the screen and takes its own room: floating it would cover what one works on.
      className="z-30 max-md:order-first max-md:shrink-0 md:pointer-events-none md:fixed md:bottom-3 md:left-[78px] md:w-[330px]"
    >
      {shown.slice(-1).map((row) => (
        <RingCard key={row.conversation} row={row} more={shown.length - 1} />
      ))}
    </div>
  )
}

/** One at a time, the newest: the others are a press away, and first in the list. */
function RingCard({ row, more }: { readonly row: InboxRow; readonly more: number }) {
  const client = useClient()
  const t = useT()
  const nowMs = useNow()
  const hush = () => client.ringing.update((now) => without(now, row.conversation))
  const since = row.owner.kind === 'queue' ? row.owner.sinceMs : (row.handOff?.atMs ?? row.lastAtMs)
  const open = () => {
    client.go({ screen: 'inbox', view: 'waiting', conversation: row.conversation, filter: {} })
    hush()
  }
  const take = async () => {
    open()
    await client.act({ type: 'take-over', conversation: row.conversation })
  }
  return (
    <div className="appear pointer-events-auto border-waiting bg-surface p-3 max-md:border-b-2 md:rounded-box md:border-l-4 md:shadow-float">
      <p className="flex items-center gap-2 font-medium">
        <BellRing size={16} className="text-waiting" aria-hidden />
        <span className="truncate">{t('ring.title', { name: row.name })}</span>
        <span className="tabular ml-auto flex items-center gap-1 text-[12.5px] text-waiting">
          <Hourglass size={12} aria-hidden />
          {duration(nowMs - since, durationWords(t))}
        </span>
      </p>
      {row.handOff === undefined ? null : (
        <p className="mt-0.5 line-clamp-2 text-ink-2">
          {t(`reason.${row.handOff.reason}`)} · {row.handOff.summary}
        </p>
      )}
      <div className="mt-2 flex gap-2">
        <Button small look="primary" onClick={() => void take()}>
          {t('ring.take')}
        </Button>
        <Button small onClick={open}>
          {t('ring.look')}
        </Button>
        {more === 0 ? null : (
          <a
            href={hashOf({ screen: 'inbox', view: 'waiting', filter: {} })}
            className="tabular self-center text-[13px] text-ink-2 underline-offset-2 hover:underline"
          >
            {t('ring.more', { count: more })}
          </a>
        )}
        <Button small look="quiet" onClick={hush} className="ml-auto">
          {t('ring.hush')}
        </Button>
      </div>
    </div>
  )
}

function useTakenToast(): void {
  const client = useClient()
  const me = useMe()
  const t = useT()
  const { taken } = useStore(client.ringing)
  const told = useRef(taken)
  useEffect(() => {
    if (taken === undefined || taken === told.current || taken.memberId === me?.memberId) return
    told.current = taken
    client.toasts.show({ tone: 'person', text: t('ring.taken', { name: taken.name, customer: taken.row.name }) })
  }, [taken, me, client, t])
}

function useTitle(count: number): void {
  const t = useT()
  useEffect(() => {
    document.title = count > 0 ? `(${count}) ${t('ring.page')}` : 'FineAcers'
  }, [count, t])
}
