import { setTimeout as sleep } from 'node:timers/promises'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import type { NatsConnection } from '@nats-io/nats-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeEventBus } from '../../testing/contracts/event-bus-contract.ts'
import { systemClock } from '../system/clock.ts'
import { createSystemLog } from '../system/log.ts'
import { openNatsEventBus } from './event-bus.ts'

const url = process.env['FINEACERS_TEST_NATS']
const run = `T${process.pid}_${Date.now().toString(36)}`

describe.skipIf(url === undefined)('the event bus on NATS [needs a nats-server]', () => {
  const connections: NatsConnection[] = []
  let count = 0
  beforeAll(async () => {
    for (let n = 0; n < 2; n++) connections.push(await connect({ servers: url ?? '' }))
  })
  afterAll(async () => {
    const [connection] = connections
    if (connection !== undefined) {
      const { streams } = await jetstreamManager(connection)
      for await (const name of streams.names()) if (name.startsWith(run)) await streams.delete(name)
    }
    await Promise.all(connections.map((each) => each.close()))
  })

  const open = async (index: number) => {
    const connection = connections[index]
    if (connection === undefined) throw new Error('not connected')
    const log = createSystemLog({ level: 'silent' })
    return openNatsEventBus({ connection, replicas: 1, prefix: run, clock: systemClock(), log })
  }

  it('keeps a place for a system outside, and leaves it as that system sets it', async () => {
    const bus = await open(0)
    const topic = {
      name: `${run}-out`,
      subjects: [`${run}.acme.out`],
      keeps: 'for-a-time',
      maxAgeMs: 60_000,
      maxBytes: 100_000,
      maxMessageBytes: 4096,
      whenFull: 'drop-oldest',
      duplicatesMs: 1000,
      readers: [{ name: 'acme', subjects: [`${run}.acme.out`] }],
    } as const
    await bus.define(topic)
    await bus.publish({ subject: `${run}.acme.out`, headers: {}, body: new TextEncoder().encode('a'), id: '1' })
    const [connection] = connections
    if (connection === undefined) throw new Error('not connected')
    const { consumers } = await jetstreamManager(connection)
    const stream = `${run}_${topic.name.toUpperCase()}`
    await consumers.update(stream, 'acme', { ack_wait: 7_000_000_000 })
    await bus.define(topic)
    const { config, num_pending: pending } = await consumers.info(stream, 'acme')
    expect([config.ack_wait, config.ack_policy, pending]).toEqual([7_000_000_000, 'explicit', 1])
    const outside = await jetstream(connection).consumers.get(stream, 'acme')
    const message = await outside.next()
    expect(message?.string()).toBe('a')
    await message?.ackAck()
    await bus.close()
  })

  describeEventBus('on NATS', {
    open: () => open(0),
    again: () => open(1),
    pass: (ms) => sleep(ms),
    word: () => `${run}-${count++}`,
  })
})
