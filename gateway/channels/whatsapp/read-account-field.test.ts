import { describe, expect, it } from 'vitest'
import type { JsonObject } from '#runtime/json.ts'
import { readWebhook } from './read-webhook.ts'
import { business, delivery, onTheWire, templateStatus } from './testing/payloads.ts'

const read = (change: JsonObject) => readWebhook(onTheWire(delivery(change)))[0]
const news = { kind: 'template', business, templateId: '1234567890123456', name: 'viewing_reminder', language: 'es' }
const named = {
  message_template_id: 1234567890123456,
  message_template_name: 'viewing_reminder',
  message_template_language: 'es',
}

const events =
  'APPROVED ARCHIVED UNARCHIVED DELETED DISABLED FLAGGED IN_APPEAL LIMIT_EXCEEDED LOCKED PAUSED PENDING REINSTATED PENDING_DELETION REJECTED'

describe('news of a template', () => {
  it.each(events.split(' '))('%s is read', (event) => {
    expect(read(templateStatus(event))).toEqual({ ...news, what: 'status', value: event })
  })

  it('keeps an id beyond 2^53 exactly', () => {
    const text = onTheWire(delivery(templateStatus('APPROVED'))).replace('1234567890123456', '55459717045641545')
    expect(readWebhook(text)[0]).toMatchObject({ templateId: '55459717045641545' })
  })

  it('says why, wherever Meta says it', () => {
    const rejection_info = { reason: 'Promotional content', recommendation: 'Use the marketing category' }
    expect(read(templateStatus('REJECTED', { reason: 'INCORRECT_CATEGORY', rejection_info }))).toMatchObject({
      reason: 'INCORRECT_CATEGORY: Promotional content: Use the marketing category',
    })
    const other_info = { title: 'FIRST_PAUSE', description: 'Paused for 3 hours' }
    expect(read(templateStatus('PAUSED', { other_info }))).toMatchObject({ reason: 'FIRST_PAUSE: Paused for 3 hours' })
    expect(read(templateStatus('DELETED', { reason: null }))).not.toHaveProperty('reason')
  })

  it('of quality and category tells the new one', () => {
    const quality = { ...named, previous_quality_score: 'GREEN', new_quality_score: 'YELLOW' }
    expect(read({ field: 'message_template_quality_update', value: quality })).toEqual({
      ...news,
      what: 'quality',
      value: 'YELLOW',
    })
    const category = { ...named, previous_category: 'UTILITY', new_category: 'MARKETING' }
    expect(read({ field: 'template_category_update', value: category })).toEqual({
      ...news,
      what: 'category',
      value: 'MARKETING',
    })
  })

  it('without the template or the news is unread', () => {
    for (const more of [{ message_template_id: null }, { message_template_name: '' }, { event: 5 }]) {
      expect(read(templateStatus('APPROVED', more))).toMatchObject({ kind: 'unread', business })
    }
  })
})

describe('a notice', () => {
  it.each([
    'phone_number_quality_update',
    'business_capability_update',
    'account_update',
    'account_alerts',
    'automatic_events',
  ])('of %s is kept for people to read', (field) => {
    const value = { event: 'FLAGGED', current_limit: 'TIER_1K' }
    expect(read({ field, value })).toEqual({ kind: 'notice', business, field, details: JSON.stringify(value) })
  })

  it('is cut to 2000 characters', () => {
    expect(read({ field: 'account_alerts', value: { text: 'x'.repeat(3000) } })).toMatchObject({
      details: `{"text":"${'x'.repeat(1991)}`,
    })
  })
})

it('a field nobody told us of is unread, with the whole change', () => {
  const change = { field: 'calls', value: { calls: [{ id: 'wacid.1' }] } }
  expect(read(change)).toEqual({
    kind: 'unread',
    business,
    reason: 'it is a field that is not known',
    raw: JSON.stringify(change),
  })
})
