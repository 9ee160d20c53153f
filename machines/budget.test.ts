import { describe, expect, it } from 'vitest'
import { budget } from './budget.ts'
import type { BudgetDecision } from './budget-contract.ts'
import { dispatch } from './dispatch.ts'
import { dispatchAsked, paidAsked, told } from './testing/event-script.ts'
import {
  after,
  afterAll,
  completed,
  onStage,
  running,
  said,
  waited,
  type Stage,
  type StageEvent,
} from './testing/harness.ts'

const hourMs = 60 * 60_000
const dayMs = 24 * hourMs
const price = 60_000
/** Noon of the 20th in India. */
const noonMs = Date.UTC(2026, 10, 20, 6, 30)
const monthEndMs = Date.UTC(2026, 10, 30, 18, 30)
const charge = { channel: 'whatsapp', category: 'marketing', micros: price, currency: 'EUR' }

function limited(messages: number, atMs = noonMs): Stage {
  const stage = onStage(budget.machine, budget.input('acme/budget/messages', {}), atMs)
  return after(stage, { type: 'budget.limited', limitMicros: messages * price, by: 'm1' })
}

function ask(dispatchId: string, wantedAtMs = noonMs): StageEvent {
  const request = { dispatch: `acme/dispatch/${dispatchId}`, ask: 1, micros: price, wantedAtMs }
  return { type: 'budget.asked', request }
}

function decision(stage: Stage): BudgetDecision {
  return stage.sends.findLast(({ event }) => event.type === 'budget.decided')?.event['decision'] as BudgetDecision
}

function opened(stage: Stage): readonly string[] {
  return stage.sends.filter(({ event }) => event.type === 'budget.opened').map(({ to }) => to)
}

const went = { type: 'budget.settled', reservedMicros: price, charge }
const didNot = { type: 'budget.settled', reservedMicros: price }

describe('a budget', () => {
  it('[M46] reserves as far as it reaches, and counts what is on its way', () => {
    const two = afterAll(limited(2), [ask('a'), ask('b')])
    expect(decision(two)).toEqual({ outcome: 'reserve', micros: price })
    const third = after(afterAll(two, [went, went]), ask('c'))
    expect(decision(after(two, ask('c')))).toMatchObject({ outcome: 'hold', reason: 'over-budget' })
    expect(decision(third)).toMatchObject({ outcome: 'hold', untilMs: noonMs + hourMs })
    expect(said(third, 'budget-changed').at(-1)).toMatchObject({
      month: '2026-11',
      reservedMicros: 0,
      holding: true,
      lines: [{ channel: 'whatsapp', category: 'marketing', messages: 2, micros: 2 * price }],
    })
  })

  it('[M46] lets everything through without a limit, and counts it', () => {
    const stage = afterAll(limited(1), [{ type: 'budget.limited', by: 'm1' }, ask('a'), ask('b'), went, went])
    expect(decision(stage)).toMatchObject({ outcome: 'reserve' })
    expect(said(stage, 'budget-changed').at(-1)).not.toHaveProperty('limitMicros')
  })

  it('[M47] what waits goes on when the limit is raised, as many as there is room for, and when one did not go out', () => {
    const full = afterAll(limited(1), [ask('a'), ask('b'), ask('c')])
    const raised = after(full, { type: 'budget.limited', limitMicros: 2 * price, by: 'm1' })
    expect(opened(raised)).toEqual(['acme/dispatch/b'])
    expect(opened(after(full, didNot))).toEqual(['acme/dispatch/b'])
    expect(opened(after(full, went))).toEqual([])
  })

  it('[M47] what waits goes on when the month turns, by the workspace’s clock', () => {
    const full = afterAll(limited(1, monthEndMs - 60_000), [ask('a'), went, ask('b')])
    expect(decision(full)).toMatchObject({ outcome: 'hold', untilMs: monthEndMs })
    const turned = after({ ...full, atMs: monthEndMs }, ask('b'))
    expect(decision(turned)).toMatchObject({ outcome: 'reserve' })
    expect(said(after(turned, went), 'budget-changed').at(-1)).toMatchObject({ month: '2026-12', holding: false })
  })

  it('[M47] refuses what nobody could pay for a month', () => {
    const full = afterAll(limited(0), [ask('a')])
    expect(decision(after({ ...full, atMs: noonMs + 31 * dayMs }, ask('a')))).toMatchObject({ outcome: 'refuse' })
  })

  it('[M47] counts an answer that nobody asked it about, also beyond the limit', () => {
    const stage = after(limited(0), { type: 'budget.settled', reservedMicros: 0, charge })
    expect(said(stage, 'budget-changed').at(-1)).toMatchObject({ lines: [{ micros: price }], holding: false })
  })

  it('says once that 80 and 100 of a hundred are spent, and again after the limit was changed', () => {
    const spending = afterAll(limited(5), [went, went, went, went, went, went])
    expect(said(spending, 'budget-crossed').map(({ percent }) => percent)).toEqual([80, 100])
    const raised = after(spending, { type: 'budget.limited', limitMicros: 7 * price, by: 'm1' })
    expect(said(raised, 'budget-crossed').map(({ percent }) => percent)).toEqual([80, 100, 80])
  })

  it('takes back what the provider does not bill, in the month it was charged in', () => {
    const is = { ...charge, micros: 0 }
    const free = { type: 'budget.corrected', chargedAtMs: noonMs, was: charge, is }
    const stage = afterAll(limited(1), [ask('a'), went, ask('b'), free])
    expect(opened(stage)).toEqual(['acme/dispatch/b'])
    const later = after({ ...stage, atMs: monthEndMs }, went)
    expect(said(after(later, free), 'budget-changed').at(-1)).toMatchObject({ lines: [{ micros: price }] })
  })
})

