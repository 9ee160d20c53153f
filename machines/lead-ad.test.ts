import { describe, expect, it } from 'vitest'
import type { FetchedLead } from './lead-ad-contract.ts'
import { leadAdDefaults } from './lead-ad-contract.ts'
import { leadAd } from './lead-ad.ts'
import { after, completed, failed, onStage, running, said, since, waited, type Stage } from './testing/harness.ts'

const fresh = onStage(leadAd.machine, leadAd.input('acme/lead-ad/444', {}))
const told = '{"object":"page"}'
const ping = { type: 'ad-lead.announced', page: '516', form: '551', by: 'ping', told }
const consent = { state: 'given', atMs: 1, source: 'lead-form', proof: '{"is_checked":"1"}' } as const
const found: FetchedLead = {
  outcome: 'found',
  profile: { name: 'Ana Ruiz', phone: '+34600111222' },
  consents: [{ scope: 'whatsapp:marketing', consent }],
  disclaimers: [{ checkbox_key: 'whatsapp_optin', is_checked: '1' }],
}
const hour = 60 * 60 * 1000

function answered(stage: Stage, output: FetchedLead): Stage {
  return completed(stage, running(stage, 'fetch-lead'), output)
}

/** The stage after its pause, when it is in one. */
function paused(stage: Stage): Stage {
  return waited(stage, Number(stage.snapshot.context.waitMs))
}

/** Asked for with this answer each time until nothing more is asked. */
function givenUp(stage: Stage, output: FetchedLead): Stage {
  let now = stage
  while (now.work.size > 0) now = paused(answered(now, output))
  return now
}

describe("an advertisement's lead", () => {
  it('[M36] is read when it was told of, and handed to a lead of its own name with what was ticked', () => {
    const stage = after(fresh, ping)
    expect(running(stage, 'fetch-lead').input).toEqual({ id: '444', page: '516', form: '551' })
    const captured = answered(stage, found)
    expect(captured.sends).toEqual([
      { to: 'acme/lead/ad-444', event: { type: 'lead.captured', profile: found.profile } },
      { to: 'acme/lead/ad-444', event: { type: 'consent.said', scope: 'whatsapp:marketing', consent } },
    ])
    expect(said(captured, 'ad-lead-captured')).toMatchObject([{ disclaimers: found.disclaimers }])
  })

  it('[M36] told again while it is read, and once it is a lead, it changes nothing', () => {
    const stage = after(fresh, ping)
    const twice = after(after(stage, ping), { ...ping, by: 'sweep' })
    expect(twice.snapshot.context).toEqual(stage.snapshot.context)
    const captured = answered(twice, found)
    const later = after(captured, { ...ping, by: 'sweep' })
    expect(since(later, captured)).toEqual({ facts: [], sends: [], asked: [] })
    expect(later.work.size).toBe(0)
  })

  it('[M37] that can not be read yet is asked for again with growing pauses', () => {
    let stage = after(fresh, ping)
    const pauses: unknown[] = []
    for (let attempt = 0; attempt < 10; attempt++) {
      stage = answered(stage, { outcome: 'missing', reason: 'no such object' })
      pauses.push(said(stage, 'ad-lead-delayed').at(-1)?.['waitMs'])
      stage = paused(stage)
    }
    expect(pauses).toEqual([15, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600].map((seconds) => seconds * 1000))
    expect(answered(stage, found).snapshot.value).toBe('captured')
  })

  it('[M37] waits for as long as the provider asks, but no longer than the longest pause', () => {
    const later = (afterMs: number) => answered(after(fresh, ping), { outcome: 'later', reason: 'too fast', afterMs })
    expect(said(later(60_000), 'ad-lead-delayed')).toMatchObject([{ waitMs: 60_000 }])
    expect(said(later(48 * hour), 'ad-lead-delayed')).toMatchObject([{ waitMs: hour }])
  })

  it.each([
    ['missing', 'missing'],
    ['later', 'missing'],
    ['refused', 'refused'],
  ] as const)('[M37] that is %s for 36 hours waits for a person, as it was told', (outcome, state) => {
    const stage = givenUp(after(fresh, ping), { outcome, reason: 'the token has ended' })
    expect(stage.snapshot.value).toBe(state)
    expect(stage.atMs - fresh.atMs).toBeGreaterThanOrEqual(36 * hour)
    expect(stage.atMs - fresh.atMs).toBeLessThan(39 * hour)
    const message = { subject: 'meta-page', headers: {}, body: told, encoding: 'text' }
    const reasons = ["the advertisement's lead could not be read: the token has ended"]
    expect(stage.sends).toEqual([
      { to: 'acme/refused-event/lead-ad-444-1', event: { type: 'event.refused', message, reasons } },
    ])
  })

  it('[M37] told again by a person it begins anew, and a second failure is a letter of its own', () => {
    const refused: FetchedLead = { outcome: 'refused', reason: 'the token has ended' }
    const first = givenUp(after(fresh, ping), refused)
    const told = after(first, { ...ping, by: 'person' })
    expect(answered(told, found).sends.at(-1)?.to).toBe('acme/lead/ad-444')
    expect(givenUp(told, refused).sends.at(-1)?.to).toBe('acme/refused-event/lead-ad-444-2')
  })

  it('[M37] told again by the sweep while it waits, it is read at once', () => {
    const waiting = answered(after(fresh, ping), { outcome: 'refused', reason: 'the token has ended' })
    expect(waiting.work.size).toBe(0)
    const stage = after(waiting, { ...ping, by: 'sweep' })
    expect(answered(stage, found).snapshot.value).toBe('captured')
  })

  it('[M37] is asked for again when reading it broke off, or never came back', () => {
    const stage = after(fresh, ping)
    expect(failed(stage, running(stage, 'fetch-lead'), 'crashed').snapshot.value).toBe('waiting')
    expect(waited(stage, leadAdDefaults.fetchTimeoutMs).snapshot.value).toBe('waiting')
  })
})
