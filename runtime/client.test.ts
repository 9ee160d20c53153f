import { describe, expect, test } from 'vitest'
import { createMemoryEphemeral } from './adapters/memory/ephemeral.ts'
import { createMemoryJournal } from './adapters/memory/journal.ts'
import { createRuntimeClient } from './client.ts'
import type { Journal } from './ports/journal.ts'
import { hostedDesk } from './testing/sample-machines.ts'
import { createSeededIds } from './testing/seeded-ids.ts'
import { desk, noDocuments, overriding, silentLog, startSmallHost, type SmallHost } from './testing/small-host.ts'

const forever = new AbortController().signal
const note = (text: string) => ({ type: 'note', text })

/** A client beside a host, on one store. */
async function clientOf(host: SmallHost, change: (journal: Journal) => Journal = (journal) => journal) {
  const { clock, store } = host
  return createRuntimeClient({
    journal: change(createMemoryJournal({ partitions: 4, store })),
    documents: noDocuments,
    clock,
    ids: createSeededIds(77),
    log: silentLog,
    machines: [hostedDesk()],
    signals: createMemoryEphemeral({ clock }),
  })
}

describe('a process that hosts no actors', () => {
  test('[H18] is answered by the notice of the commit, without asking the journal', async () => {
    const host = await startSmallHost()
    await host.tell(desk(1), note('first'))
    let asked = 0
    const client = await clientOf(host, (journal) =>
      overriding(journal, { history: (...of) => (asked++, journal.history(...of)) }),
    )
    const handled = client.submit({ to: desk(1), event: note('a') }, forever)
    await host.clock.settle()
    expect(await handled).toMatchObject({ duplicate: false, outcome: 'applied', facts: [{ data: { text: 'a' } }] })
    expect(asked).toBe(0)
    expect(await client.inspect(desk(1))).toMatchObject({ revision: 2 })
    expect(await client.timeline(desk(1), { afterRevision: 1, limit: 5 })).toMatchObject([{ revision: 2 }])
    await client.stop()
  })

  test('[H18] finds the outcome in the history where no notice comes', async () => {
    const host = await startSmallHost()
    await host.tell(desk(1), note('first'))
    const client = await clientOf(host, (journal) =>
      overriding(journal, { watch: (listener) => journal.watch({ facts: () => listener.facts?.() }) }),
    )
    const handled = client.submit({ to: desk(1), event: note('a') }, forever)
    await host.clock.advance(2000)
    expect(await handled).toMatchObject({ outcome: 'applied', facts: [{ data: { text: 'a' } }] })
    await client.stop()
  })

  test('[H18] an event sent twice is handled once and answered at once', async () => {
    const host = await startSmallHost()
    const client = await clientOf(host)
    await client.send({ to: desk(1), event: note('a'), id: 'same' })
    await host.clock.settle()
    const again = await client.submit({ to: desk(1), event: note('a'), id: 'same' }, forever)
    expect(again).toEqual({ duplicate: true, outcome: 'applied', facts: [] })
    await client.stop()
  })

  test('[H18] refuses what a host refuses, and answers those who wait when it stops', async () => {
    const host = await startSmallHost()
    const client = await clientOf(host)
    await expect(client.send({ to: desk(1), event: { type: 'xstate.init' } })).rejects.toMatchObject({
      code: 'reserved-event',
    })
    await host.runtime.stop()
    const waiting = client.submit({ to: desk(1), event: note('a') }, forever)
    const refused = expect(waiting).rejects.toMatchObject({ code: 'stopped' })
    await host.clock.settle()
    await client.stop()
    await refused
    await expect(client.send({ to: desk(1), event: note('b') })).rejects.toMatchObject({ code: 'stopped' })
  })

  test('[H18] replays a dead letter into an actor that another process hosts', async () => {
    const host = await startSmallHost()
    await host.tell(desk(1), { type: 'break' })
    const [letter] = await host.journal.deadLetters({ workspace: 'acme', limit: 1 })
    const client = await clientOf(host)
    await client.replayDeadLetter(letter?.id ?? 0, { by: 'asha', event: note('mended') })
    await host.clock.settle()
    expect(await client.inspect(desk(1))).toMatchObject({ status: 'active' })
    await client.stop()
  })

  test('[P9] hears on its live stream what the others commit', async () => {
    const host = await startSmallHost()
    await host.tell(desk(1), note('first'))
    const client = await clientOf(host)
    const heard: unknown[] = []
    client.live.facts(desk(1), (fact) => void heard.push(fact.data['text']))
    await host.tell(desk(1), note('a'))
    await host.clock.advance(250)
    expect(heard).toEqual(['a'])
    expect(client.live.behind()).toBe(true)
    expect(client.stats()).toMatchObject({ factsLag: 1, steps: 0 })
    await client.stop()
  })
})
