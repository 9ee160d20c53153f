import type { Clock } from '#runtime/ports/clock.ts'
import type { Ids } from '#runtime/ports/ids.ts'
import type { JsonObject } from '#runtime/json.ts'
import type { Reachable } from '#runtime/testing/simulator/process.ts'
import { metaError } from '../../channels/whatsapp/testing/payloads.ts'
import { textIn } from './fields.ts'
import type { Misfortune } from './misfortune.ts'
import { timestamp, type Webhooks } from './webhooks.ts'

/** A call that reached Meta, whatever Meta made of it. */
export interface ReceivedCall {
  readonly atMs: number
  /** Our own id: the address of the dispatch. */
  readonly dispatch: string
  /** Its process had been paused and woken by then. */
  readonly byZombie: boolean
  /** Meta has taken the message, under this id. */
  providerId?: string
  /** It came to the customer's phone. */
  shown?: boolean
}

export interface SimulatedMetaOptions {
  readonly clock: Clock
  readonly ids: Ids
  readonly misfortune: () => Misfortune
  readonly webhooks: Webhooks
  /** When the customer at a phone or user id last wrote. */
  readonly lastWroteAtMs: (key: string) => number
}

/**
 * Meta's Cloud API in memory, on a manual clock: the real client talks to its `fetch`. Owns every call that reached it.
 * 1. It does not know whether it has seen a message before, as Meta does not: sent twice is shown twice.
 * 2. What it has taken it tells of by webhook, in whatever order; what comes outside the window fails afterwards.
 */
export interface SimulatedMeta {
  readonly calls: readonly ReceivedCall[]
  /** The network as a process has it. */
  fetchOf(process: Pick<Reachable, 'slept' | 'cut'>): typeof fetch
}

interface Sent {
  readonly call: ReceivedCall
  readonly to: string
  readonly isTemplate: boolean
}

const windowMs = 24 * 60 * 60_000
const latencyMs = 250
const hangsMs = 50_000
const statusesWithinMs = 4_000

/** Makes a Meta that nobody has called. */
export function createSimulatedMeta(options: SimulatedMetaOptions): SimulatedMeta {
  const { clock, ids, misfortune } = options
  const calls: ReceivedCall[] = []
  const wait = (ms: number): Promise<void> =>
    new Promise((resolve) => void clock.schedule(clock.nowMs() + Math.ceil(ids.random() * ms), resolve))
  const strikes = (chance: number): boolean => chance > 0 && ids.random() < chance

  const serve = async (slept: () => boolean, body: JsonObject): Promise<Response> => {
    await wait(latencyMs)
    const now = misfortune()
    if (strikes(now.unreached)) throw networkError('ECONNREFUSED')
    const dispatch = textIn(body, 'biz_opaque_callback_data')
    const call: ReceivedCall = { atMs: clock.nowMs(), dispatch, byZombie: slept() }
    calls.push(call)
    if (strikes(now.tooFast)) return answer(429, { error: { code: 130429, message: 'Rate limit hit' } })
    if (strikes(now.broke / 2)) return answer(500, {})
    const to = textIn(body, 'to') || textIn(body, 'recipient')
    const id = `wamid.OUT-${calls.length}`
    call.providerId = id
    follow(options, { call, to, isTemplate: body['type'] === 'template' })
    if (strikes(now.broke / 2)) return answer(502, {})
    if (strikes(now.answerLost)) throw networkError('ECONNRESET')
    await wait(strikes(now.hangs) ? hangsMs : latencyMs)
    return answer(200, { messaging_product: 'whatsapp', messages: [{ id }] })
  }
  return {
    calls,
    fetchOf:
      ({ slept, cut }) =>
      (_address, init) => {
        const body = JSON.parse(typeof init?.body === 'string' ? init.body : '{}') as JsonObject
        const served = async (): Promise<Response> => {
          if (cut()) throw networkError('ENETUNREACH')
          const response = await serve(slept, body)
          if (cut()) throw networkError('ECONNRESET')
          return response
        }
        return unlessAborted(served(), init?.signal ?? undefined)
      },
  }
}

/** What becomes of a message that Meta has taken, and how it tells. */
function follow({ clock, ids, webhooks, lastWroteAtMs }: SimulatedMetaOptions, { call, to, isTemplate }: Sent): void {
  const tell = (status: string, more: JsonObject = {}): void => {
    const about = { id: call.providerId ?? '', status, timestamp: timestamp(clock.nowMs()), recipient_id: to }
    webhooks.tell('messages', { statuses: [{ ...about, biz_opaque_callback_data: call.dispatch, ...more }] })
  }
  const after = (ms: number, run: () => void): void =>
    void clock.schedule(clock.nowMs() + Math.ceil(ids.random() * ms), run)
  if (!isTemplate && lastWroteAtMs(to) + windowMs < clock.nowMs()) {
    return after(statusesWithinMs, () => tell('failed', { errors: [metaError(131047, 'Re-engagement', 'Too late.')] }))
  }
  call.shown = true
  const reads = ids.random() < 0.6
  after(statusesWithinMs, () => {
    tell('sent')
    tell('delivered')
    if (reads) after(statusesWithinMs, () => tell('read'))
  })
}

/** The call goes on at Meta when its caller has turned away. */
function unlessAborted(serving: Promise<Response>, signal: AbortSignal | undefined): Promise<Response> {
  if (signal === undefined) return serving
  const aborted = Promise.withResolvers<never>()
  const turnAway = (): void => aborted.reject(new DOMException('aborted', 'AbortError'))
  signal.addEventListener('abort', turnAway)
  // A signal with listeners is kept for ever, and with it the whole company.
  return Promise.race([serving, aborted.promise]).finally(() => signal.removeEventListener('abort', turnAway))
}

function networkError(code: string): Error {
  return new TypeError('fetch failed', { cause: { code } })
}

function answer(status: number, body: JsonObject): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })
}
