import { describe, expect, it } from 'vitest'
import { addressOf } from '../../address.ts'
import type { Fact } from '../../fact.ts'
import type { Journal } from '../../ports/journal.ts'
import { overriding } from '../small-host.ts'
import { judgeConversation } from './checkers.ts'
import { simulate } from './run.ts'

/** 10,000 seeds are run before a release by `npm run sim`; these hold every change. */
const seeds = Array.from({ length: 80 }, (_, index) => index + 1)

describe('the simulator of one node', () => {
  it('the same seed gives the same run, to the last fact', async () => {
    const [first, second] = [await simulate(7), await simulate(7)]
    expect(second.digest).toBe(first.digest)
    expect(second.counts).toEqual(first.counts)
    expect((await simulate(8)).digest).not.toBe(first.digest)
  })

  it('bad luck really strikes: crashes, zombies, retries and fenced work all occur', async () => {
    const results = await Promise.all([1, 2, 3, 4, 5].map((seed) => simulate(seed)))
    const total = (name: 'crashes' | 'pauses' | 'retries' | 'delivered'): number =>
      results.reduce((sum, each) => sum + each.counts[name], 0)
    expect(total('crashes')).toBeGreaterThan(5)
    expect(total('pauses')).toBeGreaterThan(0)
    expect(total('retries')).toBeGreaterThan(10)
    expect(total('delivered')).toBeGreaterThan(20)
  })

  it('keeps every promise under faults, seed after seed', async () => {
    const broken: string[] = []
    for (const seed of seeds) {
      const { violations } = await simulate(seed)
      broken.push(...violations.map((each) => `seed ${seed}: ${each.rule} — ${each.address}: ${each.detail}`))
    }
    expect(broken).toEqual([])
  }, 600_000)
})

describe('a journal that breaks its promises is found out', () => {
  const broken = async (
    sabotage: (journal: Journal, random: () => number) => Journal,
  ): Promise<ReadonlySet<string>> => {
    const results = []
    for (const seed of [1, 2, 3]) results.push(await simulate(seed, { sabotage }))
    return new Set(results.flatMap((each) => each.violations.map((violation) => violation.rule)))
  }

  it('one that acknowledges what it did not keep', async () => {
    const forgetful = (journal: Journal, random: () => number): Journal =>
      overriding(journal, {
        append: async (events) =>
          random() < 0.05
            ? events.map((event) => ({ id: event.id, duplicate: false, position: 0 }))
            : journal.append(events),
      })
    expect(await broken(forgetful)).toContain('no event lost')
  })

  it('one that commits a step without its facts', async () => {
    const torn = (journal: Journal, random: () => number): Journal =>
      overriding(journal, {
        commit: (group) =>
          journal.commit(
            random() < 0.1 ? { ...group, steps: group.steps.map((step) => ({ ...step, facts: [] })) } : group,
          ),
      })
    expect((await broken(torn)).size).toBeGreaterThan(0)
  })
})

describe('the checkers see what is broken', () => {
  const address = addressOf('sim', 'conversation', 'c0')
  const fact = (type: string, data: Fact['data'], position: number): Fact => ({
    type,
    data,
    position,
    address,
    revision: position,
    index: 0,
    atMs: 0,
    causedBy: `e${position}`,
  })
  const message = (n: number, kind: string, extra: Fact['data'] = {}): Fact =>
    fact('message-added', { n, author: { kind }, epoch: 0, text: '', atMs: 0, ...extra }, n)
  const rules = (facts: readonly Fact[], sent: readonly string[] = []): readonly string[] =>
    judgeConversation(address, facts, { sent, delivered: [] }).map((each) => each.rule)

  it('a gap in the numbers', () => {
    expect(rules([message(1, 'customer'), message(3, 'customer')])).toContain('numbered 1…n without a gap')
  })

  it('an assistant that speaks after a take-over, and a draft of an older epoch', () => {
    const taken = fact(
      'owner-changed',
      { owner: { kind: 'member', memberId: 'a', name: 'A' }, epoch: 1, from: 'assistant' },
      1,
    )
    expect(rules([taken, message(1, 'assistant')])).toEqual([
      'no assistant message after a take-over',
      'a draft of an older epoch is never sent',
    ])
  })

  it('an event lost, and one handled twice', () => {
    expect(rules([], ['m1'])).toEqual(['no event lost'])
    expect(rules([message(1, 'customer', { clientId: 'm1' }), message(2, 'customer', { clientId: 'm1' })])).toContain(
      'no event handled twice',
    )
  })

  it('a turn that never ends, and two bubbles in one turn', () => {
    expect(rules([fact('turn-started', { turn: 1 }, 1)])).toEqual(['every turn ends'])
    expect(rules([message(1, 'assistant', { turn: 1 }), message(2, 'assistant', { turn: 1 })])).toEqual([
      'one turn is one bubble',
    ])
  })

  it('a delivery that nothing committed, and a delivery made twice', () => {
    const delivered = { conversation: address, n: 1, epoch: 0, author: 'assistant', key: 'k' }
    const judged = judgeConversation(address, [message(1, 'assistant')], {
      sent: [],
      delivered: [delivered, { ...delivered, key: 'k2' }, { ...delivered, n: 9 }],
    })
    expect(judged.map((each) => each.rule)).toEqual([
      'every delivery has a committed intent',
      'no message delivered twice',
    ])
  })
})
