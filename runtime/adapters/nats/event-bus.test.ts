import { setTimeout as sleep } from 'node:timers/promises'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import type { NatsConnection } from '@nats-io/nats-core'
import { afterAll, beforeAll, describe } from 'vitest'
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

  describeEventBus('on NATS', {
    open: () => open(0),
    again: () => open(1),
    pass: (ms) => sleep(ms),
    word: () => `${run}-${count++}`,
  })
})
