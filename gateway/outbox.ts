/** What of a Socket.IO socket the outbox needs. */
export interface FrameSocket {
  readonly connected: boolean
  emit(name: 'frame', frame: unknown): unknown
  readonly conn: { on(name: 'drain', listener: () => void): unknown }
}

/** Packets that may wait for a slow reader before frames to it are dropped. */
export const outgoingMax = 512

/** Sends frames to one client, bounded: a reader slower than the news loses frames, is told `behind` once it reads again, and resumes. */
export interface Outbox<Frame> {
  send(frame: Frame): void
  /** Frames dropped so far. */
  dropped(): number
}

/** Owns whether the client is behind. 1. While behind nothing is sent. 2. `behind` is the first frame after it. */
export function createOutbox<Frame>(
  socket: FrameSocket,
  max: number = outgoingMax,
): Outbox<Frame | { type: 'behind' }> {
  let behind = false
  let dropped = 0
  socket.conn.on('drain', () => {
    if (!behind || waitingIn(socket) > max / 2) return
    behind = false
    socket.emit('frame', { type: 'behind' })
  })
  return {
    dropped: () => dropped,
    send(frame) {
      if (!socket.connected) return
      if (behind || waitingIn(socket) >= max) {
        behind = true
        dropped += 1
        return
      }
      socket.emit('frame', frame)
    },
  }
}

/** Packets the transport has not taken yet. Engine.IO keeps them in `writeBuffer`, which its types call private; the flood test holds it. */
function waitingIn(socket: FrameSocket): number {
  const buffer: unknown = Reflect.get(socket.conn, 'writeBuffer')
  return Array.isArray(buffer) ? buffer.length : 0
}
