import { describe, expect, test } from 'vitest'
import type { MachineEvent } from './event.ts'
import { StorageError } from './ports/storage-error.ts'
import { answering, desk, overriding, startSmallHost } from './testing/small-host.ts'

const forever = new AbortController().signal
const note = (text: string): MachineEvent => ({ type: 'note', text })

describe('the crash between any two writes', () => {
  test.each(['before', 'after'] as const)(
    '[H10] an error %s the commit was written: claimed again, read again, nothing twice',
    async (when) => {
      let failing = 0
      const host = await startSmallHost({
        journal: (journal) =>
          overriding(journal, {
            async commit(group) {
              if (failing-- <= 0) return journal.commit(group)
              if (when === 'after') await journal.commit(group)
              throw new Error('the answer was lost')
            },
          }),
      })
      await host.tell(desk(1), note('a'))
      failing = 2
      const handled = [
        host.runtime.submit({ to: desk(1), event: { type: 'tell', to: desk(2), text: 'x' } }, forever),
        host.runtime.submit({ to: desk(1), event: note('b') }, forever),
      ]
      await host.clock.advance(5000)
      expect((await Promise.all(handled)).map((each) => each.outcome)).toEqual(['applied', 'applied'])
      expect((await handled[1])?.facts).toMatchObject([{ type: 'noted', data: { text: 'b' } }])
      expect(await host.runtime.inspect(desk(1))).toMatchObject({ revision: 3 })
      expect(await host.runtime.inspect(desk(2))).toMatchObject({ revision: 1 })
      expect(host.runtime.stats().inboxLag).toBe(0)
    },
  )

  test.each(['claim', 'read', 'load', 'commit', 'withEffects', 'fireTimers'] as const)(
    '[H10] a failing %s is tried again until it works',
    async (method) => {
      let failures = 0
      let begun = false
      const host = await startSmallHost({
        limits: { residentMax: 0 },
        journal: (journal) =>
          overriding(journal, {
            [method]: (...given: never[]) => {
              if (begun && failures++ < 3) return Promise.reject(new Error(`${method} failed`))
              const real = journal[method] as (...given: never[]) => unknown
              return real.apply(journal, given)
            },
          }),
      })
      begun = true
      await host.tell(desk(1), { type: 'remind', inMs: 10 })
      await host.tell(desk(1), { type: 'ask', question: '?' })
      await host.clock.advance(100_000)
      const facts = (await host.facts()).map((fact) => fact.type)
      expect(facts).toEqual(expect.arrayContaining(['desk-opened', 'answered', 'reminded']))
      expect(facts.filter((type) => type === 'reminded')).toHaveLength(1)
    },
  )

  test('[H16] a step the journal refuses for what is in it fails alone, and holds nobody up', async () => {
    const host = await startSmallHost({
      partitions: 1,
      journal: (journal) =>
        overriding(journal, {
          commit: (group) =>
            group.steps.some((step) => JSON.stringify(step.actor?.snapshot).includes('poison'))
              ? Promise.reject(new StorageError('group-refused', 'too large for one message'))
              : journal.commit(group),
        }),
    })
    const texts = ['a', 'b', 'poison', 'c', 'd']
    await Promise.all(texts.map((text, n) => host.runtime.send({ to: desk(n), event: note(text) })))
    await host.clock.advance(5000)
    const actors = await Promise.all(texts.map((_, n) => host.runtime.inspect(desk(n))))
    expect(actors.map((actor) => actor?.status)).toEqual(['active', 'active', 'failed', 'active', 'active'])
    const [letter] = await host.journal.deadLetters({ workspace: 'acme', limit: 10 })
    expect(letter?.reason).toMatch(/refused it: too large for one message/)
  })

  test('[H10] a new process on what the crash left goes on, timers and effects included', async () => {
    const never = answering(() => new Promise<never>(() => {}))
    const host = await startSmallHost({ effects: { answer: never } })
    await host.tell(desk(1), { type: 'ask', question: '?' })
    await host.tell(desk(2), { type: 'remind', inMs: 500 })
    await host.crash()
    await host.clock.advance(400)
    const next = await startSmallHost({ store: host.store, clock: host.clock })
    await next.clock.advance(200)
    const facts = (await next.facts()).map((fact) => fact.type)
    expect(facts).toEqual(['desk-opened', 'desk-opened', 'answered', 'reminded'])
  })

  test('[H11] stopping finishes the commit in flight, answers those who wait and takes nothing more', async () => {
    const host = await startSmallHost()
    await host.runtime.send({ to: desk(1), event: note('a') })
    await host.runtime.stop()
    await host.runtime.stop()
    await expect(host.runtime.send({ to: desk(1), event: note('b') })).rejects.toMatchObject({ code: 'stopped' })
    const revision = (await host.journal.load(desk(1)))?.revision ?? 0
    await host.clock.advance(60_000)
    expect((await host.journal.load(desk(1)))?.revision ?? 0).toBe(revision)
    expect(host.clock.nextDueAtMs()).toBeUndefined()
  })

  test('[H11] a start that fails leaves nothing running', async () => {
    const failing = startSmallHost({
      journal: (journal) => overriding(journal, { claim: () => Promise.reject(new Error('no journal')) }),
    })
    await expect(failing).rejects.toThrow('no journal')
  })
})
