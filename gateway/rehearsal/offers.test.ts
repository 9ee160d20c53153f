import { describe, expect, it } from 'vitest'
import { fieldsOf, listOf, startHouse, type RehearsalHouse } from './testing/rehearsal-house.ts'

const ana = '34600111222'
const monthMs = 30 * 24 * 60 * 60 * 1000
const parameters = {
  flow_message_version: '3',
  flow_token: 'm1',
  flow_id: '1197715005513101',
  flow_cta: 'Tell us',
  flow_action: 'navigate',
}

function flowOf(more: object = {}): object {
  const action = { name: 'flow', parameters: { ...parameters, ...more } }
  return {
    to: ana,
    type: 'interactive',
    interactive: { type: 'flow', body: { text: 'What do you look for?' }, action },
  }
}

function reactionTo(id: string, emoji = '👍'): object {
  return { to: ana, type: 'reaction', reaction: { message_id: id, emoji } }
}

async function errorOf({ send }: RehearsalHouse, message: object): Promise<unknown> {
  return fieldsOf((await send(message)).body['error'])['code']
}

describe('forms and reactions of the emulator', () => {
  it('takes a form as Meta publishes it, and answers with its token', async () => {
    const house = await startHouse()
    house.meta.phone(ana).says('Hello')
    const { body } = await house.send(flowOf({ flow_action_payload: { screen: 'WISHES', data: { city: 'Pune' } } }))
    const id = String(fieldsOf(listOf(body['messages'])[0])['id'])
    house.meta.phone(ana).fillsForm({ city: 'Pune', flow_token: 'm1' }, { replyTo: id })
    const heard = (await house.heard()).flatMap(({ messages }) => listOf(messages))
    expect(heard.at(-1)).toMatchObject({
      context: { id },
      interactive: { type: 'nfm_reply', nfm_reply: { response_json: '{"city":"Pune","flow_token":"m1"}' } },
    })
  })

  it.each([
    ['a label that is too long', { flow_cta: 'x'.repeat(21) }],
    ['no token', { flow_token: '' }],
    ['an empty object for a screen', { flow_action_payload: { screen: 'WISHES', data: {} } }],
  ])('refuses a form with %s', async (_, wrong) => {
    const house = await startHouse()
    house.meta.phone(ana).says('Hello')
    expect(await errorOf(house, flowOf(wrong))).toBe(131009)
  })

  it('shows a reaction on the customer’s bubble until it is taken back', async () => {
    const house = await startHouse()
    const phone = house.meta.phone(ana)
    const id = phone.says('Hello')
    const shown = () => phone.transcript().find((each) => each.id === id)?.reactions
    await house.send(reactionTo(id))
    expect(shown()).toEqual({ business: '👍' })
    await house.send(reactionTo(id, ''))
    expect(shown()).toEqual({})
  })

  it('refuses a reaction to a message older than thirty days', async () => {
    const house = await startHouse()
    const phone = house.meta.phone(ana)
    const id = phone.says('Hello')
    await house.clock.advance(monthMs)
    phone.says('Hello again')
    expect(await errorOf(house, reactionTo(id))).toBeUndefined()
    await house.clock.advance(1)
    expect(await errorOf(house, reactionTo(id))).toBe(131009)
  })

  it('gives the customer’s own number when asked, by which they are reached from then on', async () => {
    const house = await startHouse()
    const [mei = { id: '' }] = house.meta.people().filter(({ username }) => username === '@meitan')
    house.meta.phone(mei.id).sendsContact('Mei Tan', '+65 9123 4567', 'request')
    const { body } = await house.send({ to: '6591234567', type: 'text', text: { body: 'Hello' } })
    expect(listOf(body['contacts'])[0]).toMatchObject({ wa_id: '6591234567' })
    expect(house.meta.phone(mei.id).transcript().at(-1)).toMatchObject({ from: 'business' })
  })
})
