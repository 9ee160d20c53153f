import { io, type Socket } from 'socket.io-client'
import { protocolVersion, type Reply, type StaffCommand, type StaffFrame, type StaffReply } from '#gateway/protocol.ts'
import { untilGone } from './until-gone.ts'

/** A member of staff over a real socket. */
export interface StaffSocket {
  /** Rejects when the connection ends meanwhile, and when nothing is answered within half a minute. */
  command<Type extends StaffCommand['type']>(
    command: Extract<StaffCommand, { type: Type }>,
  ): Promise<Reply<StaffReply<Type>>>
  onFrame(listener: (frame: StaffFrame) => void): () => void
  /** Ends when the connection has. It is not made again. */
  readonly gone: AbortSignal
  close(): void
}

/** Connects with an access token and waits for the welcome. */
export async function connectMember(url: string, accessToken: string): Promise<StaffSocket> {
  const socket: Socket = io(`${url}/staff`, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    auth: { protocol: protocolVersion, accessToken },
  })
  const listeners = new Set<(frame: StaffFrame) => void>()
  const gone = new AbortController()
  socket.on('frame', (frame: StaffFrame) => {
    for (const listener of listeners) listener(frame)
  })
  socket.once('disconnect', () => gone.abort(new Error('the server has gone')))
  await untilGone(
    gone.signal,
    new Promise<void>((resolve, reject) => {
      listeners.add((frame) => void (frame.type === 'welcome' && resolve()))
      socket.once('connect_error', reject)
    }),
  )
  return {
    command: (command) => untilGone(gone.signal, socket.timeout(30_000).emitWithAck('command', command)),
    onFrame: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    gone: gone.signal,
    close: () => void socket.disconnect(),
  }
}
