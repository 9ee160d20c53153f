/**
 * What the gate knows of a person, from what the lead said happened. M50: the lead keeps its own ledger by this very function, so whoever reads its facts
 * knows what it knows.
 */
import type { LeadFacts } from './lead-contract.ts'
import type { OutreachLedger } from './outreach-contract.ts'
import {
  consented,
  heardFrom,
  lost,
  merged,
  newLedger,
  noted,
  paused,
  released,
  started,
  stopped,
} from './outreach-ledger.ts'

const ledgerFactTypes = [
  'outreach-decided',
  'outreach-released',
  'consent-changed',
  'customer-heard',
  'channel-lost',
  'channel-paused',
  'lead-absorbed',
  'lead-restored',
] as const

/** A fact of a lead after which the gate may know something else. */
export type LedgerFact = {
  [Type in (typeof ledgerFactTypes)[number]]: { readonly type: Type; readonly data: LeadFacts[Type] }
}[(typeof ledgerFactTypes)[number]]

/** Whether a fact of a lead can change its ledger. */
export function isLedgerFact(type: string): type is LedgerFact['type'] {
  return ledgerFactTypes.some((each) => each === type)
}

/** The ledger after one more fact. */
export function ledgerAfter(ledger: OutreachLedger, { type, data }: LedgerFact): OutreachLedger {
  switch (type) {
    case 'outreach-decided': {
      const { decision, counted } = data
      if (counted === undefined) return ledger
      const at = { atMs: counted.atMs, settings: { capWindowMs: counted.windowMs } }
      return noted(ledger, { request: data, decision }, at)
    }
    case 'outreach-released':
      return released(ledger, data.dispatch)
    case 'consent-changed':
      return afterConsent(ledger, data)
    case 'customer-heard': {
      const { conversation, zoneOffsetMinutes, ...heard } = data
      const after = heardFrom(ledger, conversation, heard)
      return zoneOffsetMinutes === undefined ? after : { ...after, zoneOffsetMinutes }
    }
    case 'channel-lost':
      return lost(ledger, data.channel, data.sinceMs)
    case 'channel-paused':
      return paused(ledger, data.channel, data.untilMs)
    case 'lead-absorbed':
      return data.outreach === undefined ? ledger : merged(ledger, data.outreach)
    case 'lead-restored':
      return data.outreach ?? newLedger()
  }
}

function afterConsent(ledger: OutreachLedger, { scope, consent, word }: LeadFacts['consent-changed']): OutreachLedger {
  const { state: _state, channel, ...said } = consent
  if (word === undefined || channel === undefined) return consented(ledger, scope, consent)
  return word === 'stop' ? stopped(ledger, { ...said, channel }) : started(ledger, { ...said, channel })
}
