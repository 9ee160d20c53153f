import { io, type Socket } from 'socket.io-client'
import { protocolVersion, type Reply, type StaffCommand, type StaffFrame, type StaffReply } from '#gateway/protocol.ts'

/** A member of staff over a real socket. */
export interface StaffSocket {
  command<Type extends StaffCommand['type']>(
    command: Extract<StaffCommand, { type: Type }>,
  ): Promise<Reply<StaffReply<Type>>>
  onFrame(listener: (frame: StaffFrame) => void): () => void
  close(): void
}

/** Connects with an access token and waits for the welcome. */
export async function connectMember(url: string, accessToken: string): Promise<StaffSocket> {
  const socket: Socket = io(`${url}/staff`, {
    transports: ['websocket'],
    forceNew: true,
    auth: { protocol: protocolVersion, accessToken },
  })
  const listeners = new Set<(frame: StaffFrame) => void>()
  socket.on('frame', (frame: StaffFrame) => {
    for (const listener of listeners) listener(frame)
  })
  await new Promise<void>((resolve, reject) => {
    listeners.add((frame) => void (frame.type === 'welcome' && resolve()))
    socket.on('connect_error', reject)
  })
  return {
    command: async (command) => socket.timeout(30_000).emitWithAck('command', command),
    onFrame: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: () => void socket.disconnect(),
  }
}
