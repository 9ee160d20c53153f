import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OutreachLedger, OutreachReason, OutreachRequest, OutreachSettings } from './outreach-contract.ts'
import { decideOutreach } from './outreach-gate.ts'
import { consented, merged, newLedger, noted } from './outreach-ledger.ts'
import * as histories from './testing/outreach-history.ts'
import type { Arrival, Asked, History } from './testing/outreach-history.ts'

const hourMs = 60 * 60_000
const { history, play, isFresh } = histories

describe('the gate in any history of any senders', () => {
  it('[M28] lets nothing out after an opt-out, save the answer to something written after it', () => {
    eachAsked((asked) => {
      const { channel, purpose } = asked.request
      if (asked.decision.outcome !== 'send' || (channel === 'widget' && purpose === 'service')) return true
      const answers = (outAtMs: number) => purpose === 'service' && histories.heardAtMs(asked) > outAtMs
      return histories.optOuts(asked).every(answers)
    })
  })

  it('[M28] lets out no marketing without a yes to it', () => {
    eachAsked((asked) => {
      const isMarketing = asked.decision.outcome === 'send' && asked.request.purpose === 'marketing'
      return !isMarketing || !isFresh(asked) || histories.yeses(asked).length > 0
    })
  })

  it("[M29] lets out no marketing in the quiet hours of the recipient's zone", () => {
    eachHistory((told) => {
      const { quietFromMinute: from, quietToMinute: to } = told.settings
      return play(told).sent.every(({ request, atMs }) => {
        const there = new Date(atMs + told.zone * 60_000)
        const minute = there.getUTCHours() * 60 + there.getUTCMinutes()
        const isQuiet = from < to ? from <= minute && minute < to : from > to && (from <= minute || minute < to)
        return request.purpose !== 'marketing' || !isQuiet
      })
    })
  })

  it('[M29] never goes over a cap, in whatever window one looks', () => {
    eachHistory((told) => {
      const { whatsappCap: whatsapp, emailCap: email, smsCap: sms, marketingCap, capWindowMs } = told.settings
      const caps = { whatsapp, email, sms, widget: marketingCap }
      const marketing = play(told).sent.filter((each) => each.request.purpose === 'marketing')
      return marketing.every(({ atMs, request }) => {
        const window = marketing.filter((each) => each.atMs <= atMs && each.atMs > atMs - capWindowMs)
        const here = window.filter((each) => each.request.channel === request.channel)
        return window.length <= marketingCap && here.length <= caps[request.channel]
      })
    })
  })

  it('[M29] never sends faster to one person than the provider takes', () => {
    eachHistory((told) => {
      const { pairBurst, pairEveryMs } = told.settings
      const sent = play(told).sent.filter((each) => each.request.channel === 'whatsapp')
      return sent.every((first, from) => {
        const rest = sent.slice(from).filter((each) => each.request.conversation === first.request.conversation)
        return rest.every((each, index) => index + 1 <= pairBurst + (each.atMs - first.atMs) / pairEveryMs)
      })
    })
  })

  it('[M27] counts what is asked twice once, and answers it the same unless the person opted out', () => {
    eachHistory((told) => {
      const { asked, ledger } = play(told)
      const dispatches = ledger.sent.map((each) => each.dispatch)
      const steady = (each: Asked) =>
        isFresh(each) || histories.optOuts(each).length > 0 || each.decision.outcome === 'send'
      return new Set(dispatches).size === dispatches.length && asked.every(steady)
    })
  })

  it('[M30] a hold ends: asked again then, with nothing new, it is decided or held later, and never beyond its time', () => {
    eachHistory((told) => {
      const { settings } = told
      const isAlwaysQuiet = settings.quietFromMinute === 0 && settings.quietToMinute === 1440
      return play(told).asked.every(({ request, decision, ledger, atMs }) => {
        if (decision.outcome !== 'hold') return true
        const { untilMs } = decision
        const again = decideOutreach(ledger, request, { atMs: untilMs, settings })
        const isDecided = again.outcome !== 'hold' || (isAlwaysQuiet && again.untilMs > untilMs)
        return isDecided && untilMs > atMs && untilMs <= request.wantedAtMs + settings.holdMaxMs
      })
    })
  })

  it('[M30] nothing starves: also a message before which others always come is decided in its time', () => {
    eachHistory((told) => {
      const settings = { ...told.settings, pairEveryMs: hourMs }
      const { ledger, endMs } = play(told)
      const yes = { state: 'given', atMs: endMs, source: 'test', proof: 'yes' } as const
      const willing = consented(ledger, '*:marketing', yes)
      return told.requests.slice(0, 3).every((request) => {
        const wanted = { ...request, dispatch: 'acme/dispatch/last', wantedAtMs: endMs }
        return isDecidedAmongRivals(wanted, willing, settings)
      })
    })
  })

  it('comes to every answer there is, so that what holds here holds for something', () => {
    const seen = new Set<OutreachReason>()
    eachAsked(({ decision }) => seen.add(decision.reason).size > 0)
    const sends = ['consented', 'service-reply', 'utility-allowed']
    const holds = ['frequency-cap', 'pair-limit', 'quiet-hours', 'user-limit']
    const refusals = ['no-consent', 'nothing-to-answer', 'opted-out', 'too-late', 'unreachable', 'window-closed']
    expect([...seen].sort()).toEqual([...sends, ...holds, ...refusals].sort())
  })
})

