import { describe, expect, it } from 'vitest'
import { outreachDefaults as settings, type OutreachLedger } from './outreach-contract.ts'
import { Forecaster, forecastOutreach, type ForecastPlan } from './outreach-forecast.ts'
import { consented, newLedger, stopped } from './outreach-ledger.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
/** Noon and the next morning at nine, in India. */
const noonMs = Date.UTC(2026, 8, 21, 6, 30)
const nineMs = noonMs + 21 * hourMs
const said = { proof: 'said so', source: 'test', channel: 'whatsapp' } as const
const stranger = newLedger()
const willing = consented(stranger, '*:marketing', { state: 'given', atMs: 1, ...said })
/** Here it is night at noon in India. */
const inNewYork = { ...willing, zoneOffsetMinutes: -240 }

const plan: ForecastPlan = {
  channel: 'whatsapp',
  purpose: 'marketing',
  sender: 'campaign',
  template: true,
  perSecond: 1,
  sampleMax: 2,
}

function* people(ledgers: readonly OutreachLedger[]) {
  for (const [index, ledger] of ledgers.entries()) {
    const conversation = `acme/conversation/${index}`
    yield { person: `acme/lead/${index}`, hasAddress: true, conversation, ledger, costMicrosAt: () => 100 }
  }
}

describe('forecast', () => {
  it('says who gets it now, who later, who not and why, what it costs and when it is over', () => {
    const out = stopped(willing, { atMs: 2, ...said })
    const ledgers = [willing, stranger, inNewYork, willing, out, willing, inNewYork]
    const newYorkNineMs = noonMs + 6.5 * hourMs
    expect(forecastOutreach(people(ledgers), plan, { atMs: noonMs, settings })).toEqual({
      people: 7,
      outcomes: { send: 3, hold: 2, refuse: 2 },
      reasons: {
        consented: {
          outcome: 'send',
          count: 3,
          sample: ['acme/lead/0', 'acme/lead/3'],
          firstAtMs: noonMs,
          lastAtMs: noonMs + 2000,
        },
        'quiet-hours': {
          outcome: 'hold',
          count: 2,
          sample: ['acme/lead/2', 'acme/lead/6'],
          firstAtMs: newYorkNineMs,
          lastAtMs: newYorkNineMs,
        },
        'no-consent': { outcome: 'refuse', count: 1, sample: ['acme/lead/1'] },
        'opted-out': { outcome: 'refuse', count: 1, sample: ['acme/lead/4'] },
      },
      costMicros: 500,
      firstAtMs: noonMs,
      lastAtMs: newYorkNineMs,
      doneAtMs: newYorkNineMs + 2000,
    })
  })

  it('when nobody gets it there is no time and no cost', () => {
    const forecast = forecastOutreach(people([stranger]), plan, { atMs: noonMs, settings })
    expect(forecast).toEqual({
      people: 1,
      outcomes: { send: 0, hold: 0, refuse: 1 },
      reasons: { 'no-consent': { outcome: 'refuse', count: 1, sample: ['acme/lead/0'] } },
      costMicros: 0,
    })
  })

  it('whom the throughput reaches only at night gets it in the morning', () => {
    const slow = { ...plan, perSecond: 1 / 3600 }
    const forecast = forecastOutreach(people(Array(12).fill(willing)), slow, { atMs: noonMs, settings })
    expect(forecast.outcomes).toEqual({ send: 9, hold: 3, refuse: 0 })
    expect(forecast.reasons['quiet-hours']).toMatchObject({ firstAtMs: nineMs, lastAtMs: nineMs })
    expect(forecast.doneAtMs).toBe(nineMs + 3 * hourMs)
  })

  it('people may come in pages, and the tally may be looked at between', () => {
    const forecaster = new Forecaster(plan, { atMs: noonMs, settings })
    const [first, ...rest] = people([willing, inNewYork, stranger])
    if (first !== undefined) forecaster.add(first)
    const early = forecaster.forecast()
    for (const person of rest) forecaster.add(person)
    expect(early).toMatchObject({ people: 1, outcomes: { send: 1, hold: 0 } })
    const ledgers = [willing, inNewYork, stranger]
    expect(forecaster.forecast()).toEqual(forecastOutreach(people(ledgers), plan, { atMs: noonMs, settings }))
  })

  it('[M51] who is not reached by anything on the channel is told apart, and a template nobody may send goes to nobody', () => {
    const [ana] = people([willing])
    const at = { atMs: noonMs, settings }
    const nowhere = ana === undefined ? [] : [{ ...ana, hasAddress: false }]
    expect(forecastOutreach(nowhere, plan, at).reasons).toEqual({
      'no-address': { outcome: 'refuse', count: 1, sample: ['acme/lead/0'] },
    })
    const paused = { ...plan, account: { outcome: 'refuse', reason: 'template-paused' } } as const
    const forecast = forecastOutreach(people([willing, stranger]), paused, at)
    expect(forecast.reasons).toEqual({
      'template-paused': { outcome: 'refuse', count: 2, sample: ['acme/lead/0', 'acme/lead/1'] },
    })
  })

  it('[M51] an account that is stopped keeps back who would get it, without a time; one that is slowed, until it goes on', () => {
    const at = { atMs: noonMs, settings }
    const stoppedPlan = { ...plan, account: { outcome: 'hold', reason: 'sender-stopped' } } as const
    const stoppedForecast = forecastOutreach(people([willing, inNewYork, stranger]), stoppedPlan, at)
    expect(stoppedForecast).toEqual({
      people: 3,
      outcomes: { send: 0, hold: 2, refuse: 1 },
      reasons: {
        'sender-stopped': { outcome: 'hold', count: 2, sample: ['acme/lead/0', 'acme/lead/1'] },
        'no-consent': { outcome: 'refuse', count: 1, sample: ['acme/lead/2'] },
      },
      costMicros: 200,
    })
    const account = { outcome: 'hold', reason: 'sender-slowed', untilMs: noonMs + hourMs } as const
    const slowed = forecastOutreach(people([willing, willing]), { ...plan, account }, at)
    expect(slowed.outcomes).toEqual({ send: 0, hold: 2, refuse: 0 })
    expect(slowed).toMatchObject({ firstAtMs: noonMs + hourMs, doneAtMs: noonMs + hourMs + 2000 })
  })

  it('[M51] the daily limit of a provider spreads a campaign over days, and says over how many', () => {
    const daily = { limit: 3, roomToday: 1 }
    const forecast = forecastOutreach(people(Array(8).fill(willing)), { ...plan, daily }, { atMs: noonMs, settings })
    const nextDayMs = noonMs + 24 * hourMs
    expect(forecast.outcomes).toEqual({ send: 1, hold: 7, refuse: 0 })
    expect(forecast.reasons['portfolio-limit']).toMatchObject({
      count: 7,
      firstAtMs: nextDayMs,
      lastAtMs: nextDayMs + 48 * hourMs,
    })
    expect(forecast.days).toBe(4)
    expect(forecast.doneAtMs).toBe(nextDayMs + 48 * hourMs + 1000)
  })
})
