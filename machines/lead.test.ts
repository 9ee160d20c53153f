import { describe, expect, it } from 'vitest'
import { identityId, phoneOf } from './contact-key.ts'
import { leadDefaults, type LeadProfile } from './lead-contract.ts'
import { problemsOf } from './lead-profile.ts'
import { scoreOf } from './lead-score.ts'
import { completed, failed, running, said, type Stage, type StageEvent } from './testing/harness.ts'
import { Town } from './testing/town.ts'

const asha = 'acme/lead/asha'
const bela = 'acme/lead/bela'
const day = 24 * 60 * 60_000

function captured(profile: LeadProfile): StageEvent {
  return { type: 'lead.captured', profile }
}

function engagement(kind: string): StageEvent {
  return { type: 'engagement.recorded', kind }
}

function active(profile: LeadProfile = { phone: '98450 12345' }): Town {
  const town = new Town()
  town.tell(asha, captured(profile))
  return town
}

function region(stage: Stage, name: string): unknown {
  const value: unknown = stage.snapshot.value
  const regions = (value as { active?: { [region: string]: unknown } }).active
  return regions?.[name]
}

function profileOf(stage: Stage): LeadProfile {
  return (stage.snapshot.context as { profile: LeadProfile }).profile
}

describe('capture', () => {
  it('[M12] a plausible lead is claimed, enriched and active; its phone is in one form', () => {
    const stage = active().at(asha)
    expect(stage.snapshot.value).toEqual({ active: { temperature: 'cold', stage: 'new', enrichment: 'enriching' } })
    expect(profileOf(stage).phone).toBe('+919845012345')
    expect(running(stage, 'enrich-lead').input).toEqual({ lead: asha, profile: { phone: '+919845012345' } })
  })

  it('[M12] an implausible one is kept with what is wrong, and active once mended', () => {
    const town = new Town()
    town.tell(asha, captured({ name: 'Asha', phone: '12' }))
    expect(town.at(asha).snapshot.value).toBe('invalid')
    expect(said(town.at(asha), 'lead-invalid')).toMatchObject([{ problems: ['phone "12" is not a phone number'] }])
    town.tell(asha, { type: 'stage.set', stage: 'won', by: 'm1' })
    expect(said(town.at(asha), 'command-refused')).toMatchObject([{ code: 'not-active' }])
    town.tell(asha, { type: 'lead.repaired', profile: { phone: '' }, by: 'm1' })
    expect(town.at(asha).snapshot.value).toBe('invalid')
    town.tell(asha, { type: 'lead.repaired', profile: { phone: '9845012345' }, by: 'm1' })
    expect(region(town.at(asha), 'stage')).toBe('new')
    expect(profileOf(town.at(asha))).toEqual({ name: 'Asha', phone: '+919845012345' })
  })

  it('[M12] what is learned fills the profile, and the implausible never replaces what was known', () => {
    const town = active()
    town.tell(asha, { type: 'profile.learned', learned: { phone: '7', budgetMaxMinor: -4, city: 'Bengaluru' } })
    expect(profileOf(town.at(asha))).toEqual({ phone: '+919845012345', city: 'Bengaluru' })
  })

  it('[M12] another city takes the old localities away, and renting after buying the old budget', () => {
    const town = active()
    const buying = { city: 'Bengaluru', localities: ['Whitefield'], purpose: 'buy', budgetMaxMinor: 1_200_000_000 }
    town.tell(asha, { type: 'profile.learned', learned: buying })
    town.tell(asha, { type: 'profile.learned', learned: { city: 'Pune', purpose: 'rent' } })
    expect(profileOf(town.at(asha))).toEqual({ phone: '+919845012345', city: 'Pune', purpose: 'rent' })
    town.tell(asha, { type: 'profile.learned', learned: { localities: ['Baner'], budgetMaxMinor: 3_000_000 } })
    town.tell(asha, { type: 'profile.learned', learned: { city: 'Pune', localities: [], bedrooms: 2 } })
    expect(profileOf(town.at(asha))).toMatchObject({ city: 'Pune', budgetMaxMinor: 3_000_000, bedrooms: 2 })
    expect(profileOf(town.at(asha)).localities).toBeUndefined()
  })

  it('enrichment may fail, be silent or bring nonsense without harm', () => {
    const stage = active().at(asha)
    const work = running(stage, 'enrich-lead')
    expect(region(failed(stage, work, 'down'), 'enrichment')).toBe('done')
    expect(region(completed(stage, work, 'nonsense'), 'enrichment')).toBe('done')
    const rich = completed(stage, work, { profile: { city: 'Pune', phone: '+971501234567' } })
    expect(profileOf(rich)).toEqual({ city: 'Pune', phone: '+919845012345' })
  })
})

