import { describe, expect, it } from 'vitest'
import { contact } from './contact.ts'
import { conversation } from './conversation.ts'
import { dispatch } from './dispatch.ts'
import { message } from './testing/conversation-script.ts'
import { dispatchAsked, heard } from './testing/event-script.ts'
import { after, afterAll, onStage, running, said, type StageEvent } from './testing/harness.ts'

const reach = { account: 'hello@acme.example', email: 'ana@example.com' }
const introduced = { type: 'contact.introduced', channel: 'email', reach, name: 'Ana', language: 'en', timeZone: 'UTC' }
const talk = () => onStage(conversation.machine, conversation.input('acme/conversation/1', {}))

describe('SMS and email', () => {
  it('[M38] hand on what the channel itself takes for a stop', () => {
    const told = { ...heard.told, text: 'cancel', wish: 'stop' }
    const stage = after(onStage(contact.machine, contact.input('acme/contact/1', {})), { ...heard, told })
    expect(stage.sends.at(-1)?.event).toMatchObject({ type: 'message.received', text: 'cancel', wish: 'stop' })
  })

  it('[M38] tell the gate of a stop whatever its words, and owe no answer to it; the same words alone are a message', () => {
    const cancel: StageEvent = { ...message('m1', 'cancel'), channel: 'sms' }
    const stopped = after(talk(), { ...cancel, wish: 'stop' })
    const wishes = stopped.sends.filter(({ event }) => event.type === 'contact.wished')
    expect(wishes).toMatchObject([{ to: 'acme/lead/1', event: { wish: 'stop', channel: 'sms', proof: 'cancel' } }])
    expect(said(stopped, 'message-added').at(-1)?.['author']).toEqual({ kind: 'system', notice: 'opted-out' })
    expect(after(talk(), cancel).sends.some(({ event }) => event.type === 'contact.wished')).toBe(false)
  })

  it('[M39] make who writes by email a lead that others are joined with by the address', () => {
    const stage = afterAll(talk(), [introduced])
    const captured = stage.sends.find(({ event }) => event.type === 'lead.captured')
    expect(captured?.event['profile']).toMatchObject({
      name: 'Ana',
      email: 'ana@example.com',
      visitorId: 'email:ana@example.com',
      source: 'email',
    })
  })

  it('[M40] say to who sends it that a message is no answer, so that a way out can go with it', () => {
    const sending = (purpose: string) => {
      const asked = { ...dispatchAsked, channel: 'email', reach, purpose }
      const stage = onStage(dispatch.machine, dispatch.input('acme/dispatch/1:2', {}))
      const through = [
        { type: 'account.decided', decision: { outcome: 'send', counted: false } },
        { type: 'outreach.decided', outcome: 'send', reason: 'consented' },
      ]
      return running(afterAll(stage, [asked, ...through]), 'transmit').input
    }
    expect(sending('marketing')).toMatchObject({ channel: 'email', purpose: 'marketing' })
    expect(sending('service')).not.toHaveProperty('purpose')
  })
})
