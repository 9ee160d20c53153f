import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { account } from './account.ts'
import type { AccountDecision } from './account-contract.ts'
import { countedMax } from './account-reached.ts'
import { templatesRead } from './testing/account-script.ts'
import { after, afterAll, onStage, said, waited, type Stage, type StageEvent } from './testing/harness.ts'
import { Town } from './testing/town.ts'

const hourMs = 60 * 60_000
const reminder = { name: 'viewing_reminder', language: 'en', variables: 2 }

function blank(): Stage {
  return onStage(account.machine, account.input('acme/account/whatsapp:1', {}))
}

function ask(more: object = {}, dispatch = 'acme/dispatch/a'): StageEvent {
  const request = { dispatch, person: '34600111222', purpose: 'service', sender: 'assistant', ...more }
  return { type: 'account.asked', request }
}

function decisionOf(stage: Stage): AccountDecision {
  const decision = stage.sends.findLast(({ event }) => event.type === 'account.decided')?.event['decision']
  if (decision === undefined) throw new Error('nothing was decided')
  return decision as AccountDecision
}

function decided(stage: Stage, more: object = {}): AccountDecision {
  return decisionOf(after(stage, ask(more)))
}

function troubled(code: number, action: string, more: object = {}): StageEvent {
  return { type: 'account.troubled', error: { code, action, reason: 'Meta says no.' }, ...more }
}

function opened(stage: Stage): readonly string[] {
  return stage.sends.filter(({ event }) => event.type === 'account.opened').map(({ to }) => to)
}

