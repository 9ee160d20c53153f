import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dispatch } from './dispatch.ts'
import { dispatchAsked, told } from './testing/event-script.ts'
import {
  after,
  afterAll,
  completed,
  failed,
  onStage,
  running,
  said,
  waited,
  type Stage,
  type StageEvent,
} from './testing/harness.ts'

const letThrough: StageEvent = { type: 'outreach.decided', outcome: 'send', reason: 'service-reply' }
const open: StageEvent = { type: 'account.decided', decision: { outcome: 'send', counted: false } }
const accepted = { outcome: 'accepted', providerId: 'wamid.OUT' }

function wanted(more: object = {}): Stage {
  return after(onStage(dispatch.machine, dispatch.input('acme/dispatch/1:2', {})), { ...dispatchAsked, ...more })
}

function asked(): Stage {
  return after(wanted(), open)
}

function transmitting(): Stage {
  return after(asked(), letThrough)
}

function cameBack(stage: Stage, output: object): Stage {
  return completed(stage, running(stage, 'transmit'), output)
}

function toldConversation(stage: Stage): readonly StageEvent[] {
  return stage.sends.filter(({ to }) => to === dispatchAsked.conversation).map(({ event }) => event)
}

/** How often the gate was asked, and how often it was told that nothing went out. */
function atTheGate(stage: Stage): readonly string[] {
  return stage.sends.filter(({ to }) => to === dispatchAsked.lead).map(({ event }) => event.type)
}

function atTheAccount(stage: Stage): readonly string[] {
  return stage.sends.filter(({ to }) => to.startsWith('acme/account/')).map(({ event }) => event.type)
}

function statuses(stage: Stage): readonly unknown[] {
  return said(stage, 'dispatch-changed').map((each) => each['status'])
}

