import { describe, expect, it } from 'vitest'
import { outreachDefaults, type OutreachLedger, type OutreachRequest } from './outreach-contract.ts'
import { decideOutreach } from './outreach-gate.ts'
import { consented, heardFrom, lost, newLedger, noted, paused, started, stopped } from './outreach-ledger.ts'

const settings = outreachDefaults
const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
/** Noon in India, where the defaults live. */
const noonMs = Date.UTC(2026, 8, 21, 6, 30)
const conversation = 'acme/conversation/c1'
const said = { proof: 'said so', source: 'test' }
const yes = { state: 'given', atMs: noonMs - 30 * dayMs, ...said } as const
const stopWord = { atMs: noonMs - hourMs, channel: 'whatsapp', ...said } as const

const campaign: OutreachRequest = {
  dispatch: 'acme/dispatch/c1:1',
  conversation,
  channel: 'whatsapp',
  purpose: 'marketing',
  sender: 'campaign',
  template: true,
  wantedAtMs: noonMs,
}
const reply: OutreachRequest = { ...campaign, purpose: 'service', sender: 'assistant', template: false }
const reminder: OutreachRequest = { ...campaign, purpose: 'utility', sender: 'sequence' }

const stranger = newLedger()
const willing = consented(stranger, '*:marketing', yes)
const inTouch = heardFrom(willing, conversation, { atMs: noonMs - minuteMs })

const send = { outcome: 'send' }
const refusal = (reason: string) => ({ outcome: 'refuse', reason })
const hold = (untilMs: number, reason: string) => ({ outcome: 'hold', untilMs, reason })

function decide(ledger: OutreachLedger, request: OutreachRequest, atMs = noonMs) {
  return decideOutreach(ledger, request, { atMs, settings })
}

/** The ledger after these requests went out at these times. */
function after(ledger: OutreachLedger, sends: readonly (readonly [OutreachRequest, number])[]): OutreachLedger {
  return sends.reduce((ledger, [request, atMs], index) => {
    const decision = { outcome: 'send', reason: 'consented' } as const
    return noted(
      ledger,
      { request: { ...request, dispatch: `acme/dispatch/before:${index}` }, decision },
      { atMs, settings },
    )
  }, ledger)
}

