import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { addressOf } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import type { JsonObject } from '#runtime/json.ts'
import { catalogue } from '#machines/catalogue.ts'
import { scripts } from '#machines/testing/event-script.ts'
import { after, completed, onStage, type StageEvent } from '#machines/testing/harness.ts'
import { outgoingOf } from './public-facts.ts'
import { readCloudEvent } from './read-cloud-event.ts'
import { dataSchemas, isPublicName, publicNames } from './schemas.ts'
import { writeCloudEvent } from './write-cloud-event.ts'

const outlet = { prefix: 'fineacers' }

function fact(kind: string, type: string, data: object): Fact {
  const at = { position: 7001, revision: 3, index: 1, atMs: Date.UTC(2026, 10, 25, 10), causedBy: 'e' }
  return { ...at, address: addressOf('acme', kind, 'x1'), type, data: data as JsonObject }
}

/** Every fact of the recorded histories: what machines really say. */
function recorded(): readonly Fact[] {
  const folder = new URL('../../machines/histories/', import.meta.url)
  return readdirSync(folder).flatMap((file) => {
    const history = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as {
      readonly runs: readonly { readonly facts: readonly ({ readonly type: string } & JsonObject)[] }[]
    }
    const kind = file.split('@', 1)[0] ?? ''
    return history.runs.flatMap(({ facts }) => facts.map(({ type, ...data }) => fact(kind, type, data)))
  })
}

/** What the recordings have no case of, said by the machines too. */
function rare(): readonly Fact[] {
  const played = (kind: string, events: readonly StageEvent[]): readonly Fact[] => {
    const hosted = catalogue.find((each) => each.kind === kind)
    if (hosted === undefined) throw new Error(`no machine of kind ${kind}`)
    const fresh = onStage(hosted.machine, hosted.input(`acme/${kind}/1`, {}))
    const stage = events.reduce((each, event) => {
      const enriching = [...each.work.values()].find(({ name }) => name === 'enrich-lead')
      return after(enriching === undefined ? each : completed(each, enriching, { profile: { city: 'Pune' } }), event)
    }, fresh)
    return stage.facts.map(({ type, ...data }) => fact(kind, type, data))
  }
  const phone = '98450 12345'
  const [request, , refusal] = scripts['meeting']?.events ?? []
  const [refused] = scripts['refused-event']?.events ?? []
  if (request === undefined || refusal === undefined || refused === undefined)
    throw new Error('the scripts have changed')
  return [
    ...played('lead', [
      { type: 'lead.captured', profile: { phone: '1' } },
      { type: 'lead.repaired', profile: { phone }, by: 'Asha' },
      { type: 'identity.owned', key: 'phone:+919845012345', lead: 'acme/lead/1' },
      { type: 'engagement.recorded', kind: 'question' },
    ]),
    ...played('meeting', [request, refusal]),
    ...played('meeting', [
      request,
      { type: 'slot.granted', startAtMs: request['startAtMs'] },
      { type: 'meeting.attended', by: 'Asha' },
    ]),
    ...played('refused-event', [refused, { type: 'event.discarded', by: 'Asha' }]),
  ]
}

