import { describe, expect, test } from 'vitest'
import type { Journal } from './ports/journal.ts'
import type { Membership } from './ports/membership.ts'
import type { Handled } from './runtime.ts'
import {
  changingMembership,
  desk,
  overriding,
  ownerOfAll,
  startSmallHost,
  type SmallHost,
} from './testing/small-host.ts'

const all = [0, 1, 2, 3]
const forever = new AbortController().signal
const note = (text: string) => ({ type: 'note', text })

/** A second node on the same store and clock. */
function beside(one: SmallHost, membership: Membership, journal?: (journal: Journal) => Journal): Promise<SmallHost> {
  return startSmallHost({ store: one.store, clock: one.clock, seed: 2, membership, ...(journal && { journal }) })
}

/** A journal may tell nobody what became of an event. */
function untold(journal: Journal): Journal['watch'] {
  return (listener) =>
    journal.watch({
      inbox: (partition) => listener.inbox?.(partition),
      facts: () => listener.facts?.(),
      timers: () => listener.timers?.(),
    })
}

describe('membership that takes its word back', () => {
  test('[H8] a partition that was not ours for a moment nobody told of is served again', async () => {
    let trusted = true
    const membership = { ...ownerOfAll('one', 4), owned: () => (trusted ? all : []) }
    const one = await startSmallHost({ membership })
    await one.tell(desk(1), note('a'))
    // As a process that slept: another has its partitions, its own lease is in doubt until it is renewed.
    const theirs = changingMembership('two', all)
    await beside(one, theirs)
    theirs.set([])
    trusted = false
    await one.tell(desk(1), note('b'))
    await one.clock.advance(1_000)
    trusted = true
    await one.clock.advance(5_000)
    expect(await one.runtime.inspect(desk(1))).toMatchObject({ revision: 2 })
  })
})

describe('nodes that disagree', () => {
  test('[H9] two that both believe back off: neither spends its time taking the partition from the other', async () => {
    const claims: number[] = []
    const counting = (journal: Journal): Journal =>
      overriding(journal, {
        claim: (partition, node) => {
          claims.push(partition)
          return journal.claim(partition, node)
        },
      })
    const one = await startSmallHost({ journal: counting })
    await beside(one, ownerOfAll('two', 4), counting)
    for (let n = 0; n < 500; n++) {
      void one.runtime.send({ to: desk(1), event: note(`n${n}`), id: `e${n}` })
      await one.clock.advance(20)
    }
    expect(await one.runtime.inspect(desk(1))).toMatchObject({ revision: 500 })
    expect(claims.length).toBeLessThan(8 + 40)
  })

  test('[H9] two whose commits take longer than their patience still get on', async () => {
    let clock: SmallHost['clock'] | undefined
    const slowly = (journal: Journal): Journal =>
      overriding(journal, {
        commit: async (group) => {
          await new Promise<void>((resolve) => void clock?.schedule(clock.nowMs() + 60, resolve))
          return journal.commit(group)
        },
      })
    const one = await startSmallHost({ journal: slowly })
    clock = one.clock
    await beside(one, ownerOfAll('two', 4), slowly)
    for (let n = 0; n < 40; n++) {
      await one.runtime.send({ to: desk(1), event: note(`n${n}`), id: `e${n}` })
      await one.clock.advance(100)
    }
    await one.clock.advance(1_000)
    expect(await one.runtime.inspect(desk(1))).toMatchObject({ revision: 40 })
  })
})

describe('callers at a node that is not, or no longer, the owner', () => {
  test('[H2] an event that another node handled right before our claim is answered', async () => {
    const ours = changingMembership('one', [])
    const appended = Promise.withResolvers<void>()
    const one = await startSmallHost({
      membership: ours,
      journal: (journal) =>
        overriding(journal, {
          append: async (events) => {
            const answer = await journal.append(events)
            await appended.promise
            return answer
          },
          watch: untold(journal),
        }),
    })
    const theirs = changingMembership('two', all)
    const two = await beside(one, theirs)
    const answers: Handled[] = []
    void one.runtime.submit({ to: desk(1), event: note('a') }, forever).then((handled) => answers.push(handled))
    await one.clock.settle()
    expect(await two.runtime.inspect(desk(1))).toMatchObject({ revision: 1 })
    theirs.set([])
    ours.set(all)
    await one.clock.settle()
    appended.resolve()
    await one.clock.advance(2_000)
    expect(answers).toMatchObject([{ outcome: 'applied', facts: [{ type: 'desk-opened' }, { type: 'noted' }] }])
  })

  test('[H2] facts that a reader does not see yet are waited for', async () => {
    let behind = true
    const lagging = (journal: Journal): Journal =>
      overriding(journal, {
        facts: async (after, limit, address) => (behind ? [] : journal.facts(after, limit, address)),
        watch: untold(journal),
      })
    const one = await startSmallHost({ membership: changingMembership('one', []), journal: lagging })
    await beside(one, ownerOfAll('two', 4))
    const answers: Handled[] = []
    void one.runtime.submit({ to: desk(1), event: note('a') }, forever).then((handled) => answers.push(handled))
    await one.clock.advance(2_000)
    expect(answers).toEqual([])
    behind = false
    await one.clock.advance(2_000)
    expect(answers).toMatchObject([{ facts: [{ type: 'desk-opened' }, { type: 'noted' }] }])
  })
})
