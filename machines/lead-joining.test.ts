import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LeadContext } from './lead-writing.ts'
import type { OutreachLedger } from './outreach-contract.ts'
import { newLedger } from './outreach-ledger.ts'
import { said, type StageEvent } from './testing/harness.ts'
import { Town } from './testing/town.ts'

const asha = 'acme/lead/asha'
const bela = 'acme/lead/bela'
const cora = 'acme/lead/cora'
const phone = 'phone:+919845012345'
const day = 24 * 60 * 60_000

/** One thing that a lead hears, or time that passes for everybody. */
type Step = { readonly lead: 'asha' | 'bela'; readonly event: StageEvent } | { readonly passedMs: number }

const learned = fc.record(
  {
    name: fc.constantFrom('Ana', 'Bo'),
    city: fc.constantFrom('Pune', 'Bengaluru'),
    budgetMaxMinor: fc.constantFrom(900_000_000, 2_500_000_000),
    purpose: fc.constantFrom('buy', 'rent'),
    localities: fc.constantFrom(['Baner'], []),
    timeline: fc.constant('now'),
  },
  { requiredKeys: [] },
)
const moments = fc.integer({ min: 1, max: 40 }).map((hour) => 1_800_000_000_000 + hour * 3_600_000)
const events = fc.oneof(
  learned.map((each): StageEvent => ({ type: 'profile.learned', learned: each })),
  fc
    .constantFrom('question', 'reply', 'direct-inquiry')
    .map((kind): StageEvent => ({ type: 'engagement.recorded', kind })),
  fc.constantFrom('1', '2').map((id): StageEvent => ({ type: 'conversation.linked', conversation: id })),
  fc.constantFrom('won', 'lost', 'new').map((stage): StageEvent => ({ type: 'stage.set', stage, by: 'm1' })),
  fc
    .constantFrom('requested', 'booked')
    .map((status): StageEvent => ({ type: 'meeting.changed', meetingId: 'm', status, startAtMs: 1 })),
  moments.map((sentAtMs): StageEvent => ({
    type: 'customer.heard',
    conversation: 'c',
    channel: 'whatsapp',
    sentAtMs,
  })),
  fc.tuple(fc.constantFrom('stop', 'start'), moments).map(([wish, saidAtMs]): StageEvent => ({
    type: 'contact.wished',
    wish,
    channel: 'whatsapp',
    saidAtMs,
    proof: '',
  })),
  fc.constantFrom('given', 'withdrawn').map((state): StageEvent => ({
    type: 'consent.said',
    scope: 'whatsapp:marketing',
    consent: { state, atMs: 1_800_000_000_000, source: 'lead-form', proof: '' },
  })),
  fc.constant<StageEvent>({ type: 'channel.failed', channel: 'sms' }),
)
const steps = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ lead: fc.constantFrom('asha' as const, 'bela' as const), event: events }) },
    { weight: 1, arbitrary: fc.record({ passedMs: fc.constantFrom(60_000, day, 20 * day, 31 * day) }) },
  ),
  { maxLength: 25 },
)
const shared: Step = { lead: 'bela', event: { type: 'profile.learned', learned: { phone: '98450 12345' } } }

