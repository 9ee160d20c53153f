import type { Socket } from 'node:net'

const heldBytesMax = 1 << 20

/** What goes along a lane: bytes, the end of what the sender sends, or that the sender is gone. */
type Piece = { readonly dueAtMs: number } & (
  { readonly kind: 'bytes'; readonly bytes: Buffer } | { readonly kind: 'end' } | { readonly kind: 'reset' }
)

/**
 * One direction of a connection through a fault proxy.
 *
 * Owns: the pieces that have come and not gone on. Called by the proxy.
 * 1. Pieces go on in the order in which they came, each not before it is due, and none while the lane is held.
 * 2. About a megabyte waits here at most; then the sender waits.
 */
export class FaultLane {
  readonly #from: Socket
  readonly #to: Socket
  #pieces: Piece[] = []
  #delayMs = 0
  #held = false
  #waitingBytes = 0
  #timer: NodeJS.Timeout | undefined

  constructor(from: Socket, to: Socket) {
    this.#from = from
    this.#to = to
    from.on('data', (bytes) => this.#take({ kind: 'bytes', bytes, dueAtMs: this.#dueAtMs() }))
    from.on('end', () => this.#take({ kind: 'end', dueAtMs: this.#dueAtMs() }))
    from.on('error', () => this.#take({ kind: 'reset', dueAtMs: this.#dueAtMs() }))
    to.on('connect', () => this.#moveOn())
    to.on('drain', () => this.#moveOn())
    to.once('close', () => this.#drop())
  }

  /** The faults from now on. What came before keeps its time. */
  set(faults: { readonly delayMs: number; readonly held: boolean }): void {
    this.#delayMs = faults.delayMs
    this.#held = faults.held
    this.#moveOn()
  }

  #dueAtMs(): number {
    return performance.now() + this.#delayMs
  }

  #take(piece: Piece): void {
    this.#pieces.push(piece)
    this.#waitingBytes += piece.kind === 'bytes' ? piece.bytes.length : 0
    this.#moveOn()
  }

  #moveOn(): void {
    clearTimeout(this.#timer)
    for (let piece = this.#next(); piece !== undefined; piece = this.#next()) {
      this.#pieces.shift()
      this.#hand(piece)
    }
    // L2: the sender's own system holds what does not fit here.
    if (this.#waitingBytes >= heldBytesMax) this.#from.pause()
    else this.#from.resume()
  }

  /** The first piece, when it may go on now. L1: whatever is behind it waits with it. */
  #next(): Piece | undefined {
    const piece = this.#pieces[0]
    if (piece === undefined || this.#held || this.#to.connecting || this.#to.writableNeedDrain) return undefined
    const waitMs = piece.dueAtMs - performance.now()
    if (waitMs <= 0) return piece
    this.#timer = setTimeout(() => this.#moveOn(), Math.ceil(waitMs))
    return undefined
  }

  #hand(piece: Piece): void {
    switch (piece.kind) {
      case 'bytes':
        this.#waitingBytes -= piece.bytes.length
        this.#to.write(piece.bytes)
        return
      case 'end':
        this.#to.end()
        return
      case 'reset':
        this.#to.resetAndDestroy()
    }
  }

  #drop(): void {
    clearTimeout(this.#timer)
    this.#pieces = []
    this.#waitingBytes = 0
  }
}
