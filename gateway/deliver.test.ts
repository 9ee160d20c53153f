import { describe, expect, it } from 'vitest'
import { addressOf } from '#runtime/address.ts'
import type { NewEvent } from '#runtime/event.ts'
import type { JsonObject } from '#runtime/json.ts'
import type { OutgoingMessage, SendReceipt } from '#runtime/ports/channels.ts'
import type { Runtime } from '#runtime/runtime.ts'
import { createWidgetChannel } from './channels/widget.ts'
import { createDeliverEffect, type GatewayChannel } from './deliver.ts'

const talk = addressOf('acme', 'conversation', 'c1')
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** A phone-like channel, the conversation it belongs to, and what was said to each. */
function scene(options: { epoch?: number; send?: () => Promise<SendReceipt> } = {}) {
  const sent: OutgoingMessage[] = []
  const told: NewEvent[] = []
  const phone: GatewayChannel = {
    name: 'phone',
    async send(message) {
      sent.push(message)
      return options.send === undefined ? { status: 'accepted', providerId: 'p1' } : options.send()
    },
  }
  const runtime = {
    send: async (event: NewEvent) => void told.push(event),
    inspect: async () => ({ snapshot: { context: { epoch: options.epoch ?? 3 } } }),
  } as unknown as Runtime
  const effect = createDeliverEffect({ channels: [phone, createWidgetChannel()], runtime: () => runtime, log: silent })
  const run = (delivery: JsonObject, context: { attempt?: number; wanted?: boolean } = {}) =>
    effect.run(
      { address: talk, id: 'd', epoch: 9, name: 'deliver', key: `${talk}#d#9`, input: { ...plain, ...delivery } },
      { signal: new AbortController().signal, attempt: context.attempt ?? 1, wanted: () => context.wanted ?? true },
    )
  return { sent, told, run, effect }
}

const plain = { n: 7, epoch: 3, channel: 'phone', text: 'Hello', author: 'assistant', extras: { cards: [], chips: [] } }

const sentOnce = { type: 'delivery.sent', n: 7, providerId: 'p1' }

describe('handing a message to its channel', () => {
  it('sends under the key of the effect and tells the conversation, the same event each time', async () => {
    const { run, sent, told } = scene()
    await run({})
    await run({})
    expect(sent.map((each) => each.key)).toEqual([`${talk}#d#9`, `${talk}#d#9`])
    expect(told.map((each) => each.event)).toEqual([sentOnce, sentOnce])
    expect(new Set(told.map((each) => each.id)).size).toBe(1)
  })

  it("does not send the assistant's words once the owner has changed; a member's own are sent", async () => {
    const { run, sent, told } = scene({ epoch: 4 })
    await run({})
    expect(sent).toEqual([])
    expect(told[0]?.event).toMatchObject({ type: 'delivery.failed', n: 7 })
    await run({ author: 'member' })
    expect(sent).toHaveLength(1)
  })

  it('says nothing at all when the actor no longer wants it', async () => {
    const { run, sent, told } = scene()
    await run({}, { wanted: false })
    expect([sent, told]).toEqual([[], []])
  })

  it('tells a refusal and an unknown channel at once, and a failing channel after the last attempt', async () => {
    const refusing = scene({ send: async () => ({ status: 'refused', reason: 'blocked' }) })
    await refusing.run({})
    await refusing.run({ channel: 'pigeon' })
    expect(refusing.told.map((each) => each.event['reason'])).toEqual(['blocked', 'there is no channel pigeon here'])
    const failing = scene({ send: () => Promise.reject(new Error('no line')) })
    await expect(failing.run({}, { attempt: 1 })).rejects.toThrow('no line')
    expect(failing.told).toEqual([])
    await failing.run({}, { attempt: failing.effect.policy.attemptsMax })
    expect(failing.told[0]?.event).toMatchObject({ type: 'delivery.failed', n: 7 })
  })

  it('the widget shows its transcript, so a committed message is delivered whatever happened since', async () => {
    const { run, told } = scene({ epoch: 4 })
    await run({ channel: 'widget' })
    expect(told[0]?.event).toEqual({ type: 'delivery.sent', n: 7 })
  })
})