describe('the ledger in any history', () => {
  const laterRequests = fc.array(fc.tuple(histories.request, histories.spans), { minLength: 12, maxLength: 12 })
  const questions = fc.tuple(histories.settings, laterRequests)
  const lived = (tag: string) => history.map((told) => play(told, tag).ledger)

  it('[M31] decides the same in whatever order, how often and to which of two leads things are said', () => {
    const twice = fc.array(histories.arrival, { maxLength: 20, size: 'max' }).chain((all) => {
      const both = [...all, ...all]
      const shuffled = fc.shuffledSubarray(both, { minLength: both.length })
      return fc.tuple(fc.constant(all), shuffled, fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }))
    })
    const property = fc.property(twice, questions, ([once, again, isMine], asked) => {
      const mine = said(again.filter((_, index) => isMine[index] === true))
      const theirs = said(again.filter((_, index) => isMine[index] !== true))
      const expected = answers(said(once), asked)
      expect(answers(said(again), asked)).toEqual(expected)
      expect(answers(merged(mine, theirs), asked)).toEqual(expected)
    })
    fc.assert(property, { numRuns: 600, seed: 20260921 })
  })

  it('[M31] merged is the same whichever comes first, however grouped, and however often', () => {
    const three = fc.tuple(lived('a'), lived('b'), lived('c'))
    const property = fc.property(three, questions, ([a, b, c], asked) => {
      expect(answers(merged(a, b), asked)).toEqual(answers(merged(b, a), asked))
      expect(answers(merged(merged(a, b), c), asked)).toEqual(answers(merged(a, merged(b, c)), asked))
      expect(answers(merged(a, a), asked)).toEqual(answers(a, asked))
      expect(answers(merged(merged(a, b), b), asked)).toEqual(answers(merged(a, b), asked))
    })
    fc.assert(property, { numRuns: 600, seed: 20260921 })
  })

  it('merged counts what went out to either', () => {
    const property = fc.property(lived('a'), lived('b'), questions, (a, b, [settings, requests]) => {
      for (const [request, laterMs] of requests) {
        const atMs = histories.beginMs + laterMs
        const decision = decideOutreach(merged(a, b), { ...request, wantedAtMs: atMs }, { atMs, settings })
        if (decision.reason !== 'consented') continue
        const counted = [...a.sent, ...b.sent].filter((each) => each.purpose === 'marketing')
        const window = counted.filter((each) => each.atMs > atMs - settings.capWindowMs)
        expect(window.length).toBeLessThan(settings.marketingCap)
      }
    })
    fc.assert(property, { numRuns: 600, seed: 20260921 })
  })
})

function eachHistory(holds: (told: History) => boolean): void {
  fc.assert(fc.property(history, holds), { numRuns: 600, seed: 20260921 })
}

function eachAsked(holds: (asked: Asked) => boolean): void {
  eachHistory((told) => play(told).asked.every(holds))
}

/** Asks again at the end of each hold, after rivals have taken what had become free. */
function isDecidedAmongRivals(request: OutreachRequest, ledger: OutreachLedger, settings: OutreachSettings): boolean {
  let atMs = request.wantedAtMs
  let known = ledger
  for (let rival = 0; rival < 5000; rival++) {
    const decision = decideOutreach(known, request, { atMs, settings })
    if (decision.outcome !== 'hold') return true
    if (decision.untilMs <= atMs || decision.untilMs > request.wantedAtMs + settings.holdMaxMs) return false
    atMs = decision.untilMs
    const first = { ...request, dispatch: `acme/dispatch/rival:${rival}`, wantedAtMs: atMs }
    const asked = { request: first, decision: decideOutreach(known, first, { atMs, settings }) }
    known = noted(known, asked, { atMs, settings })
  }
  return false
}

function said(all: readonly Arrival[]): OutreachLedger {
  return all.reduce((ledger, each) => histories.told(ledger, each, histories.beginMs - each.agoMs), newLedger())
}

type Questions = readonly [OutreachSettings, readonly (readonly [OutreachRequest, number])[]]

function answers(ledger: OutreachLedger, [settings, requests]: Questions) {
  return requests.map(([request, laterMs]) => {
    const atMs = histories.beginMs + laterMs
    return decideOutreach(ledger, { ...request, wantedAtMs: histories.beginMs }, { atMs, settings })
  })
}
