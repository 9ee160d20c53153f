import { io } from 'socket.io-client'
import { protocolVersion, type StaffFrame, type StaffHandshake } from '#gateway/protocol.ts'
import type { Wire, WireEvents } from './connection.ts'
import { isRecord } from './http.ts'

const ackTimeoutMs = 10_000
const refusedRetryMs = 1_500

/** Opens Socket.IO's `/staff` on the page's own origin. The handshake asks for the token each time, so a refreshed one is used. */
export function openSocket(accessToken: () => string, events: WireEvents): Wire {
  const socket = io('/staff', {
    transports: ['websocket', 'polling'],
    reconnectionDelay: 300,
    reconnectionDelayMax: 5_000,
    auth: (give) => give({ protocol: protocolVersion, accessToken: accessToken() } satisfies StaffHandshake),
  })
  let again: ReturnType<typeof setTimeout> | undefined
  socket.on('connect', events.up)
  socket.on('disconnect', events.down)
  socket.on('frame', (frame: StaffFrame) => events.frame(frame))
  socket.on('connect_error', (error: Error & { data?: unknown }) => {
    const code = isRecord(error.data) && typeof error.data['code'] === 'string' ? error.data['code'] : error.message
    events.refused(code, error.message)
    // A refused handshake ends Socket.IO's own trying. What only time can mend is tried again here.
    if (socket.active || code === 'unauthenticated' || code === 'protocol-unsupported') return
    clearTimeout(again)
    again = setTimeout(() => socket.connect(), refusedRetryMs)
  })
  return {
    send: (command) => socket.timeout(ackTimeoutMs).emitWithAck('command', command),
    reconnect: () => {
      socket.disconnect().connect()
    },
    close: () => {
      clearTimeout(again)
      socket.disconnect()
    },
  }
}
