import { describe, expect, it } from 'vitest'
import { outreachDefaults as settings, type OutreachRequest } from './outreach-contract.ts'
import {
  consented,
  heardFrom,
  lost,
  merged,
  newLedger,
  noted,
  paused,
  released,
  sentBounds,
  started,
  stopped,
} from './outreach-ledger.ts'

const conversation = 'acme/conversation/c1'
const word = { proof: 'STOP', source: 'stop-word', channel: 'whatsapp' } as const
const decision = { outcome: 'send', reason: 'consented' } as const

function request(n: number, over: Partial<OutreachRequest> = {}): OutreachRequest {
  return {
    dispatch: `acme/dispatch/c1:${n}`,
    conversation,
    channel: 'whatsapp',
    purpose: 'marketing',
    sender: 'campaign',
    template: true,
    wantedAtMs: 0,
    ...over,
  }
}

describe('counting', () => {
  it('counts a send once, and a hold or a refusal not at all', () => {
    const once = noted(newLedger(), { request: request(1), decision }, { atMs: 5, settings })
    expect(once.sent).toEqual([
      { dispatch: 'acme/dispatch/c1:1', conversation, channel: 'whatsapp', purpose: 'marketing', atMs: 5 },
    ])
    expect(noted(once, { request: request(1), decision }, { atMs: 6, settings })).toBe(once)
    const refused = { outcome: 'refuse', reason: 'no-consent' } as const
    expect(noted(once, { request: request(2), decision: refused }, { atMs: 6, settings })).toBe(once)
  })

  it('what certainly did not go out is not counted', () => {
    const once = noted(newLedger(), { request: request(1), decision }, { atMs: 5, settings })
    expect(released(once, 'acme/dispatch/c1:2')).toBe(once)
    expect(released(once, 'acme/dispatch/c1:1').sent).toEqual([])
  })

  it('many answers never push marketing out of the count, and the list stays bounded', () => {
    const start = noted(newLedger(), { request: request(0), decision }, { atMs: 1, settings })
    let ledger = start
    for (let n = 1; n <= 200; n++) {
      ledger = noted(ledger, { request: request(n, { purpose: 'service' }), decision }, { atMs: n, settings })
    }
    expect(ledger.sent).toHaveLength(1 + sentBounds.other)
    expect(ledger.sent[0]).toEqual(start.sent[0])
    expect(ledger.sent.at(-1)?.dispatch).toBe('acme/dispatch/c1:200')
    for (let n = 201; n <= 250; n++) ledger = noted(ledger, { request: request(n), decision }, { atMs: n, settings })
    expect(ledger.sent).toHaveLength(sentBounds.marketing + sentBounds.other)
    expect(ledger.sent.at(-sentBounds.marketing)?.dispatch).toBe('acme/dispatch/c1:235')
  })

  it('forgets what no cap looks at any more', () => {
    const once = noted(newLedger(), { request: request(1), decision }, { atMs: 1, settings })
    const later = noted(once, { request: request(2), decision }, { atMs: 1 + settings.capWindowMs, settings })
    expect(later.sent.map((each) => each.dispatch)).toEqual(['acme/dispatch/c1:2'])
  })
})

