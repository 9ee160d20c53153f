import { describe, expect, it } from 'vitest'
import { draft, message, priya, route, takeOver, verdict } from './testing/conversation-script.ts'
import { completed, running, waited } from './testing/harness.ts'
import { heard } from './testing/event-script.ts'
import { Town } from './testing/town.ts'

const chat = 'acme/conversation/asha'
const asked = { type: 'person.requested' }

/** A customer of a provider who has written once. */
function talking(): Town {
  const town = new Town()
  const { told: _told, beside: _beside, ...person } = { beside: undefined, ...heard }
  town.tell(chat, { ...person, type: 'contact.introduced' })
  return town
}

/** What the customer was told of the line. */
function toldOf(town: Town): readonly unknown[] {
  return town.at(chat).asked.flatMap(({ name, input }) => {
    const notice = (input as { readonly notice?: unknown }).notice
    return name === 'deliver' && notice !== undefined ? [input] : []
  })
}

describe('the line a customer of a provider waits in', () => {
  it('[M41] is told once, with what the queue has said by then', () => {
    const town = talking()
    town.tell(chat, asked)
    town.tell(chat, { type: 'queue.position', position: 2, waiting: 3 })
    expect(toldOf(town)).toEqual([])
    town.wait(chat, 1500)
    town.wait(chat, 60_000)
    expect(toldOf(town)).toMatchObject([
      {
        n: 1,
        author: 'assistant',
        channel: 'whatsapp',
        reach: heard.reach,
        notice: { kind: 'waiting', line: { position: 2, waiting: 3 } },
      },
    ])
  })

  it('[M41] is not told when somebody has taken over by then', () => {
    const town = talking()
    town.tell(chat, asked)
    town.tell(chat, takeOver(priya))
    town.wait(chat, 60_000)
    expect(toldOf(town)).toEqual([])
  })

  it("[M41] is not told when the assistant's last words were sent", () => {
    const town = talking()
    town.tell(chat, message('a', 'is there a discount?'))
    const handOff = { reason: 'negotiation', summary: 'asks for a discount' }
    for (const [name, output] of [
      ['route', route],
      ['answer', { ...draft, handOff }],
      ['check', verdict],
    ] as const) {
      town.set(chat, completed(town.at(chat), running(town.at(chat), name), output))
    }
    town.wait(chat, 60_000)
    expect(town.at(chat).asked.filter(({ name }) => name === 'deliver')).toHaveLength(1)
    expect(toldOf(town)).toEqual([])
  })

  it('[M41] is shown by the widget itself: nothing is sent there', () => {
    const town = new Town()
    town.tell(chat, message('a', 'hello'))
    town.tell(chat, asked)
    town.set(chat, waited(town.at(chat), 60_000))
    expect(toldOf(town)).toEqual([])
  })
})
