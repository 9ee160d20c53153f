import { afterEach, describe, expect, it } from 'vitest'
import { createPassingClock } from '../../testing/passing-clock.ts'
import { until } from '../../testing/test-house.ts'
import { metaNumber, startWhatsAppHouse, type WhatsAppHouse } from '../../testing/whatsapp-house.ts'
import {
  addressFor,
  dispatchFor,
  factsOf,
  post,
  quiet,
  settled,
  transcriptOf,
  waysOf,
} from '../../testing/whatsapp-scene.ts'
import { messagesDelivery, onTheWire, statusesDelivery, statusUpdate, textMessage } from './testing/payloads.ts'

const ana = '34600111222'
const conversation = addressFor('conversation', ana)
const dayMs = 24 * 60 * 60 * 1000
let started: WhatsAppHouse | undefined

async function start(options: Parameters<typeof startWhatsAppHouse>[0] = {}): Promise<WhatsAppHouse> {
  started = await startWhatsAppHouse(options)
  return started
}

/** A house at a Meta that takes messages and tells nothing of them by itself. */
function startUntold(): Promise<WhatsAppHouse> {
  return start({ meta: { delays: { sentMs: dayMs } } })
}

afterEach(async () => {
  await started?.stop()
  started = undefined
})

/** Sends that reached Meta, whatever it said to them. */
function sends({ meta }: WhatsAppHouse): readonly number[] {
  return meta
    .calls()
    .filter(({ request }) => JSON.stringify(request ?? '').includes('recipient_type'))
    .map(({ status }) => status)
}

/** Somebody wrote, and the answer was taken by Meta: its id there. */
async function answered(scene: WhatsAppHouse, phone: string): Promise<unknown> {
  scene.meta.phone(phone).says('Hello')
  const ways = await until(
    () => waysOf(scene, dispatchFor(phone, 2)),
    (found) => found.some(({ status }) => status === 'accepted'),
  )
  return ways.at(-1)?.['providerId']
}

/** Ana wrote at that second of Meta's clock, and it is told now. */
async function wroteAt(scene: WhatsAppHouse, second: number): Promise<void> {
  const item = textMessage('Is it still available?', { id: 'wamid.OLD', timestamp: String(second) })
  expect((await post(scene, onTheWire(messagesDelivery(item)))).status).toBe(200)
}

/** Meta tells what became of the answer to somebody. */
async function tell(
  scene: WhatsAppHouse,
  status: string,
  { phone = ana, id }: { readonly phone?: string; readonly id: unknown },
): Promise<void> {
  const timestamp = String(Math.floor(Date.now() / 1000))
  const more = { id: id as string, timestamp, recipient_id: phone, biz_opaque_callback_data: dispatchFor(phone, 2) }
  expect((await post(scene, onTheWire(statusesDelivery(statusUpdate(status, more))))).status).toBe(200)
}

const permutations = (items: readonly string[]): readonly (readonly string[])[] =>
  items.length <= 1
    ? [items]
    : items.flatMap((each) => permutations(items.filter((other) => other !== each)).map((rest) => [each, ...rest]))

const rank = ['sending', 'accepted', 'sent', 'delivered', 'read']

