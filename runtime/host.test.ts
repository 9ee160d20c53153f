import { describe, expect, test } from 'vitest'
import { partitionOf } from './address.ts'
import type { MachineEvent } from './event.ts'
import type { CommitGroup, Journal } from './ports/journal.ts'
import { hostedDesk } from './testing/sample-machines.ts'
import { changingMembership, desk, overriding, startSmallHost } from './testing/small-host.ts'

const forever = new AbortController().signal
const note = (text: string): MachineEvent => ({ type: 'note', text })

/** Sees every group that is committed. */
function watching(groups: CommitGroup[]): (journal: Journal) => Journal {
  return (journal) => overriding(journal, { commit: (group) => (groups.push(group), journal.commit(group)) })
}

describe('sending', () => {
  test('[H1] an event is durable when send resolves, and handled soon after', async () => {
    const host = await startSmallHost()
    const appended = await host.runtime.send({ to: desk(1), event: note('a') })
    expect(appended.duplicate).toBe(false)
    expect(await host.journal.read(partitionOf(desk(1), 4), 0, 10)).toHaveLength(1)
    await host.clock.settle()
    expect(await host.runtime.inspect(desk(1))).toMatchObject({ revision: 1, status: 'active', machine: 'desk@1' })
  })

  test('[H2] submit resolves once handled, with the facts of that step and no other', async () => {
    const host = await startSmallHost()
    await host.tell(desk(1), note('first'))
    const both = await Promise.all([
      host.runtime.submit({ to: desk(1), event: note('second') }, forever),
      host.runtime.submit({ to: desk(1), event: note('third') }, forever),
    ])
    expect(both.map((each) => each.facts.map((fact) => fact.data['text']))).toEqual([['second'], ['third']])
    expect(both[0]).toMatchObject({ duplicate: false, outcome: 'applied' })
    expect(await host.runtime.inspect(desk(1))).toMatchObject({ revision: 3 })
  })

  test('[H2] a signal that ends first rejects with AbortError, and the event is handled all the same', async () => {
    const host = await startSmallHost()
    const controller = new AbortController()
    const handled = host.runtime.submit({ to: desk(1), event: note('a') }, controller.signal)
    controller.abort()
    await expect(handled).rejects.toMatchObject({ name: 'AbortError' })
    await host.clock.settle()
    expect(await host.runtime.inspect(desk(1))).toMatchObject({ revision: 1 })
  })

  test('[H3] the same id again is a no-op by any path', async () => {
    const host = await startSmallHost()
    await host.tell(desk(1), note('a'), 'same')
    await host.tell(desk(1), note('a'), 'same')
    const again = await host.runtime.submit({ to: desk(1), event: note('a'), id: 'same' }, forever)
    expect(again).toEqual({ duplicate: true, outcome: 'applied', facts: [] })
    expect(await host.runtime.inspect(desk(1))).toMatchObject({ revision: 1 })
  })

  test('[H3] two callers with the same event at once are both answered, and it is handled once', async () => {
    const host = await startSmallHost()
    const ask = (): ReturnType<typeof host.runtime.submit> =>
      host.runtime.submit({ to: desk(1), event: note('a'), id: 'same' }, forever)
    const [first, second] = [ask(), ask()]
    await host.clock.settle()
    const answers = await Promise.all([first, second])
    expect(answers.filter((each) => each.duplicate)).toHaveLength(1)
    expect(await host.runtime.inspect(desk(1))).toMatchObject({ revision: 1 })
  })

  test('[H4] what is no event is refused before it is durable', async () => {
    const host = await startSmallHost({ limits: { eventMaxBytes: 1000 } })
    const sending = (event: MachineEvent, id?: string): Promise<unknown> =>
      host.runtime.send({ to: desk(1), event, ...(id === undefined ? {} : { id }) })
    await expect(sending({ type: '' })).rejects.toMatchObject({ code: 'bad-event', retry: 'never', status: 400 })
    await expect(sending({ type: 'a' }, '')).rejects.toMatchObject({ code: 'bad-event' })
    await expect(sending({ type: 'a', n: Number.NaN })).rejects.toMatchObject({ code: 'bad-event' })
    await expect(sending({ type: 'xstate.done.actor.question' })).rejects.toMatchObject({ code: 'reserved-event' })
    await expect(sending({ type: 'host.resumed' })).rejects.toMatchObject({ code: 'reserved-event' })
    await expect(sending(note('x'.repeat(2000)))).rejects.toMatchObject({ code: 'event-too-large', status: 413 })
    await expect(host.runtime.submit({ to: 'nowhere' as never, event: note('a') }, forever)).rejects.toMatchObject({
      code: 'bad-event',
    })
    expect(host.store.inbox).toHaveLength(0)
  })

  test('[H5] over the bound callers are told busy, and what was accepted is handled', async () => {
    const host = await startSmallHost({ limits: { queueMax: 10 } })
    const sent = await Promise.allSettled(
      Array.from({ length: 15 }, (_, n) => host.runtime.send({ to: desk(1), event: note(`n${n}`) })),
    )
    const refused = sent.filter((each) => each.status === 'rejected')
    expect(refused).toHaveLength(5)
    expect(refused[0]?.reason).toMatchObject({ code: 'busy', retry: 'later', status: 503 })
    await host.clock.settle()
    expect(await host.runtime.inspect(desk(1))).toMatchObject({ revision: 10 })
    expect(host.runtime.stats().inboxLag).toBe(0)
    await expect(host.runtime.send({ to: desk(1), event: note('later') })).resolves.toMatchObject({ duplicate: false })
  })
})

