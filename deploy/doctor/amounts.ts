const units = [
  ['day', 24 * 60 * 60 * 1000],
  ['hour', 60 * 60 * 1000],
  ['minute', 60 * 1000],
  ['second', 1000],
] as const

const small = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten']

/** A time for a person: `two minutes`, `3.5 days`, `140 ms`. */
export function timeText(ms: number): string {
  const [name, size] = units.find(([, each]) => ms >= each) ?? ['', 0]
  if (size === 0) return `${Math.round(ms)} ms`
  const count = Math.round((ms / size) * 10) / 10
  const shown = small[count] ?? String(count > 10 ? Math.round(count) : count)
  return `${shown} ${name}${count === 1 ? '' : 's'}`
}

/** Bytes for a person: `3.2 GB`. */
export function bytesText(bytes: number): string {
  const names = ['bytes', 'kB', 'MB', 'GB', 'TB']
  const power = Math.min(names.length - 1, Math.max(0, Math.floor(Math.log(Math.max(1, bytes)) / Math.log(1000))))
  const count = bytes / 1000 ** power
  return `${count < 10 && power > 0 ? count.toFixed(1) : Math.round(count)} ${names[power]}`
}

/** `a, b and c`; `nobody` for none. */
export function listText(names: readonly string[]): string {
  if (names.length <= 1) return names[0] ?? 'none'
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
