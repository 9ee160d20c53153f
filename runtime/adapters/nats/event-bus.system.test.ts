import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { setTimeout as sleep } from 'node:timers/promises'
import type { NatsConnection } from '@nats-io/nats-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startNats, type NatsServers } from '#deploy/services/nats-servers.ts'
import { findServer } from '#deploy/services/find-server.ts'
import type { BusTopic } from '../../ports/event-bus.ts'
import { systemClock } from '../system/clock.ts'
import { createSystemLog } from '../system/log.ts'
import { describeEventBus } from '../../testing/contracts/event-bus-contract.ts'
import { openNatsEventBus } from './event-bus.ts'

const found = findServer('nats')

describe.skipIf(found === undefined && process.env['FINEACERS_TEST_NATS'] === undefined)(
  'the event bus while its server comes and goes [needs a nats-server]',
  () => {
    const after: (() => unknown)[] = []
    afterEach(async () => {
      for (const undo of after.splice(0).reverse()) await undo()
    })

    const topic: BusTopic = {
      name: 'in',
      subjects: ['acme.in'],
      keeps: 'until-acknowledged',
      maxAgeMs: 3_600_000,
      maxBytes: 1_000_000,
      maxMessageBytes: 4096,
      whenFull: 'refuse',
      duplicatesMs: 60_000,
    }
    const reading = { name: 'reader', topic: 'in', subject: 'acme.in', inFlightMax: 16, ackWaitMs: 2000 }

    async function server(): Promise<NatsServers> {
      const folder = mkdtempSync(join(tmpdir(), 'fineacers-bus-'))
      after.push(() => rmSync(folder, { recursive: true, force: true }))
      const nats = await startNats({ servers: 1, folder, sync: 'default' })
      after.push(() => nats.kill())
      return nats
    }

    async function open(nats: NatsServers) {
      const connection = await connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 100 })
      after.push(() => connection.close())
      const log = createSystemLog({ level: 'silent' })
      const bus = openNatsEventBus({ connection, replicas: 1, prefix: 'T', clock: systemClock(), log })
      after.push(() => bus.close())
      await bus.define(topic)
      return { bus, connection }
    }

    const say = (word: string) => ({
      subject: 'acme.in',
      headers: {},
      body: new TextEncoder().encode(word),
      id: word,
    })

    it('[B9] refuses while the server is away, and the reader goes on by itself with what was not acknowledged', async () => {
      const nats = await server()
      const { bus } = await open(nats)
      const taken: string[] = []
      await bus.subscribe(reading, (delivery) => {
        taken.push(new TextDecoder().decode(delivery.body))
        if (taken.length > 1) delivery.acknowledge()
      })
      await bus.publish(say('a'))
      await expect.poll(() => taken).toEqual(['a'])
      await nats.kill()
      await expect(bus.publish(say('b'))).rejects.toMatchObject({ code: 'store-unavailable', retry: 'later' })
      await nats.restart()
      // Whether «b» was written nobody knows: the same id again makes sure, and harms nothing.
      await expect
        .poll(
          () =>
            bus.publish(say('b')).then(
              () => true,
              () => false,
            ),
          { timeout: 20_000 },
        )
        .toBe(true)
      await expect.poll(() => taken, { timeout: 2000 }).toContain('b')
      await expect.poll(() => taken.filter((each) => each === 'a').length, { timeout: 20_000 }).toBe(2)
      expect(taken.filter((each) => each === 'b')).toHaveLength(1)
    })

    it('[B9] makes a topic anew that somebody has deleted, and reads on', async () => {
      const nats = await server()
      const { bus, connection } = await open(nats)
      const taken: string[] = []
      await bus.subscribe(reading, (delivery) => {
        taken.push(new TextDecoder().decode(delivery.body))
        delivery.acknowledge()
      })
      await bus.publish(say('a'))
      await expect.poll(() => taken).toEqual(['a'])
      await (await jetstreamManager(connection)).streams.delete('T_IN')
      await expect
        .poll(
          () =>
            bus.publish(say('b')).then(
              () => taken.includes('b'),
              () => false,
            ),
          { timeout: 60_000, interval: 200 },
        )
        .toBe(true)
    })
  },
)

describe.skipIf(found === undefined && process.env['FINEACERS_TEST_NATS'] === undefined)(
  'the event bus on three servers [needs a nats-server]',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'fineacers-bus-'))
    const connections: NatsConnection[] = []
    let nats: NatsServers
    let count = 0
    beforeAll(async () => {
      nats = await startNats({ servers: 3, folder, sync: 'default' })
      // Each client is with a server of its own.
      for (const servers of nats.urls.slice(1)) connections.push(await connect({ servers, ignoreClusterUpdates: true }))
    })
    afterAll(async () => {
      await Promise.all(connections.map((each) => each.close()))
      await nats.kill()
      rmSync(folder, { recursive: true, force: true })
    })

    const open = async (index: number) => {
      const connection = connections[index]
      if (connection === undefined) throw new Error('not connected')
      const log = createSystemLog({ level: 'silent' })
      return openNatsEventBus({ connection, replicas: 3, prefix: 'THREE', clock: systemClock(), log })
    }

    describeEventBus('with three copies of everything', {
      open: () => open(0),
      again: () => open(1),
      pass: (ms) => sleep(ms),
      word: () => `r3-${count++}`,
    })
  },
)
