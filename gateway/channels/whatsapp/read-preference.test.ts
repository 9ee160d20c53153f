import { describe, expect, it } from 'vitest'
import type { JsonObject } from '#runtime/json.ts'
import { readWebhook } from './read-webhook.ts'
import { account, anaPhone, anaUserId, business, change, delivery, onTheWire, preference } from './testing/payloads.ts'

const read = (each: JsonObject) =>
  readWebhook(onTheWire(delivery(change({ user_preferences: [each] }, 'user_preferences'))))[0]

describe("a person's own switch for marketing", () => {
  it.each(['stop', 'resume'] as const)('says %s, since when, and keeps the proof', (value) => {
    expect(read(preference(value))).toEqual({
      kind: 'preference',
      business,
      account,
      person: { phone: anaPhone, userId: anaUserId },
      value,
      sentAtMs: 1_790_000_500_000,
      proof: JSON.stringify(preference(value)),
    })
  })

  it('takes a time written as text, and a person by id only', () => {
    const told = preference('stop', { wa_id: null, timestamp: '1790000500' })
    expect(read(told)).toMatchObject({ sentAtMs: 1_790_000_500_000, person: { userId: anaUserId } })
  })

  it('stops without a category, and resumes only with it', () => {
    expect(read(preference('stop', { category: null }))).toMatchObject({ kind: 'preference', value: 'stop' })
    expect(read(preference('resume', { category: null }))).toMatchObject({ kind: 'unread' })
  })

  it('about anything but marketing, of nobody, or without a word we know is unread', () => {
    const wrong = [
      { category: 'utility_messages' },
      { wa_id: null, user_id: null },
      { value: 'pause' },
      { timestamp: null },
    ]
    for (const more of wrong) expect(read(preference('resume', more))).toMatchObject({ kind: 'unread', business })
  })
})
