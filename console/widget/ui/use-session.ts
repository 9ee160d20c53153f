import { useEffect, useState } from 'preact/hooks'
import type { Session, SessionState } from '../session.ts'

/** The session's state, drawn again whenever it changes. */
export function useSession(session: Session): SessionState {
  const [state, setState] = useState(session.state)
  useEffect(() => {
    setState(session.state)
    return session.subscribe(() => setState(session.state))
  }, [session])
  return state
}
