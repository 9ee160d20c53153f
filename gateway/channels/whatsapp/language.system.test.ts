import { afterEach, describe, expect, it } from 'vitest'
import { openHouse, type House } from '#agents/testing/house.ts'
import type { Draft, TurnInput } from '#machines/conversation-contract.ts'
import { until } from '../../testing/test-house.ts'
import { startWhatsAppHouse, type WhatsAppHouse } from '../../testing/whatsapp-house.ts'
import { addressFor, factsOf, quiet } from '../../testing/whatsapp-scene.ts'

const ana = '919811122233'
const ending: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ending.splice(0).toReversed()) await end()
})

/** WhatsApp against the emulator, answered by the assistant without a key. */
async function start(languages: string[]): Promise<WhatsAppHouse> {
  const agents = await openHouse()
  ending.push(() => agents.close())
  const scene = await startWhatsAppHouse({
    answer: async (turn) => {
      languages.push(turn.language)
      return answered(agents, turn)
    },
  })
  ending.push(() => scene.stop())
  return scene
}

async function answered({ effects }: House, turn: TurnInput): Promise<Draft> {
  const { signal } = new AbortController()
  const run = (handler: House['effects']['route'], input: object) => {
    const request = { id: 'e', name: 'x', conversation: turn.conversation, input } as never
    return handler.run(request, { signal, wanted: () => true } as never)
  }
  const route = await run(effects.route, turn)
  return (await run(effects.answer, { ...turn, route })) as unknown as Draft
}

describe('the language of a WhatsApp conversation', () => {
  it('is that of the customer’s words from the first message on, and follows them', async () => {
    const languages: string[] = []
    const scene = await start(languages)
    const phone = scene.meta.phone(ana)
    phone.says('नमस्ते, मुझे बेंगलुरु में दो बेडरूम का फ़्लैट चाहिए')
    const first = await phone.arrival()
    expect(JSON.stringify(first.content)).toMatch(/\p{Script=Devanagari}{3}/u)
    await quiet(scene)
    phone.says('ok')
    await until(
      () => languages.length,
      (count) => count === 2,
    )
    await quiet(scene)
    phone.says('Please show me homes in Whitefield with three bedrooms')
    await until(
      () => languages.length,
      (count) => count === 3,
    )
    expect(languages).toEqual(['hi', 'hi', 'en'])
    const introduced = await factsOf(scene, addressFor('conversation', ana), 'contact-introduced')
    expect(introduced.map(({ data }) => data['language'])).toEqual(['hi', 'en'])
  })
})