describe('what the person said', () => {
  it('after a stop nothing goes out, whatever it is for and by whatever channel', () => {
    const quiet = stopped(inTouch, { ...stopWord, atMs: noonMs })
    for (const channel of ['whatsapp', 'email', 'sms'] as const) {
      expect(decide(quiet, { ...campaign, channel })).toEqual(refusal('opted-out'))
      expect(decide(quiet, { ...reminder, channel })).toEqual(refusal('opted-out'))
      expect(decide(quiet, { ...reply, channel })).toEqual(refusal('nothing-to-answer'))
    }
  })

  it('what is written after a stop is answered, in that conversation and with nothing else', () => {
    const asking = heardFrom(stopped(willing, stopWord), conversation, { atMs: noonMs - minuteMs })
    expect(decide(asking, reply)).toMatchObject(send)
    expect(decide(asking, { ...reply, conversation: 'acme/conversation/c2' })).toEqual(refusal('nothing-to-answer'))
    expect(decide(asking, reminder)).toEqual(refusal('opted-out'))
    const onlyTheStop = heardFrom(stopped(willing, stopWord), conversation, { atMs: stopWord.atMs })
    expect(decide(onlyTheStop, reply)).toEqual(refusal('nothing-to-answer'))
  })

  it('a start takes the stop back', () => {
    const back = started(stopped(stranger, stopWord), { ...stopWord, atMs: noonMs - minuteMs })
    expect(decide(back, campaign)).toMatchObject(send)
    expect(decide(back, reminder)).toMatchObject(send)
  })

  it('a consent given elsewhere after a stop does not take it back', () => {
    const ticked = consented(stopped(stranger, stopWord), 'whatsapp:marketing', { ...yes, atMs: noonMs - minuteMs })
    expect(decide(ticked, campaign)).toEqual(refusal('opted-out'))
  })

  it('the widget answers who sits in front of it, also after a stop', () => {
    const quiet = stopped(lost(stranger, 'widget', noonMs), stopWord)
    expect(decide(quiet, { ...reply, channel: 'widget' })).toEqual({ outcome: 'send', reason: 'service-reply' })
    expect(decide(quiet, { ...campaign, channel: 'widget' })).toEqual(refusal('opted-out'))
  })

  it('marketing needs a yes to marketing, here or everywhere', () => {
    expect(decide(stranger, campaign)).toEqual(refusal('no-consent'))
    expect(decide(consented(stranger, 'email:marketing', yes), campaign)).toEqual(refusal('no-consent'))
    expect(decide(consented(stranger, '*:*', yes), campaign)).toEqual(refusal('no-consent'))
    expect(decide(consented(stranger, 'whatsapp:marketing', yes), campaign)).toMatchObject(send)
    expect(decide(willing, campaign)).toEqual({ outcome: 'send', reason: 'consented' })
  })

  it('a yes dated ahead of now is not one yet', () => {
    const early = consented(stranger, '*:marketing', { ...yes, atMs: noonMs + 1 })
    expect(decide(early, campaign)).toEqual(refusal('no-consent'))
    expect(decide(early, campaign, noonMs + 1)).toMatchObject(send)
  })

  it('of a narrow and a wide word the later counts', () => {
    const no = { state: 'withdrawn', ...said } as const
    const notHere = consented(willing, 'whatsapp:marketing', { ...no, atMs: yes.atMs + 1 })
    expect(decide(notHere, campaign)).toEqual(refusal('opted-out'))
    expect(decide(notHere, { ...campaign, channel: 'email' })).toMatchObject(send)
    expect(decide(consented(notHere, '*:marketing', { ...yes, atMs: yes.atMs + 2 }), campaign)).toMatchObject(send)
    expect(decide(consented(willing, '*:*', { ...no, atMs: yes.atMs }), campaign)).toEqual(refusal('opted-out'))
    expect(decide(consented(willing, '*:*', { ...no, atMs: yes.atMs - 1 }), campaign)).toMatchObject(send)
  })

  it('utility needs no yes, and respects a no', () => {
    const no = { state: 'withdrawn', atMs: noonMs - dayMs, ...said } as const
    expect(decide(stranger, reminder)).toEqual({ outcome: 'send', reason: 'utility-allowed' })
    expect(decide(consented(stranger, 'whatsapp:utility', no), reminder)).toEqual(refusal('opted-out'))
    expect(decide(consented(stranger, 'whatsapp:marketing', no), reminder)).toMatchObject(send)
  })

  it('a no to everything holds until the person writes, and then for all but the answer', () => {
    const no = { state: 'withdrawn', atMs: noonMs - hourMs, ...said } as const
    const apart = consented(stranger, '*:*', no)
    expect(decide(apart, { ...reply, template: true })).toEqual(refusal('opted-out'))
    const asking = heardFrom(apart, conversation, { atMs: noonMs })
    expect(decide(asking, reply)).toMatchObject(send)
    expect(decide(asking, reminder)).toEqual(refusal('opted-out'))
  })
})

describe('asked again', () => {
  it('what may go out may still, though a cap is full by it', () => {
    const once = noted(willing, { request: campaign, decision: decide(willing, campaign) }, { atMs: noonMs, settings })
    expect(decide(once, campaign, noonMs + minuteMs)).toEqual({ outcome: 'send', reason: 'consented' })
    expect(decide(once, { ...campaign, dispatch: 'acme/dispatch/c1:2' })).toMatchObject({ outcome: 'hold' })
  })

  it('but not after a stop', () => {
    const once = noted(willing, { request: campaign, decision: decide(willing, campaign) }, { atMs: noonMs, settings })
    const stop = { ...stopWord, atMs: noonMs + minuteMs }
    expect(decide(stopped(once, stop), campaign, noonMs + hourMs)).toEqual(refusal('opted-out'))
  })
})

