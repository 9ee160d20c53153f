import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMemoryBusStore, createMemoryEventBus } from '#runtime/adapters/memory/event-bus.ts'
import { createMemoryJournalStore, type MemoryJournalStore } from '#runtime/adapters/memory/journal-store.ts'
import { createMemoryJournal } from '#runtime/adapters/memory/journal.ts'
import { openSqliteRecords } from '#runtime/adapters/sqlite/records.ts'
import type { BusDelivery, EventBus } from '#runtime/ports/event-bus.ts'
import type { Journal } from '#runtime/ports/journal.ts'
import type { Records } from '#runtime/ports/records.ts'
import { StorageError } from '#runtime/ports/storage-error.ts'
import { acceptAndStep, eventTo, lead } from '#runtime/testing/contracts/journal-material.ts'
import { createManualClock, type ManualClock } from '#runtime/testing/manual-clock.ts'
import { silentLog } from '#runtime/testing/small-host.ts'
import { startLeadEvents, type LeadEvents } from './start.ts'

const hot = 'fineacers.acme.facts.lead.temperature-changed'

describe('public facts on their way out', () => {
  let clock: ManualClock
  let disk: MemoryJournalStore
  let journal: Journal
  let records: Records
  let bus: EventBus
  let away: boolean
  let events: LeadEvents
  let read: BusDelivery[]
  let said = 0
  const gatherMs = 50
  beforeEach(async () => {
    clock = createManualClock(Date.UTC(2026, 10, 25))
    disk = createMemoryJournalStore(4)
    journal = createMemoryJournal({ partitions: 4, store: disk })
    records = openSqliteRecords({ file: ':memory:' })
    bus = createMemoryEventBus({ clock, store: createMemoryBusStore() })
    away = false
    read = []
    said = 0
    const publish = bus.publish.bind(bus)
    bus.publish = (message) => (away ? Promise.reject(new StorageError('store-unavailable', 'away')) : publish(message))
    events = start()
    await clock.settle()
    await bus.subscribe(
      { name: 'reader', topic: 'facts', subject: hot, inFlightMax: 10_000, ackWaitMs: 3_600_000 },
      (delivery) => void read.push(delivery),
    )
  })
  afterEach(async () => {
    await events.stop()
    await journal.close()
    await records.close()
    await bus.close()
  })

  function start(): LeadEvents {
    return startLeadEvents({ bus, clock, log: silentLog, workspaces: ['acme'], egress: { journal, records } })
  }

  /** A step that says one thing of our own and one that is public. */
  async function step(): Promise<void> {
    const change = { from: 'cold', to: 'warm', reason: `step ${(said += 1)}` }
    await acceptAndStep(journal, eventTo(lead(said % 3), `e${said}`, clock.nowMs()), {
      facts: [
        { type: 'noted', data: {} },
        { type: 'temperature-changed', data: change },
      ],
    })
    await clock.advance(gatherMs)
  }

  const ids = () => read.map(({ body }) => (JSON.parse(new TextDecoder().decode(body)) as { id: string }).id)
  const allIds = async () =>
    (await journal.facts(0, 10_000))
      .filter(({ type }) => type === 'temperature-changed')
      .map(({ address, revision, index }) => `${address}#${revision}.${index}`)

  it('are published in order, each once, under an id that names the fact', async () => {
    for (let each = 0; each < 20; each++) await step()
    expect(ids()).toEqual(await allIds())
    expect(read).toHaveLength(20)
    expect(JSON.parse(new TextDecoder().decode(read[0]?.body))).toMatchObject({
      type: 'com.fineacers.lead.temperature-changed.v1',
      data: { reason: 'step 1' },
    })
    expect(read[0]?.headers['content-type']).toBe('application/cloudevents+json; charset=UTF-8')
  })

  it('go together when they come in quick succession, the first of them at once', async () => {
    const batches: number[] = []
    const publishAll = bus.publishAll.bind(bus)
    bus.publishAll = (messages) => (batches.push(messages.length), publishAll(messages))
    const say = async (index: number): Promise<void> => {
      await acceptAndStep(journal, eventTo(lead(index), `q${index}`, clock.nowMs()), {
        facts: [{ type: 'temperature-changed', data: { from: 'cold', to: 'warm', reason: 'asked' } }],
      })
      await clock.settle()
    }
    await say(1)
    expect(batches).toEqual([1])
    for (const index of [2, 3, 4]) await say(index)
    expect(batches).toEqual([1])
    await clock.advance(gatherMs)
    expect(batches).toEqual([1, 3])
    expect(ids()).toEqual(await allIds())
  })

  it('are late while the bus is away, and none is skipped', async () => {
    await step()
    away = true
    for (let each = 0; each < 10; each++) await step()
    await clock.advance(120_000)
    expect(read).toHaveLength(1)
    expect(events.stats().retries).toBeGreaterThan(3)
    expect(events.stats().behindMs).toBeGreaterThanOrEqual(120_000)
    away = false
    await clock.advance(20_000)
    expect(ids()).toEqual(await allIds())
    expect(events.stats().behindMs).toBe(0)
  })

  it('go on from their place after a stop, and after a crash what is repeated is dropped by its id', async () => {
    for (let each = 0; each < 5; each++) await step()
    await events.stop()
    for (let each = 0; each < 5; each++) await step()
    const stored = await records.get('lead-events', 'published')
    events = start()
    await clock.settle()
    expect(ids()).toEqual(await allIds())
    await events.stop()
    // As if it had died before it could keep its place.
    const now = await records.get('lead-events', 'published')
    await records.put('lead-events', 'published', stored?.value ?? {}, now?.revision ?? 0)
    events = start()
    await clock.settle()
    expect(events.stats().published).toBe(5)
    expect(read).toHaveLength(10)
  })

  it('keep a place that does not go back when another process has gone further', async () => {
    await step()
    await events.stop()
    const kept = await records.get('lead-events', 'published')
    const late = start()
    await clock.settle()
    await step()
    const ahead = Number((await records.get('lead-events', 'published'))?.value['position']) + 1000
    await records.put(
      'lead-events',
      'published',
      { position: ahead },
      (await records.get('lead-events', 'published'))?.revision ?? 0,
    )
    await step()
    await clock.advance(2000)
    await late.stop()
    expect((await records.get('lead-events', 'published'))?.value).toEqual({ position: ahead })
    expect(kept).toBeDefined()
    events = start()
  })

  it('are published again where the journal ends before their place, as after a restore', async () => {
    for (let each = 0; each < 3; each++) await step()
    await events.stop()
    const kept = await records.get('lead-events', 'published')
    await records.put('lead-events', 'published', { position: 1_000_000 }, kept?.revision ?? 0)
    events = start()
    await clock.settle()
    expect(events.stats()).toMatchObject({ published: 3 })
    expect((await records.get('lead-events', 'published'))?.value).toEqual({ position: events.stats().position })
    await step()
    expect(ids()).toEqual(await allIds())
  })

  it('that the bus will never take are said in the log and hold up nothing', async () => {
    const publish = bus.publish.bind(bus)
    bus.publish = (message) =>
      message.id.endsWith('acme/lead/1#1.1')
        ? Promise.reject(new StorageError('message-refused', 'too large'))
        : publish(message)
    for (let each = 0; each < 3; each++) await step()
    expect(events.stats()).toMatchObject({ published: 2, unpublishable: 1 })
    expect(read).toHaveLength(2)
  })
})
