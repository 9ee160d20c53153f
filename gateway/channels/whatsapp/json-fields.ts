/** A JSON object of somebody else's: every field has to be asked what it is. */
export interface Fields {
  readonly [field: string]: unknown
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The object's fields; none for what is no object, so that a missing node reads like an empty one. */
export function fieldsIn(value: unknown): Fields {
  return isFields(value) ? value : {}
}

/** The list's items; none for what is no list. */
export function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** An id: visible ASCII without blanks, as text. A whole number is taken too: older payloads write ids so. */
export function idIn(value: unknown, lengthMax = 512): string | undefined {
  const id = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value
  return typeof id === 'string' && id.length <= lengthMax && /^[\x21-\x7e]+$/.test(id) ? id : undefined
}

/** Words for people: well-formed Unicode, cut to so many UTF-16 units. Undefined when there are none. */
export function wordsIn(value: unknown, lengthMax: number): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined
  const cut = value.slice(0, lengthMax)
  // A pair of surrogates that the cut went through is left out whole.
  const whole = value.length > lengthMax && /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut
  return whole.toWellFormed()
}

/** A number, or a number written as text. */
export function numberIn(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^-?\d{1,15}(\.\d{1,15})?$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

/** Epoch milliseconds of a timestamp in seconds, which Meta writes as text in messages and as a number in preferences. */
export function timeIn(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && /^\d{1,12}$/.test(value) ? Number(value) : value
  const usable = typeof seconds === 'number' && Number.isSafeInteger(seconds) && seconds > 0 && seconds <= secondsMax
  return usable ? seconds * 1000 : undefined
}

/** The end of the year 9999: more is milliseconds taken for seconds, or nonsense. */
const secondsMax = 253_402_300_799

/** Compact JSON of something that came as JSON; empty for what is nested too deep to write. */
export function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? ''
  } catch {
    return ''
  }
}
