import { afterEach, describe, expect, it } from 'vitest'
import { addressOf } from '#runtime/address.ts'
import { contactId } from '#machines/contact-writing.ts'
import { signatureOf } from '../channels/whatsapp/signature.ts'
import { messagesDelivery, onTheWire, textMessage } from '../channels/whatsapp/testing/payloads.ts'
import { member } from '../testing/test-clients.ts'
import { until } from '../testing/test-house.ts'
import { metaNumber, startWhatsAppHouse, type WhatsAppHouse } from '../testing/whatsapp-house.ts'

const [appSecret = ''] = metaNumber.appSecrets
let started: WhatsAppHouse | undefined
afterEach(async () => {
  await started?.stop()
  started = undefined
})

function post({ webhook }: WhatsAppHouse, body: string) {
  const signature = signatureOf(Buffer.from(body), appSecret)
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signature }
  return fetch(webhook, { method: 'POST', headers, body })
}

describe('a delivery of WhatsApp that was kept', () => {
  it('is mended and read again as a delivery, with all that belongs to it, and makes one message', async () => {
    started = await startWhatsAppHouse()
    const { house } = started
    const manager = await member(house, { name: 'Maya', role: 'manager' })
    const timestamp = String(Math.floor(Date.now() / 1000))
    const delivery = onTheWire(messagesDelivery(textMessage('Hello', { id: 'wamid.MEND', timestamp })))
    const broken = delivery.replace(`"timestamp":"${timestamp}"`, '"timestamp":"soon"')
    expect(broken).not.toBe(delivery)
    expect((await post(started, broken)).status).toBe(200)
    const { event } = await manager.frame('lead-event')
    expect(event.subject).toBe('whatsapp')
    const { letter, text } = event
    const replay = (given: string) => manager.command({ type: 'lead-event.replay', letter, text: given })
    expect(await replay(text)).toEqual({ status: 'refused', reasons: event.reasons })
    expect(await replay('{}')).toMatchObject({
      status: 'refused',
      reasons: [expect.stringMatching(/no JSON of a WhatsApp/)],
    })
    const mended = text.replace('"soon"', `"${timestamp}"`)
    const id = contactId('whatsapp', metaNumber.account, '34600111222')
    expect(await replay(mended)).toEqual({ status: 'taken', lead: addressOf('acme', 'contact', id) })
    const settled = await manager.frame('lead-event', (frame) => frame.event.settled !== undefined)
    expect(settled.event.settled).toMatchObject({ by: 'Maya', how: 'replayed' })
    // Meta sends it again, mended.
    await post(started, delivery)
    const customers = await until(
      async () => {
        const facts = await house.runtime.journal.facts(0, 1000, addressOf('acme', 'conversation', id))
        return facts.filter(({ type, data }) => type === 'message-added' && data['text'] === 'Hello')
      },
      (found) => found.length > 0,
    )
    expect(customers).toHaveLength(1)
    manager.close()
  })
})
