import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LeadContext } from './lead-writing.ts'
import { lead } from './lead.ts'
import { outreachDefaults, type OutreachLedger } from './outreach-contract.ts'
import { isLedgerFact, ledgerAfter, type LedgerFact } from './outreach-facts.ts'
import { decideOutreach } from './outreach-gate.ts'
import { newLedger } from './outreach-ledger.ts'
import { after, onStage, said, type Stage, type StageEvent } from './testing/harness.ts'
import { Town } from './testing/town.ts'
import * as histories from './testing/outreach-history.ts'
import type { History, Step } from './testing/outreach-history.ts'

const address = 'acme/lead/asha'
const bela = 'acme/lead/bela'
const { beginMs, play } = histories

describe('what the gate knows, from the facts of its lead', () => {
  it('[M50] is what the lead itself knows after any history, and decides like it', () => {
    const questions = fc.array(fc.tuple(histories.request, histories.spans), { minLength: 8, maxLength: 8 })
    const property = fc.property(histories.history, histories.history, questions, (told, others, asked) => {
      const stage = lived(told, play(others, 'two').ledger)
      const own = (stage.snapshot.context as LeadContext).outreach ?? newLedger()
      const rebuilt = ledgerOf(stage)
      expect(rebuilt).toEqual(own)
      for (const [request, laterMs] of asked) {
        const at = { atMs: stage.atMs + laterMs, settings: outreachDefaults }
        const wanted = { ...request, wantedAtMs: at.atMs }
        expect(decideOutreach(rebuilt, wanted, at)).toEqual(decideOutreach(own, wanted, at))
      }
    })
    fc.assert(property, { numRuns: 150, seed: 20260921 })
  })

  it('[M50] also for two leads joined and separated again, whatever either hears before, meanwhile and after', () => {
    const heard = fc.array(fc.tuple(fc.constantFrom(address, bela), histories.arrival), { maxLength: 10 })
    const property = fc.property(fc.tuple(heard, heard, heard), fc.constantFrom('here', 'there'), (all, keys) => {
      const [before, while_, after_] = all
      const town = new Town()
      for (const each of [address, bela])
        town.tell(each, { type: 'lead.captured', profile: { email: `${each}@x.com` } })
      const tell = (some: typeof before): void => {
        for (const [to, told] of some) {
          const event = eventOf(told, { requests: [], atMs: town.at(to).atMs })
          if (event !== undefined) town.tell(to, event)
        }
      }
      tell(before)
      for (const each of [address, bela])
        town.tell(each, { type: 'profile.learned', learned: { phone: '98450 12345' } })
      expect(said(town.at(bela), 'lead-merged')).toHaveLength(1)
      tell(while_)
      town.tell(bela, { type: 'lead.split', by: 'm1', keys })
      tell(after_)
      for (const each of [address, bela]) {
        const { outreach = newLedger() } = town.at(each).snapshot.context as LeadContext
        expect(ledgerOf(town.at(each))).toEqual(outreach)
      }
    })
    fc.assert(property, { numRuns: 60, seed: 20260921 })
  })

  it('[M50] is told by every event that changes it, and by none that does not', () => {
    const stage = after(onStage(lead.machine, lead.input(address, {})), { type: 'channel.failed', channel: 'sms' })
    expect(ledgerOf(stage).unreachable).toEqual({ sms: stage.atMs })
    const idle = after(stage, { type: 'outreach.released', dispatch: 'acme/dispatch/never' })
    expect(idle.facts).toEqual(stage.facts)
  })
})

/** The lead after a history, in the middle of which another turns out to be the same person. */
function lived({ steps, requests, zone }: History, other: OutreachLedger): Stage {
  const heard = { type: 'customer.heard', conversation: 'acme/conversation/c1', channel: 'whatsapp', sentAtMs: 0 }
  let stage = onStage(lead.machine, lead.input(address, {}), beginMs)
  stage = after(stage, { type: 'lead.captured', profile: { phone: '98450 12345' } })
  stage = after(stage, { type: 'identity.owned', key: 'phone:+919845012345', lead: address })
  stage = after(stage, { ...heard, zoneOffsetMinutes: zone })
  steps.slice(0, 60).forEach((step, index) => {
    if (index === 30) stage = after(stage, absorbed(other))
    const event = eventOf(step, { requests, atMs: stage.atMs })
    if (event !== undefined) stage = after(stage, event, step.kind === 'wait' ? step.ms : 0)
  })
  return stage
}

function absorbed(outreach: OutreachLedger): StageEvent {
  const known = { profile: {}, engagements: 0, strong: false, conversations: [] }
  return { type: 'lead.absorbed', from: bela, ...known, outreach }
}

function eventOf(
  step: Step,
  { requests, atMs }: { readonly requests: History['requests']; readonly atMs: number },
): StageEvent | undefined {
  switch (step.kind) {
    case 'wait':
      return { type: 'profile.learned', learned: {} }
    case 'ask':
      return {
        type: 'outreach.asked',
        request: { ...requests[step.which], dispatch: `acme/dispatch/one:${step.which}`, wantedAtMs: atMs },
      }
    case 'release':
      return { type: 'outreach.released', dispatch: `acme/dispatch/one:${step.which}` }
    case 'consent': {
      const consent = { state: step.state, atMs: atMs - step.agoMs, source: 'test', proof: 'words' }
      return { type: 'consent.said', scope: step.scope, consent }
    }
    case 'stop':
    case 'start':
      return { type: 'contact.wished', wish: step.kind, channel: 'sms', saidAtMs: atMs - step.agoMs, proof: 'word' }
    case 'heard': {
      const entry = step.entryMs === 0 ? {} : { entry: true }
      const { conversation } = step
      return { type: 'customer.heard', conversation, channel: 'whatsapp', sentAtMs: atMs - step.agoMs, ...entry }
    }
    case 'lost':
      return { type: 'channel.failed', channel: step.channel }
    case 'paused':
      return { type: 'channel.paused', channel: step.channel, forMs: 24 * 60 * 60 * 1000 }
  }
}

function ledgerOf({ facts }: Stage): OutreachLedger {
  return facts.flatMap(ledgerFactOf).reduce(ledgerAfter, newLedger())
}

function ledgerFactOf({ type, ...data }: StageEvent): readonly LedgerFact[] {
  return isLedgerFact(type) ? [{ type, data } as unknown as LedgerFact] : []
}
