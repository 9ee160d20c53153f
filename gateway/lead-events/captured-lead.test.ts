import { describe, expect, it } from 'vitest'
import { leadAddressOf, readCapturedLead } from './captured-lead.ts'
import type { CloudEvent } from './cloud-event.ts'

const intake = { workspace: 'acme', countryCode: '91' }
const event: CloudEvent = {
  specversion: '1.0',
  id: 'lead-1',
  source: 'https://crm.example/leads',
  type: 'com.fineacers.lead.captured.v1',
  extensions: {},
  data: { name: 'Meera', phone: '98450 12345', budgetMaxMinor: 1_200_000_000, currency: 'INR', campaign: 'monsoon' },
}

function reasons(change: object): readonly string[] {
  const answer = readCapturedLead({ ...event, ...change }, intake)
  return answer.ok ? [] : answer.reasons
}

describe('a captured lead', () => {
  it('is read as a lead by HTTP is, and says which event it came with', () => {
    expect(readCapturedLead(event, intake)).toEqual({
      ok: true,
      value: {
        to: leadAddressOf('acme', event),
        profile: {
          name: 'Meera',
          phone: '98450 12345',
          budgetMaxMinor: 1_200_000_000,
          currency: 'INR',
          extra: { 'event-source': 'https://crm.example/leads', 'event-id': 'lead-1', campaign: 'monsoon' },
        },
      },
    })
  })

  it('has an address that follows from source and id alone, and from both of them', () => {
    expect(leadAddressOf('acme', event)).toBe('acme/lead/ce-b501895bfa6502cac325fe8599b5510c')
    const others = [
      leadAddressOf('acme', { source: 'a', id: 'bc' }),
      leadAddressOf('acme', { source: 'ab', id: 'c' }),
      leadAddressOf('acme', { source: 'a', id: 'b' }),
    ]
    expect(new Set(others).size).toBe(3)
  })

  it('refuses fields that are not as published, and leads nobody could work with, with every reason', () => {
    expect(reasons({ data: { name: 'Nobody' } })).toEqual(['data: needs a phone number, an e-mail or a visitor'])
    expect(reasons({ data: { phone: '12', email: 'x' } })).toEqual([
      'data: phone "12" is not a phone number',
      'data: e-mail "x" is not an e-mail address',
    ])
    const wrong = reasons({ data: { phone: 98450, bedrooms: 'three', name: 'x'.repeat(200) } })
    expect(wrong.map((each) => each.split(':', 1)[0])).toEqual(['data.phone', 'data.bedrooms', 'data.name'])
    expect(reasons({ data: { phone: '9845012345', ['x'.repeat(121)]: 'y' } })).toHaveLength(1)
  })

  it('refuses another type, no data, and what FineAcers said itself', () => {
    expect(reasons({ type: 'com.fineacers.lead.captured.v2' })[0]).toContain('com.fineacers.lead.captured.v1')
    for (const data of [undefined, null, [], 'text']) expect(reasons({ data }).join()).toContain('data: ')
    expect(reasons({ source: '/fineacers/acme' })[0]).toContain("FineAcers' own")
  })
})