describe('a message that costs something', () => {
  const open = (stage: Stage): StageEvent => {
    const decided = { type: 'account.decided', decision: { outcome: 'send', counted: false } }
    return { ...decided, ...(stage.snapshot.context.asks === undefined ? {} : { ask: stage.snapshot.context.asks }) }
  }
  const wanted = (event: StageEvent): Stage => {
    const stage = after(onStage(dispatch.machine, dispatch.input('acme/dispatch/1:2', {}), noonMs), event)
    return after(stage, open(stage))
  }
  const budgeted = (stage: Stage, of: object = { outcome: 'reserve', micros: price }): Stage =>
    after(stage, { type: 'budget.decided', budget: 'messages', ask: stage.snapshot.context.asks, decision: of })
  const letThrough = { type: 'outreach.decided', outcome: 'send', reason: 'consented' }
  const accepted = (stage: Stage) =>
    completed(stage, running(stage, 'transmit'), { outcome: 'accepted', providerId: 'wamid.OUT' })
  const toBudget = (stage: Stage) => stage.sends.filter(({ to }) => to.startsWith('acme/budget/'))
  const costs = (stage: Stage) => said(stage, 'dispatch-changed').map(({ cost }) => cost)

  it('[M46] is reserved before the gate is asked, and spent once it went out', () => {
    const asking = wanted(paidAsked)
    expect(asking.sends.some(({ event }) => event.type === 'outreach.asked')).toBe(false)
    const stage = accepted(after(budgeted(asking), letThrough))
    expect(toBudget(stage).at(-1)?.event).toEqual({ type: 'budget.settled', reservedMicros: price, charge })
    expect(costs(stage).at(-1)).toEqual({ micros: price, currency: 'EUR' })
  })

  it('[M46] does not go out without the budget’s word', () => {
    const silent = waited(wanted(paidAsked), 30_000)
    expect(silent.sends.some(({ event }) => event.type === 'outreach.asked')).toBe(false)
    expect(silent.snapshot.value).toBe('held')
  })

  it('[M46] counts in the budget of its campaign too, and gives back the one when the other does not reach', () => {
    const both = budgeted(wanted({ ...paidAsked, campaign: 'c1' }))
    expect(toBudget(both).map(({ to }) => to)).toEqual(['acme/budget/messages', 'acme/budget/campaign:c1'])
    const hold = { outcome: 'hold', untilMs: noonMs + hourMs, reason: 'over-budget', words: 'x' }
    const held = budgeted(both, hold)
    expect(toBudget(held).at(-1)).toMatchObject({ to: 'acme/budget/messages', event: didNot })
    expect(said(held, 'dispatch-decided')).toMatchObject([{ outcome: 'hold', reason: 'over-budget' }])
  })

  it('[M47] is asked of no budget when it answers somebody, and counted when it went out', () => {
    const stage = after(wanted({ ...dispatchAsked, rates: paidAsked.rates }), letThrough)
    expect(toBudget(stage)).toEqual([])
    expect(toBudget(accepted(stage)).map(({ event }) => event)).toEqual([
      { type: 'budget.settled', reservedMicros: 0, charge: { ...charge, category: 'service', micros: 4000 } },
    ])
  })

  it('[M46] is asked of no budget where an open window or an ad makes it free, and of one after the gate where not', () => {
    const content = { ...paidAsked.content, category: 'utility' }
    const asking = wanted({ ...paidAsked, content, purpose: 'utility' })
    expect(toBudget(asking)).toEqual([])
    for (const free of [{ windowOpen: true }, { freeEntry: true }]) {
      const stage = accepted(after(asking, { ...letThrough, ...free }))
      expect(toBudget(stage)).toEqual([])
      expect(costs(stage).at(-1)).toEqual({ micros: 0, currency: 'EUR' })
    }
    const paying = after(asking, letThrough)
    expect(paying.snapshot.value).toBe('budgeting')
    const paid = accepted(budgeted(paying, { outcome: 'reserve', micros: 20_000 }))
    expect(costs(paid).at(-1)).toEqual({ micros: 20_000, currency: 'EUR' })
    const hold = { outcome: 'hold', untilMs: noonMs + hourMs, reason: 'over-budget', words: 'x' }
    const held = budgeted(paying, hold)
    expect(held.sends.at(-1)?.event.type).toBe('outreach.released')
    expect(held.snapshot.value).toBe('held')
  })

  it('gives back what was reserved for marketing that an ad turns out to make free', () => {
    const stage = accepted(after(budgeted(wanted(paidAsked)), { ...letThrough, freeEntry: true }))
    expect(toBudget(stage).at(-1)?.event).toEqual({ type: 'budget.settled', reservedMicros: price })
    expect(costs(stage).at(-1)).toEqual({ micros: 0, currency: 'EUR' })
  })

  it('costs what the provider bills: nothing, another category, or nothing because it never arrived', () => {
    const stage = accepted(after(budgeted(wanted(paidAsked)), letThrough))
    const free = after(stage, told('sent', { billable: false, category: 'marketing' }))
    expect(costs(free).at(-1)).toMatchObject({ micros: 0 })
    expect(costs(after(stage, told('sent', { billable: true, category: 'utility' }))).at(-1)).toMatchObject({
      micros: 20_000,
    })
    const failed = after(stage, told('failed'))
    expect(toBudget(failed).at(-1)?.event).toMatchObject({ type: 'budget.corrected', is: { micros: 0 } })
    expect(costs(after(after(stage, told('read')), told('sent', { billable: false }))).at(-1)).toMatchObject({
      micros: 0,
    })
  })

  it('without a price no budget is asked', () => {
    const { rates: _, ...unpriced } = paidAsked
    expect(toBudget(accepted(after(wanted(unpriced), letThrough)))).toEqual([])
  })

  it('[M49] is refused for what it says, and whom the assistant owed an answer gets a person', () => {
    const settings = { dispatch: { bannedPhrases: ['guaranteed'] } }
    const said1 = { ...dispatchAsked, content: { ...dispatchAsked.content, text: 'It is guaranteed.' } }
    const on = (event: StageEvent) =>
      after(onStage(dispatch.machine, dispatch.input('acme/dispatch/1:2', settings)), event)
    const refused = on(said1)
    expect(said(refused, 'dispatch-decided')).toMatchObject([{ outcome: 'refuse', reason: 'content-blocked' }])
    expect(refused.sends.map(({ event }) => event.type)).toContain('person.requested')
    expect(refused.snapshot.value).toBe('ended')
    expect(on({ ...said1, sender: 'member' }).snapshot.value).toBe('asking')
  })
})
