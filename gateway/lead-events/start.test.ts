import { describe, expect, it } from 'vitest'
import { createMemoryEphemeral } from '#runtime/adapters/memory/ephemeral.ts'
import { createMemoryBusStore, createMemoryEventBus } from '#runtime/adapters/memory/event-bus.ts'
import { openSqliteRecords } from '#runtime/adapters/sqlite/records.ts'
import { catalogue, effectNames } from '#machines/catalogue.ts'
import { answering, silentLog, startSmallHost } from '#runtime/testing/small-host.ts'
import { readCloudEvent } from './read-cloud-event.ts'
import { startLeadEvents } from './start.ts'
import { writeCloudEvent } from './write-cloud-event.ts'

describe('lead events', () => {
  it.each(['structured', 'binary'] as const)(
    'in %s mode: a lead comes in, and what became of it goes out',
    async (mode) => {
      const effects = effectNames.map((name) => [name, answering(() => null)])
      const host = await startSmallHost({
        machines: catalogue,
        effects: { ...Object.fromEntries(effects), 'enrich-lead': answering(() => ({ profile: {} })) },
      })
      const { clock, runtime } = host
      const bus = createMemoryEventBus({ clock, store: createMemoryBusStore() })
      const records = openSqliteRecords({ file: ':memory:' })
      const ephemeral = createMemoryEphemeral({ clock })
      const events = startLeadEvents({
        bus,
        clock,
        log: silentLog,
        workspaces: ['acme'],
        ingress: { runtime, ephemeral },
        egress: { journal: host.journal, records, mode },
      })
      await clock.settle()
      const lead = {
        specversion: '1.0' as const,
        id: 'lead-1',
        source: 'https://crm.example/leads',
        type: 'com.fineacers.lead.captured.v1',
        datacontenttype: 'application/json',
        extensions: {},
        data: { name: 'Meera', phone: '+919845012345', budgetMaxMinor: 1_200_000_000, timeline: 'now' },
      }
      const subject = 'fineacers.acme.leads.captured'
      await bus.publish({ subject, id: 'p1', ...writeCloudEvent(lead, mode) })
      await bus.publish({ subject, id: 'p2', ...writeCloudEvent({ ...lead, id: 'lead-2', data: {} }, mode) })
      await clock.advance(1000)
      const heard: { readonly type: string; readonly subject?: string }[] = []
      for (const [name, word] of [
        ['temperature', 'facts.lead.temperature-changed'],
        ['captured', 'facts.lead.captured'],
        ['dead', 'leads.dead-letter'],
      ] as const) {
        const reading = { name, topic: 'facts', subject: `fineacers.acme.${word}`, inFlightMax: 10, ackWaitMs: 1000 }
        await bus.subscribe(reading, (delivery) => {
          const read = readCloudEvent(delivery)
          if (read.ok) heard.push(read.value)
          delivery.acknowledge()
        })
      }
      await clock.settle()
      const address = 'acme/lead/ce-b501895bfa6502cac325fe8599b5510c'
      expect(heard).toContainEqual(
        expect.objectContaining({ type: 'com.fineacers.lead.captured.v1', subject: address }),
      )
      expect(heard.map(({ type }) => type).sort()).toEqual([
        'com.fineacers.lead-event.refused.v1',
        'com.fineacers.lead.captured.v1',
        'com.fineacers.lead.temperature-changed.v1',
      ])
      expect(events.stats()).toMatchObject({ taken: 1, refused: 1 })
      await events.stop()
      await runtime.stop()
      await records.close()
      await bus.close()
    },
  )
})
