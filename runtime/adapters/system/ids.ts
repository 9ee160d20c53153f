import { randomFillSync } from 'node:crypto'
import type { Ids } from '../../ports/ids.ts'

/** Crockford's base 32: sorts as the numbers do, and has no letters that people mix up. */
const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const timeDigits = 10
const orderDigits = 4
const chanceDigits = 12

/**
 * Ids of time (10 digits), place within the millisecond (4) and chance (12, 60 bits from the system's secure source), as ULIDs
 * are made up; those of one process sort in the order they were made, also when the clock is set back.
 */
export function createSystemIds(nowMs: () => number = () => Date.now()): Ids {
  const chance = createChance()
  let lastMs = 0
  let order = 0
  return {
    next(prefix) {
      const now = Math.max(nowMs(), lastMs)
      order = now === lastMs ? order + 1 : 0
      lastMs = now
      let random = ''
      for (let digit = 0; digit < chanceDigits; digit++) random += digits[chance() & 31] ?? ''
      return `${prefix}_${written(now, timeDigits)}${written(order, orderDigits)}${random}`
    },
    random() {
      let value = 0
      for (let byte = 0; byte < 6; byte++) value = value * 256 + chance()
      return value / 2 ** 48
    },
  }
}

/** Secure bytes one by one, drawn from the system many at a time because a draw costs far more than a byte. */
function createChance(): () => number {
  const pool = new Uint8Array(8192)
  let used = pool.length
  return () => {
    if (used === pool.length) {
      randomFillSync(pool)
      used = 0
    }
    const byte = pool[used] ?? 0
    used += 1
    return byte
  }
}

function written(value: number, length: number): string {
  let text = ''
  let left = value
  while (text.length < length) {
    text = (digits[left % 32] ?? '') + text
    left = Math.floor(left / 32)
  }
  return text
}
