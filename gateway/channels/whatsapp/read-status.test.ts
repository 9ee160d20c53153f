import { describe, expect, it } from 'vitest'
import type { JsonObject } from '#runtime/json.ts'
import { without } from '../../read-models/shape.ts'
import { readWebhook } from './read-webhook.ts'
import {
  account,
  anaPhone,
  anaUserId,
  business,
  change,
  delivery,
  metaError,
  onTheWire,
  statusesDelivery,
  statusUpdate,
} from './testing/payloads.ts'

const read = (status: JsonObject) => readWebhook(onTheWire(statusesDelivery(status)))[0]
const told = { kind: 'status', business, account, id: 'wamid.OUT-9', toldAtMs: 1_790_000_400_000 }
const person = { phone: anaPhone }

describe('a status', () => {
  it.each(['sent', 'delivered', 'read', 'played', 'failed'])(
    '%s is read alone: none needs another before it',
    (status) => {
      expect(read(statusUpdate(status))).toEqual({ ...told, person, status })
    },
  )

  it('of a message nobody knows reads like any other', () => {
    expect(read(statusUpdate('read', { id: 'wamid.NOT-OURS' }))).toMatchObject({ kind: 'status', id: 'wamid.NOT-OURS' })
  })

  it('carries our own id and what the message costs', () => {
    const pricing = { billable: true, pricing_model: 'PMP', type: 'regular', category: 'service' }
    const more = { biz_opaque_callback_data: 'msg_01J8Z7', pricing }
    expect(read(statusUpdate('delivered', more))).toEqual({
      ...told,
      person,
      status: 'delivered',
      opaque: 'msg_01J8Z7',
      category: 'service',
      billable: true,
    })
    expect(read(statusUpdate('sent', { pricing: { billable: false } }))).toMatchObject({ billable: false })
  })

  it('of a failure says what to do about it', () => {
    const errors = [metaError(131047, 'Re-engagement message', 'More than 24 hours have passed.')]
    expect(read(statusUpdate('failed', { errors }))).toMatchObject({
      status: 'failed',
      error: { code: 131047, action: 'offer-template', reason: expect.stringContaining('24 hours') },
    })
  })

  it('names the recipient by phone, by id, by both, or not at all', () => {
    const byId = { ...without(statusUpdate('sent'), 'recipient_id'), recipient_user_id: anaUserId }
    expect(read(byId)).toMatchObject({ person: { userId: anaUserId } })
    expect(read(statusUpdate('sent', { recipient_user_id: anaUserId }))).toMatchObject({
      person: { phone: anaPhone, userId: anaUserId },
    })
    expect(read(without(statusUpdate('failed'), 'recipient_id'))).toEqual({
      ...told,
      status: 'failed',
      person: {},
    })
  })

  it('takes names from contacts, beside it or within it', () => {
    const contacts = [{ profile: { name: 'Ana Ruiz' }, wa_id: anaPhone, user_id: anaUserId }]
    const named = { person: { phone: anaPhone, userId: anaUserId, name: 'Ana Ruiz' } }
    expect(read(statusUpdate('read', { contacts }))).toMatchObject(named)
    const beside = delivery(change({ contacts, statuses: [statusUpdate('read')] }))
    expect(readWebhook(onTheWire(beside))[0]).toMatchObject(named)
  })

  it('in a group is about the participant', () => {
    const group = { recipient_type: 'group', recipient_id: '120363000000', recipient_participant_id: anaPhone }
    expect(read(statusUpdate('delivered', group))).toMatchObject({ person })
  })

  it('without message, time or a value that is known is unread', () => {
    const wrong = [
      without(statusUpdate('sent'), 'id'),
      without(statusUpdate('sent'), 'timestamp'),
      statusUpdate('warning'),
      statusUpdate(''),
    ]
    for (const each of wrong) {
      expect(read(each)).toMatchObject({ kind: 'unread', raw: JSON.stringify(each) })
    }
  })
})
