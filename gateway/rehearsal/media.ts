import { createHash } from 'node:crypto'
import type { Clock } from '#runtime/ports/clock.ts'
import type { Limits } from './business.ts'
import { GraphError } from './graph-error.ts'
import type { Minting } from './minting.ts'

export interface MediaFile {
  readonly id: string
  readonly bytes: Buffer
  readonly mimeType: string
  /** Base64, as webhooks carry it. */
  readonly sha256: string
  readonly filename?: string
}

interface Kept extends MediaFile {
  readonly untilMs: number
}

const filesMax = 500
const bytesMax = 200 * 1024 * 1024
const megabyte = 1024 * 1024

/** By the beginning of the MIME type. Source: whatsapp-and-lead-ads 6.6. */
const sizes: readonly (readonly [begins: string, maxBytes: number])[] = [
  ['image/webp', 0.5 * megabyte],
  ['image/jpeg', 5 * megabyte],
  ['image/png', 5 * megabyte],
  ['audio/', 16 * megabyte],
  ['video/mp4', 16 * megabyte],
  ['video/3gpp', 16 * megabyte],
  ['application/', 100 * megabyte],
  ['text/plain', 100 * megabyte],
]

/**
 * Files, and the addresses from which they can be had for a while.
 * Owns both. 1. A file is kept 7 days when a customer sent it and 30 when it was uploaded. 2. An address works five minutes, then it is gone.
 * 3. When there are too many files or bytes the oldest go first.
 */
export class Media {
  readonly #clock: Clock
  readonly #limits: Limits
  readonly #minting: Minting
  readonly #files = new Map<string, Kept>()
  readonly #addresses = new Map<string, { readonly file: string; readonly untilMs: number }>()
  #bytes = 0

  constructor(clock: Clock, limits: Limits, minting: Minting) {
    this.#clock = clock
    this.#limits = limits
    this.#minting = minting
  }

  /** Throws a `GraphError` when Meta does not take such a file. */
  add(from: 'customer' | 'upload', file: Pick<MediaFile, 'bytes' | 'mimeType' | 'filename'>): MediaFile {
    const allowed = sizes.find(([begins]) => file.mimeType.startsWith(begins))
    if (from === 'upload' && allowed === undefined) {
      throw new GraphError(
        100,
        `Param file must be a file of a type that is supported. Received file of type '${file.mimeType}'.`,
      )
    }
    if (from === 'upload' && file.bytes.length > (allowed?.[1] ?? 0))
      throw new GraphError(131053, 'The file is too large.')
    const keptMs = from === 'customer' ? this.#limits.inboundMediaMs : this.#limits.uploadedMediaMs
    const sha256 = createHash('sha256').update(file.bytes).digest('base64')
    const kept: Kept = { ...file, id: this.#minting.digits(16), sha256, untilMs: this.#clock.nowMs() + keptMs }
    this.#files.set(kept.id, kept)
    this.#bytes += kept.bytes.length
    while (this.#files.size > filesMax || (this.#bytes > bytesMax && this.#files.size > 1)) this.#dropOldest()
    return kept
  }

  find(id: string): MediaFile | undefined {
    const file = this.#files.get(id)
    return file === undefined || file.untilMs <= this.#clock.nowMs() ? undefined : file
  }

  /** The secret part of a new address for the file. */
  newAddress(file: MediaFile): string {
    const nowMs = this.#clock.nowMs()
    for (const [name, { untilMs }] of this.#addresses) if (untilMs <= nowMs) this.#addresses.delete(name)
    const address = this.#minting.digits(20)
    this.#addresses.set(address, { file: file.id, untilMs: nowMs + this.#limits.mediaUrlMs })
    return address
  }

  at(address: string): MediaFile | undefined {
    const found = this.#addresses.get(address)
    return found === undefined || found.untilMs <= this.#clock.nowMs() ? undefined : this.find(found.file)
  }

  #dropOldest(): void {
    const [oldest] = this.#files.values()
    if (oldest === undefined) return
    this.#files.delete(oldest.id)
    this.#bytes -= oldest.bytes.length
  }
}
