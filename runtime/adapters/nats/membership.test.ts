import { setTimeout as sleep } from 'node:timers/promises'
import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { afterAll, describe, expect, it } from 'vitest'
import type { Membership } from '../../ports/membership.ts'
import { describeMembership } from '../../testing/contracts/membership-contract.ts'
import { silentLog } from '../../testing/small-host.ts'
import { systemClock } from '../system/clock.ts'
import { createSystemIds } from '../system/ids.ts'
import type { LeaseMembership } from '../leases/membership.ts'
import { connectNats } from './connection.ts'
import { StorageError } from '../../ports/storage-error.ts'
import { insisting } from './bucket.ts'
import { createNatsMembership } from './membership.ts'

const url = process.env['FINEACERS_TEST_NATS']
const bucket = `members-${process.pid}-${Date.now().toString(36)}`
const clock = systemClock()
const ids = createSystemIds()

const connect = (): Promise<NatsConnection> =>
  connectNats({ servers: [url ?? ''], name: 'test', log: silentLog, waitMs: 5_000 })

describe.skipIf(url === undefined)('membership on a real NATS server [needs a nats-server]', () => {
  const open: { readonly membership: Membership; readonly connection: NatsConnection }[] = []
  let groups = 0
  const close = async (): Promise<void> => {
    await Promise.all(
      open.splice(0).map(async ({ membership, connection }) => {
        await membership.leave()
        await connection.close()
      }),
    )
  }

  async function join(node: string, place: { readonly group: string; readonly partitions: number }) {
    const connection = await connect()
    const membership = await createNatsMembership({
      ...place,
      connection,
      bucket,
      node,
      replicas: 1,
      clock,
      ids,
      log: silentLog,
    })
    open.push({ membership, connection })
    return { membership, connection }
  }

  afterAll(async () => {
    await close()
    const connection = await connect()
    const { streams } = await jetstreamManager(connection)
    await streams.delete(`KV_${bucket}`)
    await connection.close()
  })

  describeMembership('on NATS', {
    nodes: 'many',
    async group(partitions) {
      const group = `group ${++groups}`
      const connections = new Map<string, NatsConnection>()
      return {
        async join(node) {
          const { membership, connection } = await join(node, { group, partitions })
          connections.set(node, connection)
          return membership
        },
        // Its sockets break and it says no more: all that others see of a process that died.
        kill: (node) => void connections.get(node)?.close(),
      }
    },
    pass: (ms) => sleep(ms),
    close,
  })

  it('[N1] names may be any text', async () => {
    const place = { group: 'any.*.> group', partitions: 8 }
    const names = ['ip-10-0-0-1.ec2.internal', 'मुंबई/1', 'a b', '=']
    const members: LeaseMembership[] = []
    for (const name of names) members.push((await join(name, place)).membership)
    await expect.poll(() => members.map((member) => member.members())).toEqual(names.map(() => names.toSorted()))
    await close()
  })

  it('[N3] leaving and closing the connection at once gives everything back', async () => {
    const place = { group: 'leaving', partitions: 8 }
    const [one, two] = [await join('n1', place), await join('n2', place)]
    await expect.poll(() => one.membership.owned().length).toBeLessThan(8)
    await two.membership.leave()
    await two.connection.close()
    await expect.poll(() => one.membership.owned(), { timeout: 1_000 }).toHaveLength(8)
    await close()
  })
})

describe('joining', () => {
  const failing = (error: Error, times: number) => {
    const asked = { count: 0 }
    const join = async (): Promise<string> => {
      if (++asked.count <= times) throw error
      return 'joined'
    }
    return { asked, join }
  }

  it('is tried again while the bucket does not answer, for a time, and not for any other reason', async () => {
    const away = new StorageError('store-unavailable', 'no answer')
    const [there, closed] = [{ isClosed: () => false }, { isClosed: () => true }]
    expect(await insisting(there, failing(away, 2).join, 5_000)).toBe('joined')
    await expect(insisting(there, failing(away, 100).join, 300)).rejects.toBe(away)
    const refused = failing(new StorageError('store-unauthorized', 'no'), 1)
    await expect(insisting(there, refused.join, 5_000)).rejects.toMatchObject({ code: 'store-unauthorized' })
    const ended = failing(away, 100)
    await expect(insisting(closed, ended.join, 5_000)).rejects.toBe(away)
    expect([refused.asked.count, ended.asked.count]).toEqual([1, 1])
  })
})
