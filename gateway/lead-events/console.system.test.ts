import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMemoryBusStore, createMemoryEventBus } from '#runtime/adapters/memory/event-bus.ts'
import type { EventBus } from '#runtime/ports/event-bus.ts'
import type { LeadEventView } from '../protocol.ts'
import { member, type TestMember } from '../testing/test-clients.ts'
import { startTestHouse, until, type TestHouse } from '../testing/test-house.ts'
import { startLeadEvents, type LeadEvents } from './start.ts'

describe('lead events in the console', () => {
  let house: TestHouse
  let bus: EventBus
  let events: LeadEvents
  let manager: TestMember
  let published = 0
  beforeAll(async () => {
    house = await startTestHouse()
    const { clock, log, runtime, ephemeral, records } = house
    bus = createMemoryEventBus({ clock, store: createMemoryBusStore() })
    const workspaces = ['acme', 'globex']
    const egress = { journal: runtime.journal, records }
    events = startLeadEvents({ bus, clock, log, workspaces, ingress: { runtime, ephemeral }, egress })
    manager = await member(house, { name: 'Maya', role: 'manager' })
  })
  afterAll(async () => {
    manager.close()
    await events.stop()
    await house.stop()
    await bus.close()
  })

  async function publish(body: unknown, workspace = 'acme'): Promise<void> {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const subject = `fineacers.${workspace}.leads.captured`
    await bus.publish({ subject, headers: {}, body: new TextEncoder().encode(text), id: `${(published += 1)}` })
  }

  const lead = (id: string, data: object) => {
    const source = 'https://crm.example/leads'
    return { specversion: '1.0', id, source, type: 'com.fineacers.lead.captured.v1', data }
  }
  const shown = (id: string) => manager.frame('lead-event', ({ event }) => event.eventId === id)
  const problemOf = (asked: Promise<unknown>) =>
    asked.then(
      () => undefined,
      (error: unknown) => (error as { readonly problem: unknown }).problem,
    )

  it('are in the open list of leads at once, where they belong to it, until the list is left', async () => {
    const anybody = await member(house, { name: 'Lila' })
    await anybody.command({ type: 'lead.list', query: { limit: 10, source: 'fair' } })
    const came = (id: string, source: string, phone: string) => publish(lead(id, { name: id, phone, source }))
    await came('elsewhere', 'site', '9845011111')
    await came('listed', 'fair', '9845022222')
    const frame = await anybody.frame('lead', ({ lead: { profile } }) => profile.name === 'listed')
    expect(frame).toMatchObject({ listed: true, lead: { profile: { phone: '+919845022222' }, source: 'fair' } })
    const names = () => anybody.frames.flatMap((each) => (each.type === 'lead' ? [each.lead.profile.name] : []))
    expect(new Set(names())).toEqual(new Set(['listed']))
    // A listed lead goes on being told of, also when it does not belong to the list any more.
    await anybody.command({ type: 'lead.stage', lead: frame.lead.lead, stage: 'lost' })
    await anybody.frame('lead', ({ lead: { stage } }) => stage === 'lost')
    await anybody.command({ type: 'lead.leave' })
    const told = names().length
    await came('unheard', 'fair', '9845033333')
    await until(
      () => house.documents.count('leads', [{ field: 'source', op: '=', value: 'fair' }]),
      (count) => count === 2,
    )
    // Frames are gathered for less than this long.
    await anybody.command({ type: 'presence.set', available: false })
    expect(names()).toHaveLength(told)
    anybody.close()
  })

  it('that are refused appear as they come, with the reasons and what to mend, and newest first in the list', async () => {
    await publish(lead('first', { name: 'Nobody' }))
    const { event } = await shown('first')
    expect(event).toMatchObject({
      subject: 'fineacers.acme.leads.captured',
      source: 'https://crm.example/leads',
      reasons: ['data: needs a phone number, an e-mail or a visitor'],
    })
    expect(event.mended).toBeUndefined()
    expect(JSON.parse(event.text)).toEqual(lead('first', { name: 'Nobody' }))
    await publish(lead('second', {}))
    await shown('second')
    const { events: listed } = await manager.command({ type: 'lead-event.list' })
    expect(listed.map(({ eventId }) => eventId)).toEqual(['second', 'first'])
    expect(listed[1]).toEqual(event)
  })

  it('that are mended and wrong still stay with their new reasons; mended right they become the lead, once', async () => {
    await publish(lead('mend', { name: 'Meera' }))
    const { letter } = (await shown('mend')).event
    const wrong = JSON.stringify(lead('mend', { name: 'Meera', phone: '12' }))
    expect(await manager.command({ type: 'lead-event.replay', letter, text: wrong })).toEqual({
      status: 'refused',
      reasons: ['data: phone "12" is not a phone number'],
    })
    const still = await manager.frame('lead-event', ({ event }) => event.letter === letter && event.mended === wrong)
    expect(still.event).toMatchObject({ mended: wrong, reasons: ['data: phone "12" is not a phone number'] })

    const right = JSON.stringify(lead('mend', { name: 'Meera', phone: '9845012345' }))
    const taken = await manager.command({ type: 'lead-event.replay', letter, text: right })
    if (taken.status !== 'taken') throw new Error('it was refused')
    const settled = await manager.frame(
      'lead-event',
      ({ event }) => event.letter === letter && event.settled !== undefined,
    )
    expect(settled.event.settled).toMatchObject({ by: 'Maya', how: 'replayed', lead: taken.lead })
    const stored = await until(
      () => house.documents.get('leads', taken.lead),
      (found) => found !== undefined,
    )
    expect(stored?.value).toMatchObject({ profile: { name: 'Meera', phone: '+919845012345' } })

    // The sender mends it too and sends it again: the same source and id, so the same lead.
    const { repeated } = events.stats()
    await publish(right)
    await until(
      () => events.stats().repeated,
      (count) => count === (repeated ?? 0) + 1,
    )
    const again = { type: 'lead-event.replay', letter, text: right } as const
    expect(await problemOf(manager.command(again))).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('Maya'),
    })
  })

  it('that are refused can be thrown away, and whoever sent them hears of the refusal and of that', async () => {
    await publish('not even JSON')
    const { event } = await manager.frame('lead-event', ({ event: each }) => each.text === 'not even JSON')
    expect(event.reasons[0]).toContain('no JSON')
    await manager.command({ type: 'lead-event.discard', letter: event.letter })
    const heard: string[] = []
    const reading = { topic: 'facts', inFlightMax: 100, ackWaitMs: 30_000 }
    for (const word of ['leads.dead-letter', 'facts.lead-event.discarded']) {
      const subscription = { ...reading, name: word.replaceAll('.', '-'), subject: `fineacers.acme.${word}` }
      await bus.subscribe(subscription, (delivery) => {
        heard.push(new TextDecoder().decode(delivery.body))
        delivery.acknowledge()
      })
    }
    await until(
      () => heard.filter((each) => (JSON.parse(each) as { subject: string }).subject === event.letter).length,
      (count) => count === 2,
    )
  })

  it('that are refused belong to their workspace and to those who lead it', async () => {
    await publish('{', 'globex')
    const other = await member(house, { name: 'Gita', role: 'admin', workspace: 'globex' })
    const theirs = await until(
      async () => (await other.command({ type: 'lead-event.list' })).events,
      (found: readonly LeadEventView[]) => found.length === 1,
    )
    const letter = theirs[0]?.letter ?? ''
    expect(letter.startsWith('globex/refused-event/')).toBe(true)
    const { events: ours } = await manager.command({ type: 'lead-event.list' })
    expect(ours.filter((each) => each.letter.startsWith('globex/'))).toEqual([])
    for (const command of [
      { type: 'lead-event.discard', letter },
      { type: 'lead-event.replay', letter, text: '{}' },
    ] as const) {
      expect(await problemOf(manager.command(command))).toMatchObject({ code: 'not-found' })
    }
    const agent = await member(house, { name: 'Sam', role: 'sales-agent' })
    expect(await problemOf(agent.command({ type: 'lead-event.list' }))).toMatchObject({ code: 'forbidden' })
    expect(manager.frames.some((frame) => frame.type === 'lead-event' && frame.event.letter === letter)).toBe(false)
    other.close()
    agent.close()
  })

  it('that are refused are listed page by page', async () => {
    for (let each = 0; each < 30; each++) await publish(lead(`page-${each}`, {}))
    await shown('page-29')
    const seen: string[] = []
    let after: string | undefined
    do {
      const page = await manager.command({ type: 'lead-event.list', ...(after === undefined ? {} : { after }) })
      seen.push(...page.events.map(({ letter }) => letter))
      after = page.next
    } while (after !== undefined)
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.length).toBeGreaterThanOrEqual(34)
  })
})
