import { useEffect, useMemo } from 'react'
import { TypingSignal } from '../stores/typing-signal.ts'
import { useClient } from '../ui/context.tsx'

const browserTime = {
  nowMs: () => performance.now(),
  after: (delayMs: number, work: () => void) => {
    const timer = setTimeout(work, delayMs)
    return () => clearTimeout(timer)
  },
}

/** Tells the others while this member types in a conversation. */
export function useTyping(conversation: string): (on: boolean) => void {
  const { connection } = useClient()
  const signal = useMemo(
    () =>
      new TypingSignal({
        tell: (on) => void connection.send({ type: 'conversation.typing', conversation, on }),
        ...browserTime,
      }),
    [connection, conversation],
  )
  useEffect(() => () => signal.set(false), [signal])
  return (on) => signal.set(on)
}
