import { describe, expect, it } from 'vitest'
import { hashOf, parseRoute, type Route } from './route.ts'

describe('the address', () => {
  const places: readonly Route[] = [
    { screen: 'inbox', view: 'waiting', filter: {} },
    {
      screen: 'inbox',
      view: 'all',
      conversation: 'acme/conversation/a:1',
      filter: { search: 'a & b', temperature: 'hot', unreadOnly: true },
    },
    { screen: 'inbox', view: 'all', filter: { handOffReason: 'asked-for-person', memberId: 'm 1' } },
    { screen: 'funnel', filter: { period: 'week', source: 'widget' } },
    { screen: 'leads', filter: { stage: 'visit', sinceMs: 1_700_000_000_000 } },
    { screen: 'leads', lead: 'acme/lead/7', filter: {} },
    { screen: 'actor', address: 'acme/conversation/a:1', revision: 12 },
    { screen: 'actors', kind: 'queue' },
    { screen: 'dead-letters' },
    { screen: 'channels' },
    { screen: 'dead-letters', of: 'lead-events' },
  ]
  for (const place of places) {
    it(`leads back to where it came from: ${hashOf(place)}`, () => expect(parseRoute(hashOf(place))).toEqual(place))
  }

  it('is the inbox when it is nothing known', () => {
    expect(parseRoute('#/elsewhere')).toEqual({ screen: 'inbox', view: 'all', filter: {} })
    expect(parseRoute('')).toEqual({ screen: 'inbox', view: 'all', filter: {} })
    expect(parseRoute('#/leads?stage=nonsense')).toEqual({ screen: 'leads', filter: {} })
  })
})
