import type { ProblemReport } from '#gateway/protocol.ts'

/** What to do with a message the server did not accept. `wait` counts as an attempt unless `free`. */
export type RetryDecision =
  { readonly kind: 'give-up' } | { readonly kind: 'wait'; readonly delayMs: number; readonly free: boolean }

/** Attempts of one message before the person is asked to press retry. */
export const attemptsMax = 6
const baseMs = 500
const ceilingMs = 15_000

/** Decides by the problem's own advice. `attempts` counts this failure; `random` in [0, 1) spreads many clients. */
export function decideRetry(problem: ProblemReport, attempts: number, random: number): RetryDecision {
  if (problem.retry === 'never') return { kind: 'give-up' }
  if (problem.code === 'rate-limited') {
    return { kind: 'wait', delayMs: problem.retryAfterMs ?? backoffMs(attempts, random), free: true }
  }
  if (attempts >= attemptsMax) return { kind: 'give-up' }
  return { kind: 'wait', delayMs: problem.retryAfterMs ?? backoffMs(attempts, random), free: false }
}

/** Exponential with half jitter: between half of and the whole of min(0.5 s · 2^(attempts − 1), 15 s). */
export function backoffMs(attempts: number, random: number): number {
  const whole = Math.min(baseMs * 2 ** Math.max(0, attempts - 1), ceilingMs)
  return Math.round(whole / 2 + (whole / 2) * random)
}
