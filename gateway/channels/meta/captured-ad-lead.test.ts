import { describe, expect, it } from 'vitest'
import type { AdLead } from '../whatsapp/graph-leads.ts'
import { capturedFrom } from './captured-ad-lead.ts'

const plain: AdLead = {
  id: '444440001112223',
  createdAtMs: Date.parse('2026-09-21T14:29:50Z'),
  form: '551111744595541',
  ad: '120226305854810726',
  adName: 'Riverside',
  campaign: '77',
  platform: 'ig',
  organic: false,
  fields: [
    { name: 'full_name', values: ['Ana Ruiz'] },
    { name: 'phone_number', values: ['+34600111222'] },
    { name: 'email', values: ['ana@example.com'] },
    { name: 'when_do_you_want_to_move?', values: ['within_3_months'] },
  ],
  disclaimers: [],
}

function profileOf(...fields: readonly (readonly [string, string])[]) {
  const lead = { ...plain, fields: fields.map(([name, value]) => ({ name, values: [value] })) }
  return capturedFrom(lead, { consents: {} }).profile
}

function consentsOf(disclaimers: AdLead['disclaimers'], consents = {}) {
  return capturedFrom({ ...plain, disclaimers }, { consents }).consents.map(({ scope }) => scope)
}

describe('a form that was sent', () => {
  it('is a lead with what it says, where it came from, and every other answer under its question', () => {
    expect(capturedFrom(plain, { consents: {} }).profile).toEqual({
      source: 'meta-lead-ad',
      name: 'Ana Ruiz',
      phone: '+34600111222',
      email: 'ana@example.com',
      extra: {
        'meta-lead': '444440001112223',
        'meta-form': '551111744595541',
        'meta-ad': '120226305854810726',
        'meta-ad-name': 'Riverside',
        'meta-campaign': '77',
        'meta-platform': 'ig',
        'when_do_you_want_to_move?': 'within_3_months',
      },
    })
  })

  it('of no advertisement has none: its id 0 is not kept for one', () => {
    const { extra } = capturedFrom({ ...plain, ad: '0' }, { consents: {} }).profile
    expect(extra).toMatchObject({ 'meta-organic': 'yes' })
    expect(extra).not.toHaveProperty('meta-ad')
  })

  it('has a name of two parts, and a city', () => {
    expect(profileOf(['first_name', 'Ana'], ['last_name', 'Ruiz'], ['city', 'Pune'])).toMatchObject({
      name: 'Ana Ruiz',
      city: 'Pune',
    })
  })

  it.each([
    ['80_lakh_-_1_crore', { budgetMinMinor: 800_000_000, budgetMaxMinor: 1_000_000_000, currency: 'INR' }],
    ['under_1_crore', { budgetMaxMinor: 1_000_000_000 }],
    ['₹1.5 Cr', { budgetMaxMinor: 1_500_000_000 }],
    ['2_crore+', { budgetMinMinor: 2_000_000_000 }],
    ['AED 2 million', { budgetMaxMinor: 200_000_000, currency: 'AED' }],
  ])('has the budget of %s, and the words as well', (answer, expected) => {
    const profile = profileOf(['what_is_your_budget?', answer])
    expect(profile).toMatchObject(expected)
    expect(profile.extra).toMatchObject({ 'what_is_your_budget?': answer })
  })

  it('whose budget is no amount has its words alone', () => {
    const profile = profileOf(['budget', 'flexible'])
    expect(profile.budgetMaxMinor).toBeUndefined()
    expect(profile.extra).toMatchObject({ budget: 'flexible' })
  })

  it('agrees to what its ticked boxes name, with their own JSON as proof and the time it was sent', () => {
    const box = { checkbox_key: 'whatsapp_optin', is_checked: '1' }
    const found = capturedFrom({ ...plain, disclaimers: [box] }, { consents: {} })
    expect(found.disclaimers).toEqual([box])
    expect(found.consents).toEqual([
      {
        scope: 'whatsapp:marketing',
        consent: { state: 'given', atMs: plain.createdAtMs, source: 'lead-form', proof: JSON.stringify(box) },
      },
    ])
  })

  it('agrees to nothing by a box that is not ticked, names no channel, or is none', () => {
    expect(consentsOf([{ checkbox_key: 'whatsapp_optin', is_checked: '0' }])).toEqual([])
    expect(consentsOf([{ checkbox_key: 'privacy_policy', is_checked: '1' }])).toEqual([])
    expect(consentsOf([{ checkbox_key: 'smsc_terms', is_checked: '1' }])).toEqual([])
    expect(consentsOf(['whatsapp_optin'])).toEqual([])
    expect(consentsOf('whatsapp_optin')).toEqual([])
  })

  it('agrees to each channel that a box names', () => {
    expect(consentsOf([{ checkbox_key: 'email_and_sms_updates', is_checked: '1' }])).toEqual([
      'email:marketing',
      'sms:marketing',
    ])
    expect(consentsOf([{ checkbox_key: 'WhatsApp updates', is_checked: true }])).toEqual(['whatsapp:marketing'])
  })

  it('agrees by a box to what the settings of the Page say, and to nothing else', () => {
    const consents = { offers: ['whatsapp:marketing', 'email:marketing'], whatsapp_terms: [] }
    expect(consentsOf([{ checkbox_key: 'offers', is_checked: '1' }], consents)).toEqual(consents.offers)
    expect(consentsOf([{ checkbox_key: 'whatsapp_terms', is_checked: '1' }], consents)).toEqual([])
  })
})
