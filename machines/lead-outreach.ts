/**
 * The lead's part as the one gate in front of everything that goes out to a person: what it hears for that, and its answers. M27: a message is let through,
 * and counted, in one step of this actor, so that however many ask at once no cap is exceeded.
 */
import { settled, type Json, type JsonObject } from './hosted.ts'
import { leadDefaults, type LeadEvent } from './lead-contract.ts'
import type { LeadPen } from './lead-writing.ts'
import { outreachDefaults, type OutreachSettings } from './outreach-contract.ts'
import { decideOutreach } from './outreach-gate.ts'
import { ledgerAfter, type LedgerFact } from './outreach-facts.ts'
import { newLedger } from './outreach-ledger.ts'

type Of<Type extends LeadEvent['type']> = Extract<LeadEvent, { readonly type: Type }>

/** How long an ad that brought somebody makes messages to them free. Source: whatsapp-and-lead-ads 6.12. */
const entryMs = 72 * 60 * 60 * 1000

/** A lead's settings of a workspace's: its own, and what of the gate's is another there. */
export function leadSettings(settings: JsonObject): JsonObject {
  const lead = settled(leadDefaults, settings['lead'])
  const gate = Object.entries(settled(outreachDefaults, settings['outreach']))
  const usual = new Map<string, Json>(Object.entries(outreachDefaults))
  const changed = gate.filter(([name, value]) => usual.get(name) !== value)
  return changed.length === 0 ? lead : { ...lead, outreach: Object.fromEntries(changed) }
}

/** Decides about one message and tells whoever asked. */
export function decideAsked(pen: LeadPen, { request }: Of<'outreach.asked'>): void {
  const settings = settingsOf(pen)
  const decision = decideOutreach(ledgerOf(pen), request, { atMs: pen.atMs, settings })
  const { dispatch, conversation, channel, purpose, sender } = request
  const counted = { atMs: pen.atMs, windowMs: settings.capWindowMs }
  tell(pen, {
    type: 'outreach-decided',
    data: {
      dispatch,
      conversation,
      channel,
      purpose,
      sender,
      decision,
      ...(decision.outcome === 'send' ? { counted } : {}),
    },
  })
  pen.send(dispatch, { type: 'outreach.decided', ...decision, ...freeOfCharge(pen, conversation) })
}

/** What makes a message cheaper at the provider: the customer's own words of late, or an ad they came by. */
function freeOfCharge(pen: LeadPen, conversation: string): { windowOpen?: true; freeEntry?: true } {
  const heard = ledgerOf(pen).heard[conversation]
  if (heard === undefined) return {}
  const isOpen = heard.atMs + settingsOf(pen).windowMs > pen.atMs
  const isFree = (heard.entryUntilMs ?? 0) > pen.atMs
  return { ...(isOpen ? { windowOpen: true } : {}), ...(isFree ? { freeEntry: true } : {}) }
}

/** It did not go out. */
export function giveBack(pen: LeadPen, { dispatch }: Of<'outreach.released'>): void {
  const isCounted = ledgerOf(pen).sent.some((each) => each.dispatch === dispatch)
  if (isCounted) tell(pen, { type: 'outreach-released', data: { dispatch } })
}

/** The customer wrote, by the provider's clock; one ahead of ours counts as now. */
export function hear(pen: LeadPen, event: Of<'customer.heard'>): void {
  const { conversation, sentAtMs, zoneOffsetMinutes, entry } = event
  const atMs = Math.min(sentAtMs, pen.atMs)
  tell(pen, {
    type: 'customer-heard',
    data: {
      conversation,
      atMs,
      ...(entry === true ? { entryUntilMs: atMs + entryMs } : {}),
      ...(zoneOffsetMinutes === undefined ? {} : { zoneOffsetMinutes }),
    },
  })
}

/** Stop or start, in words. */
export function wish(pen: LeadPen, event: Of<'contact.wished'>): void {
  const { wish: word, channel, saidAtMs, proof } = event
  const state = word === 'stop' ? 'withdrawn' : 'given'
  const consent = { state, atMs: Math.min(saidAtMs, pen.atMs), proof, source: 'words', channel } as const
  tell(pen, { type: 'consent-changed', data: { scope: '*:marketing', consent, word } })
}

/** Yes or no to messages of a purpose, with its proof. */
export function consent(pen: LeadPen, { scope, consent: said }: Of<'consent.said'>): void {
  const told = { ...said, atMs: Math.min(said.atMs, pen.atMs) }
  tell(pen, { type: 'consent-changed', data: { scope, consent: told } })
}

export function loseChannel(pen: LeadPen, { channel }: Of<'channel.failed'>): void {
  tell(pen, { type: 'channel-lost', data: { channel, sinceMs: pen.atMs } })
}

export function pauseChannel(pen: LeadPen, { channel, forMs }: Of<'channel.paused'>): void {
  tell(pen, { type: 'channel-paused', data: { channel, untilMs: pen.atMs + forMs } })
}

/** Says it, and knows it by what was said: M50. */
function tell(pen: LeadPen, fact: LedgerFact): void {
  const before = ledgerOf(pen)
  const after = ledgerAfter(before, fact)
  if (after !== before) pen.change({ outreach: after })
  pen.fact(fact.type, fact.data)
}

function ledgerOf({ context }: LeadPen) {
  return context.outreach ?? newLedger()
}

function settingsOf({ context }: LeadPen): OutreachSettings {
  return { ...outreachDefaults, ...context.settings.outreach }
}