describe('a dispatch', () => {
  it('[M24] is sent only after the gate has let it through', () => {
    expect(asked().work.size).toBe(0)
    expect(atTheGate(asked())).toEqual(['outreach.asked'])
    expect(running(transmitting(), 'transmit').input).toMatchObject({ attempt: 1, epoch: 1, sender: 'assistant' })
  })

  it('[M24] waits as long as the gate says, and asks it again', () => {
    const hold = { type: 'outreach.decided', outcome: 'hold', reason: 'pair-limit', untilMs: asked().atMs + 6000 }
    const held = after(asked(), hold)
    expect(waited(held, 5999).work.size).toBe(0)
    const again = after(waited(held, 6000), open)
    expect(again.work.size).toBe(0)
    expect(atTheGate(again)).toEqual(['outreach.asked', 'outreach.asked'])
  })

  it('[M24] a refusal ends it, with its reason, and the conversation is told', () => {
    const stage = after(asked(), { type: 'outreach.decided', outcome: 'refuse', reason: 'opted-out' })
    expect(stage.work.size).toBe(0)
    expect(said(stage, 'dispatch-decided')).toMatchObject([{ outcome: 'refuse', reason: 'opted-out' }])
    expect(toldConversation(stage)).toEqual([
      { type: 'delivery.failed', n: 2, reason: 'the customer has asked not to be written to' },
    ])
  })

  it('[M24] what was not sent for now is given back to the gate, which is asked anew before the next try', () => {
    const stage = cameBack(transmitting(), { outcome: 'later', afterMs: 4000, reason: 'too many messages' })
    const again = after(waited(stage, 4000), open)
    expect(atTheGate(again)).toEqual(['outreach.asked', 'outreach.released', 'outreach.asked'])
    const second = after(again, letThrough)
    expect(running(second, 'transmit').input).toMatchObject({ attempt: 2 })
  })

  it('[M24] gives up after so many tries', () => {
    let stage = transmitting()
    for (let tries = 1; tries <= 6; tries++) {
      stage = cameBack(stage, { outcome: 'later', afterMs: 10, reason: 'busy' })
      if (tries < 6) stage = afterAll(waited(stage, 10 * 4 ** (tries - 1)), [open, letThrough])
    }
    expect(statuses(stage).at(-1)).toBe('failed')
    expect(waited(stage, 60_000).work.size).toBe(0)
  })

  for (const [what, end] of [
    [
      'that answers with nonsense',
      (stage: Stage) => cameBack(stage, { outcome: 'ambiguous', reason: 'no answer in 20 s' }),
    ],
    ['that throws', (stage: Stage) => failed(stage, running(stage, 'transmit'), 'lost')],
    ['that never comes back', (stage: Stage) => waited(stage, 60_000)],
  ] as const) {
    it(`[M25] a call ${what} is never made again`, () => {
      const stage = waited(end(transmitting()), 24 * 60 * 60_000)
      expect(stage.work.size).toBe(0)
      expect(said(stage, 'dispatch-changed').filter((each) => each['status'] === 'sending')).toHaveLength(1)
      expect(toldConversation(stage).at(-1)?.['reason']).toMatch(/nobody knows whether it arrived/)
      expect(atTheGate(stage)).toEqual(['outreach.asked'])
    })
  }

  it('[M25] a status settles what a call left open, also after it was given up', () => {
    const lost = cameBack(transmitting(), { outcome: 'ambiguous', reason: 'no answer' })
    const soon = after(lost, told('sent'))
    expect(toldConversation(soon)).toEqual([{ type: 'delivery.sent', n: 2, providerId: 'wamid.OUT' }])
    const late = after(waited(lost, 60 * 60_000), told('delivered'))
    expect(toldConversation(late).map(({ type }) => type)).toEqual([
      'delivery.failed',
      'delivery.sent',
      'receipt.delivered',
    ])
  })

  it('[M25] a status that overtakes the answer of the call counts, and the answer changes nothing after it', () => {
    const call = running(transmitting(), 'transmit')
    const stage = completed(after(transmitting(), told('delivered')), call, accepted)
    expect(statuses(stage)).toEqual(['sending', 'delivered'])
  })

  it('[M26] whatever the order of statuses, only what is higher is told', () => {
    const all = ['sent', 'delivered', 'read', 'played', 'sent', 'delivered']
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: 1 }), (order) => {
        const stage = afterAll(
          cameBack(transmitting(), accepted),
          order.map((status) => told(status)),
        )
        const ranks = statuses(stage)
          .slice(2)
          .map((status) => all.indexOf(String(status)))
        expect(ranks).toEqual([...new Set(ranks)].toSorted((a, b) => a - b))
        expect(ranks.at(-1)).toBe(Math.max(...order.map((status) => all.indexOf(status))))
        expect(toldConversation(stage).filter(({ type }) => type === 'delivery.sent')).toHaveLength(1)
      }),
      { numRuns: 200, seed: 4 },
    )
  })

  it('[M26] read without delivered is read', () => {
    const stage = after(cameBack(transmitting(), accepted), told('read'))
    expect(toldConversation(stage).at(-1)).toEqual({ type: 'receipt.read', upTo: 2 })
  })

  it('[M26] a failure is told once, with what it asks for, and a delivery after it stands beside it', () => {
    const error = { code: 131047, action: 'offer-template', reason: 'the window is closed' }
    const stage = afterAll(cameBack(transmitting(), accepted), [told('failed', { error }), told('failed', { error })])
    expect(toldConversation(stage).map(({ type }) => type)).toEqual(['delivery.sent', 'delivery.failed'])
    expect(atTheGate(stage)).toEqual(['outreach.asked', 'outreach.released'])
    const after131047 = after(stage, told('delivered'))
    expect(statuses(after131047).at(-1)).toBe('delivered')
    expect(
      toldConversation(after131047)
        .slice(-2)
        .map(({ type }) => type),
    ).toEqual(['delivery.sent', 'receipt.delivered'])
  })

  it('[M26] what is told of another account is not about it', () => {
    const stage = cameBack(transmitting(), accepted)
    expect(after(stage, { ...told('read'), account: 'another' }).facts).toEqual(stage.facts)
  })

  it('tells the gate what an error says of the person', () => {
    const withCode = (code: number, action: string): readonly string[] =>
      atTheGate(after(cameBack(transmitting(), accepted), told('failed', { error: { code, action, reason: 'x' } })))
    expect(withCode(131050, 'opt-out')).toContain('consent.said')
    expect(withCode(131026, 'unreachable')).toContain('channel.failed')
    expect(withCode(131049, 'no-marketing-today')).toContain('channel.paused')
  })

  it('[M35] the account is asked first, and what it refuses is never asked at the gate', () => {
    expect(atTheAccount(wanted())).toEqual(['account.asked'])
    expect(atTheGate(wanted())).toEqual([])
    const decision = { outcome: 'refuse', reason: 'template-paused', words: 'the template is paused: use another' }
    const stage = after(wanted(), { type: 'account.decided', decision })
    expect(atTheGate(stage)).not.toContain('outreach.asked')
    expect(said(stage, 'dispatch-decided')).toMatchObject([{ outcome: 'refuse', reason: 'template-paused' }])
    expect(toldConversation(stage)).toEqual([{ type: 'delivery.failed', n: 2, reason: decision.words }])
  })

  it('[M35] held by the account, it asks again when told, and by itself within the time', () => {
    const decision = {
      outcome: 'hold',
      untilMs: wanted().atMs + 3_600_000,
      reason: 'sender-stopped',
      words: 'no access',
    }
    const held = after(wanted(), { type: 'account.decided', decision })
    expect(said(held, 'dispatch-changed').at(-1)).toMatchObject({ status: 'waiting', reason: 'no access' })
    expect(atTheAccount(after(held, { type: 'account.opened' }))).toEqual(['account.asked', 'account.asked'])
    expect(atTheAccount(waited(held, 3_599_999))).toEqual(['account.asked'])
    expect(atTheAccount(waited(held, 3_600_000))).toEqual(['account.asked', 'account.asked'])
  })

  it('[M35] an account that does not answer keeps nobody from the gate', () => {
    expect(atTheGate(waited(wanted(), 30_000))).toEqual(['outreach.asked'])
  })

  it('[M35] refused because of the account, it is kept as often as that happens, and the account is told each time', () => {
    let stage = transmitting()
    for (let times = 0; times < 20; times++) {
      stage = cameBack(stage, { outcome: 'refused', action: 'stop-sender', code: 190, reason: 'no access' })
      expect(statuses(stage).at(-1)).toBe('waiting')
      stage = afterAll(waited(stage, 1000), [open, letThrough])
    }
    expect(atTheAccount(stage).filter((type) => type === 'account.troubled')).toHaveLength(20)
    expect(toldConversation(stage)).toEqual([])
  })

  it('[M35] our own pace and a slowed account use up no try: the one waits as long as it says, the other asks the account', () => {
    let stage = transmitting()
    for (let times = 0; times < 20; times++) {
      const whose = times % 2 === 0 ? 'pace' : 'account'
      stage = cameBack(stage, { outcome: 'later', afterMs: 500, reason: 'slow', whose })
      stage = afterAll(waited(stage, whose === 'pace' ? 500 : 1000), [open, letThrough])
      expect(running(stage, 'transmit').input).toMatchObject({ attempt: times + 2 })
    }
    expect(atTheAccount(stage).filter((type) => type === 'account.troubled')).toHaveLength(10)
  })

  it('[M34] an account that counts it is told once whether it went out, whatever became of it', () => {
    const counted = { type: 'account.decided', decision: { outcome: 'send', counted: true } }
    const ends: readonly (readonly [boolean, (stage: Stage) => Stage])[] = [
      [true, (stage) => cameBack(after(stage, letThrough), accepted)],
      [true, (stage) => waited(after(stage, letThrough), 60_000)],
      [true, (stage) => after(after(stage, letThrough), told('sent'))],
      [false, (stage) => after(stage, { type: 'outreach.decided', outcome: 'refuse', reason: 'opted-out' })],
      [
        false,
        (stage) => after(stage, { type: 'outreach.decided', outcome: 'hold', reason: 'quiet-hours', untilMs: 0 }),
      ],
      [false, (stage) => cameBack(after(stage, letThrough), { outcome: 'later', afterMs: 5, reason: 'busy' })],
      [
        false,
        (stage) => cameBack(after(stage, letThrough), { outcome: 'refused', action: 'give-up', code: 1, reason: 'no' }),
      ],
    ]
    for (const [went, end] of ends) {
      const stage = end(after(wanted(), counted))
      const settled = stage.sends.map(({ event }) => event).filter(({ type }) => type === 'account.settled')
      expect(settled).toEqual([{ type: 'account.settled', dispatch: 'acme/dispatch/1:2', went }])
    }
  })

  it('asked twice, is one', () => {
    expect(after(asked(), dispatchAsked).facts).toEqual(asked().facts)
  })
})
