import type { ByteRange } from '#runtime/ports/files.ts'

/**
 * The one range a `Range` header asks of a file of this length. `whole`: there is none, or one of another kind, which is left aside; `none`: it begins
 * beyond the end. Source: RFC 9110, 14.1.2.
 */
export function rangeAsked(header: string | undefined, sizeBytes: number): ByteRange | 'whole' | 'none' {
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/u.exec(header ?? '') ?? []
  if (from === '' && to === '') return 'whole'
  if (from === '') {
    const length = Math.min(Number(to), sizeBytes)
    return length === 0 ? 'none' : { start: sizeBytes - length, end: sizeBytes - 1 }
  }
  const [start, end] = [Number(from), to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1)]
  if (to !== '' && Number(to) < start) return 'whole'
  return start >= sizeBytes ? 'none' : { start, end }
}
