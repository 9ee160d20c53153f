import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { connect } from '@nats-io/transport-node'
import type { Journal, Timer } from '../../ports/journal.ts'
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
import { publishBatch } from './batch.ts'
import { defaultRetention, JournalLayout } from './journal-layout.ts'
import { OverdueTimers } from './overdue-timers.ts'
import { StreamReads, type Found } from './stream-reads.ts'
import { connected, journalOn } from './testing/journal-bench.ts'

const url = process.env['FINEACERS_TEST_NATS']
const log = { debug() {}, info() {}, warn() {}, error() {} }
const to = lead(1)
const hourMs = 60 * 60 * 1000
const within = { timeout: 10_000 } as const
const namePrefix = `OVERDUE-${process.pid}-`
let made = 0

function idle(epoch: number, dueAtMs: number): Timer {
  return { id: 'idle', epoch, dueAtMs, event: { type: 'idle.over' } }
}

describe.skipIf(url === undefined)('timers that a server has lost or left lying', () => {
  let connection: NatsConnection
  let manager: JetStreamManager
  let journal: Journal
  let layout: JournalLayout
  let reads: StreamReads

  beforeEach(async () => {
    const stream = `${namePrefix}${++made}`
    connection = await connected(url ?? '')
    manager = await jetstreamManager(connection)
    journal = await journalOn(connection, stream)
    layout = new JournalLayout(stream, journal.partitions)
    reads = new StreamReads(manager, stream)
  })
  afterAll(async () => {
    const last = await connect({ servers: url ?? '' })
    const streams = (await jetstreamManager(last)).streams
    for (let index = 1; index <= made; index++) await streams.delete(`${namePrefix}${index}`)
    await last.close()
  })

  /** An actor with one armed timer, after its first step. */
  async function arm(timer: Timer): Promise<void> {
    const actor = actorAt(to, 1, { timers: { idle: timer } })
    await acceptAndStep(journal, eventTo(to, 'e1'), { actor, timersArmed: [timer] })
  }

  /** The schedule as the server keeps it, for another time: it knows nothing of when it is due. */
  async function forget(): Promise<Found> {
    const subject = layout.timer(to, 'idle')
    const data = (await schedule())?.text() ?? ''
    const wrong = { dueAtMs: Date.now() + hourMs, target: layout.inbox(to, 'nothing'), ttlMs: hourMs }
    await publishBatch(connection, [{ subject, data, rollup: true, schedule: wrong }], 3000)
    const lying = await schedule()
    if (lying === undefined) throw new Error('the schedule is not there')
    return lying
  }

  const schedule = () => reads.lastOnLeader(layout.timer(to, 'idle'))

  const firings = async (): Promise<readonly string[]> =>
    (await journal.read(partitionFor(journal, to), 0, 100)).flatMap(({ envelope: { timer } }) =>
      timer === undefined ? [] : [`${timer.id}#${timer.epoch}`],
    )

  const purge = () => manager.streams.purge(`${namePrefix}${made}`, { filter: layout.timer(to, 'idle') })

  /** A firing, as it comes in after the schedule it has pushed out. */
  async function firingOf(epoch: number) {
    await purge()
    return accept(journal, { ...eventTo(to, `old-${epoch}`), timer: { id: 'idle', epoch } })
  }

  it('[J20] one that lies there overdue is armed anew, and fires once', async () => {
    const dueAtMs = Date.now() + 1000
    await arm(idle(1, dueAtMs))
    await forget()
    const nowMs = dueAtMs + 10_000
    expect(await journal.fireTimers(nowMs, 10)).toEqual({ fired: 1, nextDueAtMs: nowMs + 5000 })
    await expect.poll(firings, within).toEqual(['idle#1'])
    expect(await journal.fireTimers(nowMs + 5000, 10)).toMatchObject({ fired: 0 })
    expect(await schedule()).toBeUndefined()
    expect(await firings()).toEqual(['idle#1'])
  })

  it('[J20] one that is not late enough is left to the server, and a look comes only when it is time', async () => {
    const dueAtMs = Date.now() + hourMs
    await arm(idle(1, dueAtMs))
    const { sequence } = await forget()
    const early = dueAtMs + 9_999
    expect(await journal.fireTimers(early, 10)).toEqual({ fired: 0, nextDueAtMs: early + 5000 })
    expect(await journal.fireTimers(early + 4999, 10)).toEqual({ fired: 0, nextDueAtMs: early + 5000 })
    expect((await schedule())?.sequence).toBe(sequence)
    // A clock that was set back by a day.
    const before = early - 24 * hourMs
    expect(await journal.fireTimers(before, 10)).toEqual({ fired: 0, nextDueAtMs: before + 5000 })
  })

  it('[J20] a node whose clock is ahead arms in vain: nothing fires before its time', async () => {
    const dueAtMs = Date.now() + hourMs
    await arm(idle(1, dueAtMs))
    expect(await journal.fireTimers(dueAtMs + hourMs, 10)).toMatchObject({ fired: 1 })
    const later = { ...idle(2, Date.now() + 100), id: 'later' }
    await acceptAndStep(journal, eventTo(to, 'e2'), { timersArmed: [later] })
    await expect.poll(firings, within).toEqual(['later#2'])
  })

  it('[J20] one that only a follower still shows is not brought back', async () => {
    await arm(idle(1, Date.now() + 1000))
    const lying = await forget()
    await purge()
    const options = { connection, layout, retention: defaultRetention, timeoutMs: 3000, log }
    const overdue = new OverdueTimers({ ...options, reads: { after: async () => [lying] } })
    overdue.follow(partitionFor(journal, to))
    expect(await overdue.look(Date.now() + hourMs, 10)).toMatchObject({ fired: 0 })
    expect(await reads.lastOnLeader(lying.subject)).toBeUndefined()
  })

  it('[J20] the round goes through the claimed partitions, a bounded number at a look, and begins again', async () => {
    const asked: string[] = []
    const lying = ['a', 'b', 'c'].map((id, index): Found => {
      const text = (): string => JSON.stringify({ ...eventTo(to, id, Date.now() + hourMs) })
      return { sequence: index + 1, subject: `x.${id}`, atMs: 0, scheduled: false, text }
    })
    const after = async (sequence: number, filter: string, limit: number) => {
      asked.push(`${filter.split('.').at(-2)} after ${sequence}`)
      return filter === layout.timersOf(1) ? lying.filter((each) => each.sequence > sequence).slice(0, limit) : []
    }
    const options = { connection, layout, retention: defaultRetention, timeoutMs: 3000, log }
    const overdue = new OverdueTimers({ ...options, reads: { after } })
    for (const partition of [1, 2, 1]) overdue.follow(partition)
    for (const look of [0, 1, 2]) await overdue.look(Date.now() + look * 5000, 2)
    expect(asked).toEqual(['1 after 0', '1 after 2', '2 after 0', '1 after 0'])
  })

  it('[J20] one that an older firing has pushed out is armed again with the step that sets it aside', async () => {
    const timer = idle(3, Date.now() + 1000)
    await arm(timer)
    const [old, older] = [await firingOf(2), await firingOf(1)]
    const claim = await journal.claim(partitionFor(journal, to), 'node-a')
    const steps = [old, older].map((entry) => stepOver(entry, { outcome: 'fenced' }))
    expect(await journal.commit(groupOf(claim, steps))).toMatchObject({ status: 'committed' })
    expect((await schedule())?.text()).toContain('timer:idle#3')
    await expect.poll(firings, within).toEqual(['idle#2', 'idle#1', 'idle#3'])
  })

  it('[J20] one that has fired meanwhile is not armed again', async () => {
    await arm(idle(3, Date.now() + 10))
    await expect.poll(firings, within).toEqual(['idle#3'])
    const old = await firingOf(2)
    const claim = await journal.claim(partitionFor(journal, to), 'node-a')
    const outcome = await journal.commit(groupOf(claim, [stepOver(old, { outcome: 'fenced' })]))
    expect(outcome.status).toBe('committed')
    expect(await schedule()).toBeUndefined()
  })

  it('[J20] one that the same group cancels stays cancelled, and one that it arms is as the group says', async () => {
    await arm(idle(3, Date.now() + hourMs))
    const [old, next] = [await firingOf(2), await accept(journal, eventTo(to, 'e2'))]
    const claim = await journal.claim(partitionFor(journal, to), 'node-a')
    const cancelling = stepOver(next, { actor: actorAt(to, 2), timersCancelled: ['idle'] })
    const outcome = await journal.commit(groupOf(claim, [stepOver(old, { outcome: 'fenced' }), cancelling]))
    expect(outcome.status).toBe('committed')
    expect(await schedule()).toBeUndefined()

    const armed = idle(4, Date.now() + hourMs)
    const [older, last] = [await firingOf(1), await accept(journal, eventTo(to, 'e3'))]
    const again = await journal.claim(partitionFor(journal, to), 'node-a')
    const arming = stepOver(last, { actor: actorAt(to, 3, { timers: { idle: armed } }), timersArmed: [armed] })
    await journal.commit(groupOf(again, [stepOver(older, { outcome: 'fenced' }), arming]))
    expect((await schedule())?.text()).toContain('timer:idle#4')
  })

  it('[J20] a firing of the very timer that is armed arms nothing', async () => {
    await arm(idle(3, Date.now() + hourMs))
    const own = await firingOf(3)
    const claim = await journal.claim(partitionFor(journal, to), 'node-a')
    await journal.commit(groupOf(claim, [stepOver(own, { outcome: 'parked', reason: 'it had failed' })]))
    expect(await schedule()).toBeUndefined()
  })
})