describe('what people say', () => {
  const yes = { state: 'given', atMs: 10, source: 'lead-form', proof: 'ticked' } as const
  const no = { ...yes, state: 'withdrawn' } as const

  it('the later word stands, in whatever order they arrive; at one instant the no', () => {
    const both = consented(consented(newLedger(), 'email:marketing', yes), 'email:marketing', { ...no, atMs: 9 })
    expect(both.consents['email:marketing']).toEqual(yes)
    const tied = consented(consented(newLedger(), 'email:marketing', no), 'email:marketing', yes)
    expect(tied.consents['email:marketing']).toEqual(no)
    const turned = consented(consented(newLedger(), 'email:marketing', yes), 'email:marketing', no)
    expect(turned.consents['email:marketing']).toEqual(no)
  })

  it('a proof is kept to its bound', () => {
    const long = consented(newLedger(), '*:marketing', { ...yes, proof: 'x'.repeat(600) })
    expect(long.consents['*:marketing']?.proof).toHaveLength(500)
  })

  it('a stop withdraws marketing everywhere and says where it was said', () => {
    expect(stopped(newLedger(), { ...word, atMs: 20 })).toMatchObject({
      stoppedAtMs: 20,
      consents: { '*:marketing': { state: 'withdrawn', atMs: 20, proof: 'STOP', channel: 'whatsapp' } },
    })
  })

  it('stop and start end the same in either order: the later stands, at one instant the stop', () => {
    const stop = { ...word, atMs: 20 }
    const start = { ...word, atMs: 30 }
    const back = { stoppedAtMs: 0, startedAtMs: 30, consents: { '*:marketing': { state: 'given' } } }
    expect(started(stopped(newLedger(), stop), start)).toMatchObject(back)
    expect(stopped(started(newLedger(), start), stop)).toMatchObject(back)
    expect(stopped(started(newLedger(), start), { ...word, atMs: 30 }).stoppedAtMs).toBe(30)
    expect(started(stopped(newLedger(), stop), { ...word, atMs: 10 }).stoppedAtMs).toBe(20)
  })

  it('what was heard earlier takes nothing back', () => {
    const heard = heardFrom(newLedger(), conversation, { atMs: 50, entryUntilMs: 90 })
    expect(heardFrom(heard, conversation, { atMs: 40 }).heard).toEqual(heard.heard)
    expect(heardFrom(heard, conversation, { atMs: 60 }).heard[conversation]).toEqual({ atMs: 60, entryUntilMs: 90 })
  })

  it('remembers the conversations that were heard last', () => {
    let ledger = newLedger()
    for (let n = 1; n <= 30; n++) ledger = heardFrom(ledger, `acme/conversation/c${n}`, { atMs: n })
    expect(Object.keys(ledger.heard)).toHaveLength(20)
    expect(ledger.heard['acme/conversation/c11']).toEqual({ atMs: 11 })
    expect(ledger.heard['acme/conversation/c10']).toBeUndefined()
  })

  it('a pause and a failed channel only get later', () => {
    expect(paused(paused(newLedger(), 'sms', 9), 'sms', 5).pausedUntilMs).toEqual({ sms: 9 })
    expect(lost(lost(newLedger(), 'sms', 5), 'sms', 9).unreachable).toEqual({ sms: 9 })
  })
})

describe('two leads that are one person', () => {
  it('a stop said to one is a stop of the other, unless a start came later', () => {
    const stop = stopped(newLedger(), { ...word, atMs: 20 })
    expect(merged(newLedger(), stop).stoppedAtMs).toBe(20)
    expect(merged(stop, started(newLedger(), { ...word, atMs: 21 })).stoppedAtMs).toBe(0)
    expect(merged(started(newLedger(), { ...word, atMs: 19 }), stop).stoppedAtMs).toBe(20)
  })

  it('what went out to either counts, once, in the order of time', () => {
    const one = noted(newLedger(), { request: request(1), decision }, { atMs: 5, settings })
    const other = noted(newLedger(), { request: request(2), decision }, { atMs: 3, settings })
    const late = noted(other, { request: request(1), decision }, { atMs: 7, settings })
    expect(merged(one, other).sent.map((each) => each.atMs)).toEqual([3, 5])
    expect(merged(late, one).sent.map((each) => each.atMs)).toEqual([3, 7])
  })

  it('keeps where they live when one of the two is known', () => {
    expect(merged(newLedger(), { ...newLedger(), zoneOffsetMinutes: 240 }).zoneOffsetMinutes).toBe(240)
    expect('zoneOffsetMinutes' in merged(newLedger(), newLedger())).toBe(false)
  })
})
