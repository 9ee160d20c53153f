import { describe, expect, it } from 'vitest'
import { contact } from './contact.ts'
import { contactId, waitingMax } from './contact-writing.ts'
import { heard } from './testing/event-script.ts'
import { after, afterAll, onStage, waited, type Stage, type StageEvent } from './testing/harness.ts'

const phone = 'acme/contact/phone'
const own = 'acme/conversation/1'

function begun(): Stage {
  return onStage(contact.machine, contact.input('acme/contact/1', {}))
}

function message(id: string, more: object = {}): StageEvent {
  return { ...heard, ...more, told: { ...heard.told, messageId: id } }
}

/** The ids of the messages handed on, with where to. */
function handedOn(stage: Stage): readonly (readonly [string, unknown])[] {
  return stage.sends
    .filter(({ event }) => event.type === 'message.received')
    .map(({ to, event }) => [to, event['clientId']] as const)
}

describe('a contact', () => {
  it('[M22] hands on what is told, in order, to the conversation of its own id', () => {
    const stage = afterAll(begun(), [message('a'), message('b')])
    expect(handedOn(stage)).toEqual([
      [own, 'a'],
      [own, 'b'],
    ])
  })

  it('[M22] introduces the person once, before their first message, and again when they are reached otherwise', () => {
    const moved = { ...heard.reach, userId: 'ES.1' }
    const stage = afterAll(begun(), [message('a'), message('b'), message('c', { reach: moved })])
    const types = stage.sends.map(({ event }) => event.type)
    expect(types).toEqual([
      'contact.introduced',
      'message.received',
      'message.received',
      'contact.introduced',
      'message.received',
    ])
    expect(stage.sends[3]?.event['reach']).toEqual(moved)
  })

  it('[M23] asks the other key first, keeps what comes meanwhile, and hands it on in order to the conversation it is told', () => {
    const asking = afterAll(begun(), [message('a', { beside: phone }), message('b', { beside: phone }), message('c')])
    expect(asking.sends).toEqual([{ to: phone, event: { type: 'contact.asked', by: 'acme/contact/1' } }])
    const stage = after(asking, { type: 'contact.answered', conversation: 'acme/conversation/older' })
    expect(handedOn(stage).map(([to]) => to)).toEqual(Array.from({ length: 3 }, () => 'acme/conversation/older'))
    expect(handedOn(stage).map(([, id]) => id)).toEqual(['a', 'b', 'c'])
  })

  it('[M23] goes on alone when the other key says nothing, or when too much waits, and loses nothing', () => {
    const asking = after(begun(), message('a', { beside: phone }))
    expect(handedOn(waited(asking, 30_000))).toEqual([[own, 'a']])
    const crowd = Array.from({ length: waitingMax + 1 }, (_, index) => message(`m${index}`))
    expect(handedOn(afterAll(asking, crowd))).toHaveLength(waitingMax + 2)
  })

  it('[M23] tells another key that the provider names later where its people belong', () => {
    const stage = afterAll(begun(), [message('a'), message('b', { beside: phone }), message('c', { beside: phone })])
    expect(stage.sends.filter(({ to }) => to === phone)).toEqual([
      { to: phone, event: { type: 'contact.moved', conversation: own } },
    ])
    expect(handedOn(stage).map(([to]) => to)).toEqual([own, own, own])
  })

  it('[M23] sends the key a person moves to into their conversation', () => {
    const stage = after(begun(), { ...heard, told: { news: 'moved', phone: '34600999888', sentAtMs: 1 } })
    const next = `acme/contact/${contactId('whatsapp', heard.reach.account, '34600999888')}`
    expect(stage.sends).toContainEqual({ to: next, event: { type: 'contact.moved', conversation: own } })
    const there = after(onStage(contact.machine, contact.input(next, {})), {
      type: 'contact.moved',
      conversation: own,
    })
    expect(handedOn(after(there, message('z')))).toEqual([[own, 'z']])
  })

  it('[M22] makes a reply typed on the paired phone a message of a member, which takes the conversation over', () => {
    const echo = { news: 'echo', messageId: 'e', text: 'Hi, this is Marta', attachments: [], sentAtMs: 1 }
    const stage = after(begun(), { ...heard, told: echo })
    expect(stage.sends.at(-1)).toEqual({
      to: own,
      event: {
        type: 'member.message',
        clientId: 'e',
        memberId: 'phone',
        name: 'Phone',
        via: 'phone',
        text: 'Hi, this is Marta',
        attachments: [],
        sentAtMs: 1,
      },
    })
  })

  it('[M22] tells the lead what the provider says of marketing', () => {
    const told = { news: 'preference', value: 'stop', proof: 'User requested to stop', sentAtMs: 5 }
    const consent = { state: 'withdrawn', atMs: 5, source: 'provider-preference', proof: 'User requested to stop' }
    expect(after(begun(), { ...heard, told }).sends.at(-1)).toEqual({
      to: 'acme/lead/1',
      event: { type: 'consent.said', scope: 'whatsapp:marketing', consent },
    })
  })
})