describe('an account', () => {
  it('[M32] lets everything through while nothing is known against it', () => {
    expect(decided(blank())).toEqual({ outcome: 'send', counted: false })
  })

  for (const [code, action] of [
    [190, 'stop-sender'],
    [131031, 'stop-sender'],
    [131005, 'alert'],
    [133010, 'register'],
  ] as const) {
    it(`[M32] ${code} stops all until somebody has acted: what waits is told then, and asks again within the hour anyway`, () => {
      const stopped = after(blank(), troubled(code, action))
      const held = after(stopped, ask())
      expect(decisionOf(held)).toMatchObject({ outcome: 'hold', reason: 'sender-stopped', untilMs: held.atMs + hourMs })
      expect(decided(waited(stopped, 100 * hourMs))).toMatchObject({ outcome: 'hold' })
      const mended = after(held, { type: 'account.resumed', by: 'm1' })
      expect(opened(mended)).toEqual(['acme/dispatch/a'])
      expect(decided(mended)).toMatchObject({ outcome: 'send' })
      expect(said(stopped, 'account-changed')).toMatchObject([{ brakes: { stopped: { code } } }])
      expect(said(mended, 'account-changed').at(-1)).toMatchObject({ brakes: {} })
    })
  }

  it('[M32] a reading that works shows that access is back, but not that a lock is lifted; a check opens both', () => {
    const readAgain = { ...templatesRead, reading: 'later' }
    expect(decided(after(after(blank(), troubled(190, 'stop-sender')), readAgain))).toMatchObject({ outcome: 'send' })
    const locked = after(blank(), troubled(131031, 'stop-sender'))
    expect(decided(after(locked, readAgain))).toMatchObject({ outcome: 'hold' })
    expect(decided(after(locked, { type: 'account.checked' }))).toMatchObject({ outcome: 'send' })
  })

  it('[M32] slowed, it goes on by itself when the provider said, and the last word counts', () => {
    const slowed = after(blank(), troubled(130429, 'back-off', { forMs: 4000 }))
    const held = after(slowed, ask())
    expect(decisionOf(held)).toMatchObject({ reason: 'sender-slowed', untilMs: slowed.atMs + 4000 })
    const longer = after(held, troubled(130429, 'back-off', { forMs: 9000 }), 1000)
    expect(opened(waited(longer, 8999))).toEqual([])
    expect(opened(waited(longer, 9000))).toEqual(['acme/dispatch/a'])
  })

  it('[M32] paused campaigns keep back campaigns, and nothing a person or an answer sends', () => {
    const paused = after(blank(), troubled(131048, 'pause-campaigns'))
    expect(decided(paused, { purpose: 'marketing', sender: 'campaign' })).toMatchObject({ reason: 'campaigns-paused' })
    expect(decided(paused, { purpose: 'marketing', sender: 'member' })).toMatchObject({ outcome: 'send' })
    expect(decided(paused)).toMatchObject({ outcome: 'send' })
  })

  it('[M32] without payment templates wait, and answers go out', () => {
    const blocked = after(after(blank(), templatesRead), troubled(131042, 'block-templates'))
    expect(decided(blocked, { template: reminder })).toMatchObject({ outcome: 'hold', reason: 'templates-blocked' })
    expect(decided(blocked)).toMatchObject({ outcome: 'send' })
  })

  it('[M32] more may wait than are told: nobody is held beyond the hour', () => {
    const stopped = after(blank(), troubled(190, 'stop-sender'))
    const many = Array.from({ length: 250 }, (_, index) => ask({}, `acme/dispatch/${index}`))
    const held = afterAll({ ...stopped, stores: false }, many)
    expect(decisionOf(held)).toMatchObject({ untilMs: held.atMs + hourMs })
    expect(opened(after(held, { type: 'account.checked' }))).toHaveLength(200)
  })

  it('[M33] a template that is not there, paused, or of other variables is refused with words and another one', () => {
    const read = after(blank(), templatesRead)
    expect(decided(read, { template: reminder })).toEqual({ outcome: 'send', counted: true })
    expect(decided(read, { template: { ...reminder, variables: 1 } })).toMatchObject({
      reason: 'template-mismatch',
      words: 'the template viewing_reminder (en) has 2 variables, and 1 were given',
    })
    expect(decided(read, { template: { ...reminder, language: 'es' } })).toMatchObject({ reason: 'template-unknown' })
    const { name, language } = reminder
    const told = { type: 'account.template-told', what: 'status', name, language, value: 'PAUSED' }
    expect(decided(after(read, told), { template: reminder })).toMatchObject({
      outcome: 'refuse',
      reason: 'template-paused',
      words: 'the template viewing_reminder (en) is paused at the provider: use viewing_soon instead',
    })
  })

  it('[M33] an error of a template pauses it until it is heard of again', () => {
    const { name, language } = reminder
    const error = troubled(132015, 'pause-template', { template: { name, language } })
    const paused = after(after(blank(), templatesRead), error)
    expect(decided(paused, { template: reminder })).toMatchObject({ reason: 'template-paused' })
    expect(decided(after(paused, { ...templatesRead, reading: 'r2' }), { template: reminder })).toMatchObject({
      outcome: 'send',
    })
  })

  it('[M33] read again, only what changed is told, and what is no more is gone', () => {
    const read = after(blank(), templatesRead)
    const again = after(read, { ...templatesRead, reading: 'r2' })
    expect(said(again, 'template-changed')).toHaveLength(2)
    const [first] = templatesRead.templates
    const less = after(again, { ...templatesRead, reading: 'r3', templates: [{ ...first, body: 'New {{1}} {{2}}' }] })
    expect(said(less, 'template-changed')).toHaveLength(3)
    expect(said(less, 'template-gone')).toMatchObject([{ name: 'viewing_soon', language: 'en' }])
  })

  it('[M33] of two readings at once the later one counts, and neither takes from the other', () => {
    const [one, other] = templatesRead.templates
    const part = (reading: string, more: object): StageEvent => ({ ...templatesRead, reading, ...more })
    const stage = afterAll(blank(), [
      part('a', { templates: [one], last: false }),
      part('b', { templates: [one], last: false }),
      part('a', { part: 1, templates: [other] }),
      part('b', { part: 1, templates: [other] }),
    ])
    expect(said(stage, 'template-gone')).toEqual([])
    expect(said(stage, 'templates-read')).toMatchObject([{ count: 2 }])
  })

  it('[M34] never are more people written to first in any 24 hours than the limit, whoever comes when', () => {
    const noticed = { type: 'account.noticed', field: 'phone_number_quality_update', details: '', limit: 3 }
    const ready = { ...afterAll(blank(), [templatesRead, noticed]), stores: false }
    const step = fc.record({
      person: fc.integer({ min: 1, max: 9 }),
      afterMinutes: fc.integer({ min: 0, max: 400 }),
      went: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const sent: { readonly person: number; readonly atMs: number }[] = []
        let stage: Stage = ready
        for (const [index, { person, afterMinutes, went }] of steps.entries()) {
          const dispatch = `acme/dispatch/${index}`
          const asking = ask({ person: String(person), template: reminder }, dispatch)
          stage = after(stage, asking, afterMinutes * 60_000)
          if (decisionOf(stage).outcome !== 'send') continue
          stage = after(stage, { type: 'account.settled', dispatch, went })
          if (went) sent.push({ person, atMs: stage.atMs })
          const day = sent.filter(({ atMs }) => atMs > stage.atMs - 24 * hourMs)
          expect(new Set(day.map((each) => each.person)).size).toBeLessThanOrEqual(3)
        }
      }),
      { numRuns: 150, seed: 4 },
    )
  })

  it('[M34] says when there is room again, and what did not go out makes room at once', () => {
    const noticed = { type: 'account.noticed', field: 'phone_number_quality_update', details: '', limit: 1 }
    const ready = afterAll(blank(), [templatesRead, noticed])
    const one = after(ready, ask({ template: reminder }))
    const other = { person: 'another', template: reminder }
    const full = after(one, ask(other, 'acme/dispatch/b'))
    const decision = decisionOf(full)
    expect(decision).toMatchObject({ outcome: 'hold', reason: 'portfolio-limit' })
    if (decision.outcome !== 'hold') return
    expect(decisionOf(after(full, ask(other, 'b'), decision.untilMs - full.atMs))).toMatchObject({ outcome: 'send' })
    const given = after(one, { type: 'account.settled', dispatch: 'acme/dispatch/a', went: false })
    expect(decisionOf(after(given, ask(other, 'b')))).toMatchObject({ outcome: 'send' })
  })

  it('[M34] counts for all numbers of a portfolio together, beginning with whom each has written to', () => {
    const town = new Town()
    const [one, other] = ['acme/account/whatsapp:1', 'acme/account/whatsapp:2'] as const
    const noticed = { type: 'account.noticed', field: 'business_capability_update', details: '', limit: 2 }
    const write = (number: string, person: string) => {
      const dispatch = `acme/dispatch/${person}`
      const { request } = ask({ person, template: reminder }, dispatch) as { request?: object }
      town.tell(number, { type: 'account.asked', request })
      const decided = outcomeFor(town, person)
      if (decided === 'send') town.tell(number, { type: 'account.settled', dispatch, went: true })
      return decided
    }
    const outcomeFor = (from: Town, person: string) => {
      const all = [...from.actors.values()].flatMap(({ sends }) => sends)
      const last = all.findLast(({ to, event }) => to === `acme/dispatch/${person}` && event.type === 'account.decided')
      return (last?.event['decision'] as AccountDecision | undefined)?.outcome
    }
    town.tell(one, templatesRead)
    town.tell(other, templatesRead)
    town.tell(one, noticed)
    expect(write(one, 'ana')).toBe('send')
    town.tell(one, { type: 'account.portfolio-told', portfolio: '4242' })
    town.tell(other, { type: 'account.portfolio-told', portfolio: '4242' })
    expect(write(other, 'ben')).toBe('send')
    expect(write(one, 'cem')).toBe('hold')
    expect(write(other, 'cem')).toBe('hold')
    expect(write(other, 'ana')).toBe('send')
    town.tell(other, { ...noticed, limit: 3 })
    expect(write(one, 'cem')).toBe('send')
  })

  it('[M34] a limit beyond the second tier is left to the provider, and remembers nobody', () => {
    const noticed = { type: 'account.noticed', field: 'business_capability_update', details: '', limit: 10_000 }
    const stage = after(afterAll(blank(), [templatesRead, noticed]), ask({ template: reminder }))
    expect(decisionOf(stage)).toEqual({ outcome: 'send', counted: false })
    expect(countedMax).toBe(2000)
  })

  it('keeps the last fifty notices', () => {
    const notices = Array.from({ length: 60 }, (_, index) => {
      return { type: 'account.noticed', field: 'account_alerts', details: String(index) }
    })
    const { context } = afterAll(blank(), notices).snapshot
    expect(context.notices).toHaveLength(50)
  })
})