describe('public facts', () => {
  it('leave as CloudEvents: named, numbered and placed by the fact', () => {
    const change = { from: 'warm', to: 'hot', reason: 'asked for a visit' }
    expect(outgoingOf(fact('lead', 'temperature-changed', change), outlet)).toEqual({
      subject: 'fineacers.acme.facts.lead.temperature-changed',
      event: {
        specversion: '1.0',
        id: 'acme/lead/x1#3.1',
        source: '/fineacers/acme',
        type: 'com.fineacers.lead.temperature-changed.v1',
        subject: 'acme/lead/x1',
        time: '2026-11-25T10:00:00.000Z',
        datacontenttype: 'application/json',
        dataschema: 'urn:fineacers:schema:com.fineacers.lead.temperature-changed.v1',
        extensions: { partitionkey: 'acme/lead/x1', sequence: '00000000000000007001' },
        data: change,
      },
    })
    const sent = outgoingOf(fact('lead', 'temperature-changed', change), { ...outlet, publicUrl: 'https://fa.example' })
    expect(sent?.event.dataschema).toBe(
      'https://fa.example/schemas/lead-events/com.fineacers.lead.temperature-changed.v1.json',
    )
  })

  it('hold to their published schemas, for everything that machines have been recorded to say, and are CloudEvents', () => {
    const said = new Set<string>()
    for (const each of [...recorded(), ...rare()]) {
      const outgoing = outgoingOf(each, outlet)
      if (outgoing === undefined) continue
      const name = /^com\.fineacers\.(.+)\.v1$/.exec(outgoing.event.type)?.[1] ?? ''
      if (!isPublicName(name)) throw new Error(`${name} has no schema`)
      said.add(name)
      // Strict: a field that no schema names must not leave the house.
      expect(dataSchemas[name].strict().parse(outgoing.event.data)).toEqual(outgoing.event.data)
      for (const mode of ['structured', 'binary'] as const) {
        expect(readCloudEvent(writeCloudEvent(outgoing.event, mode))).toEqual({ ok: true, value: outgoing.event })
      }
    }
    expect(publicNames.filter((name) => !said.has(name))).toEqual([])
  })

  it('are words, figures and addresses: what is said in a chat, summaries and contact keys stay', () => {
    const secret = 'do not tell'
    const sent = [
      fact('conversation', 'handed-off', { reason: 'legal', summary: secret, team: 'sales', turn: 1 }),
      fact('conversation', 'message-added', { n: 1, text: secret }),
      fact('conversation', 'note-added', { text: secret }),
      fact('conversation', 'turn-drafted', { draft: { text: secret } }),
      fact('conversation', 'conversation-opened', {
        visitorId: secret,
        channel: 'web',
        language: 'en',
        lead: 'acme/lead/1',
      }),
      fact('lead', 'lead-merged', { into: 'acme/lead/2', key: secret }),
      fact('identity', 'identity-claimed', { key: secret }),
      fact('refused-event', 'event-mended', { text: secret, reasons: [], by: 'Asha' }),
    ].flatMap((each) => outgoingOf(each, outlet) ?? [])
    expect(sent.map(({ event }) => event.type)).toEqual([
      'com.fineacers.conversation.handed-off.v1',
      'com.fineacers.conversation.opened.v1',
      'com.fineacers.lead.merged.v1',
    ])
    expect(JSON.stringify(sent)).not.toContain(secret)
  })

  it('cut what is longer than the schema says, and leave out what does not fit', () => {
    const profile = { name: 'x'.repeat(200), currency: 'Rs', phone: '+919845012345', bedrooms: 2.5 }
    const sent = outgoingOf(fact('lead', 'lead-invalid', { profile, problems: ['2.5 bedrooms'] }), outlet)
    expect(sent?.event.data).toEqual({
      profile: { name: 'x'.repeat(120), phone: '+919845012345' },
      problems: ['2.5 bedrooms'],
    })
  })

  it('name a meeting by what became of it', () => {
    const data = {
      startAtMs: 1,
      durationMs: 2,
      timeZone: 'Asia/Kolkata',
      title: '3 BHK',
      place: 'Whitefield',
      listingId: 'h1',
      lead: 'acme/lead/1',
      conversation: 'acme/conversation/1',
      by: 'customer',
    }
    const sent = (status: string) => outgoingOf(fact('meeting', 'meeting-changed', { ...data, status }), outlet)
    expect(sent('booked')).toMatchObject({ subject: 'fineacers.acme.facts.meeting.booked', event: { data } })
    expect(sent('refused')?.event.type).toBe('com.fineacers.meeting.refused.v1')
    expect(sent('reminded')).toBeUndefined()
  })

  it('put a refused event on the dead-letter subject, as it came and with its reasons', () => {
    const message = { subject: 's', headers: {}, body: '{"id":"1"', encoding: 'text' }
    const sent = outgoingOf(fact('refused-event', 'event-refused', { message, reasons: ['no JSON'] }), outlet)
    expect(sent).toMatchObject({
      subject: 'fineacers.acme.leads.dead-letter',
      event: { type: 'com.fineacers.lead-event.refused.v1', data: { reasons: ['no JSON'], event: {}, message } },
    })
  })
})
