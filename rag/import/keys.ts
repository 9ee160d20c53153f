import { createHash } from 'node:crypto'
import type { Json } from '#runtime/json.ts'

/** SHA-256 of text as hex, cut to `length`. Ids made of it tell nothing of what they were made from. */
export function digest(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length)
}

/** JSON with its keys in order, so that equal contents have equal text. */
export function canonical(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((each: Json) => canonical(each)).join(',')}]`
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`
}

/**
 * Remembers which content an address has had within one run, in sixteen bytes a row: a million rows take 32 MB at most.
 * Two different rows under one reference would otherwise overwrite each other on every run.
 */
export class SeenTable {
  #keys = new BigUint64Array(1 << 12)
  #contents = new BigUint64Array(1 << 12)
  #size = 0

  /** `new` the first time, `same` or `other` content after that. The first content stays. Takes hex digests of 16 digits or more. */
  see(key: string, content: string): 'new' | 'same' | 'other' {
    if (this.#size * 2 > this.#keys.length) this.#grow()
    const wanted = BigInt(`0x${key.slice(0, 16)}`) | 1n
    const held = BigInt(`0x${content.slice(0, 16)}`)
    const slot = this.#slot(wanted)
    if (this.#keys[slot] === wanted) return this.#contents[slot] === held ? 'same' : 'other'
    this.#keys[slot] = wanted
    this.#contents[slot] = held
    this.#size++
    return 'new'
  }

  #slot(wanted: bigint): number {
    const mask = this.#keys.length - 1
    let slot = Number(wanted & 0xffffffffn) & mask
    while (this.#keys[slot] !== 0n && this.#keys[slot] !== wanted) slot = (slot + 1) & mask
    return slot
  }

  #grow(): void {
    const [keys, contents] = [this.#keys, this.#contents]
    this.#keys = new BigUint64Array(keys.length * 2)
    this.#contents = new BigUint64Array(keys.length * 2)
    for (const [index, key] of keys.entries()) {
      if (key === 0n) continue
      const slot = this.#slot(key)
      this.#keys[slot] = key
      this.#contents[slot] = contents[index] ?? 0n
    }
  }
}