describe('the backlog', () => {
  test('[H5] an append that is answered after its event was handled leaves nothing waiting', async () => {
    const gate = Promise.withResolvers<void>()
    const host = await startSmallHost({
      journal: (journal) =>
        overriding(journal, {
          append: async (events) => {
            const appended = await journal.append(events)
            await gate.promise
            return appended
          },
        }),
    })
    const sent = host.runtime.send({ to: desk(1), event: note('a') })
    await host.clock.settle()
    expect(await host.runtime.inspect(desk(1))).toMatchObject({ revision: 1 })
    gate.resolve()
    await sent
    expect(host.runtime.stats().inboxLag).toBe(0)
  })
})

describe('stepping and committing', () => {
  test('[S13] the first event makes the actor: its beginning and its first step are revision 1', async () => {
    const host = await startSmallHost({ settings: { greeting: 'namaste' } })
    await host.tell(desk(1), note('a'), 'e1')
    const actor = await host.runtime.inspect(desk(1))
    expect(actor).toMatchObject({
      revision: 1,
      input: { address: desk(1), greeting: 'namaste' },
      createdAtMs: 1_000_000,
    })
    expect((await host.facts()).map(({ type, revision, index }) => ({ type, revision, index }))).toEqual([
      { type: 'desk-opened', revision: 1, index: 0 },
      { type: 'noted', revision: 1, index: 1 },
    ])
  })

  test('[S10] the machine sees when the event was accepted and its id', async () => {
    const host = await startSmallHost()
    await host.tell(desk(1), note('a'), 'e1')
    const actor = await host.runtime.inspect(desk(1))
    expect(actor?.snapshot).toMatchObject({ context: { atMs: 1_000_000 } })
    expect((await host.facts())[1]?.data).toMatchObject({ eventId: 'e1' })
  })

  test('[H6] what queues up while a commit is in flight goes into the next, several steps of one actor included', async () => {
    const groups: CommitGroup[] = []
    const host = await startSmallHost({ partitions: 1, journal: watching(groups) })
    await Promise.all(
      Array.from({ length: 40 }, (_, n) => host.runtime.send({ to: desk(n % 4), event: note(`n${n}`) })),
    )
    await host.clock.settle()
    expect(groups.length).toBeLessThan(5)
    for (const n of [0, 1, 2, 3]) {
      expect(await host.runtime.inspect(desk(n))).toMatchObject({ revision: 10 })
      const history = await host.journal.history(desk(n), 0, 100)
      expect(history.map((entry) => entry.revision)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    }
  })

  test('[H6] a group is never larger than its limit', async () => {
    const groups: CommitGroup[] = []
    const host = await startSmallHost({ partitions: 1, journal: watching(groups), limits: { groupMax: 3 } })
    await Promise.all(Array.from({ length: 20 }, (_, n) => host.runtime.send({ to: desk(n), event: note('a') })))
    await host.clock.settle()
    expect(Math.max(...groups.map((group) => group.steps.length))).toBe(3)
    expect(host.runtime.stats()).toMatchObject({ steps: 20, commits: 7 })
  })

  test('[S8] a sent event has an id made of address, revision and place, and carries who, why and the thread', async () => {
    const host = await startSmallHost()
    await host.tell(desk(1), { type: 'tell', to: desk(2), text: 'psst' }, 'e1')
    const [entry] = await host.journal.history(desk(2), 0, 10)
    expect(entry?.envelope).toMatchObject({
      id: `${desk(1)}#1.0`,
      from: desk(1),
      causedBy: 'e1',
      correlationId: 'e1',
      event: note('psst'),
    })
  })

  test('[S11] a done actor records later events and does nothing', async () => {
    const host = await startSmallHost()
    await host.tell(desk(1), { type: 'close' })
    await host.tell(desk(1), note('late'))
    expect(await host.runtime.inspect(desk(1))).toMatchObject({ status: 'done', revision: 2 })
    const history = await host.journal.history(desk(1), 0, 10)
    expect(history.map((entry) => [entry.outcome, entry.facts.length])).toEqual([
      ['applied', 1],
      ['applied', 0],
    ])
  })

  test('[S14] an event over its limit is not sent to another actor either', async () => {
    const host = await startSmallHost({ limits: { eventMaxBytes: 300 } })
    await host.tell(desk(1), { type: 'tell', to: desk(2), text: 'x'.repeat(200) })
    expect(await host.runtime.inspect(desk(2))).toMatchObject({ status: 'active' })
    const long = { id: 'long', to: desk(1), event: { type: 'tell', to: desk(2), text: 'x'.repeat(400) }, atMs: 1 }
    await host.journal.append([long])
    await host.clock.settle()
    expect(await host.runtime.inspect(desk(1))).toMatchObject({ status: 'failed' })
    const [letter] = await host.journal.deadLetters({ workspace: 'acme', limit: 1 })
    expect(letter?.reason).toMatch(/note to acme\/desk\/2 has \d+ bytes; 300 is the limit/)
  })

  test('[S14] a snapshot over its limit fails the step and leaves the actor as it was', async () => {
    const host = await startSmallHost({ limits: { snapshotMaxBytes: 2000 } })
    await host.tell(desk(1), note('small'))
    await host.tell(desk(1), note('x'.repeat(3000)))
    const actor = await host.runtime.inspect(desk(1))
    expect(actor).toMatchObject({ status: 'failed', snapshot: { context: { notes: ['small'] } } })
  })

  test('[H15] an event for a kind nobody hosts is kept as undeliverable', async () => {
    const host = await startSmallHost()
    await host.tell('acme/ghost/1' as never, note('a'))
    const [letter] = await host.journal.deadLetters({ workspace: 'acme', limit: 10 })
    expect(letter?.reason).toMatch(/no machine of kind ghost/)
  })

  test('[H15] an actor is run by the version that made it, a new one by the newest', async () => {
    const host = await startSmallHost()
    await host.tell(desk(1), note('a'))
    await host.crash()
    const next = await startSmallHost({ store: host.store, machines: [hostedDesk(1), hostedDesk(2)] })
    await next.tell(desk(1), note('b'))
    await next.tell(desk(2), note('b'))
    expect(await next.runtime.inspect(desk(1))).toMatchObject({ machine: 'desk@1', revision: 2 })
    expect(await next.runtime.inspect(desk(2))).toMatchObject({ machine: 'desk@2' })
  })

  test('[H15] a machine whose work nobody handles is refused at the start', async () => {
    const machines = [{ ...hostedDesk(), kind: 'other' }]
    await expect(startSmallHost({ machines, effects: {} })).resolves.toBeDefined()
    const { createMachineRegistry } = await import('./machine-registry.ts')
    expect(() => createMachineRegistry(machines, { answer: {} })).toThrow(/other@1 asks for "post"/)
    expect(() => createMachineRegistry([hostedDesk(), hostedDesk()], { answer: {}, post: {} })).toThrow(/given twice/)
  })
})

describe('fairness', () => {
  test('[H14] a partition whose commits never end holds up no other', async () => {
    const stuck = partitionOf(desk(1), 4)
    const other = [2, 3, 4, 5, 6].map(desk).find((address) => partitionOf(address, 4) !== stuck) ?? desk(1)
    const host = await startSmallHost({
      journal: (journal) =>
        overriding(journal, {
          commit: (group) => (group.claim.partition === stuck ? new Promise<never>(() => {}) : journal.commit(group)),
        }),
    })
    await host.tell(desk(1), note('a'))
    await host.tell(other, note('b'))
    expect(await host.runtime.inspect(desk(1))).toBeUndefined()
    expect(await host.runtime.inspect(other)).toMatchObject({ revision: 1 })
  })
})

describe('residency', () => {
  test('[H7] an actor in memory is not loaded again, and leaves when idle or when others are used more', async () => {
    const host = await startSmallHost({ limits: { residentMax: 3, idleMs: 1000 } })
    await host.tell(desk(1), note('a'))
    await host.tell(desk(1), note('b'))
    expect(host.runtime.stats()).toMatchObject({ loads: 1, residentActors: 1 })
    for (const n of [2, 3, 4]) await host.tell(desk(n), note('a'))
    expect(host.runtime.stats()).toMatchObject({ loads: 4, residentActors: 3 })
    await host.tell(desk(1), note('c'))
    expect(host.runtime.stats()).toMatchObject({ loads: 5, residentActors: 3 })
    await host.clock.advance(2001)
    expect(host.runtime.stats().residentActors).toBe(0)
    await host.tell(desk(1), note('d'))
    expect((await host.runtime.inspect(desk(1)))?.snapshot).toMatchObject({ context: { notes: ['a', 'b', 'c', 'd'] } })
  })

  test('[H7] one that is in use stays while an idle one leaves', async () => {
    const host = await startSmallHost({ limits: { idleMs: 1000 } })
    await host.tell(desk(1), note('a'))
    await host.tell(desk(2), note('a'))
    await host.clock.advance(900)
    await host.tell(desk(1), note('b'))
    await host.clock.advance(200)
    expect(host.runtime.stats().residentActors).toBe(1)
    await host.tell(desk(1), note('c'))
    expect(host.runtime.stats().loads).toBe(2)
  })
})

describe('owning partitions', () => {
  test('[H8] a change that comes while the first claims are made does not claim twice', async () => {
    const claims: number[] = []
    const gate = Promise.withResolvers<void>()
    const membership = changingMembership('one', [0, 1])
    const starting = startSmallHost({
      membership,
      journal: (journal) =>
        overriding(journal, {
          claim: async (partition, node) => {
            claims.push(partition)
            await gate.promise
            return journal.claim(partition, node)
          },
        }),
    })
    while (claims.length < 2) await Promise.resolve()
    membership.set([0, 1, 2])
    gate.resolve()
    const host = await starting
    await host.clock.settle()
    expect(claims).toEqual([0, 1, 2])
  })

  test('[H8] partitions come and go with membership', async () => {
    const membership = changingMembership('one', [])
    const host = await startSmallHost({ membership })
    await host.tell(desk(1), note('a'))
    expect(await host.runtime.inspect(desk(1))).toBeUndefined()
    membership.set([0, 1, 2, 3])
    await host.clock.settle()
    expect(await host.runtime.inspect(desk(1))).toMatchObject({ revision: 1 })
    membership.set([])
    await host.clock.settle()
    await host.tell(desk(1), note('b'))
    expect(await host.runtime.inspect(desk(1))).toMatchObject({ revision: 1 })
    expect(host.runtime.stats()).toMatchObject({ residentActors: 0, inboxLag: 0 })
  })

  test('[H9] a former owner is refused, forgets, and leaves the partition to the other', async () => {
    const membership = changingMembership('one', [0, 1, 2, 3])
    const one = await startSmallHost({ membership })
    await one.tell(desk(1), note('a'))
    const two = await startSmallHost({ store: one.store, clock: one.clock })
    membership.set([])
    await two.tell(desk(1), note('b'))
    await one.tell(desk(1), note('c'))
    expect((await two.runtime.inspect(desk(1)))?.snapshot).toMatchObject({ context: { notes: ['a', 'b', 'c'] } })
    const history = await two.journal.history(desk(1), 0, 10)
    expect(history.map((entry) => entry.revision)).toEqual([1, 2, 3])
  })

  test('[H9] two nodes that both believe they own a partition handle every event once', async () => {
    const one = await startSmallHost({ seed: 1 })
    const two = await startSmallHost({ store: one.store, clock: one.clock, seed: 2 })
    for (let n = 0; n < 30; n++) {
      void (n % 2 === 0 ? one : two).runtime.send({ to: desk(1), event: note(`n${n}`), id: `e${n}` })
      await one.clock.advance(40)
    }
    await one.clock.advance(10_000)
    const history = await one.journal.history(desk(1), 0, 100)
    expect(history).toHaveLength(30)
    expect(new Set(history.map((entry) => entry.envelope.id)).size).toBe(30)
    expect(await one.runtime.inspect(desk(1))).toMatchObject({ revision: 30 })
  })

  test('[H2] submit answers for a partition that another node handles', async () => {
    const one = await startSmallHost({ membership: changingMembership('one', []) })
    const two = await startSmallHost({ store: one.store, clock: one.clock, seed: 2 })
    await two.tell(desk(1), note('a'))
    const handled = one.runtime.submit({ to: desk(1), event: note('b') }, forever)
    await one.clock.advance(2000)
    expect(await handled).toMatchObject({ outcome: 'applied', facts: [{ type: 'noted', data: { text: 'b' } }] })
  })
})
