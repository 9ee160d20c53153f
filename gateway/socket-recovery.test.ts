import { Server } from 'socket.io'
import type { Adapter } from 'socket.io-adapter'
import { describe, expect, it } from 'vitest'
import { createMemoryEphemeral } from '#runtime/adapters/memory/ephemeral.ts'
import { createManualClock } from '#runtime/testing/manual-clock.ts'
import { createSeededIds } from '#runtime/testing/seeded-ids.ts'
import { createRecovery, recoveryLimits } from './socket-recovery.ts'

const pid = 'abcdefghijklmnopqrst'

function scene() {
  const clock = createManualClock(1_800_000_000_000)
  const parts = { ephemeral: createMemoryEphemeral({ clock }), ids: createSeededIds(3) }
  const adapterOf = (name: string): Adapter => new Server({ adapter: createRecovery(parts) }).of(name).adapter
  return { clock, ...parts, adapterOf, a: adapterOf('/staff'), b: adapterOf('/staff') }
}

/** Sends a frame to one socket, and answers the offset its client sees. */
function send(adapter: Adapter, frame: unknown, sid = 's1'): string {
  const packet = { type: 2, data: ['frame', frame] }
  adapter.broadcast(packet, { rooms: new Set([sid]), except: new Set() })
  return String(packet.data[2])
}

function missedOf({ data }: { readonly data: unknown }): unknown {
  return (data as { readonly missed: unknown }).missed
}

function breakOff(adapter: Adapter, data: unknown = { who: 'ann' }): void {
  adapter.persistSession({ sid: 's1', pid, rooms: ['s1'], data })
  adapter.delAll('s1')
}

describe('connection recovery', () => {
  it('another gateway takes up a socket with its state and sends what was on its way, once', async () => {
    const { a, b } = scene()
    await a.addAll('s1', new Set(['s1']))
    const offsets = [1, 2, 3].map((n) => send(a, n))
    breakOff(a)
    const session = await b.restoreSession(pid, offsets[0] ?? '')
    // Nothing is sent before the handshake has been checked.
    expect(session).toEqual({
      sid: 's1',
      pid,
      rooms: ['s1'],
      data: { who: 'ann', missed: [2, 3] },
      missedPackets: [],
    })
    await expect(b.restoreSession(pid, offsets[0] ?? '')).rejects.toThrow()
  })

  it('a socket that breaks again before it has heard what it missed still gets all of it', async () => {
    const { a, b } = scene()
    await a.addAll('s1', new Set(['s1']))
    const [first = ''] = [1, 2].map((n) => send(a, n))
    breakOff(a)
    expect(missedOf(await b.restoreSession(pid, first))).toEqual([2])
    await b.addAll('s1', new Set(['s1']))
    for (const frame of [2, 3]) send(b, frame)
    breakOff(b)
    expect(missedOf(await a.restoreSession(pid, first))).toEqual([2, 3])
  })

  it('what is no longer kept is not made up: too many frames, one too large, an offset of the socket before, too late', async () => {
    const { a, clock } = scene()
    await a.addAll('s1', new Set(['s1']))
    const offsets = Array.from({ length: recoveryLimits.framesMax + 2 }, (_, n) => send(a, n))
    breakOff(a)
    await expect(a.restoreSession(pid, offsets[0] ?? '')).rejects.toThrow('no longer kept')
    await a.addAll('s1', new Set(['s1']))
    const before = send(a, 1)
    const large = send(a, 'x'.repeat(recoveryLimits.frameMaxChars))
    breakOff(a)
    await expect(a.restoreSession(pid, before)).rejects.toThrow('no longer kept')
    await a.addAll('s1', new Set(['s1']))
    send(a, 1)
    breakOff(a)
    await expect(a.restoreSession(pid, large)).rejects.toThrow('no longer kept')
    await a.addAll('s1', new Set(['s1']))
    const last = send(a, 1)
    breakOff(a)
    await clock.advance(recoveryLimits.keptMs)
    await expect(a.restoreSession(pid, last)).rejects.toThrow()
  })

  it('after a large frame that arrived the next ones are recovered', async () => {
    const { a, b } = scene()
    await a.addAll('s1', new Set(['s1']))
    const large = send(a, 'x'.repeat(recoveryLimits.frameMaxChars))
    send(a, 'next')
    breakOff(a)
    expect(missedOf(await b.restoreSession(pid, large))).toEqual(['next'])
  })

  it('a namespace knows nothing of the sockets of another, nonsense is not looked up, and a store that is away is no error', async () => {
    const { a, adapterOf, ephemeral } = scene()
    await a.addAll('s1', new Set(['s1']))
    const offset = send(a, 1)
    breakOff(a)
    await expect(adapterOf('/customer').restoreSession(pid, offset)).rejects.toThrow()
    await expect(a.restoreSession('../staff', offset)).rejects.toThrow()
    await expect(a.restoreSession(pid, offset)).resolves.toMatchObject({ sid: 's1' })
    await ephemeral.close()
    await a.addAll('s1', new Set(['s1']))
    expect(() => breakOff(a)).not.toThrow()
  })

  it('frames that want an answer, and those for many, are not kept', async () => {
    const { a } = scene()
    await a.addAll('s1', new Set(['s1', 'room']))
    const base = send(a, 1)
    a.broadcast({ type: 2, data: ['frame', 2] }, { rooms: new Set(['room']), except: new Set() })
    a.broadcast({ type: 2, id: 7, data: ['frame', 3] }, { rooms: new Set(['s1']), except: new Set() })
    breakOff(a)
    expect(missedOf(await a.restoreSession(pid, base))).toEqual([])
  })
})