describe('a merge that is undone', () => {
  it('[M56] leaves each lead what it alone would have come to, after any history', () => {
    const property = fc.property(
      steps,
      steps,
      steps,
      fc.constantFrom('here', 'there'),
      (before, while_, ...[after, keys]) => {
        const town = two()
        const [ashaAlone, belaAlone] = [two('bela'), two('asha')]
        for (const each of [...before, shared]) play(each, { town, ashaAlone, belaAlone })
        expect(town.at(bela).snapshot.value).toBe('merged')
        for (const each of while_) play(each, { town, ashaAlone, belaAlone })
        town.tell(bela, { type: 'lead.split', by: 'm1', keys })
        expect([own(town, asha), own(town, bela)]).toEqual([own(ashaAlone, asha), own(belaAlone, bela)])
        for (const each of after) play(each, { town, ashaAlone, belaAlone })
        expect([own(town, asha), own(town, bela)]).toEqual([own(ashaAlone, asha), own(belaAlone, bela)])
      },
    )
    fc.assert(property, { numRuns: 300, seed: 20261126 })
  })

  it('[M58] keeps on both what either said against being written to, and gives neither the other’s yes', () => {
    const property = fc.property(steps, steps, (before, while_) => {
      const town = two()
      const [ashaAlone, belaAlone] = [two('bela'), two('asha')]
      for (const each of [...before, shared, ...while_]) play(tagged(each), { town, ashaAlone, belaAlone })
      const together = ledger(town, asha)
      town.tell(bela, { type: 'lead.split', by: 'm1', keys: 'there' })
      for (const [lead, alone] of [
        [asha, ledger(ashaAlone, asha)] as const,
        [bela, ledger(belaAlone, bela)] as const,
      ]) {
        const after = ledger(town, lead)
        const stopped = Math.max(together.stoppedAtMs, alone.stoppedAtMs)
        if (stopped > 0 && stopped >= alone.startedAtMs) expect(after.stoppedAtMs).toBe(stopped)
        for (const [scope, { state, proof }] of Object.entries(after.consents)) {
          if (state === 'given') expect(proof).toBe(lead)
          const other = together.consents[scope]
          if (other?.state === 'withdrawn' && state === 'given') {
            expect(alone.consents[scope]?.atMs).toBeGreaterThan(other.atMs)
          }
        }
      }
    })
    fc.assert(property, { numRuns: 300, seed: 20261126 })
  })

  it('[M57] the key both have goes to the chosen one, and who claims it next joins that one', () => {
    for (const [keys, owner] of [
      ['here', bela],
      ['there', asha],
    ] as const) {
      const town = two()
      town.tell(bela, { type: 'profile.learned', learned: { phone: '98450 12345' } })
      town.tell(bela, { type: 'lead.split', by: 'm1', keys })
      town.tell(cora, { type: 'lead.captured', profile: { phone: '98450 12345' } })
      expect(context(town, cora).mergedInto).toBe(owner)
      expect(context(town, owner).keys[phone]).toBe('mine')
    }
  })

  it('[M57] the two are not joined again by any evidence, not even through a third; a person joins them, and it can be undone once more', () => {
    const town = two()
    play(shared, { town })
    town.tell(bela, { type: 'lead.split', by: 'm1', keys: 'there' })
    town.tell(asha, { type: 'profile.learned', learned: { email: 'home@example.com' } })
    town.tell(bela, { type: 'profile.learned', learned: { email: 'home@example.com' } })
    town.tell(bela, { type: 'lead.captured', profile: { phone: '98450 12345' } })
    expect(context(town, bela).mergedInto).toBe('')
    town.tell(cora, { type: 'lead.captured', profile: { email: 'cora@example.com' } })
    town.tell(cora, { type: 'profile.learned', learned: { phone: '98450 12345' } })
    town.tell(bela, { type: 'profile.learned', learned: { email: 'cora@example.com' } })
    expect([context(town, cora).mergedInto, context(town, bela).mergedInto]).toEqual([asha, ''])
    town.tell(bela, { type: 'lead.join', into: asha, by: 'm1' })
    expect(context(town, bela).mergedInto).toBe(asha)
    expect(said(town.at(bela), 'lead-merged').at(-1)).toMatchObject({ into: asha, key: '', by: 'm1' })
    town.tell(bela, { type: 'lead.split', by: 'm2', keys: 'here' })
    expect(town.at(bela).snapshot.value).not.toBe('merged')
    expect(said(town.at(asha), 'lead-parted')).toHaveLength(2)
  })

  it('[M56] of three that are joined one goes, and the two others stay together', () => {
    const town = two()
    play(shared, { town })
    town.tell(cora, { type: 'lead.captured', profile: { visitorId: 'v3', name: 'Cora' } })
    for (let count = 0; count < 2; count++) town.tell(cora, { type: 'engagement.recorded', kind: 'question' })
    town.tell(cora, { type: 'profile.learned', learned: { phone: '98450 12345' } })
    town.tell(cora, { type: 'profile.learned', learned: { city: 'Pune' } })
    town.tell(bela, { type: 'engagement.recorded', kind: 'direct-inquiry' })
    town.tell(bela, { type: 'lead.split', by: 'm1', keys: 'there' })
    expect(context(town, asha)).toMatchObject({
      engagements: 2,
      strong: false,
      profile: { name: 'Cora', city: 'Pune' },
    })
    town.tell(cora, { type: 'lead.split', by: 'm1', keys: 'there' })
    expect(context(town, asha)).toMatchObject({ engagements: 0, own: null, joined: [] })
    expect(context(town, asha).profile).toEqual({ phone: '+919845012345', visitorId: 'v1' })
    expect(context(town, cora)).toMatchObject({ engagements: 2, profile: { name: 'Cora', city: 'Pune' } })
  })

  it('[M56] one that is joined through another goes from both', () => {
    const town = two()
    play(shared, { town })
    town.tell(cora, { type: 'lead.captured', profile: { email: 'c@example.com' } })
    town.tell(asha, { type: 'profile.learned', learned: { email: 'c@example.com' } })
    expect(context(town, asha).mergedInto).toBe(cora)
    town.tell(bela, { type: 'profile.learned', learned: { name: 'Bela' } })
    expect(context(town, cora).profile.name).toBe('Bela')
    town.tell(bela, { type: 'lead.split', by: 'm1', keys: 'there' })
    expect(context(town, cora).profile).toEqual({ email: 'c@example.com', phone: '+919845012345', visitorId: 'v1' })
    expect(context(town, bela).profile.name).toBe('Bela')
    town.tell(bela, { type: 'profile.learned', learned: { city: 'Delhi' } })
    expect(context(town, cora).profile.city).toBeUndefined()
  })

  it('[M58] while a lead goes its gate is one of the two, and each question is answered once, in every order', () => {
    for (let order = 0; order < 64; order++) {
      const town = two()
      play(shared, { town })
      const request = { dispatch: 'acme/dispatch/d', conversation: 'acme/conversation/c', channel: 'whatsapp' }
      const more = { purpose: 'service', sender: 'assistant', template: false, wantedAtMs: 1_800_000_000_000 }
      town.give(bela, { type: 'lead.split', by: 'm1', keys: 'there' })
      town.give(bela, { type: 'outreach.asked', request: { ...request, ...more } })
      town.give(bela, { type: 'engagement.recorded', kind: 'question' })
      let bits = order
      town.settle((pending) => {
        const index = bits % 2 === 0 ? 0 : pending.length - 1
        bits = Math.floor(bits / 2)
        return index
      })
      const decided = [asha, bela].flatMap((each) => said(town.at(each), 'outreach-decided'))
      expect(decided).toHaveLength(1)
      expect([context(town, asha).engagements, context(town, bela).engagements]).toEqual([0, 1])
    }
  })

  it('[M57] what can not be joined or separated is refused with why', () => {
    const town = two()
    town.tell(asha, { type: 'lead.split', by: 'm1', keys: 'here' })
    town.tell(asha, { type: 'lead.join', into: asha, by: 'm1' })
    expect(said(town.at(asha), 'command-refused')).toMatchObject([{ code: 'not-merged' }, { code: 'not-active' }])
  })
})

