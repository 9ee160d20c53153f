import { describe, expect, it } from 'vitest'
import { addressOf } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import type { ConversationDocument } from './conversation-document.ts'
import { reduceConversation } from './conversation-document.ts'

function reduced(...told: readonly (readonly [type: string, data: object])[]): ConversationDocument | undefined {
  return told.reduce<ConversationDocument | undefined>((before, [type, data], index) => {
    const position = index + 1
    const address = addressOf('acme', 'conversation', 'ana')
    const fact: Fact = {
      address,
      type,
      data: data as Fact['data'],
      position,
      revision: position,
      index: 0,
      atMs: position,
      causedBy: `e${position}`,
    }
    return reduceConversation(before, fact)
  }, undefined)
}

const message = { n: 1, author: { kind: 'customer' }, text: '', atMs: 1, epoch: 0 }

describe('marks of a conversation', () => {
  it('are none until there is one', () => {
    expect(reduced(['message-added', message])?.marks).toBeUndefined()
  })

  it('hold one reaction a message, until it is taken back', () => {
    const heart = ['customer-reacted', { to: 'wamid.1', emoji: '❤️' }] as const
    const thumb = ['customer-reacted', { to: 'wamid.1', emoji: '👍' }] as const
    expect(reduced(heart, thumb)?.marks?.reactions).toEqual([{ to: 'wamid.1', emoji: '👍' }])
    expect(reduced(heart, ['customer-reacted', { to: 'wamid.1', emoji: '' }])?.marks?.reactions).toEqual([])
  })

  it('hold what members gave, one a message, with what became of it', () => {
    const by = { n: 1, to: 'wamid.1', memberId: 'm1', name: 'Priya' }
    const thumb = ['member-reacted', { ...by, emoji: '👍' }] as const
    const sent = ['reaction-changed', { to: 'wamid.1', emoji: '👍', status: 'sent' }] as const
    const back = ['member-reacted', { ...by, emoji: '' }] as const
    const shown = { to: 'wamid.1', emoji: '👍', name: 'Priya' }
    expect(reduced(back)?.marks?.given).toEqual([])
    expect(reduced(thumb)?.marks?.given).toEqual([{ ...shown, status: 'on-its-way' }])
    expect(reduced(thumb, sent)?.marks?.given).toEqual([{ ...shown, status: 'sent' }])
    expect(reduced(thumb, sent, back)?.marks?.given).toEqual([{ ...shown, status: 'going-away' }])
    const gone = ['reaction-changed', { to: 'wamid.1', emoji: '', status: 'sent' }] as const
    expect(reduced(thumb, sent, back, gone)?.marks?.given).toEqual([])
    const failed = ['reaction-changed', { to: 'wamid.1', emoji: '', status: 'failed', reason: 'too late' }] as const
    expect(reduced(thumb, sent, back, failed)?.marks?.given).toEqual([
      { ...shown, status: 'failed', reason: 'too late' },
    ])
  })

  it('hold what was taken back, once', () => {
    const revoked = ['message-revoked', { n: 3 }] as const
    expect(reduced(revoked, revoked)?.marks?.revoked).toEqual([3])
  })

  it('hold how the customer is reached by each account, and forget no key that is not named again', () => {
    const told = reduced(
      ['contact-introduced', { channel: 'whatsapp', reach: { account: '1', userId: 'ES.1' }, username: '@ana' }],
      ['contact-introduced', { channel: 'email', reach: { account: 'us@acme.example', email: 'ana@example.com' } }],
      ['contact-introduced', { channel: 'whatsapp', reach: { account: '1', phone: '34600111222' } }],
    )
    expect(told?.marks?.reached).toEqual([
      { channel: 'whatsapp', account: '1', userId: 'ES.1', username: '@ana', phone: '34600111222' },
      { channel: 'email', account: 'us@acme.example', email: 'ana@example.com' },
    ])
  })

  it('a message without words is named by what came with it', () => {
    const attachments = [{ kind: 'voice', mediaId: '1', mimeType: 'audio/ogg' }]
    expect(reduced(['message-added', { ...message, attachments }])?.lastText).toBe('[voice]')
  })
})
