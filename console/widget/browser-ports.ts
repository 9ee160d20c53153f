import type { SessionPorts } from './ports.ts'
import { openSocketLink } from './socket-link.ts'
import { browserStore } from './storage.ts'

/** The session's ports in a browser. */
export function browserPorts(server: string): SessionPorts {
  const newId = idMaker()
  return {
    openLink: (handshake, listener) => openSocketLink(server, handshake, listener),
    store: browserStore(),
    onStoreChanged: (run) => {
      window.addEventListener('storage', run)
      return () => window.removeEventListener('storage', run)
    },
    now: () => Date.now(),
    random: () => Math.random(),
    newId,
    after: (delayMs, run) => {
      const timer = setTimeout(run, delayMs)
      return () => clearTimeout(timer)
    },
    timeZone: () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    page: () => location.href.slice(0, 2000),
  }
}

/** Ids that sort in the order they were made within a tab. Not `randomUUID`: pages served without TLS don't have it. */
function idMaker(): () => string {
  let made = 0
  return () => {
    made += 1
    const random = [...crypto.getRandomValues(new Uint8Array(12))]
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join('')
    return `${Date.now().toString(36)}-${made.toString(36).padStart(4, '0')}-${random}`
  }
}
