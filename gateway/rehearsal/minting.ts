import type { Ids } from '#runtime/ports/ids.ts'

/** Makes what Meta numbers: the same source of randomness makes the same ids. */
export interface Minting {
  /** `wamid.` and 28 signs, as messages are called. */
  wamid(): string
  /** Decimal digits, the first not zero; 17 of them are beyond what a JSON number of JavaScript holds. */
  digits(length: number): string
  /** A user id for one business portfolio. */
  userId(country: string): string
  trace(): string
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const figures = '0123456789'

export function createMinting(ids: Pick<Ids, 'random'>): Minting {
  const pick = (from: string, length: number): string => {
    let text = ''
    while (text.length < length) text += from[Math.floor(ids.random() * from.length)] ?? ''
    return text
  }
  const digits = (length: number): string => pick('123456789', 1) + pick(figures, length - 1)
  return {
    wamid: () => `wamid.${pick(letters, 28)}`,
    digits,
    userId: (country) => `${country}.${digits(20)}`,
    trace: () => pick(letters, 23),
  }
}
