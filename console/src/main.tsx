import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { createClient } from './client.ts'
import { createHttp } from './connection/http.ts'
import { openSocket } from './connection/socket.ts'
import './style.css'

const client = createClient({
  http: createHttp((input, init) => fetch(input, init)),
  openWire: openSocket,
  nowMs: () => Date.now(),
  newId: () => crypto.randomUUID(),
  after: (delayMs, work) => {
    const timer = setTimeout(work, delayMs)
    return () => clearTimeout(timer)
  },
  // Plain http on another host has no locks: one tab at a time is then the reader's business.
  exclusively: async (work) => ('locks' in navigator ? navigator.locks.request('fineacers-refresh', work) : work()),
  storage: localStorage,
  readHash: () => location.hash,
  writeHash: (hash) => {
    location.hash = hash
  },
})
const root = document.getElementById('root')
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <App client={client} />
    </StrictMode>,
  )
}
