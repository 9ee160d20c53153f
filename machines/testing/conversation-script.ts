/** Lines for the conversation's tests: what customers and members say, and what well-behaved work comes back with. */
import type { Draft, Route, Verdict } from '../conversation-contract.ts'
import type { StageEvent } from './harness.ts'

export const priya = { memberId: 'm1', name: 'Priya' } as const
export const ravi = { memberId: 'm2', name: 'Ravi' } as const

export const opened: StageEvent = {
  type: 'conversation.opened',
  channel: 'web',
  visitorId: 'v1',
  language: 'en',
  timeZone: 'Asia/Kolkata',
}

/** A plainly complete message. */
export function message(clientId: string, text: string): StageEvent {
  return { type: 'message.received', clientId, text, complete: true, channel: 'web' }
}

/** A message that may have more to follow. */
export function wrote(clientId: string, text: string): StageEvent {
  return { type: 'message.received', clientId, text, complete: false, channel: 'web' }
}

export function takeOver(member: { readonly memberId: string; readonly name: string }): StageEvent {
  return { type: 'member.take-over', ...member, via: 'console' }
}

export const route: Route = { intent: 'property', specialist: 'property', confidence: 0.9 }

export const draft: Draft = {
  text: 'There are four homes like that.',
  cards: [],
  chips: [{ label: 'Show me', send: 'show me' }],
  claims: [],
  confidence: 0.9,
  intent: 'property',
  specialist: 'property',
  model: 'script',
  dialogue: {},
  engagement: 'question',
  costMicros: 0,
}

export const verdict: Verdict = { deliver: true, problems: [], confidence: 0.9 }