describe('the contract with Meta, going out', () => {
  it('[6.15:6] statuses in every order end the same, rise only, and a failure beside them is told once', async () => {
    const scene = await startUntold()
    const orders = permutations(['sent', 'delivered', 'read', 'failed'])
    const phones = orders.map((_, index) => `346001113${String(index).padStart(2, '0')}`)
    const ids = await Promise.all(phones.map((phone) => answered(scene, phone)))
    const inOrder = async (phone: string, index: number): Promise<void> => {
      for (const status of orders[index] ?? []) await tell(scene, status, { phone, id: ids[index] })
    }
    await Promise.all(phones.map(inOrder))
    await settled(scene)
    for (const phone of phones) {
      const told = (await waysOf(scene, dispatchFor(phone, 2))).map(({ status }) => status)
      const risen = told.filter((each) => each !== 'failed').map((each) => rank.indexOf(each as string))
      expect([told.at(-1), risen.toSorted((one, other) => one - other)]).toEqual(['read', risen])
      const talk = addressFor('conversation', phone)
      expect((await factsOf(scene, talk, 'receipts-changed')).at(-1)?.data).toEqual({ deliveredTo: 2, readTo: 2 })
      const failures = (await factsOf(scene, talk, 'delivery-changed')).filter(
        ({ data }) => data['status'] === 'failed',
      )
      expect(failures).toHaveLength(1)
    }
  })

  it('[6.15:7] what was read was delivered, though nobody said so', async () => {
    const scene = await startUntold()
    await tell(scene, 'read', { id: await answered(scene, ana) })
    const receipts = await until(
      () => factsOf(scene, conversation, 'receipts-changed'),
      (found) => found.length > 0,
    )
    expect(receipts.at(-1)?.data).toEqual({ deliveredTo: 2, readTo: 2 })
  })

  it('[6.15:8] a status that comes before the answer of the call settles it, and the answer takes nothing back', async () => {
    const told = Promise.withResolvers<void>()
    const scene = await start({
      async fetch(...request) {
        const answer = await fetch(...request)
        if (JSON.stringify(request).includes('biz_opaque_callback_data')) await told.promise
        return answer
      },
    })
    scene.meta.phone(ana).says('Hello')
    await until(
      () => waysOf(scene, dispatchFor(ana, 2)),
      (found) => found.at(-1)?.['status'] === 'delivered',
    )
    told.resolve()
    await quiet(scene)
    const ways = await waysOf(scene, dispatchFor(ana, 2))
    expect(ways.map(({ status }) => status)).toEqual(['sending', 'sent', 'delivered'])
    expect(sends(scene)).toEqual([200])
    expect(scene.meta.phone(ana).inbox()).toHaveLength(1)
  })

  it('[6.15:21] an object that Meta does not know, code 100 and 33 on a 400, is the end of the message and says what to do', async () => {
    const business = { wabaId: metaNumber.business, phoneNumberId: '999', displayPhoneNumber: '15550783881' }
    const scene = await start({ meta: { business: { ...business, portfolioId: '4242' } } })
    await wroteAt(scene, Math.floor(Date.now() / 1000))
    const ways = await until(
      () => waysOf(scene, dispatchFor(ana, 2)),
      (found) => found.at(-1)?.['status'] === 'failed',
    )
    expect(ways.at(-1)).toMatchObject({ code: 100, attempt: 1 })
    expect(ways.at(-1)?.['reason']).toMatch(/does not know the number .* check the number under Channels/u)
    const failed = (await factsOf(scene, conversation, 'delivery-changed')).at(-1)
    expect(failed?.data).toMatchObject({ n: 2, status: 'failed' })
    await settled(scene)
    expect(sends(scene)).toEqual([400])
  })

  it('[6.15:22] what was written six days ago is heard, and opens no window: nothing goes out, and it says why', async () => {
    const scene = await start()
    await wroteAt(scene, Math.floor((Date.now() - 6 * dayMs) / 1000))
    const decided = await until(
      () => factsOf(scene, dispatchFor(ana, 2), 'dispatch-decided'),
      (found) => found.length > 0,
    )
    expect(decided.at(-1)?.data).toMatchObject({ outcome: 'refuse', reason: 'window-closed' })
    expect((await transcriptOf(scene, conversation))[0]?.text).toBe('Is it still available?')
    await quiet(scene)
    expect(sends(scene)).toEqual([])
  })

  it('[6.15:23] a window that closes between writing and sending keeps the message back, and it says why', async () => {
    const clock = createPassingClock()
    const answer = Promise.withResolvers<void>()
    const scene = await start({ clock, answer: () => answer.promise.then(() => ({})) })
    await wroteAt(scene, Math.ceil((clock.nowMs() - dayMs) / 1000) + 4)
    await until(
      () => factsOf(scene, conversation, 'turn-routed'),
      (found) => found.length > 0,
    )
    clock.pass(5000)
    answer.resolve()
    const failed = await until(
      () => factsOf(scene, conversation, 'delivery-changed'),
      (found) => found.length > 0,
    )
    expect(failed.at(-1)?.data).toMatchObject({ n: 2, status: 'failed', reason: expect.stringMatching(/24 hours/u) })
    expect((await factsOf(scene, dispatchFor(ana, 2), 'dispatch-decided')).at(-1)?.data['reason']).toBe('window-closed')
    await quiet(scene)
    expect(sends(scene)).toEqual([])
  })

  it('[6.15:24] three bubbles of the assistant in a row under the pair limit all arrive, once each', async () => {
    const clock = createPassingClock()
    const scene = await start({ clock, meta: { limits: { pairBurst: 1, pairEveryMs: 6000 } } })
    const phone = scene.meta.phone(ana)
    const said = ['One?', 'Two?', 'Three?']
    for (const [index, text] of said.entries()) {
      phone.says(text)
      await until(
        () => transcriptOf(scene, conversation),
        (found) => found.length === 2 * (index + 1),
      )
    }
    await until(
      async () => {
        await settled(scene)
        clock.pass(3000)
        return phone.inbox()
      },
      (found) => found.length === said.length,
    )
    await quiet(scene)
    const texts = phone.inbox().map(({ content }) => JSON.stringify(content))
    expect(texts.map((text) => said.filter((word) => text.includes(word)))).toEqual(said.map((word) => [word]))
    expect(sends(scene).filter((status) => status === 200)).toHaveLength(said.length)
    expect(sends(scene).filter((status) => status !== 200).length).toBeGreaterThan(0)
  })
})
