/** Numbers, money and times as people read them. Pure but for the reader's own time zone and language. */

/** `₹1.15 Cr`, `₹65 L`, `₹18,500` from paise; other currencies in their own way. */
export function money(minor: number, currency = 'INR'): string {
  if (currency !== 'INR') {
    return new Intl.NumberFormat('en-IN', { style: 'currency', currency, maximumFractionDigits: 0 }).format(minor / 100)
  }
  const rupees = minor / 100
  if (rupees >= 9_999_500) return `₹${trim(rupees / 10_000_000)} Cr`
  if (rupees >= 100_000) return `₹${trim(rupees / 100_000)} L`
  return `₹${new Intl.NumberFormat('en-IN', { maximumFractionDigits: 0 }).format(rupees)}`
}

function trim(value: number): string {
  return value.toFixed(2).replace(/\.?0+$/, '')
}

/** An amount in millionths of the currency's unit: `₹1,240.50`, and as many places as a price of a message needs, `$0.0085`. */
export function spent(micros: number, currency: string): string {
  const amount = micros / 1_000_000
  const maximumFractionDigits = Math.abs(amount) < 1 ? 4 : 2
  return new Intl.NumberFormat('en-IN', { style: 'currency', currency, maximumFractionDigits }).format(amount)
}

/** A whole number with its thousands parted the Indian way. */
export function count(value: number): string {
  return new Intl.NumberFormat('en-IN').format(value)
}

/** A share of 0 to 1 as `92%`. */
export function percent(share: number): string {
  return `${Math.round(share * 100)}%`
}

export interface DurationWords {
  readonly now: string
  readonly seconds: (count: number) => string
  readonly minutes: (count: number) => string
  readonly hours: (count: number) => string
  readonly days: (count: number) => string
}

/** One unit, rounded down: 45 s, 3 min, 2 h, 4 d. */
export function duration(ms: number, words: DurationWords): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 1) return words.now
  if (seconds < 60) return words.seconds(seconds)
  if (seconds < 3600) return words.minutes(Math.floor(seconds / 60))
  if (seconds < 86_400) return words.hours(Math.floor(seconds / 3600))
  return words.days(Math.floor(seconds / 86_400))
}

/** A running clock: `4:07`, or `1:02:03` from an hour on. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const two = (value: number) => String(value).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  return hours > 0 ? `${hours}:${rest}` : rest.replace(/^0/, '')
}

/** The calendar day of an instant in the reader's zone, as a key: `2026-11-23`. */
export function dayKey(atMs: number): string {
  const date = new Date(atMs)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** `14:05`. By hand: it stands in every row of every list, and making a formatter costs more than drawing the row. */
export function timeOfDay(atMs: number): string {
  const date = new Date(atMs)
  return `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`
}

/** `14:05:09.120`, for looking closely. */
export function exactTime(atMs: number): string {
  const date = new Date(atMs)
  const pad = (value: number, width: number) => String(value).padStart(width, '0')
  return `${pad(date.getHours(), 2)}:${pad(date.getMinutes(), 2)}:${pad(date.getSeconds(), 2)}.${pad(date.getMilliseconds(), 3)}`
}

/** The exact time, with its day when that is not the day of `fromMs`. */
export function exactTimeFrom(atMs: number, fromMs: number, locale: string): string {
  return dayKey(atMs) === dayKey(fromMs) ? exactTime(atMs) : dayAndTime(atMs, locale)
}

/** For lists: the time today, the weekday within a week, else the date. */
export function shortWhen(atMs: number, nowMs: number, locale: string): string {
  if (dayKey(atMs) === dayKey(nowMs)) return timeOfDay(atMs)
  const within = nowMs - atMs < 6 * 86_400_000
  const shape: Intl.DateTimeFormatOptions = within ? { weekday: 'short' } : { day: 'numeric', month: 'short' }
  return new Intl.DateTimeFormat(locale, shape).format(atMs)
}

/** `23 Nov`. */
export function shortDay(atMs: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' }).format(atMs)
}

/** `Monday, 23 November`; with the year when it is another one. */
export function longDay(atMs: number, nowMs: number, locale: string): string {
  const sameYear = new Date(atMs).getFullYear() === new Date(nowMs).getFullYear()
  return new Intl.DateTimeFormat(locale, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(sameYear ? {} : { year: 'numeric' }),
  }).format(atMs)
}

/** `Mon 23 Nov, 14:05` in a zone of its own when given. */
export function dayAndTime(atMs: number, locale: string, timeZone?: string): string {
  return new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(atMs)
}

/** A file's size as people say it: `12 KB`, `3.4 MB`. */
export function bytesInWords(bytes: number): string {
  const kilobytes = bytes / 1024
  if (kilobytes < 1024) return `${Math.max(1, Math.round(kilobytes))} KB`
  const megabytes = kilobytes / 1024
  return `${megabytes < 10 ? Math.round(megabytes * 10) / 10 : Math.round(megabytes)} MB`
}

/** Two letters for an avatar. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/)
  const letters = words.length > 1 ? [words[0], words.at(-1)].map((word) => word?.[0] ?? '') : [name.slice(0, 2)]
  return letters.join('').toUpperCase()
}
