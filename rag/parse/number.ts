const devanagariZero = 0x0966
const arabicIndicZero = 0x0660

/** Text with Devanagari and Arabic digits written as 0–9, so that one set of patterns reads them all. */
export function latinDigits(text: string): string {
  return text.replace(/[\u0966-\u096f\u0660-\u0669]/g, (digit) => {
    const code = digit.charCodeAt(0)
    return String(code - (code >= devanagariZero ? devanagariZero : arabicIndicZero))
  })
}

/**
 * Reads one written number: `1,25,000`, `1,250,000`, `1.250.000`, `1250000.0`, `39,07` (decimal comma), `1e7`.
 * A lone comma followed by exactly three digits groups thousands. `undefined` when it is not one number.
 */
export function parseNumber(text: string): number | undefined {
  const trimmed = latinDigits(text)
    .trim()
    .replace(/[\s\u00a0\u202f']/g, '')
  if (!/^[+-]?\d[\d.,]*(?:e[+-]?\d+)?$/i.test(trimmed)) return undefined
  const value = Number(withoutGrouping(trimmed))
  return Number.isFinite(value) ? value : undefined
}

function withoutGrouping(text: string): string {
  const dots = text.split('.').length - 1
  const commas = text.split(',').length - 1
  if (commas === 0) return dots > 1 ? text.replaceAll('.', '') : text
  if (dots === 0) return commas === 1 && !/,\d{3}$/.test(text) ? text.replace(',', '.') : text.replaceAll(',', '')
  return text.lastIndexOf('.') > text.lastIndexOf(',')
    ? text.replaceAll(',', '')
    : text.replaceAll('.', '').replace(',', '.')
}
