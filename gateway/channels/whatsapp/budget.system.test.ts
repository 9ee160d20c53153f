import { afterEach, describe, expect, it } from 'vitest'
import { addressOf } from '#runtime/address.ts'
import { contactId } from '#machines/contact-writing.ts'
import { accountId } from '#machines/account-writing.ts'
import type { OutgoingView, SpendView } from '../../protocol.ts'
import { member, signIn } from '../../testing/test-clients.ts'
import { createPassingClock } from '../../testing/passing-clock.ts'
import { until } from '../../testing/test-house.ts'
import { metaNumber, startWhatsAppHouse, type WhatsAppHouse } from '../../testing/whatsapp-house.ts'

const ana = '34600111222'
const conversation = addressOf('acme', 'conversation', contactId('whatsapp', metaNumber.account, ana))
const followUp = { name: 'follow_up', language: 'en', variables: ['Ana'] } as const
const dayMs = 24 * 60 * 60_000
let started: WhatsAppHouse | undefined

afterEach(async () => {
  await started?.stop()
  started = undefined
})

async function asAdmin({ house }: WhatsAppHouse) {
  const { accessToken } = await signIn(house, { name: 'Asha', role: 'admin', workspace: 'acme' })
  const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' }
  const call = async (method: string, path: string, json?: object): Promise<unknown> => {
    const body = json === undefined ? {} : { body: JSON.stringify(json) }
    const answer = await fetch(`http://127.0.0.1:${house.port}${path}`, { method, headers, ...body })
    const text = await answer.text()
    return text === '' ? undefined : JSON.parse(text)
  }
  return {
    limit: (limitMicros: number | null) => call('PUT', '/v1/spend/limit', { limitMicros }),
    spend: async () => (await call('GET', '/v1/spend')) as SpendView,
    outgoing: async () => ((await call('GET', '/v1/outgoing')) as { messages: readonly OutgoingView[] }).messages,
    readTemplates: () => call('POST', `/v1/connections/whatsapp/${metaNumber.account}/templates/sync`, {}),
  }
}

describe('what WhatsApp costs', () => {
  it('[M46] keeps a template back at the limit, lets it go on when an admin raises it, and says what it cost', async () => {
    const clock = createPassingClock()
    const scene = (started = await startWhatsAppHouse({ clock }))
    const phone = scene.meta.phone(ana)
    phone.says('Hello')
    await phone.arrival()
    clock.pass(dayMs + 60_000)
    const admin = await asAdmin(scene)
    await admin.readTemplates()
    await admin.limit(0)
    const priya = await member(scene.house, { name: 'Priya' })
    await priya.command({ type: 'reopen', conversation })
    await priya.command({ type: 'take-over', conversation })
    await until(
      () => priya.command({ type: 'template.list', conversation }),
      ({ templates }) => templates.length > 0,
    )
    const send = (clientId: string, of: object) =>
      priya.command({ type: 'message.send', conversation, clientId, text: '', ...of })
    await send('t1', { template: followUp })
    const first = async () => (await admin.outgoing()).find(({ purpose }) => purpose !== 'service')
    const held = await until(first, (way) => way?.decisions.length === 2)
    expect(held?.decisions).toMatchObject([{ outcome: 'send' }, { outcome: 'hold', reason: 'over-budget' }])
    expect(await until(admin.spend, ({ holding }) => holding)).toMatchObject({ limitMicros: 0, spentMicros: 0 })

    await admin.limit(1_000_000)
    await phone.arrival(({ content }) => JSON.stringify(content).includes('follow_up'))
    // What Meta says it bills may come after what was thought.
    const books = async () => ({ cost: (await first())?.cost, spend: await admin.spend() })
    const even = await until(books, ({ cost, spend }) => {
      return cost?.micros === spend.spentMicros && spend.reservedMicros === 0 && !spend.holding
    })
    expect(even.cost).toEqual({ micros: 10_000, currency: 'USD' })

    // An answer to a customer is stopped by no budget, nor what is free while their window is open.
    await admin.limit(0)
    phone.says('Yes please')
    await until(
      () => priya.command({ type: 'conversation.open', conversation, after: 0 }),
      (opened) => JSON.stringify(opened).includes('Yes please'),
    )
    await send('m1', { text: 'One moment.' })
    await phone.arrival(({ content }) => JSON.stringify(content).includes('One moment'))
    await send('t2', { template: { ...followUp, variables: ['again'] } })
    await phone.arrival(({ content }) => JSON.stringify(content).includes('again'))
    priya.close()
  })

  it('[M34] is counted for all numbers of the portfolio that Meta names', async () => {
    const scene = (started = await startWhatsAppHouse())
    await (await asAdmin(scene)).readTemplates()
    const account = addressOf('acme', 'account', accountId('whatsapp', metaNumber.account))
    const portfolio = async (): Promise<unknown> => {
      return JSON.stringify(await scene.house.runtime.inspect(account)) ?? ''
    }
    const known = await until(portfolio, (told) => String(told).includes('portfolio:4242'))
    expect(known).toContain('acme/account/portfolio:4242')
  })
})
