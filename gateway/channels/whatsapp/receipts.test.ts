import { describe, expect, it } from 'vitest'
import { createMemoryEphemeral } from '#runtime/adapters/memory/ephemeral.ts'
import type { Address } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import { createManualClock } from '#runtime/testing/manual-clock.ts'
import { createTestLog } from '../../testing/test-house.ts'
import { metaNumber } from '../../testing/whatsapp-house.ts'
import { createReceipts } from './receipts.ts'

const conversation = 'acme/conversation/1' as Address
const clock = createManualClock(1_800_000_000_000)

/** Several gateways that hear the same facts, and what they told Meta. */
function gateways(count: number, { away = false }: { readonly away?: boolean } = {}) {
  const listeners: ((fact: Fact) => void)[] = []
  const told: string[] = []
  const memory = createMemoryEphemeral({ clock })
  const increment: typeof memory.increment = (...given) =>
    away ? Promise.reject(new Error('away')) : memory.increment(...given)
  const reached = [{ channel: 'whatsapp', account: metaNumber.account }]
  const all = Array.from({ length: count }, () =>
    createReceipts({
      hub: {
        onAll: (listener) => {
          listeners.push(listener)
          return () => void listeners.splice(listeners.indexOf(listener), 1)
        },
      },
      documents: {
        get: async () => ({ key: conversation, revision: 1, value: { marks: { reached } } }),
        query: async () => ({ documents: [] }),
      },
      connections: { whatsapp: async () => [metaNumber], whatsappAccount: async () => metaNumber },
      graph: {
        markRead: async ({ messageId, typing }) => {
          told.push(`${messageId} ${typing ? 'typing' : 'read'}`)
          return { ok: true, value: true }
        },
      },
      ephemeral: { increment },
      log: createTestLog([]),
    }),
  )
  const say = (type: string, data: object): void => {
    for (const listener of listeners) listener({ address: conversation, type, data } as unknown as Fact)
  }
  return { all, told, say }
}

const written = { author: { kind: 'customer' }, channel: 'whatsapp', clientId: 'wamid.IN' }

describe('read receipts', () => {
  it('however many gateways hear of a turn, Meta is told once', async () => {
    const { told, say } = gateways(4)
    say('message-added', written)
    say('turn-started', { turn: 1 })
    say('turn-started', { turn: 2 })
    await clock.settle()
    expect(told).toEqual(['wamid.IN typing'])
  })

  it('what a member reads and types is told once each, and again for the next message', async () => {
    const { all, told, say } = gateways(2)
    say('message-added', written)
    for (const each of [...all, ...all]) {
      each.read(conversation)
      each.typing(conversation)
    }
    await clock.settle()
    expect(told.toSorted()).toEqual(['wamid.IN read', 'wamid.IN typing'])
    say('message-added', { ...written, clientId: 'wamid.IN-2' })
    all[0]?.read(conversation)
    await clock.settle()
    expect(told).toContain('wamid.IN-2 read')
  })

  it('nothing is told of what came by another channel, and nothing while nobody can count', async () => {
    const widget = gateways(1)
    widget.say('message-added', { ...written, channel: 'widget' })
    widget.say('turn-started', { turn: 1 })
    const away = gateways(1, { away: true })
    away.say('message-added', written)
    away.say('turn-started', { turn: 1 })
    await clock.settle()
    expect([widget.told, away.told]).toEqual([[], []])
  })
})