describe('what the provider allows', () => {
  it('a channel that cannot reach the person is left alone until they are heard there', () => {
    const gone = lost(inTouch, 'whatsapp', noonMs - 1)
    expect(decide(gone, reply)).toEqual(refusal('unreachable'))
    expect(decide(gone, { ...campaign, channel: 'email' })).toMatchObject(send)
    expect(decide(heardFrom(gone, conversation, { atMs: noonMs }), reply)).toMatchObject(send)
  })

  it('free words need an open window, to the millisecond; a template needs none', () => {
    const lastMs = noonMs - minuteMs + settings.windowMs
    expect(decide(inTouch, reply, lastMs - 1)).toEqual({ outcome: 'send', reason: 'service-reply' })
    expect(decide(inTouch, reply, lastMs)).toEqual(refusal('window-closed'))
    expect(decide(inTouch, { ...reply, template: true }, lastMs)).toMatchObject(send)
    expect(decide(inTouch, { ...reply, channel: 'sms' }, lastMs)).toMatchObject(send)
    expect(decide(willing, reply)).toEqual(refusal('window-closed'))
  })

  it('who came by an ad can be written to for longer', () => {
    const entry = heardFrom(stranger, conversation, { atMs: noonMs, entryUntilMs: noonMs + 3 * dayMs })
    expect(decide(entry, reply, noonMs + dayMs - 1)).toMatchObject(send)
    expect(decide(entry, reply, noonMs + dayMs)).toEqual(refusal('window-closed'))
  })

  it('what arrives six days late opens no window', () => {
    const late = heardFrom(stranger, conversation, { atMs: noonMs - 6 * dayMs })
    expect(decide(late, reply)).toEqual(refusal('window-closed'))
  })

  it("a provider's pause holds marketing, and marketing alone", () => {
    const resting = paused(inTouch, 'whatsapp', noonMs + dayMs)
    expect(decide(resting, campaign)).toEqual(hold(noonMs + dayMs, 'user-limit'))
    expect(decide(resting, { ...campaign, channel: 'email' })).toMatchObject(send)
    expect(decide(resting, reply)).toMatchObject(send)
    expect(decide(resting, campaign, noonMs + dayMs)).toMatchObject(send)
  })

  it('three bubbles at once are fine, and the one beyond the burst waits for its token', () => {
    const few = after(
      inTouch,
      Array.from({ length: 9 }, () => [reply, noonMs] as const),
    )
    expect(decide(few, reply)).toMatchObject(send)
    const full = after(
      inTouch,
      Array.from({ length: 10 }, () => [reply, noonMs] as const),
    )
    expect(decide(full, reply)).toEqual(hold(noonMs + 6000, 'pair-limit'))
    expect(decide(full, reply, noonMs + 6000)).toMatchObject(send)
    expect(decide(full, { ...reply, channel: 'email' })).toMatchObject(send)
    expect(decide(full, { ...campaign, conversation: 'acme/conversation/c2' })).toMatchObject(send)
  })
})

