import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createFaultProxy, type FaultProxy } from '#deploy/services/fault-proxy.ts'
import {
  accept,
  acceptAndStep,
  actorAt,
  eventTo,
  groupOf,
  lead,
  partitionFor,
  stepOver,
} from '../../testing/contracts/journal-material.ts'
import { archive, connected, journalOn } from './testing/journal-bench.ts'

const url = process.env['FINEACERS_TEST_NATS']
let made = 0
const freshName = (): string => `SYSTEM-${process.pid}-${++made}`

const noted = { type: 'noted', data: {} }
const to = lead(1)

describe.skipIf(url === undefined)('the journal when things go wrong between it and its server', () => {
  let proxy: FaultProxy
  beforeAll(async () => {
    const { hostname, port } = new URL(url ?? 'nats://127.0.0.1:4222')
    proxy = await createFaultProxy({ to: { host: hostname, port: Number(port) } })
  })
  afterEach(() => proxy.heal())
  afterAll(async () => {
    await proxy.stop()
    const connection = await connect({ servers: url ?? '' })
    const manager = await jetstreamManager(connection)
    for await (const name of manager.streams.names())
      if (name.startsWith(`SYSTEM-${process.pid}-`)) await manager.streams.delete(name)
    await connection.close()
  })

  it('[J9] an append whose acknowledgement is lost is read back: it answers as if nothing had happened, and is there once', async () => {
    const journal = await journalOn(await connected(proxy.address), freshName(), { timeoutMs: 700 })
    await journal.append([eventTo(to, 'e1')])
    proxy.stallReplies()
    const appending = journal.append([eventTo(to, 'e2'), eventTo(to, 'e3')])
    await new Promise((resolve) => void setTimeout(resolve, 300))
    proxy.resetAll()
    proxy.heal()
    expect((await appending).map((each) => each.duplicate)).toEqual([false, false])
    const entries = await journal.read(partitionFor(journal, to), 0, 10)
    expect(entries.map((entry) => entry.envelope.id)).toEqual(['e1', 'e2', 'e3'])
    expect((await appending).map((each) => each.position)).toEqual(entries.slice(1).map((entry) => entry.position))
  })

  it('[J9] a commit whose acknowledgement is lost is in doubt; the next claim tells that it was written, and it is not written again', async () => {
    const journal = await journalOn(await connected(proxy.address), freshName(), { timeoutMs: 700 })
    const entry = await accept(journal, eventTo(to, 'e1'))
    const claim = await journal.claim(partitionFor(journal, to), 'node-a')
    const group = groupOf(claim, [stepOver(entry, { actor: actorAt(to, 1), facts: [noted] })])
    expect(await journal.load(to)).toBeUndefined()
    proxy.stallReplies()
    const committing = journal.commit(group)
    const doubted = expect(committing).rejects.toMatchObject({ code: 'store-unavailable', retry: 'later' })
    await new Promise((resolve) => void setTimeout(resolve, 300))
    proxy.resetAll()
    proxy.heal()
    await doubted
    const again = await journal.claim(claim.partition, 'node-a')
    expect(again.position).toBe(entry.position)
    expect(await journal.commit(group)).toEqual({ status: 'stale' })
    expect((await journal.load(to))?.revision).toBe(1)
    expect(await journal.facts(0, 10)).toHaveLength(1)
  })

  it('[J9] a server that can not be reached refuses within its time, and everything goes on when it can', async () => {
    const journal = await journalOn(await connected(proxy.address), freshName(), { timeoutMs: 300 })
    const claim = await acceptAndStep(journal, eventTo(to, 'e1'))
    proxy.cut()
    const attempts = await Promise.allSettled([
      journal.append([eventTo(to, 'e2')]),
      journal.commit(groupOf(claim, [])),
      journal.load(to),
    ])
    for (const attempt of attempts)
      expect(attempt).toMatchObject({ status: 'rejected', reason: { code: 'store-unavailable' } })
    proxy.resetAll()
    proxy.heal()
    await expect.poll(() => journal.load(to).catch(() => undefined), { timeout: 10_000 }).toMatchObject({ revision: 1 })
    const [appended] = await journal.append([eventTo(to, 'e2')])
    expect(appended?.id).toBe('e2')
    const entries = await journal.read(partitionFor(journal, to), 0, 10)
    expect(entries.map((entry) => entry.envelope.id)).toEqual(['e1', 'e2'])
  })

  it('[J5] of two nodes the one that claimed last commits, and the other is refused whatever it knows', async () => {
    const stream = freshName()
    const [first, second] = [
      await journalOn(await connected(url ?? ''), stream),
      await journalOn(await connected(url ?? ''), stream),
    ]
    const entry = await accept(first, eventTo(to, 'e1'))
    const step = stepOver(entry, { actor: actorAt(to, 1), sends: [eventTo(lead(2), 'sent')], facts: [noted] })
    const paused = await first.claim(partitionFor(first, to), 'node-a')
    const present = await second.claim(partitionFor(first, to), 'node-b')
    expect(present.epoch).toBe(paused.epoch + 1)
    expect(await first.commit(groupOf(paused, [step]))).toEqual({ status: 'stale' })
    expect(await second.read(present.partition, present.position, 10)).toEqual([entry])
    expect((await second.commit(groupOf(present, [step]))).status).toBe('committed')
    expect(await first.load(to)).toEqual(await second.load(to))
    expect(await first.facts(0, 10)).toHaveLength(1)
  })

  it('[J5] a step decided on an older state than the stream has is refused with its group, also one that changes nothing', async () => {
    const stream = freshName()
    const connection = await connected(url ?? '')
    const journal = await journalOn(connection, stream)
    await acceptAndStep(journal, eventTo(to, 'e1'))
    const [second, third] = [await accept(journal, eventTo(to, 'e2')), await accept(journal, eventTo(to, 'e3'))]
    const claim = await journal.claim(partitionFor(journal, to), 'node-a')
    // What a follower that lags would not have shown yet.
    const subject = `journal.${stream}.actor.${claim.partition}.${to.replaceAll('/', '.')}`
    connection.publish(subject, JSON.stringify(actorAt(to, 2)))
    await connection.flush()
    const stepped = groupOf(claim, [stepOver(second, { actor: actorAt(to, 2), facts: [noted] })])
    await expect(journal.commit(stepped)).rejects.toMatchObject({ code: 'store-unavailable' })
    expect(await journal.facts(0, 10)).toEqual([])
    const again = await journal.claim(claim.partition, 'node-a')
    expect(again.position).toBe(claim.position)
    expect((await journal.load(to))?.revision).toBe(2)
    connection.publish(subject, JSON.stringify(actorAt(to, 3)))
    await connection.flush()
    const fenced = groupOf(again, [stepOver(second, { outcome: 'fenced' }), stepOver(third, { outcome: 'fenced' })])
    await expect(journal.commit(fenced)).rejects.toMatchObject({ code: 'store-unavailable' })
  })

  it('[J6] a group larger than a batch, or a message larger than the server takes, is refused, and its neighbours in flight are not', async () => {
    const journal = await journalOn(await connected(url ?? ''), freshName())
    const [one, other] = [await accept(journal, eventTo(to, 'e1')), await accept(journal, eventTo(lead(2), 'e1'))]
    const claim = await journal.claim(partitionFor(journal, to), 'node-a')
    const apart = await journal.claim(partitionFor(journal, lead(2)), 'node-a')
    expect(apart.partition).not.toBe(claim.partition)
    const huge = actorAt(to, 1, { snapshot: { text: 'x'.repeat(9 * 1024 * 1024) } })
    const many = Array.from({ length: 1001 }, (_, index) => eventTo(lead(3), `s${index}`))
    const attempts = await Promise.allSettled([
      journal.commit(groupOf(claim, [stepOver(one, { actor: huge })])),
      journal.commit(groupOf(apart, [stepOver(other, { actor: actorAt(lead(2), 1) })])),
      journal.commit(groupOf(claim, [stepOver(one, { actor: actorAt(to, 1), sends: many })])),
    ])
    expect(attempts.map((attempt) => attempt.status)).toEqual(['rejected', 'fulfilled', 'rejected'])
    expect(attempts[0]).toMatchObject({ reason: { code: 'group-refused' } })
    expect(attempts[2]).toMatchObject({ reason: { code: 'group-refused' } })
    expect(await journal.load(to)).toBeUndefined()
    expect((await journal.commit(groupOf(claim, [stepOver(one, { actor: actorAt(to, 1) })]))).status).toBe('committed')
  })

  it('[J1] a reader far behind, and one that keeps up, read the same without a gap', async () => {
    const stream = freshName()
    const journal = await journalOn(await connected(url ?? ''), stream)
    const behind = await journalOn(await connected(url ?? ''), stream)
    const partition = partitionFor(journal, to)
    const events = Array.from({ length: 9000 }, (_, index) => eventTo(to, `e${index}`))
    await journal.claim(partition, 'node-a')
    const seen: string[] = []
    for (let from = 0, after = 0; from < events.length; from += 500) {
      await journal.append(events.slice(from, from + 500))
      const entries = await journal.read(partition, after, 700)
      seen.push(...entries.map((entry) => entry.envelope.id))
      after = entries.at(-1)?.position ?? after
    }
    const late: string[] = []
    for (let after = 0; late.length < events.length;) {
      const entries = await behind.read(partition, after, 700)
      if (entries.length === 0) break
      late.push(...entries.map((entry) => entry.envelope.id))
      after = entries.at(-1)?.position ?? after
    }
    expect(seen).toEqual(events.map((event) => event.id))
    expect(late).toEqual(seen)
  })

  it('[J19] what the stream has forgotten is read from the archive: history, facts and the list', async () => {
    const stream = freshName()
    const documents = archive()
    const journal = await journalOn(await connected(url ?? ''), stream, {
      archive: documents,
      archiving: true,
      retention: { inboxMs: 1000, stepsMs: 1000 },
    })
    for (let index = 0; index < 5; index++) await acceptAndStep(journal, eventTo(to, `e${index}`), { facts: [noted] })
    const before = [await journal.history(to, 0, 10), await journal.facts(0, 10), await journal.facts(0, 10, to)]
    expect(await journal.list({ workspace: 'acme', limit: 5 })).toHaveLength(1)
    const manager = await jetstreamManager(await connected(url ?? ''))
    const steps = async () =>
      (await manager.streams.info(stream, { subjects_filter: `journal.${stream}.step.>` })).state.subjects ?? {}
    await expect.poll(async () => Object.keys(await steps()), { timeout: 10_000 }).toEqual([])
    expect([await journal.history(to, 0, 10), await journal.facts(0, 10), await journal.facts(0, 10, to)]).toEqual(
      before,
    )
    await acceptAndStep(journal, eventTo(to, 'e5'), { facts: [noted] })
    const ids = (await journal.history(to, 0, 10)).map((entry) => entry.envelope.id)
    expect(ids).toEqual(['e0', 'e1', 'e2', 'e3', 'e4', 'e5'])
    expect((await journal.history(to, 3, 10)).map((entry) => entry.envelope.id)).toEqual(['e3', 'e4', 'e5'])
    expect((await journal.facts(0, 10)).map((fact) => fact.causedBy)).toEqual(ids)
    const third = (await journal.facts(0, 10))[2]?.position ?? 0
    expect((await journal.facts(third, 10)).map((fact) => fact.causedBy)).toEqual(['e3', 'e4', 'e5'])
    expect((await journal.load(to))?.revision).toBe(6)
  })

  it('[J13] a stream that can not hold the promises, and one with other partitions, are left alone', async () => {
    const connection = await connected(url ?? '')
    const stream = freshName()
    const manager = await jetstreamManager(connection)
    await manager.streams.add({
      name: stream,
      subjects: [`journal.${stream}.>`],
      max_age: 1e12,
      metadata: { partitions: '4' },
    })
    await expect(journalOn(connection, stream)).rejects.toMatchObject({
      code: 'store-unsuitable',
      message: expect.stringContaining('max_age'),
    })
    const other = freshName()
    await journalOn(connection, other)
    await expect(journalOn(connection, other, { partitions: 8 })).rejects.toThrow('4 partitions')
  })
})
