/**
 * The lead's part as the one gate in front of everything that goes out to a person: what it hears for that, and its answers. M27: a message is let through,
 * and counted, in one step of this actor, so that however many ask at once no cap is exceeded.
 */
import type { LeadEvent } from './lead-contract.ts'
import type { LeadPen } from './lead-writing.ts'
import { outreachDefaults, type OutreachSettings } from './outreach-contract.ts'
import { decideOutreach } from './outreach-gate.ts'
import { consented, heardFrom, lost, newLedger, noted, paused, released, started, stopped } from './outreach-ledger.ts'

type Of<Type extends LeadEvent['type']> = Extract<LeadEvent, { readonly type: Type }>

/** How long an ad that brought somebody makes messages to them free. Source: whatsapp-and-lead-ads 6.12. */
const entryMs = 72 * 60 * 60 * 1000

/** Decides about one message and tells whoever asked. */
export function decideAsked(pen: LeadPen, { request }: Of<'outreach.asked'>): void {
  const at = { atMs: pen.atMs, settings: settingsOf(pen) }
  const decision = decideOutreach(ledgerOf(pen), request, at)
  change(pen, noted(ledgerOf(pen), { request, decision }, at))
  const { dispatch, conversation, channel, purpose, sender } = request
  pen.fact('outreach-decided', { dispatch, conversation, channel, purpose, sender, decision })
  pen.send(dispatch, { type: 'outreach.decided', ...decision })
}

/** It did not go out. */
export function giveBack(pen: LeadPen, { dispatch }: Of<'outreach.released'>): void {
  change(pen, released(ledgerOf(pen), dispatch))
}

/** The customer wrote, by the provider's clock; one ahead of ours counts as now. */
export function hear(pen: LeadPen, event: Of<'customer.heard'>): void {
  const { conversation, sentAtMs, zoneOffsetMinutes, entry } = event
  const atMs = Math.min(sentAtMs, pen.atMs)
  const heard = heardFrom(ledgerOf(pen), conversation, {
    atMs,
    ...(entry === true ? { entryUntilMs: atMs + entryMs } : {}),
  })
  change(pen, zoneOffsetMinutes === undefined ? heard : { ...heard, zoneOffsetMinutes })
}

/** Stop or start, in words. */
export function wish(pen: LeadPen, event: Of<'contact.wished'>): void {
  const { wish: said, channel, saidAtMs, proof } = event
  const word = { atMs: Math.min(saidAtMs, pen.atMs), proof, source: 'words', channel }
  const before = ledgerOf(pen)
  change(pen, said === 'stop' ? stopped(before, word) : started(before, word))
  const state = said === 'stop' ? 'withdrawn' : 'given'
  pen.fact('consent-changed', { scope: '*:marketing', consent: { state, ...word } })
}

/** Yes or no to messages of a purpose, with its proof. */
export function consent(pen: LeadPen, { scope, consent: said }: Of<'consent.said'>): void {
  const told = { ...said, atMs: Math.min(said.atMs, pen.atMs) }
  change(pen, consented(ledgerOf(pen), scope, told))
  pen.fact('consent-changed', { scope, consent: told })
}

export function loseChannel(pen: LeadPen, { channel }: Of<'channel.failed'>): void {
  change(pen, lost(ledgerOf(pen), channel, pen.atMs))
}

export function pauseChannel(pen: LeadPen, { channel, forMs }: Of<'channel.paused'>): void {
  change(pen, paused(ledgerOf(pen), channel, pen.atMs + forMs))
}

function ledgerOf({ context }: LeadPen) {
  return context.outreach ?? newLedger()
}

function settingsOf({ context }: LeadPen): OutreachSettings {
  return { ...outreachDefaults, ...context.settings.outreach }
}

function change(pen: LeadPen, outreach: ReturnType<typeof ledgerOf>): void {
  if (outreach !== pen.context.outreach) pen.change({ outreach })
}
