import { describe, expect, it } from 'vitest'
import { accountEvents, type AccountNews } from './account-news.ts'

const nowMs = 1_790_000_700_000
const toldAtMs = 1_790_000_600_000
const numbers = [
  { business: '10', account: '1', displayNumber: '+1 555-078-3881' },
  { business: '10', account: '2', displayNumber: '15550783882' },
  { business: '20', account: '3', displayNumber: '15550783883' },
]

function told(update: AccountNews) {
  return accountEvents(update, { workspace: 'acme', numbers, nowMs })
}

function notice(value: object): AccountNews {
  const details = JSON.stringify(value)
  return { kind: 'notice', business: '10', field: 'phone_number_quality_update', details, toldAtMs }
}

function limitOf(value: object): unknown {
  return told(notice(value))[0]?.event['limit']
}

describe('news of an account', () => {
  it('go to every number of the business, or to the one that is named', () => {
    const template: AccountNews = {
      kind: 'template',
      business: '10',
      what: 'status',
      templateId: '77',
      name: 'viewing',
      language: 'en',
      value: 'PAUSED',
      toldAtMs,
    }
    expect(told(template).map(({ to }) => to)).toEqual(['acme/account/whatsapp:1', 'acme/account/whatsapp:2'])
    expect(told(notice({ display_phone_number: '15550783881' })).map(({ to }) => to)).toEqual([
      'acme/account/whatsapp:1',
    ])
    expect(told({ ...template, business: '30' })).toEqual([])
  })

  it('told again they are the same event, and the same said later is another', () => {
    const ids = (update: AccountNews): readonly unknown[] => told(update).map(({ id }) => id)
    const flagged = notice({ event: 'FLAGGED' })
    expect(ids(flagged)).toEqual(ids(flagged))
    expect(ids({ ...flagged, toldAtMs: toldAtMs + 1000 })).not.toEqual(ids(flagged))
  })

  it('read the limit of people a day however Meta writes it', () => {
    expect(limitOf({ current_limit: 'TIER_250' })).toBe(250)
    expect(limitOf({ current_limit: 'TIER_2K' })).toBe(2000)
    expect(limitOf({ max_daily_conversations_per_business: 'TIER_UNLIMITED' })).toBe(1_000_000_000)
    expect(limitOf({ max_daily_conversation_per_phone: 1000 })).toBe(1000)
    expect(limitOf({ max_daily_conversation_per_phone: -1 })).toBe(1_000_000_000)
    expect(limitOf({ current_limit: 'SOMETHING' })).toBeUndefined()
    expect(limitOf({})).toBeUndefined()
  })

  it('of errors that come days late say nothing', () => {
    const error = { code: 190, action: 'stop-sender', reason: 'no access' } as const
    const update: AccountNews = { kind: 'account-error', business: '10', account: '1', errors: [error], toldAtMs }
    expect(told(update)).toMatchObject([{ event: { type: 'account.troubled', error } }])
    expect(told({ ...update, toldAtMs: toldAtMs - 3_600_000 })).toEqual([])
  })
})
