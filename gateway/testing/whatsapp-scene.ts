import { addressOf, type Address } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import type { TranscriptMessage } from '#machines/conversation-contract.ts'
import { contactId } from '#machines/contact-writing.ts'
import { signatureOf } from '../channels/whatsapp/signature.ts'
import { until } from './test-house.ts'
import { metaNumber, type WhatsAppHouse } from './whatsapp-house.ts'

const [appSecret = ''] = metaNumber.appSecrets
const factsMax = 5000

/** Where what is heard of a customer's key lives: the phone, or the business-scoped id. */
export function addressFor(kind: 'conversation' | 'lead' | 'contact', key: string): Address {
  return addressOf('acme', kind, contactId('whatsapp', metaNumber.account, key))
}

/** The dispatch of message `n` of a customer's conversation. */
export function dispatchFor(key: string, n: number): Address {
  return addressOf('acme', 'dispatch', `${contactId('whatsapp', metaNumber.account, key)}:${n}`)
}

/** What an actor has said of a type. */
export async function factsOf(
  { house }: Pick<WhatsAppHouse, 'house'>,
  of: Address,
  type: string,
): Promise<readonly Fact[]> {
  return (await house.runtime.journal.facts(0, factsMax, of)).filter((each) => each.type === type)
}

/** Everything ever said in a conversation. */
export async function transcriptOf(
  scene: Pick<WhatsAppHouse, 'house'>,
  of: Address,
): Promise<readonly TranscriptMessage[]> {
  return (await factsOf(scene, of, 'message-added')).map(({ data }) => data as unknown as TranscriptMessage)
}

/** What a dispatch has become, step by step. */
export async function waysOf(scene: Pick<WhatsAppHouse, 'house'>, of: Address): Promise<readonly Fact['data'][]> {
  return (await factsOf(scene, of, 'dispatch-changed')).map(({ data }) => data)
}

/** Resolves when nobody of the house has anything left to do. */
export async function settled({ house }: Pick<WhatsAppHouse, 'house'>): Promise<void> {
  await until(
    async () => {
      const { steps, inboxLag, pendingEffects } = house.runtime.stats()
      await new Promise((resolve) => setTimeout(resolve, 30))
      const later = house.runtime.stats()
      return steps === later.steps && inboxLag + pendingEffects + later.inboxLag + later.pendingEffects === 0
    },
    (is) => is,
  )
}

/** Resolves when nothing more happens: Meta is idle as well. */
export async function quiet(scene: WhatsAppHouse): Promise<void> {
  await scene.meta.idle()
  await settled(scene)
}

/** A delivery as Meta would post it, signed by the number's app unless told otherwise. */
export function post(
  { webhook }: Pick<WhatsAppHouse, 'webhook'>,
  body: string,
  signature = signatureOf(Buffer.from(body), appSecret),
): Promise<Response> {
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signature }
  return fetch(webhook, { method: 'POST', headers, body })
}
