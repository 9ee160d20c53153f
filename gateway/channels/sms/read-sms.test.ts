import { describe, expect, it } from 'vitest'
import { readSms } from './read-sms.ts'

function read(form: { readonly [name: string]: string }) {
  return readSms(Object.entries(form))
}

const message = { MessageSid: 'SM1', From: '+34600111222', To: '+15550006789', Body: 'Hello' }

describe('a form of the SMS provider', () => {
  it('is a message with its files', () => {
    const files = { NumMedia: '2', MediaUrl0: 'https://m/1', MediaContentType0: 'image/jpeg', MediaUrl1: 'https://m/2' }
    expect(read({ ...message, ...files, Unknown: 'x' })).toEqual({
      kind: 'message',
      id: 'SM1',
      account: '+15550006789',
      phone: '+34600111222',
      text: 'Hello',
      attachments: [
        { kind: 'image', mediaId: 'https://m/1', mimeType: 'image/jpeg' },
        { kind: 'document', mediaId: 'https://m/2', mimeType: 'application/octet-stream' },
      ],
    })
    expect(read({ ...message, NumMedia: '99999999' })).toMatchObject({ attachments: { length: 10 } })
  })

  it.each([
    ['STOP', undefined, 'stop'],
    [' Cancel ', undefined, 'stop'],
    ['END', undefined, 'stop'],
    ['please cancel the visit', undefined, undefined],
    ['basta', 'STOP', 'stop'],
    ['yes', 'START', 'start'],
    ['yes', undefined, undefined],
    ['info', 'HELP', undefined],
  ])('reads «%s» with OptOutType %s as %s', (Body, OptOutType, wish) => {
    const told = read({ ...message, Body, ...(OptOutType === undefined ? {} : { OptOutType }) })
    expect('wish' in told ? told.wish : undefined).toBe(wish)
  })

  it.each([
    ['queued', {}, { kind: 'nothing' }],
    ['sent', {}, { kind: 'status', status: 'sent' }],
    ['delivered', {}, { kind: 'status', status: 'delivered' }],
    ['read', {}, { kind: 'status', status: 'read' }],
    ['undelivered', { ErrorCode: '30003' }, { status: 'failed', error: { code: 30003, action: 'unreachable' } }],
    ['failed', { ErrorCode: '30007' }, { status: 'failed', error: { code: 30007, action: 'alert' } }],
    ['failed', { ErrorCode: 'none' }, { status: 'failed', error: { code: -1, action: 'give-up' } }],
    ['levitated', {}, { kind: 'unread' }],
  ])('reads the report %s %j', (MessageStatus, more, expected) => {
    const told = read({ MessageSid: 'SM1', MessageStatus, From: '+15550006789', To: '+34600111222', ...more })
    expect(told).toMatchObject(expected)
  })

  it('that says too little is unread, with why', () => {
    expect(read({})).toEqual({ kind: 'unread', reason: 'it names no message' })
    expect(read({ MessageSid: 'SM1' })).toEqual({ kind: 'unread', reason: 'it does not say who it is from' })
    expect(read({ ...message, Body: ' ' })).toEqual({ kind: 'unread', reason: 'it says nothing' })
  })
})
