import type { Namespace } from 'socket.io'
import { Adapter, type BroadcastOptions, type Session } from 'socket.io-adapter'
import { z } from 'zod'
import type { Ephemeral } from '#runtime/ports/ephemeral.ts'
import type { Ids } from '#runtime/ports/ids.ts'

/** How long a connection that broke may be taken up again, and how much of what was sent is kept for it. */
export const recoveryLimits = { keptMs: 120_000, framesMax: 16, frameMaxChars: 4096 } as const

const tailShape = z.object({
  epoch: z.string(),
  sent: z.number(),
  base: z.string(),
  frames: z.array(z.object({ offset: z.string(), text: z.string() })),
})

/** The last frames of one socket. `base` is the offset before the first of them: a client that has it misses none but these. */
type Tail = z.infer<typeof tailShape>

const keptShape = z.object({
  sid: z.string(),
  rooms: z.array(z.string()),
  data: z.record(z.string(), z.json()),
  tail: tailShape,
})

interface Parts {
  readonly ephemeral: Ephemeral
  readonly ids: Ids
}

/**
 * Connection recovery of Socket.IO across gateways, through the ephemeral port. A socket that breaks leaves its state and its last frames there; whichever
 * gateway the client comes back to takes them up: `socket.recovered` is true, and `socket.data.missed` has what was on its way, for whoever admits it to send. A frame costs nothing beyond this
 * process: gateways make their frames from the facts themselves, so none is sent from one to another. What can't be recovered (a killed
 * gateway, a store that is away, a frame too large) is a new socket, and complete all the same by the messages' numbers.
 */
export function createRecovery(parts: Parts): (namespace: Namespace) => Adapter {
  // Socket.IO calls it with `new`.
  return function recovering(namespace: Namespace) {
    return new RecoveringAdapter(namespace, parts)
  }
}

/**
 * Owns the tails of the sockets here. 1. Nothing is sent by taking up: Socket.IO would send what was missed before the handshake is checked, and who comes back
 * may have become somebody else. 2. A state is taken up once. 3. Offsets never repeat, also in the next socket of the same client.
 */
class RecoveringAdapter extends Adapter {
  readonly #parts: Parts
  readonly #name: string
  readonly #tails = new Map<string, Tail>()

  constructor(namespace: Namespace, parts: Parts) {
    super(namespace)
    this.#parts = parts
    this.#name = namespace.name
  }

  override addAll(id: string, rooms: Set<string>): void {
    // 3. A new epoch for each new socket.
    if (!this.#tails.has(id)) this.#tails.set(id, newTail(this.#parts.ids.next('o')))
    void super.addAll(id, rooms)
  }

  override delAll(id: string): void {
    this.#tails.delete(id)
    super.delAll(id)
  }

  override broadcast(
    packet: { readonly type: number; readonly id?: number; readonly data: unknown[] },
    options: BroadcastOptions,
  ): void {
    const [only, another] = options.rooms
    const tail = another === undefined && only !== undefined ? this.#tails.get(only) : undefined
    // What wants an acknowledgement can't be sent again by another process.
    if (tail !== undefined && packet.id === undefined) keep(tail, packet.data)
    super.broadcast(packet, options)
  }

  override persistSession({ sid, pid, rooms, data }: Omit<Session, 'missedPackets'>): void {
    const kept = keptShape.safeParse({ sid, rooms, data, tail: this.#tails.get(sid) })
    if (!kept.success) return
    const { ephemeral } = this.#parts
    // Lost when the store is away: then the client begins anew.
    ephemeral.set(this.#key(pid), kept.data, recoveryLimits.keptMs).catch(() => undefined)
  }

  override async restoreSession(pid: string, offset: string): Promise<Session> {
    // 2.
    const stored = privateId.test(pid) ? await this.#parts.ephemeral.take(this.#key(pid)) : undefined
    const { sid, rooms, data, tail } = keptShape.parse(stored)
    const missed = framesAfter(tail, offset)
    if (missed === undefined) throw new Error('frames that are no longer kept were missed')
    // What was missed is sent again under new offsets, after the one that the client has.
    this.#tails.set(sid, { ...tail, base: offset, frames: [] })
    // 1.
    return { sid, pid, rooms, data: { ...data, missed: missed.map(frameOf) }, missedPackets: [] }
  }

  #key(pid: string): string {
    return `socket${this.#name}/${pid}`
  }
}

/** As Socket.IO makes them. Anything else a client sends is not looked up. */
const privateId = /^[\w-]{10,64}$/

function newTail(epoch: string): Tail {
  return { epoch, sent: 0, base: `${epoch}.0`, frames: [] }
}

/** Puts the offset at the end of a packet, where Socket.IO's client looks for it, and keeps the packet. */
function keep(tail: Tail, packet: unknown[]): void {
  tail.sent += 1
  const offset = `${tail.epoch}.${tail.sent}`
  packet.push(offset)
  const text = JSON.stringify(packet)
  if (text.length > recoveryLimits.frameMaxChars) {
    // Whoever misses a frame this large begins anew.
    tail.frames = []
    tail.base = offset
    return
  }
  tail.frames.push({ offset, text })
  if (tail.frames.length > recoveryLimits.framesMax) tail.base = tail.frames.shift()?.offset ?? offset
}

function framesAfter({ base, frames }: Tail, offset: string): readonly Tail['frames'][number][] | undefined {
  if (offset === base) return frames
  const index = frames.findIndex((each) => each.offset === offset)
  return index === -1 ? undefined : frames.slice(index + 1)
}

/** Of a packet `['frame', frame, offset]`. */
function frameOf({ text }: Tail['frames'][number]): unknown {
  return z.array(z.unknown()).parse(JSON.parse(text))[1]
}
