import { describe, expect, it } from 'vitest'
import { contact } from './contact.ts'
import { heard } from './testing/event-script.ts'
import { afterAll, onStage, type Stage, type StageEvent } from './testing/harness.ts'

const byId = { account: heard.reach.account, userId: 'ES.1' }
const phone = 'acme/contact/phone'

function wrote(messageId: string): StageEvent {
  return { ...heard, reach: byId, told: { ...heard.told, messageId } }
}

/** The answer to a request for the number, as the gateway understands it. */
function shared(sharedPhone: string): StageEvent {
  const told = { ...heard.told, messageId: 'card', text: '', sharedPhone }
  return { ...heard, reach: { ...byId, phone: sharedPhone }, beside: phone, told }
}

function begun(): Stage {
  return onStage(contact.machine, contact.input('acme/contact/1', {}))
}

function introductions(stage: Stage): readonly unknown[] {
  return stage.sends.filter(({ event }) => event.type === 'contact.introduced').map(({ event }) => event['reach'])
}

describe('somebody known by an id alone', () => {
  it('[M55] is reached by the number they gave when asked, and stays so when only the id is told', () => {
    const stage = afterAll(begun(), [wrote('a'), shared('34600111222'), wrote('b')])
    expect(introductions(stage)).toEqual([byId, { ...byId, phone: '34600111222' }])
    expect(stage.sends.at(-1)?.event).toMatchObject({ type: 'message.received', clientId: 'b' })
  })

  it('[M55] what the number brings from then on belongs to their conversation', () => {
    const stage = afterAll(begun(), [wrote('a'), shared('34600111222')])
    expect(stage.sends).toContainEqual({
      to: phone,
      event: { type: 'contact.moved', conversation: 'acme/conversation/1' },
    })
  })

  it('[M55] the message itself goes on as any other, without what only the contact has to know', () => {
    const [card] = afterAll(begun(), [wrote('a'), shared('34600111222')]).sends.filter(
      ({ event }) => event['clientId'] === 'card',
    )
    expect(card?.event).not.toHaveProperty('sharedPhone')
  })

  it('[M55] a number they move to takes its place', () => {
    const moves = { ...heard, reach: byId, told: { news: 'moved', phone: '34600999888', sentAtMs: 1 } }
    const stage = afterAll(begun(), [
      shared('34600111222'),
      { type: 'contact.answered', conversation: 'acme/conversation/9' },
      moves,
      wrote('b'),
    ])
    expect(introductions(stage).at(-1)).toEqual({ ...byId, phone: '34600999888' })
  })
})
