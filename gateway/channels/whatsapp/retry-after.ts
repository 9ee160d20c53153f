import { z } from 'zod'
import { parseExactly } from './exact-json.ts'

const minuteMs = 60_000
const leastMs = 1000
const mostMs = 24 * 60 * minuteMs

/**
 * How long Meta asks to wait: the longer of `Retry-After` (seconds or a date) and `X-Business-Use-Case-Usage`, whose time to regain access is
 * in minutes. Between a second and a day; absent when nothing is asked. Source: whatsapp-and-lead-ads 6.11.
 */
export function askedWaitMs(headers: Headers, nowMs: number): number | undefined {
  const waits = [retryAfterMs(headers.get('retry-after') ?? '', nowMs), usageMs(headers)]
  const asked = waits.filter((ms) => ms !== undefined)
  return asked.length === 0 ? undefined : Math.min(mostMs, Math.max(leastMs, ...asked))
}

function retryAfterMs(value: string, nowMs: number): number | undefined {
  if (/^\d+$/u.test(value)) return Number(value) * 1000
  const atMs = Date.parse(value)
  return Number.isNaN(atMs) ? undefined : atMs - nowMs
}

/** By business, for each kind of call. */
const usageSchema = z.record(
  z.string(),
  z.array(z.object({ estimated_time_to_regain_access: z.number().nonnegative().catch(0) })),
)

function usageMs(headers: Headers): number | undefined {
  const usage = usageSchema.safeParse(parseExactly(headers.get('x-business-use-case-usage') ?? '')).data ?? {}
  const minutes = Object.values(usage).flatMap((calls) => calls.map((call) => call.estimated_time_to_regain_access))
  const most = Math.max(0, ...minutes)
  return most === 0 ? undefined : most * minuteMs
}
