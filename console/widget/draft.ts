import { limits } from '#gateway/protocol.ts'

/** How close to the limit the counter appears. */
const counterFrom = limits.textMax - 400

/** What the composer says about a text. The length counts after trimming, as it will be sent. */
export function draftState(text: string): {
  readonly length: number
  readonly fits: boolean
  readonly counter: boolean
  readonly empty: boolean
} {
  const { length } = text.trim()
  return { length, fits: length <= limits.textMax, counter: length >= counterFrom, empty: length === 0 }
}
