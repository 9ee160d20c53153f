import { describe, expect, it } from 'vitest'
import { createOutbox } from './outbox.ts'

/** A socket whose reader takes nothing until told. */
function slowSocket() {
  const sent: unknown[] = []
  const drains: (() => void)[] = []
  const conn = { writeBuffer: [] as unknown[], on: (_: 'drain', listener: () => void) => drains.push(listener) }
  return {
    connected: true,
    conn,
    sent,
    emit: (_: 'frame', frame: unknown) => {
      sent.push(frame)
      conn.writeBuffer.push(frame)
    },
    drain() {
      conn.writeBuffer = []
      for (const each of drains) each()
    },
  }
}

describe('frames for a slow reader', () => {
  it('are dropped beyond the bound; once it reads again it is told that it is behind, once, before anything else', () => {
    const socket = slowSocket()
    const outbox = createOutbox<{ n: number }>(socket, 4)
    for (let n = 1; n <= 10; n++) outbox.send({ n })
    expect(socket.sent).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }])
    expect(outbox.dropped()).toBe(6)
    socket.drain()
    socket.drain()
    outbox.send({ n: 11 })
    expect(socket.sent.slice(4)).toEqual([{ type: 'behind' }, { n: 11 }])
  })

  it('are all sent while it keeps up, and none after it has gone', () => {
    const socket = slowSocket()
    const outbox = createOutbox<{ n: number }>(socket, 4)
    for (let n = 1; n <= 10; n++) {
      outbox.send({ n })
      socket.drain()
    }
    expect(socket.sent).toHaveLength(10)
    socket.connected = false
    outbox.send({ n: 11 })
    expect(socket.sent).toHaveLength(10)
    expect(outbox.dropped()).toBe(0)
  })
})
