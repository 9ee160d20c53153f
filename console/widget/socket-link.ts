import { io, type Socket } from 'socket.io-client'
import type {
  CustomerCommand,
  CustomerFrame,
  CustomerHandshake,
  CustomerReplies,
  ErrorCode,
  ProblemReport,
  Reply,
} from '#gateway/protocol.ts'
import type { Link, LinkListener } from './ports.ts'
import { backoffMs } from './retry.ts'

/** How long the server may take to acknowledge a command. */
const acknowledgeMs = 8000
const frameTypes: ReadonlySet<string> = new Set([
  'welcome',
  'message',
  'owner',
  'typing',
  'receipts',
  'status',
  'behind',
])

/** A link over Socket.IO. Reconnects by itself with jittered backoff and at once when the device says it is online again. */
export function openSocketLink(server: string, handshake: () => CustomerHandshake, listener: LinkListener): Link {
  const socket = io(`${server}/customer`, {
    auth: (send) => send({ ...handshake() }),
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    reconnectionDelay: 500,
    reconnectionDelayMax: 8000,
    timeout: 10_000,
    forceNew: true,
  })
  const down = () => listener.status(navigator.onLine ? 'reconnecting' : 'offline')
  const stopRetrying = keepTrying(socket, listener, down)
  socket.on('frame', (value: unknown) => {
    const frame = parseFrame(value)
    if (frame !== undefined) listener.frame(frame)
  })
  const stopListening = followDevice(socket, down)
  return {
    send: (command) => sendOver(socket, command),
    reconnect: () => void socket.disconnect().connect(),
    close: () => {
      stopRetrying()
      stopListening()
      socket.disconnect()
    },
  }
}

function keepTrying(socket: Socket, listener: LinkListener, down: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let refusals = 0
  const again = (delayMs: number) => {
    clearTimeout(timer)
    timer = setTimeout(() => socket.connect(), delayMs)
  }
  socket.on('connect', () => {
    refusals = 0
    clearTimeout(timer)
  })
  socket.on('disconnect', (reason) => {
    if (reason === 'io client disconnect') return
    down()
    if (reason === 'io server disconnect') again(backoffMs(2, Math.random()))
  })
  socket.on('connect_error', (error: Error & { data?: unknown }) => {
    if (socket.active) return down() // The transport failed: Socket.IO retries.
    const problem = parseProblem(error)
    if (problem.retry === 'never') return listener.status('refused', problem)
    refusals += 1
    listener.status('reconnecting', problem)
    again(problem.retryAfterMs ?? backoffMs(refusals, Math.random()))
  })
  return () => clearTimeout(timer)
}

function followDevice(socket: Socket, down: () => void): () => void {
  const offline = () => {
    // A dead network can keep a socket "open" for a minute: believe the device.
    socket.io.engine?.close()
    down()
  }
  const online = () => void socket.connect()
  window.addEventListener('offline', offline)
  window.addEventListener('online', online)
  return () => {
    window.removeEventListener('offline', offline)
    window.removeEventListener('online', online)
  }
}

async function sendOver<C extends CustomerCommand>(
  socket: Socket,
  command: C,
): Promise<Reply<CustomerReplies[C['type']]>> {
  if (!socket.connected) return { ok: false, error: lost('unavailable') }
  try {
    return await socket.timeout(acknowledgeMs).emitWithAck('command', command)
  } catch {
    return { ok: false, error: lost(socket.connected ? 'timeout' : 'unavailable') }
  }
}

function lost(code: 'timeout' | 'unavailable'): ProblemReport {
  return { code, message: 'No answer from the server.', retry: 'now' }
}

function parseFrame(value: unknown): CustomerFrame | undefined {
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined
  return typeof value.type === 'string' && frameTypes.has(value.type) ? (value as CustomerFrame) : undefined
}

const codesForGood: ReadonlySet<string> = new Set([
  'invalid',
  'unauthenticated',
  'forbidden',
  'not-found',
  'protocol-unsupported',
])

function parseProblem(error: Error & { data?: unknown }): ProblemReport {
  const { data } = error
  if (typeof data === 'object' && data !== null && 'code' in data && 'retry' in data) return data as ProblemReport
  const retry = codesForGood.has(error.message) ? 'never' : 'later'
  return { code: (retry === 'never' ? error.message : 'unavailable') as ErrorCode, message: error.message, retry }
}