describe('one person is one lead', () => {
  it('[M14] the second lead of a phone number becomes part of the first and passes on what comes', () => {
    const town = active({ phone: '98450 12345', name: 'Asha' })
    town.tell(bela, { ...captured({ phone: '+91 98450 12345', city: 'Pune' }), conversation: 'acme/conversation/b' })
    expect(town.at(bela).snapshot.value).toBe('merged')
    expect(profileOf(town.at(asha))).toEqual({ name: 'Asha', phone: '+919845012345', city: 'Pune' })
    expect(said(town.at(asha), 'conversation-linked')).toMatchObject([{ conversation: 'acme/conversation/b' }])
    town.tell(bela, { type: 'profile.learned', learned: { bedrooms: 3 } })
    expect(profileOf(town.at(asha)).bedrooms).toBe(3)
    town.tell(bela, engagement('question'))
    expect(said(town.at(asha), 'engagement-recorded')).toHaveLength(1)
  })

  it('[M14] a merge can be undone: the lead is its own again with all it had', () => {
    const town = active({ phone: '98450 12345' })
    town.tell(bela, captured({ phone: '98450 12345', name: 'Bela' }))
    town.tell(bela, { type: 'lead.split', by: 'm1', reason: 'mother and daughter' })
    expect(region(town.at(bela), 'stage')).toBe('new')
    expect(profileOf(town.at(bela)).name).toBe('Bela')
    town.tell(bela, { type: 'profile.learned', learned: { city: 'Delhi' } })
    expect(region(town.at(bela), 'stage')).toBe('new')
    expect(profileOf(town.at(asha)).city).toBeUndefined()
  })

  it('[M14] two leads merged into each other at the same moment: the least address gets up, in every order', () => {
    for (let order = 0; order < 64; order++) {
      const town = new Town()
      town.tell(asha, captured({ phone: '98450 11111' }))
      town.tell(bela, captured({ email: 'b@example.com' }))
      town.give(asha, { type: 'profile.learned', learned: { email: 'b@example.com' } })
      town.give(bela, { type: 'profile.learned', learned: { phone: '98450 11111' } })
      let bits = order
      town.settle((pending) => {
        const index = bits % 2 === 0 ? 0 : pending.length - 1
        bits = Math.floor(bits / 2)
        return index
      })
      const states = [town.at(asha), town.at(bela)].map((each) => each.snapshot.value === 'merged')
      expect(states.filter((isMerged) => isMerged)).toHaveLength(1)
    }
  })

  it('[M14] keys fit an address and never meet', () => {
    const keys = ['email:a.b@c.in', 'email:a~002eb@c.in', 'visitor:ü', `email:${'x'.repeat(200)}@a.b`]
    const ids = keys.map(identityId)
    expect(new Set(ids).size).toBe(keys.length)
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_~:@+-]{1,128}$/)
    expect(phoneOf('098450 12345', '91')).toBe('+919845012345')
    expect(phoneOf('0091 98450 12345', '91')).toBe('+919845012345')
    expect(phoneOf('call me', '91')).toBeUndefined()
  })
})

