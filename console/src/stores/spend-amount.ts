/** Amounts as people type them. Pure. */

const microsMax = 1_000_000_000_000_000

/** An amount of money in millionths: `null` for an empty field, nothing for what is no amount. A comma parts thousands; a dot begins the fraction. */
export function microsIn(typed: string): number | null | undefined {
  const text = typed.replaceAll(/[\s,]/gu, '')
  if (text === '') return null
  if (!/^\d+(\.\d+)?$/u.test(text)) return undefined
  const micros = Math.round(Number(text) * 1_000_000)
  return micros <= microsMax ? micros : undefined
}
