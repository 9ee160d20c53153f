import { addressOf, partsOf, type Address } from '#runtime/address.ts'
import type { Json } from '#runtime/json.ts'
import type { Channel, SendReceipt } from '#runtime/ports/channels.ts'
import type { Log } from '#runtime/ports/log.ts'
import type { EffectContext, EffectHandler, EffectRequest, Runtime } from '#runtime/runtime.ts'
import type { ConversationEvent, Delivery } from '#machines/conversation-contract.ts'
import type { Reach } from '#machines/contact-contract.ts'
import { ratesFor, type PriceList, type Rates } from '#machines/message-price.ts'
import type { ChannelName } from '#machines/outreach-contract.ts'
import { z } from 'zod'
import type { DispatchEvent } from '#machines/dispatch-contract.ts'
import { dispatchId } from '#machines/dispatch-id.ts'
import { countryOfPhone } from './channels/place-of-phone.ts'
import { waitingWords } from './channels/waiting-words.ts'
import { epochOf } from './owner-epoch.ts'
import { eventOf } from './submit.ts'

/** A channel and how it shows messages. */
export interface GatewayChannel extends Channel {
  /** The customer reads the transcript itself: a committed message is a delivered one, and none can be held back. */
  readonly showsTranscript?: true
}

const deliveryShape = z.object({
  n: z.number(),
  epoch: z.number(),
  channel: z.string(),
  text: z.string(),
  author: z.enum(['assistant', 'member']),
  extras: z.record(z.string(), z.json()),
  /** Only where a provider brings the customer: then it goes out through a dispatch. */
  reach: z.exactOptional(z.object({ account: z.string() })),
})

/**
 * The effect `deliver`: hands a committed message to its channel, once under the effect's key, and tells the conversation what became of it.
 * Right before the call, which can't be taken back, it asks again whether the actor wants it and whether an assistant's message is still of
 * the present owner's epoch; a late one is not sent and is told as failed.
 */
export function createDeliverEffect(house: {
  readonly channels: readonly GatewayChannel[]
  /** The runtime is made with its effects, so it is asked for when the first one runs. */
  runtime(): Runtime
  readonly log: Log
  /** What messages cost; without, no budget is asked. */
  readonly prices?: PriceList
}): EffectHandler {
  const channels = new Map(house.channels.map((each) => [each.name, each]))
  const policy = { timeoutMs: 20_000, attemptsMax: 5, backoffMs: 500, concurrency: 64 }
  return {
    policy,
    async run(request, context) {
      const delivery = deliveryShape.parse(request.input)
      if (delivery.reach !== undefined) return dispatched(request, house)
      const tried = { request, context, delivery, channel: channels.get(delivery.channel) }
      const told = await attempt(tried, house).catch((error: unknown) => {
        if (context.signal.aborted || context.attempt < policy.attemptsMax) throw error
        return failed(delivery.n, `the channel ${delivery.channel} failed ${policy.attemptsMax} times`)
      })
      if (told === undefined) return null
      // The same attempt told twice is one event: the id follows from the effect's key.
      await house.runtime().send({ to: request.address, event: eventOf(told), id: `${request.key}:told` })
      return null satisfies Json
    },
  }
}

/**
 * Hands a message over to its dispatch, which asks the gate and follows it through its provider. Its address and the event's id are the message's, so
 * that the same message is dispatched once, however often this runs.
 */
async function dispatched(
  { address, input }: EffectRequest,
  house: { runtime(): Runtime; readonly prices?: PriceList },
): Promise<Json> {
  const { prices } = house
  const delivery = input as unknown as Delivery
  const { reach, n, epoch, channel, author, extras, content, replyTo, notice, reaction, ...said } = delivery
  const text = notice === undefined ? said.text : waitingWords(notice)
  if (reach === undefined) return null
  const { workspace, id } = partsOf(address)
  const event: DispatchEvent = {
    type: 'dispatch.asked',
    conversation: address,
    lead: addressOf(workspace, 'lead', id),
    n,
    epoch,
    channel: channel as ChannelName,
    reach,
    content: content ?? { kind: 'text', text, ...extras },
    purpose: content?.kind === 'template' ? content.category : 'service',
    sender: author,
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(reaction === undefined ? {} : { reaction }),
    ...(prices === undefined ? {} : { rates: ratesTo(reach, channel as ChannelName, prices) }),
  }
  await house.runtime().send({ to: dispatchOf(address, n, reaction), event: eventOf(event), id: 'asked' })
  return null
}

/** What a message costs where it goes to, as the number tells: by mail, and without a number, what it costs anywhere. */
function ratesTo({ phone }: Reach, channel: ChannelName, prices: PriceList): Rates {
  return ratesFor({ channel, country: (phone === undefined ? undefined : countryOfPhone(phone)) ?? '' }, prices)
}

/** The dispatch of a conversation's message, or of a reaction in it. */
export function dispatchOf(conversation: Address, n: number, reaction?: number): Address {
  const { workspace, id } = partsOf(conversation)
  return addressOf(workspace, 'dispatch', dispatchId(id, n, reaction))
}

interface Attempt {
  readonly request: EffectRequest
  readonly context: EffectContext
  readonly delivery: z.infer<typeof deliveryShape> & Pick<Delivery, 'n' | 'epoch'>
  readonly channel: GatewayChannel | undefined
}

type Told = Extract<ConversationEvent, { type: 'delivery.sent' | 'delivery.failed' }>

async function attempt(
  { request, context, delivery, channel }: Attempt,
  house: { runtime(): Runtime; readonly log: Log },
): Promise<Told | undefined> {
  const { n, epoch, author, text, extras } = delivery
  if (channel === undefined) return failed(n, `there is no channel ${delivery.channel} here`)
  const superseded =
    channel.showsTranscript !== true &&
    author === 'assistant' &&
    (await epochOf(house.runtime(), request.address)) !== epoch
  if (superseded) {
    house.log.info('a late message was held back', { conversation: request.address, n })
    return failed(n, 'somebody took over before it was sent')
  }
  if (!context.wanted()) return undefined
  const message = { key: request.key, conversation: request.address, n, text, extras }
  return toldOf(n, await channel.send(message, context.signal))
}

function toldOf(n: number, receipt: SendReceipt): Told {
  if (receipt.status === 'refused') return failed(n, receipt.reason)
  const { providerId } = receipt
  return { type: 'delivery.sent', n, ...(providerId === undefined ? {} : { providerId }) }
}

function failed(n: number, reason: string): Told {
  return { type: 'delivery.failed', n, reason }
}