describe('what marketing waits for', () => {
  const nineMs = Date.UTC(2026, 8, 22, 3, 30)
  const ninePmMs = nineMs - 12 * hourMs

  it("the night of the recipient's zone, to the minute", () => {
    expect(decide(willing, campaign, ninePmMs - 1)).toMatchObject(send)
    expect(decide(willing, campaign, ninePmMs)).toEqual(hold(nineMs, 'quiet-hours'))
    expect(decide(willing, campaign, nineMs - 1)).toEqual(hold(nineMs, 'quiet-hours'))
    expect(decide(willing, campaign, nineMs)).toMatchObject(send)
    const inDubai = { ...willing, zoneOffsetMinutes: 240 }
    expect(decide(inDubai, campaign, nineMs)).toEqual(hold(nineMs + 90 * minuteMs, 'quiet-hours'))
  })

  it('a reminder and an answer do not wait for the morning', () => {
    const asking = heardFrom(willing, conversation, { atMs: ninePmMs })
    expect(decide(asking, reminder, ninePmMs)).toMatchObject(send)
    expect(decide(asking, reply, ninePmMs)).toMatchObject(send)
  })

  it("a channel's cap, until the oldest that counts falls out of the window", () => {
    const sentMs = noonMs - 3 * dayMs
    const once = after(willing, [[campaign, sentMs]])
    const freeMs = sentMs + settings.capWindowMs
    expect(decide(once, campaign)).toEqual(hold(freeMs, 'frequency-cap'))
    expect(decide(once, campaign, freeMs)).toMatchObject(send)
    expect(decide(once, { ...campaign, channel: 'email' })).toMatchObject(send)
    expect(decide(once, reminder)).toMatchObject(send)
  })

  it('the cap over all channels', () => {
    const email = { ...campaign, channel: 'email' } as const
    const busy = after(willing, [
      [email, noonMs - 3 * dayMs],
      [email, noonMs - 2 * dayMs],
      [{ ...campaign, channel: 'sms' }, noonMs - dayMs],
    ])
    expect(decide(busy, campaign)).toEqual(hold(noonMs + 4 * dayMs, 'frequency-cap'))
    const two = after(willing, [[email, noonMs - dayMs]])
    expect(decide(two, campaign)).toMatchObject(send)
  })

  it('a cap that two leads went over together, until enough have fallen out', () => {
    const email = { ...campaign, channel: 'email' } as const
    const both = after(willing, [
      [email, noonMs - 3 * dayMs],
      [email, noonMs - 2 * dayMs],
      [email, noonMs - dayMs],
    ])
    expect(decide(both, email)).toEqual(hold(noonMs + 5 * dayMs, 'frequency-cap'))
  })

  it('a cap above what the ledger remembers, at what it remembers', () => {
    const loose = { ...settings, emailCap: 100, marketingCap: 100 }
    const email = { ...campaign, channel: 'email' } as const
    const sends = (count: number) => Array.from({ length: count }, (_, n) => [email, noonMs - dayMs + n] as const)
    const at = { atMs: noonMs, settings: loose }
    expect(decideOutreach(after(willing, sends(15)), email, at)).toMatchObject(send)
    expect(decideOutreach(after(willing, sends(16)), email, at)).toMatchObject({ reason: 'frequency-cap' })
    expect(decideOutreach(after(willing, sends(20)), email, at)).toMatchObject({ reason: 'frequency-cap' })
  })

  it('quiet hours within a day, none at all, and a whole day of them', () => {
    const between = (quietFromMinute: number, quietToMinute: number) => ({
      atMs: noonMs,
      settings: { ...settings, quietFromMinute, quietToMinute },
    })
    expect(decideOutreach(willing, campaign, between(720, 780))).toEqual(hold(noonMs + hourMs, 'quiet-hours'))
    expect(decideOutreach(willing, campaign, between(660, 720))).toMatchObject(send)
    expect(decideOutreach(willing, campaign, between(720, 720))).toMatchObject(send)
    const always = between(0, 1440)
    const midnightMs = noonMs + 12 * hourMs
    expect(decideOutreach(willing, campaign, always)).toEqual(hold(midnightMs, 'quiet-hours'))
    const again = decideOutreach(willing, campaign, { ...always, atMs: midnightMs })
    expect(again).toEqual(hold(midnightMs + dayMs, 'quiet-hours'))
    const last = decideOutreach(willing, campaign, { ...always, atMs: midnightMs + 6 * dayMs })
    expect(last).toEqual(refusal('too-late'))
  })

  it('a cap that would end in the night ends in the morning', () => {
    const once = after(willing, [[campaign, ninePmMs - settings.capWindowMs + hourMs]])
    expect(decide(once, campaign)).toEqual(hold(nineMs, 'frequency-cap'))
  })

  it('nothing for longer than it is worth', () => {
    const resting = paused(willing, 'whatsapp', noonMs + settings.holdMaxMs)
    expect(decide(resting, campaign)).toMatchObject({ outcome: 'hold' })
    expect(decide(resting, { ...campaign, wantedAtMs: noonMs - 1 })).toEqual(refusal('too-late'))
    const never = { ...settings, whatsappCap: 0 }
    expect(decideOutreach(willing, campaign, { atMs: noonMs, settings: never })).toEqual(refusal('too-late'))
  })
})
