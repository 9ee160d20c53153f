import { describe, expect, it } from 'vitest'
import type { OutgoingContent } from '#machines/dispatch-contract.ts'
import { composeMessage } from './compose.ts'
import { messageLimits } from './message-limits.ts'

const to = { account: '106540352242922', phone: '34600111222' }

function composed(content: OutgoingContent, replyTo?: string): unknown {
  const result = composeMessage(content, to, { opaque: 'd1', ...(replyTo === undefined ? {} : { replyTo }) })
  return result.ok ? result.body : result.reason
}

const flow = {
  kind: 'flow',
  text: 'Tell us what you look for.',
  flowId: '1197715005513101',
  label: 'Open the form',
  token: 'm1',
} as const

describe('a question with a button', () => {
  it('asks for a place as Meta publishes it', () => {
    expect(composed({ kind: 'location-request', text: ' Where should we meet? ' })).toMatchObject({
      to: '34600111222',
      type: 'interactive',
      interactive: {
        type: 'location_request_message',
        body: { text: 'Where should we meet?' },
        action: { name: 'send_location' },
      },
    })
  })

  it('asks somebody known by an id for their number', () => {
    const result = composeMessage(
      { kind: 'contact-request', text: 'May we call you?' },
      { account: '1', userId: 'ES.1' },
      { opaque: 'd1' },
    )
    expect(result).toMatchObject({
      body: {
        recipient: 'ES.1',
        interactive: {
          type: 'contact_request',
          body: { text: 'May we call you?' },
          action: { name: 'request_contact_info' },
        },
      },
    })
  })

  it.each(['location-request', 'contact-request'] as const)('%s is refused without words and with too many', (kind) => {
    expect(composed({ kind, text: ' \n' })).toMatch(/may not be empty/)
    expect(composed({ kind, text: 'x'.repeat(messageLimits.body) })).toHaveProperty('interactive')
    expect(composed({ kind, text: 'x'.repeat(messageLimits.body + 1) })).toMatch(/1024 characters; this has 1025/)
  })
})

describe('a form', () => {
  it('opens at its first screen when none is named', () => {
    expect(composed(flow)).toMatchObject({
      interactive: {
        type: 'flow',
        body: { text: 'Tell us what you look for.' },
        action: {
          name: 'flow',
          parameters: {
            flow_message_version: '3',
            flow_token: 'm1',
            flow_id: '1197715005513101',
            flow_cta: 'Open the form',
            flow_action: 'navigate',
          },
        },
      },
    })
    expect(JSON.stringify(composed(flow))).not.toContain('flow_action_payload')
  })

  it('opens at a screen with what it is given, and never with an empty object', () => {
    const data = { city: 'Pune', rooms: 3 }
    expect(JSON.stringify(composed({ ...flow, screen: 'WISHES', data }))).toContain(
      '"flow_action_payload":{"screen":"WISHES","data":{"city":"Pune","rooms":3}}',
    )
    expect(JSON.stringify(composed({ ...flow, screen: 'WISHES', data: {} }))).toContain(
      '"flow_action_payload":{"screen":"WISHES"}',
    )
  })

  it.each([
    [{ flowId: 'visit' }, /id of a form is a number/],
    [{ flowId: '1'.repeat(65) }, /id of a form is a number/],
    [{ label: ' ' }, /needs words/],
    [{ label: 'x'.repeat(21) }, /20 characters; this has 21/],
    [{ label: 'Open 📝' }, /no emoji/],
    [{ token: '' }, /token/],
    [{ screen: 'two words' }, /letters and underscores/],
    [{ data: { city: 'Pune' } }, /Only a named screen/],
    [{ text: 'x'.repeat(1025) }, /1024 characters/],
  ])('is refused with %o', (wrong, reason) => {
    expect(composed({ ...flow, ...wrong })).toMatch(reason)
  })

  it('takes a label of digits and signs: only pictures are emoji', () => {
    expect(composed({ ...flow, label: 'Step 1 of 2 #visit' })).toHaveProperty('interactive')
  })
})

describe('a reaction', () => {
  it('names the message it is laid over, and is taken back with an empty emoji', () => {
    expect(composed({ kind: 'reaction', to: 'wamid.IN', emoji: '👍' })).toMatchObject({
      type: 'reaction',
      reaction: { message_id: 'wamid.IN', emoji: '👍' },
    })
    expect(composed({ kind: 'reaction', to: 'wamid.IN', emoji: '' })).toMatchObject({ reaction: { emoji: '' } })
  })

  it.each(['👍🏽', '❤️', '👨‍👩‍👧', '🇮🇳', '1️⃣'])('is one emoji: %s', (emoji) => {
    expect(composed({ kind: 'reaction', to: 'wamid.IN', emoji })).toHaveProperty('reaction')
  })

  it.each(['👍👍', 'ok', ':)', '1', ' 👍'])('is refused when it is something else: %s', (emoji) => {
    expect(composed({ kind: 'reaction', to: 'wamid.IN', emoji })).toBe('A reaction is one emoji.')
  })
})