describe('temperature and stage', () => {
  it('[M13] cold to warm at three engagements, to hot when they ask, and the alert rings once', () => {
    const town = active()
    for (const kind of ['question', 'reply']) town.tell(asha, engagement(kind))
    expect(region(town.at(asha), 'temperature')).toBe('cold')
    town.tell(asha, engagement('question'))
    expect(region(town.at(asha), 'temperature')).toBe('warm')
    town.tell(asha, engagement('meeting-request'))
    town.tell(asha, engagement('meeting-request'))
    expect(region(town.at(asha), 'temperature')).toBe('hot')
    expect(said(town.at(asha), 'hot-lead-alerted')).toHaveLength(1)
    expect(town.at(asha).asked.map((each) => each.name)).toEqual(['alert-hot-lead'])
  })

  it('[M13] one step down after thirty days without engagement, each step', () => {
    const town = active()
    for (let count = 0; count < 3; count++) town.tell(asha, engagement('direct-inquiry'))
    town.wait(asha, 20 * day)
    town.tell(asha, engagement('reply'))
    expect(region(town.wait(asha, 29 * day), 'temperature')).toBe('hot')
    expect(region(town.wait(asha, day), 'temperature')).toBe('warm')
    expect(region(town.wait(asha, 29 * day), 'temperature')).toBe('warm')
    expect(region(town.wait(asha, day), 'temperature')).toBe('cold')
    expect(town.at(asha).timers.size).toBe(0)
    expect(said(town.at(asha), 'temperature-changed').at(-1)).toMatchObject({ reason: '30 days without engagement' })
  })

  it('moves forward by what happens, and anywhere by a member with a reason', () => {
    const town = active()
    town.tell(asha, engagement('question'))
    expect(region(town.at(asha), 'stage')).toBe('contacted')
    town.tell(asha, { type: 'profile.learned', learned: { budgetMaxMinor: 1_200_000_000, city: 'Pune' } })
    expect(region(town.at(asha), 'stage')).toBe('qualified')
    town.tell(asha, { type: 'meeting.changed', meetingId: 'x', status: 'booked', startAtMs: 1 })
    expect(region(town.at(asha), 'stage')).toBe('visit')
    town.tell(asha, { type: 'stage.set', stage: 'lost', by: 'm1', reason: 'bought elsewhere' })
    town.tell(asha, engagement('question'))
    expect(said(town.at(asha), 'stage-changed').at(-1)).toMatchObject({
      from: 'visit',
      to: 'lost',
      by: 'm1',
      reason: 'bought elsewhere',
    })
    expect(region(town.at(asha), 'stage')).toBe('lost')
  })
})

describe('the score', () => {
  it('[M13] is said when it changes and not again', () => {
    const town = active()
    const learned = { type: 'profile.learned', learned: { timeline: 'now' } }
    town.tell(asha, learned)
    const before = said(town.at(asha), 'score-changed').length
    town.tell(asha, learned)
    expect(said(town.at(asha), 'score-changed')).toHaveLength(before)
  })

  it('runs from 0 to 100 with its reasons, strongest first', () => {
    expect(scoreOf({}, { engagements: 0, strong: false }, leadDefaults)).toMatchObject({ total: 0, reasons: [] })
    const best: LeadProfile = {
      budgetMaxMinor: 3_000_000_000,
      timeline: 'now',
      phone: '+919845012345',
      email: 'a@b.in',
      name: 'Asha',
      city: 'Pune',
      bedrooms: 3,
    }
    const score = scoreOf(best, { engagements: 9, strong: true }, leadDefaults)
    expect(score.total).toBe(100)
    expect(score.reasons[0]).toBe('9 engagements, asked for a visit or a person')
    expect(scoreOf({ timeline: 'later' }, { engagements: 1, strong: false }, leadDefaults).total).toBe(9)
  })

  it('names every problem of a bad row', () => {
    expect(problemsOf({ budgetMinMinor: 5, budgetMaxMinor: 4, bedrooms: 99, email: 'x@' }, '91')).toEqual([
      'e-mail "x@" is not an e-mail address',
      'the least budget is above the most',
      '99 bedrooms are not plausible',
    ])
    expect(problemsOf({ name: 'Asha' }, '91')).toEqual(['needs a phone number, an e-mail or a visitor'])
  })
})