/** Two leads that share nothing yet; of one that is left out nothing happens. */
function two(without?: 'asha' | 'bela'): Town {
  const town = new Town()
  const first = { phone: '98450 12345', visitorId: 'v1' }
  if (without !== 'asha') town.tell(asha, { type: 'lead.captured', profile: first })
  if (without !== 'bela') town.tell(bela, { type: 'lead.captured', profile: { visitorId: 'v2' } })
  return town
}

interface Towns {
  readonly town: Town
  readonly ashaAlone?: Town
  readonly belaAlone?: Town
}

function play(step: Step, { town, ashaAlone, belaAlone }: Towns): void {
  if ('passedMs' in step) {
    for (const lead of [asha, bela]) town.wait(lead, step.passedMs)
    ashaAlone?.wait(asha, step.passedMs)
    belaAlone?.wait(bela, step.passedMs)
    return
  }
  town.tell(step.lead === 'asha' ? asha : bela, step.event)
  if (step.lead === 'asha') ashaAlone?.tell(asha, step.event)
  else belaAlone?.tell(bela, step.event)
}

/** The same, its proof naming whose it is. */
function tagged(step: Step): Step {
  if ('passedMs' in step) return step
  const { event } = step
  const proof = step.lead === 'asha' ? asha : bela
  const consent = event['consent']
  if (typeof consent === 'object') return { ...step, event: { ...event, consent: { ...consent, proof } } }
  return { ...step, event: 'proof' in event ? { ...event, proof } : event }
}

function context(town: Town, lead: string): LeadContext {
  return town.at(lead).snapshot.context as LeadContext
}

function own(town: Town, lead: string): object {
  const { profile, score, temperature, stage, engagements, strong, warmedAtMs, conversations, outreach } = context(
    town,
    lead,
  )
  const { heard, unreachable } = outreach ?? { heard: {}, unreachable: {} }
  return {
    profile,
    score,
    temperature,
    stage,
    engagements,
    strong,
    warmedAtMs,
    conversations,
    heard,
    unreachable,
  }
}

function ledger(town: Town, lead: string): OutreachLedger {
  return context(town, lead).outreach ?? newLedger()
}
