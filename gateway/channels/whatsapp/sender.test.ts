import { describe, expect, it } from 'vitest'
import { createMemoryEphemeral } from '#runtime/adapters/memory/ephemeral.ts'
import { createManualClock } from '#runtime/testing/manual-clock.ts'
import type { Transmission, Transmitted } from '#machines/dispatch-contract.ts'
import { metaNumber } from '../../testing/whatsapp-house.ts'
import { createGraphClient } from './graph-client.ts'
import type { ProviderSender } from '../transmit.ts'
import { createWhatsAppSender, pacePerSecond } from './sender.ts'

const transmission: Transmission = {
  dispatch: 'acme/dispatch/1',
  conversation: 'acme/conversation/1',
  channel: 'whatsapp',
  reach: { account: metaNumber.account, phone: '34600111222' },
  content: { kind: 'text', text: 'Hi', cards: [], chips: [] },
  sender: 'member',
  epoch: 1,
  attempt: 1,
}

describe('the pace of a number', () => {
  it('is kept by all that send together: what is beyond it waits, and no call is made', async () => {
    const clock = createManualClock(1_800_000_000_000)
    const connections = { whatsapp: async () => [metaNumber], whatsappAccount: async () => metaNumber }
    let calls = 0
    const answer = async (): Promise<Response> => {
      calls += 1
      return Response.json({ messages: [{ id: 'wamid.OUT' }] })
    }
    const graph = createGraphClient({
      baseUrl: 'https://graph.invalid',
      version: 'v23.0',
      clock,
      timeoutMs: 1000,
      fetch: answer,
    })
    const ephemeral = createMemoryEphemeral({ clock })
    const senders = [1, 2].map(() => createWhatsAppSender({ connections, graph, ephemeral }))
    const sent = async (sender: ProviderSender): Promise<Transmitted> => {
      const call = await sender.prepare(transmission)
      return typeof call === 'function' ? call(new AbortController().signal) : call
    }
    const outcomes: Transmitted[] = []
    for (let each = 0; each < pacePerSecond + 10; each++) {
      const sender = senders[each % 2]
      if (sender !== undefined) outcomes.push(await sent(sender))
    }
    expect(calls).toBe(pacePerSecond)
    const late = outcomes.slice(pacePerSecond)
    expect(late).toHaveLength(10)
    for (const each of late) expect(each).toMatchObject({ outcome: 'later', whose: 'pace' })
    await clock.advance(1000)
    const [first] = senders
    expect(first && (await sent(first))).toMatchObject({ outcome: 'accepted' })
  })
})
