import { describe, expect, it } from 'vitest'
import type { ConsentView, DecisionView, OutgoingView, StepView } from '#gateway/protocol.ts'
import { createTranslator } from '../text/text.ts'
import { wayState, wayWord, whyLines } from './why.ts'

const { first: english, change } = createTranslator()
const day = (hours: number, minutes: number, ofMonth = 12): number =>
  new Date(2026, 10, ofMonth, hours, minutes).getTime()

function way(change: Partial<OutgoingView> = {}): OutgoingView {
  return {
    dispatch: 'acme/dispatch/ana:2',
    conversation: 'acme/conversation/ana',
    lead: 'acme/lead/ana',
    n: 2,
    channel: 'whatsapp',
    purpose: 'service',
    sender: 'assistant',
    preview: 'It is',
    askedAtMs: day(21, 4),
    decisions: [],
    status: 'waiting',
    attempts: 0,
    steps: [],
    updatedAtMs: day(21, 4),
    ...change,
  }
}

const decision = (more: Partial<DecisionView> & Pick<DecisionView, 'outcome' | 'reason'>): DecisionView => ({
  atMs: day(21, 4),
  ...more,
})
const step = (status: StepView['status'], atMs: number, more: Partial<StepView> = {}): StepView => ({
  status,
  atMs,
  attempt: 1,
  ...more,
})
const stop: ConsentView = {
  scope: '*:marketing',
  state: 'withdrawn',
  atMs: day(9, 0, 3),
  source: 'words',
  proof: 'Stop!',
  channel: 'whatsapp',
}
const story = (of: OutgoingView, name?: string): string =>
  whyLines(of, { ...english, ...(name === undefined ? {} : { name }) })
    .map(({ text }) => text)
    .join(' · ')

describe('why a message went out', () => {
  it('is told from who asked for it to the customer’s having read it', () => {
    const read = way({
      status: 'read',
      attempts: 1,
      decisions: [decision({ outcome: 'send', reason: 'service-reply' })],
      steps: [step('sending', day(21, 4)), step('delivered', day(21, 4)), step('read', day(21, 6))],
    })
    expect(story(read)).toBe(
      'asked 21:04 by the assistant · let through: answer to a customer’s message · delivered 21:04 · read 21:06',
    )
    expect(wayWord(read, english)).toBe('Read')
  })

  it('is told in the order in which it can have happened, though a provider’s clock counts in seconds', () => {
    const askedAtMs = day(21, 4) + 700
    const read = way({
      askedAtMs,
      status: 'delivered',
      attempts: 1,
      decisions: [decision({ outcome: 'send', reason: 'service-reply', atMs: askedAtMs + 5 })],
      steps: [step('delivered', day(21, 4))],
    })
    expect(story(read)).toMatch(/^asked .* let through: .* · delivered 21:04$/)
  })

  it('or did not, with the customer’s own words', () => {
    const refused = way({
      sender: 'member',
      status: 'failed',
      reason: 'the customer has said stop and has not written since',
      decisions: [decision({ outcome: 'refuse', reason: 'nothing-to-answer', consent: stop })],
      steps: [step('failed', day(21, 4))],
    })
    expect(wayState(refused)).toBe('refused')
    expect(story(refused, 'Priya')).toBe(
      'asked 21:04 by Priya · refused: the customer said stop on 3 Nov («Stop!», WhatsApp)',
    )
  })

  it('or waits, with until when', () => {
    const held = way({
      purpose: 'marketing',
      sender: 'campaign',
      decisions: [decision({ outcome: 'hold', reason: 'quiet-hours', untilMs: day(9, 0, 13) })],
    })
    expect([wayState(held), wayWord(held, english)]).toEqual(['held', 'Held until 13 Nov, 09:00'])
    expect(story(held)).toBe(
      'asked 21:04 by a campaign · held until 13 Nov, 09:00: it is night where the customer lives',
    )
  })

  it('or failed after it was tried again, with the provider’s reason', () => {
    const failed = way({
      status: 'failed',
      attempts: 2,
      decisions: [decision({ outcome: 'send', reason: 'service-reply' })],
      steps: [
        step('sending', day(21, 4)),
        step('waiting', day(21, 4), { reason: 'Meta is busy' }),
        step('sending', day(21, 5), { attempt: 2 }),
        step('failed', day(21, 6), { attempt: 2, reason: 'not on WhatsApp' }),
      ],
    })
    expect(wayState(failed)).toBe('failed')
    expect(story(failed)).toMatch(/put off 21:04: Meta is busy · tried again 21:05 · failed 21:06: not on WhatsApp$/)
    expect(whyLines(failed, english).map(({ tone }) => tone)).toEqual(['plain', 'plain', 'plain', 'plain', 'trouble'])
  })

  it('is told in Hindi too', async () => {
    const hindi = await change('hi')
    const told = whyLines(way({ decisions: [decision({ outcome: 'send', reason: 'service-reply' })] }), hindi)
    expect(told.map(({ text }) => text)).toEqual(['21:04 पर सहायक ने भेजना चाहा', 'जाने दिया: ग्राहक के संदेश का उत्तर'])
  })
})
