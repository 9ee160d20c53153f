import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react'
import type { Member } from '#gateway/protocol.ts'
import type { Client } from '../client.ts'
import type { Store } from '../connection/store.ts'
import type { DurationWords } from '../text/format.ts'
import type { T, Text } from '../text/text.ts'

const ClientContext = createContext<Client | undefined>(undefined)

/** Gives the client to everything below. */
export function ClientProvider({ client, children }: { readonly client: Client; readonly children: ReactNode }) {
  return <ClientContext value={client}>{children}</ClientContext>
}

/** The client; throws outside `ClientProvider`. */
export function useClient(): Client {
  const client = useContext(ClientContext)
  if (client === undefined) throw new Error('useClient outside ClientProvider')
  return client
}

/** A store's value, rendering again when it changes. */
export function useStore<Value>(store: Store<Value>): Value {
  return useSyncExternalStore(store.subscribe, store.get)
}

/** The words of the reader's language. */
export function useText(): Text {
  return useStore(useClient().text)
}

export function useT(): T {
  return useText().t
}

/** Who is signed in; absent for the moment of signing out. */
export function useMe(): Member | undefined {
  const client = useClient()
  useStore(client.session.state)
  return client.session.member
}

/** The server's clock, ticking once every `everyMs`. */
export function useNow(everyMs = 1_000): number {
  const client = useClient()
  const [nowMs, setNowMs] = useState(client.nowMs)
  useEffect(() => {
    const timer = setInterval(() => setNowMs(client.nowMs()), everyMs)
    return () => clearInterval(timer)
  }, [client, everyMs])
  return nowMs
}

/** Whether the window matches a media query. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const list = matchMedia(query)
      list.addEventListener('change', listener)
      return () => list.removeEventListener('change', listener)
    },
    () => matchMedia(query).matches,
  )
}

/** Units of time in the reader's language, for `duration`. */
export function durationWords(t: T): DurationWords {
  return {
    now: t('time.now'),
    seconds: (count) => t('time.seconds', { count }),
    minutes: (count) => t('time.minutes', { count }),
    hours: (count) => t('time.hours', { count }),
    days: (count) => t('time.days', { count }),
  }
}
