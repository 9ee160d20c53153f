import { useEffect, useMemo } from 'react'
import type { StaffCommand } from '#gateway/protocol.ts'
import { LoadedStore, type LoadedOptions } from '../stores/loaded-store.ts'
import { useClient, useStore } from './context.tsx'

/** The live answer of a command while the component is on the screen. `makeOptions` must be stable: make it with `useCallback`. */
export function useLoaded<C extends StaffCommand>(makeOptions: () => LoadedOptions<C>) {
  const { connection } = useClient()
  const store = useMemo(() => new LoadedStore(connection, makeOptions()), [connection, makeOptions])
  useEffect(() => store.follow(), [store])
  return { ...useStore(store.state), store }
}
