import { useEffect, useRef } from 'react'
import { useClient } from '../ui/context.tsx'

const silentMs = 4_000
const repeatMs = 3_000

/** Tells the others that this member types, at most every few seconds, and that they stopped. */
export function useTyping(conversation: string): (on: boolean) => void {
  const { connection } = useClient()
  const told = useRef<{ on: boolean; atMs: number; timer?: ReturnType<typeof setTimeout> }>({ on: false, atMs: 0 })
  const tell = (on: boolean) => {
    const state = told.current
    clearTimeout(state.timer)
    if (on) state.timer = setTimeout(() => tell(false), silentMs)
    if (on === state.on && (!on || performance.now() - state.atMs < repeatMs)) return
    state.on = on
    state.atMs = performance.now()
    void connection.send({ type: 'conversation.typing', conversation, on })
  }
  const last = useRef(tell)
  useEffect(() => {
    last.current = tell
  })
  useEffect(() => () => last.current(false), [])
  return tell
}
