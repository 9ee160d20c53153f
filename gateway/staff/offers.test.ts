import { describe, expect, it } from 'vitest'
import { addressOf } from '#runtime/address.ts'
import type { Offer } from '../protocol.ts'
import { newConversation, type ConversationDocument } from '../read-models/conversation-document.ts'
import { offered } from './offers.ts'

function talk(more: Partial<ConversationDocument> = {}): ConversationDocument {
  return { ...newConversation(addressOf('acme', 'conversation', 'c1'), 1), channel: 'whatsapp', ...more }
}

const place: Offer = { kind: 'location', latitude: 12.9698, longitude: 77.75, name: 'Palm Grove' }
const link: Offer = { kind: 'link', text: ' The tour ', label: 'See\nit', url: ' https://example.com/tour ' }

describe('something to tap', () => {
  it('goes out with its button on WhatsApp, tidied, and reads like its words', () => {
    expect(offered(talk(), link, 'm1')).toEqual({
      text: 'The tour',
      content: { kind: 'link', text: 'The tour', label: 'See it', url: 'https://example.com/tour' },
    })
    expect(offered(talk(), { kind: 'flow', text: 'Tell us', label: 'Open', flowId: '1197' }, 'm1')).toMatchObject({
      content: { kind: 'flow', token: 'm1' },
    })
  })

  it('reads like the name of a place, else its address, else where it is', () => {
    const { name: _, ...nameless } = place
    expect(offered(talk(), place, 'm1').text).toBe('Palm Grove')
    expect(offered(talk(), { ...nameless, address: 'Whitefield' }, 'm1').text).toBe('Whitefield')
    expect(offered(talk(), nameless, 'm1').text).toBe('12.9698, 77.75')
  })

  it('is written out on a channel without buttons, or refused where words alone would not do', () => {
    const widget = talk({ channel: 'widget' })
    expect(offered(widget, place, 'm1')).toEqual({ text: 'Palm Grove\nhttps://maps.google.com/?q=12.9698,77.75' })
    expect(offered(widget, link, 'm1')).toEqual({ text: 'The tour\nSee it: https://example.com/tour' })
    for (const kind of ['location-request', 'contact-request'] as const) {
      expect(() => offered(widget, { kind, text: 'Where?' }, 'm1')).toThrow('Only WhatsApp')
    }
  })

  it.each<[string, Offer, RegExp]>([
    ['words that are too many', { kind: 'location-request', text: 'x'.repeat(1025) }, /1024 characters/],
    ['no words', { kind: 'location-request', text: ' ' }, /empty/],
    ['a button that is too long', { ...link, label: 'x'.repeat(21) }, /1 to 20 characters/],
    ['too many words beside a link', { ...link, text: 'x'.repeat(1025) }, /1024 characters/],
    ['an address that is none', { ...link, url: 'javascript:alert(1)' }, /no web address/],
    ['a form that is no number', { kind: 'flow', text: 'Hi', label: 'Open', flowId: 'visit' }, /is a number/],
  ])('is refused with %s', (_, offer, why) => {
    expect(() => offered(talk(), offer, 'm1')).toThrow(why)
  })

  it('asks nobody for a number that is known, from the channel or from their own words', () => {
    const ask: Offer = { kind: 'contact-request', text: 'May we call you?' }
    const reached = [{ channel: 'whatsapp', account: '1', userId: 'ES.1' }]
    const marks = { reactions: [], revoked: [], reached }
    expect(offered(talk({ marks }), ask, 'm1').content).toMatchObject({ kind: 'contact-request' })
    expect(() => offered(talk({ marks, phone: '+34600111222' }), ask, 'm1')).toThrow('known already')
    const numbered = { ...marks, reached: [{ channel: 'whatsapp', account: '1', phone: '34600111222' }] }
    expect(() => offered(talk({ marks: numbered }), ask, 'm1')).toThrow('known already')
  })
})
