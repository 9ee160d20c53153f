import { z } from 'zod'
import { parseAddress, type Address } from '#runtime/address.ts'
import type { Json } from '#runtime/json.ts'
import type { Log } from '#runtime/ports/log.ts'
import type { EffectContext, EffectHandler, EffectRequest, Runtime } from '#runtime/runtime.ts'
import type { Transmission, Transmitted } from '#machines/dispatch-contract.ts'
import { eventOf } from '../submit.ts'
import { epochOf } from '../owner-epoch.ts'

/** One call to a provider, ready to be made. Never tries again by itself, and answers `ambiguous` for every end it does not know. */
export type ProviderCall = (signal: AbortSignal) => Promise<Transmitted>

/** A way out through a provider. */
export interface ProviderSender {
  /** Looks up and writes down all the call needs: the call, or why it can't be made. Reaches no customer: at most a file goes up to the provider. When it throws, nothing was sent. */
  prepare(transmission: Transmission): Promise<ProviderCall | Exclude<Transmitted, { readonly outcome: 'accepted' }>>
}

const transmissionShape = z.looseObject({
  dispatch: z.string(),
  conversation: z.string(),
  channel: z.string(),
  sender: z.string(),
  epoch: z.number(),
  attempt: z.number(),
})

/** Longer than any provider's own time-out, shorter than the dispatch's. */
const timeoutMs = 45_000
const retryMs = 2000
/** A stop cuts off no call that a provider answers within this: its end would be unknown. */
const finishMs = 5000

/**
 * The effect `transmit`: makes the call of one attempt at most once, whatever dies.
 * 1. Before the call the attempt is said and committed. Who finds it said already, after a crash or a change of owner, does not know how far the other
 *    one came: it makes no call, and claims nothing. So it is said before anything else is looked at.
 * 2. Right before the call, when all it needs is at hand, the owner's epoch is looked at: an assistant's words are not sent after somebody took over.
 * 3. The runner tries again what could not be said; what was said is never tried again. The dispatch decides what follows from an end that is not known.
 */
export function createTransmitEffect(house: {
  readonly senders: { readonly [channel: string]: ProviderSender }
  readonly runtime: () => Runtime
  readonly log: Log
}): EffectHandler {
  return {
    policy: { timeoutMs, attemptsMax: 5, backoffMs: 1000, concurrency: 64, finishMs },
    async run(request, context) {
      const { dispatch, channel } = transmissionShape.parse(request.input)
      const sender = house.senders[channel]
      if (sender === undefined) return asJson(refusedHere(`there is no channel ${channel} here`))
      const address = parseAddress(dispatch)
      if (address === undefined) return asJson(refusedHere(`${dispatch} is no dispatch`))
      return asJson(await once({ request, context, address, sender }, house))
    },
  }
}

interface Call {
  readonly request: EffectRequest
  readonly context: EffectContext
  readonly address: Address
  readonly sender: ProviderSender
}

async function once(
  { request, context, address, sender }: Call,
  { runtime, log }: { readonly runtime: () => Runtime; readonly log: Log },
): Promise<Transmitted> {
  const transmission = request.input as unknown as Transmission
  const began = eventOf({ type: 'attempt.began', attempt: transmission.attempt })
  // 1, 3
  const said = await runtime().submit({ to: address, event: began, id: `${request.key}:began` }, context.signal)
  if (said.duplicate) return { outcome: 'ambiguous', reason: 'the call was begun before and cut off' }
  let call: Awaited<ReturnType<ProviderSender['prepare']>>
  try {
    call = await sender.prepare(transmission)
    if (typeof call !== 'function') return call
    // 2
    const late = await heldBack(runtime(), transmission)
    if (late !== undefined) return { outcome: 'superseded', reason: late }
  } catch (error) {
    // It is ours to call, and was not called.
    log.warn('a call could not be made', { dispatch: address, error: String(error) })
    return { outcome: 'later', afterMs: retryMs, reason: 'what the call needs could not be read' }
  }
  if (!context.wanted()) return { outcome: 'superseded', reason: 'it was no longer wanted' }
  return call(context.signal)
}

/** Why an assistant's words must not go out any more. */
async function heldBack(runtime: Runtime, { sender, conversation, epoch }: Transmission): Promise<string | undefined> {
  const address = parseAddress(conversation)
  if (sender !== 'assistant' || address === undefined) return undefined
  return (await epochOf(runtime, address)) === epoch ? undefined : 'somebody took over before it was sent'
}

function refusedHere(reason: string): Transmitted {
  return { outcome: 'refused', action: 'alert', code: 0, reason }
}

function asJson(transmitted: Transmitted): Json {
  return { ...transmitted }
}
