import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMemoryEphemeral } from '#runtime/adapters/memory/ephemeral.ts'
import { createMemoryBusStore, createMemoryEventBus } from '#runtime/adapters/memory/event-bus.ts'
import { RuntimeError } from '#runtime/errors.ts'
import type { NewEvent } from '#runtime/event.ts'
import type { EventBus } from '#runtime/ports/event-bus.ts'
import { StorageError } from '#runtime/ports/storage-error.ts'
import { createManualClock, type ManualClock } from '#runtime/testing/manual-clock.ts'
import { leadAddressOf } from './captured-lead.ts'
import type { IngressLimits } from './ingress.ts'
import { startLeadEvents, type LeadEvents } from './start.ts'

const quiet = (): void => undefined
const source = 'https://crm.example/leads'

/** A journal's front door that can be told to fail, and a bus before it. */
class Door {
  readonly clock: ManualClock = createManualClock(Date.UTC(2026, 10, 25))
  readonly store = createMemoryBusStore()
  readonly bus: EventBus = createMemoryEventBus({ clock: this.clock, store: this.store })
  readonly ephemeral = createMemoryEphemeral({ clock: this.clock })
  readonly sent: NewEvent[] = []
  readonly logged: string[] = []
  fail: (event: NewEvent) => Error | undefined = () => undefined
  hang: Promise<void> | undefined
  #count = 0

  start(limits: Partial<IngressLimits> = {}, workspaces: readonly string[] = ['acme', 'globex']): LeadEvents {
    const send = async (event: NewEvent) => {
      await this.hang
      const error = this.fail(event)
      if (error !== undefined) throw error
      const duplicate = this.sent.some((each) => each.to === event.to && each.id === event.id)
      this.sent.push(event)
      return { id: event.id ?? '', duplicate, position: this.sent.length }
    }
    const keep = (message: string): void => void this.logged.push(message)
    return startLeadEvents({
      bus: this.bus,
      clock: this.clock,
      log: { debug: quiet, info: quiet, warn: keep, error: keep },
      workspaces,
      ingress: { runtime: { send }, ephemeral: this.ephemeral, limits },
    })
  }

  async publish(body: unknown, workspace = 'acme'): Promise<void> {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const message = {
      subject: `fineacers.${workspace}.leads.captured`,
      headers: {},
      body: new TextEncoder().encode(text),
    }
    await this.bus.publish({ ...message, id: `${(this.#count += 1)}` })
  }

  /** Messages that nobody has acknowledged. */
  get waiting(): number {
    return this.store.topics.get('leads')?.messages.length ?? 0
  }
}

function lead(id: string, data: object = { phone: '9845012345' }): object {
  return { specversion: '1.0', id, source, type: 'com.fineacers.lead.captured.v1', data }
}

