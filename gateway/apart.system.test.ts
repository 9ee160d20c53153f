import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startApartHouse, type ApartHouse } from './testing/apart-house.ts'
import { customer, member } from './testing/test-clients.ts'
import { until } from './testing/test-house.ts'

describe('gateways in processes of their own', () => {
  let house: ApartHouse
  beforeAll(async () => {
    house = await startApartHouse()
  })
  afterAll(() => house.stop())

  it('a customer at one and a member at the other meet in one conversation', async () => {
    const [a, b] = house.doors
    const anna = await customer(a)
    const priya = await member(b, { name: 'Priya' })
    await priya.command({ type: 'inbox.open', query: { view: 'waiting', limit: 50 } })
    expect(await anna.say('Hello')).toBe(1)
    await anna.frame('message', (frame) => frame.message.author.kind === 'assistant')
    await anna.command({ type: 'person.request' })
    await priya.frame('alert.waiting', (frame) => frame.row.conversation === anna.conversation)
    const view = await priya.command({ type: 'conversation.open', conversation: anna.conversation, after: 0 })
    expect(view.messages.map((each) => each.n)).toEqual(view.messages.map((_, index) => index + 1))
    await priya.command({ type: 'take-over', conversation: anna.conversation })
    await anna.frame('owner', (frame) => frame.owner.kind === 'member')
    const reply = { type: 'message.send', conversation: anna.conversation, clientId: 'p1', text: 'Hi Anna' } as const
    const { n } = await priya.command(reply)
    await anna.frame('message', (frame) => frame.message.n === n)
    expect(await priya.command(reply)).toEqual({ n })
    anna.close()
    priya.close()
  })

  it('with read models away customers come and go on, people are called, take over and answer, and lists say so and catch up', async () => {
    const [a, b] = house.doors
    const before = await customer(a)
    const uma = await member(b, { name: 'Uma' })
    await before.say('first')
    await before.frame('message', (frame) => frame.message.n === 2)
    await uma.command({ type: 'inbox.open', query: { view: 'waiting', limit: 50 } })
    house.documentsAre('away')

    const during = await customer(a)
    for (const [each, text] of [
      [before, 'still here?'],
      [during, 'new here'],
    ] as const) {
      const n = await each.say(text)
      await each.frame('message', (frame) => frame.message.n === n + 1 && frame.message.author.kind === 'assistant')
    }
    const list = await uma.raw({ type: 'inbox.open', query: { view: 'waiting', limit: 50 } })
    expect(list).toMatchObject({ ok: false, error: { code: 'unavailable', retry: 'later' } })
    expect(list.ok ? '' : list.error.message).toContain('catch up')

    await during.command({ type: 'person.request' })
    await uma.frame('alert.waiting', (frame) => frame.row.conversation === during.conversation)
    const view = await uma.command({ type: 'conversation.open', conversation: during.conversation, after: 0 })
    expect(view.messages.map((each) => each.n)).toEqual(view.messages.map((_, index) => index + 1))
    expect(view.messages[0]).toMatchObject({ text: 'new here' })
    await uma.command({ type: 'take-over', conversation: during.conversation })
    const reply = {
      type: 'message.send',
      conversation: during.conversation,
      clientId: 'u1',
      text: 'Here I am',
    } as const
    const { n } = await uma.command(reply)
    await during.frame('message', (frame) => frame.message.n === n)
    expect(await uma.command(reply)).toEqual({ n })

    await uma.frame('degraded', (frame) => frame.parts.includes('lists'))

    // Another tab, and a member who signs in now.
    const again = await customer(b, { token: before.token })
    const { messages } = await again.command({ type: 'resume', after: 0 })
    expect(messages.map((each) => each.n)).toEqual([1, 2, 3, 4])
    const vik = await member(a, { name: 'Vik' })

    house.documentsAre('there')
    await vik.frame('behind')
    const page = await vik.command({ type: 'inbox.open', query: { view: 'all', limit: 50 } })
    const row = page.rows.find((each) => each.conversation === during.conversation)
    expect(row).toMatchObject({ owner: { kind: 'member', name: 'Uma' }, lastText: 'Here I am' })
    await until(
      () => house.doors.map((door) => [door.runtime.live.behind(), door.runtime.stats().factsLag]),
      (lags) => JSON.stringify(lags) === '[[false,0],[false,0]]',
    )
    for (const each of [before, during, again, uma, vik]) each.close()
  })
})
