import { describe, expect, it } from 'vitest'
import { conversation } from './conversation.ts'
import { message, priya, takeOver } from './testing/conversation-script.ts'
import { after, afterAll, onStage, said, since, type Stage, type StageEvent } from './testing/harness.ts'

const reach = { account: '106540352242922', phone: '34600111222' }
const introduced: StageEvent = {
  type: 'contact.introduced',
  channel: 'whatsapp',
  reach,
  language: 'es',
  timeZone: 'Europe/Madrid',
}
const left: StageEvent = { type: 'contact.left', by: 'Maya', reach }
const reopen: StageEvent = { type: 'member.reopen', ...priya }
const says: StageEvent = { type: 'member.message', ...priya, clientId: 'p', text: 'Hello', via: 'console' }

/** A customer of WhatsApp wrote, and the assistant is at it. */
function drafting(): Stage {
  const stage = onStage(conversation.machine, conversation.input('acme/conversation/c1', {}))
  return afterAll(stage, [introduced, message('a', '3 bhk in whitefield')])
}

function refusals(stage: Stage): readonly unknown[] {
  return said(stage, 'command-refused').map((each) => each['code'])
}

describe('a number that somebody else has now', () => {
  it('[M59] closes the conversation and drops what the assistant was at', () => {
    const stage = after(drafting(), left)
    expect(stage.work.size).toBe(0)
    expect(said(stage, 'contact-left')).toMatchObject([{ by: 'Maya' }])
    // In the step itself: a crash leaves nothing of it undone.
    const told = since(stage, drafting()).sends.map(({ event }) => event['type'])
    expect(told).toEqual(expect.arrayContaining(['channel.failed', 'lead.part', 'lead.captured', 'contact.moved']))
    expect(said(stage, 'closed')).toMatchObject([{ reason: 'contact-left', by: 'Maya' }])
  })

  it('[M59] is written to by nobody from there, also when it is opened again; said twice it is the same', () => {
    const opened = afterAll(drafting(), [left, reopen, takeOver(priya)])
    const written = after(opened, says)
    expect(refusals(written)).toEqual(['contact-left'])
    expect(since(written, opened).asked).toEqual([])
    expect(said(afterAll(written, [left, left]), 'contact-left')).toHaveLength(1)
  })

  it('[M59] is the customer’s again when they are introduced there', () => {
    const back = afterAll(drafting(), [left, introduced, reopen, takeOver(priya), says])
    expect(refusals(back)).toEqual([])
  })
})
