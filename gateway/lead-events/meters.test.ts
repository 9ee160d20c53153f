import { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { leadEventGauges } from './meters.ts'

describe('the metrics of lead events', () => {
  it('are as they are when somebody looks, also when the process gets a part in them later', async () => {
    const registry = new Registry()
    const now = {}
    leadEventGauges(() => now, [registry])
    expect(await registry.metrics()).toContain('fineacers_lead_events_published 0')
    Object.assign(now, { published: 2, behindMs: 1500 })
    const text = await registry.metrics()
    expect(text).toContain('fineacers_lead_events_published 2')
    expect(text).toContain('fineacers_lead_events_behind_seconds 1.5')
    expect(text).toContain('fineacers_lead_events_taken 0')
  })
})