describe('lead events on their way in', () => {
  let door: Door
  let events: LeadEvents | undefined
  beforeEach(() => {
    door = new Door()
  })
  afterEach(() => events?.stop())

  it('are acknowledged once they are durable, and the same source and id is the same event', async () => {
    events = door.start()
    await door.clock.settle()
    const written = Promise.withResolvers<void>()
    door.hang = written.promise
    await door.publish(lead('1'))
    await door.clock.settle()
    expect([door.sent.length, door.waiting]).toEqual([0, 1])
    written.resolve()
    await door.clock.settle()
    expect(door.sent).toMatchObject([{ to: leadAddressOf('acme', { source, id: '1' }), id: 'captured-by-event' }])
    expect(door.waiting).toBe(0)
    await door.publish(lead('1'))
    await door.clock.settle()
    expect(events.stats()).toMatchObject({ taken: 1, repeated: 1, refused: 0, inFlight: 0 })
  })

  it('that are wrong are kept for a person of their own workspace, with the reasons', async () => {
    events = door.start()
    await door.clock.settle()
    await door.publish('{"specversion"', 'globex')
    await door.publish(lead('1', { name: 'Nobody' }))
    await door.clock.settle()
    expect(door.sent.map(({ to }) => to.split('/').slice(0, 2).join('/'))).toEqual([
      'globex/refused-event',
      'acme/refused-event',
    ])
    expect(door.sent[1]?.event).toMatchObject({
      type: 'event.refused',
      reasons: ['data: needs a phone number, an e-mail or a visitor'],
      message: { subject: 'fineacers.acme.leads.captured', encoding: 'text' },
    })
    expect(door.waiting).toBe(0)
    expect(events.stats()).toMatchObject({ taken: 0, refused: 2 })
  })

  it('wait while the journal is busy or away, hold no more than their bound, and none is lost or handed out twice', async () => {
    let away = true
    door.fail = (event) =>
      away
        ? event.to.endsWith('0')
          ? new RuntimeError('busy', 'x')
          : new StorageError('store-unavailable', 'x')
        : undefined
    events = door.start({ inFlightMax: 8 })
    await door.clock.settle()
    for (let id = 0; id < 30; id++) await door.publish(lead(`${id}`))
    await door.clock.advance(5 * 60_000)
    expect(events.stats()).toMatchObject({ inFlight: 8, taken: 0, returned: 0 })
    away = false
    await door.clock.advance(15_000)
    expect(events.stats()).toMatchObject({ inFlight: 0, taken: 30, repeated: 0 })
    expect(door.waiting).toBe(0)
  })

  it('that the journal will never take are kept with its reason', async () => {
    door.fail = ({ event }) =>
      event.type === 'lead.captured' ? new RuntimeError('event-too-large', '300000 bytes') : undefined
    events = door.start()
    await door.clock.settle()
    await door.publish(lead('1'))
    await door.clock.settle()
    expect(door.sent[0]?.event).toMatchObject({ reasons: [expect.stringContaining('larger than the limit')] })
    expect(door.waiting).toBe(0)
  })

  it('that fail for an unknown reason come again, at most ten times, and are kept then', async () => {
    door.fail = ({ event }) => (event.type === 'lead.captured' ? new Error('cannot read properties') : undefined)
    events = door.start()
    await door.clock.settle()
    await door.publish(lead('1'))
    await door.clock.advance(10 * 60_000)
    expect(events.stats()).toMatchObject({ returned: 9, refused: 1 })
    expect(door.sent[0]?.event['reasons']).toEqual(['it could not be handled: cannot read properties'])
    expect(door.waiting).toBe(0)
  })

  it('that were handed out ten times and never finished are kept without being tried again', async () => {
    await startAndStop(door)
    // Ten processes die with it in their hands.
    for (let process = 0; process < 10; process++) {
      const dying = createMemoryEventBus({ clock: door.clock, store: door.store })
      if (process === 0) await door.publish(lead('poison'))
      await dying.subscribe(
        {
          name: 'leads-of-acme',
          topic: 'leads',
          subject: 'fineacers.acme.leads.captured',
          inFlightMax: 8,
          ackWaitMs: 30_000,
        },
        quiet,
      )
      await door.clock.settle()
      await dying.close()
      await door.clock.advance(31_000)
    }
    events = door.start()
    await door.clock.advance(1000)
    expect(door.sent[0]?.event).toMatchObject({
      type: 'event.refused',
      reasons: ['it was handed out 10 times and never finished: look at the logs'],
    })
    expect(door.waiting).toBe(0)
  })

  it('beyond what a workspace may bring wait their turn, and hold up no other workspace', async () => {
    events = door.start({ perMinute: 20, inFlightMax: 4 })
    await door.clock.settle()
    for (let id = 0; id < 50; id++) await door.publish(lead(`${id}`))
    await door.publish(lead('other'), 'globex')
    await door.clock.settle()
    expect(events.stats().taken).toBe(21)
    await door.clock.advance(61_000)
    expect(events.stats().taken).toBe(41)
    await door.clock.advance(61_000)
    expect(events.stats()).toMatchObject({ taken: 51, inFlight: 0 })
  })

  it('that are refused have a bound of their own', async () => {
    events = door.start({ refusedPerMinute: 5 })
    await door.clock.settle()
    for (let each = 0; each < 12; each++) await door.publish(`{${each}`)
    await door.clock.settle()
    expect(events.stats()).toMatchObject({ refused: 5, inFlight: 7 })
    await door.clock.advance(3 * 61_000)
    expect(events.stats()).toMatchObject({ refused: 12, inFlight: 0 })
  })

  it('go back to the bus when the process stops, and the next one takes them in', async () => {
    door.fail = () => new RuntimeError('busy', 'x')
    const first = door.start()
    await door.clock.settle()
    await door.publish(lead('1'))
    await door.clock.settle()
    await first.stop()
    expect(door.waiting).toBe(1)
    door.fail = () => undefined
    events = door.start()
    await door.clock.advance(1)
    expect(events.stats()).toMatchObject({ taken: 1, inFlight: 0 })
  })

  it('begin once there is a bus', async () => {
    const define = door.bus.define.bind(door.bus)
    let away = true
    door.bus.define = (topic) => (away ? Promise.reject(new StorageError('store-unavailable', 'away')) : define(topic))
    events = door.start()
    await door.clock.advance(10_000)
    away = false
    await door.clock.advance(30_000)
    await door.publish(lead('1'))
    await door.clock.settle()
    expect(events.stats().taken).toBe(1)
    expect(door.logged[0]).toBe('lead events cannot be taken in yet')
  })
})

async function startAndStop(door: Door): Promise<void> {
  const events = door.start()
  await door.clock.settle()
  await events.stop()
}
