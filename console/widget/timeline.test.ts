import { describe, expect, it } from 'vitest'
import type { PublicMessage } from '#gateway/protocol.ts'
import { nameHome } from './listing-reference.ts'
import { initialState } from './session.ts'
import { pickLanguage } from './strings/language.ts'
import { timeline } from './timeline.ts'
import { TypingSignal } from './typing-signal.ts'

const noon = new Date(2026, 10, 28, 12).getTime()
const minute = 60_000

function message(n: number, atMs: number, author: PublicMessage['author']): PublicMessage {
  return { n, atMs, author, text: `m${n}`, ...(author.kind === 'customer' ? { clientId: `c${n}` } : {}) }
}

describe('the timeline', () => {
  it('groups one speaker’s messages, breaks at days, pauses, notices and names', () => {
    const messages = [
      message(1, noon - 24 * 60 * minute, { kind: 'customer' }),
      message(2, noon, { kind: 'assistant' }),
      message(3, noon + minute, { kind: 'assistant' }),
      message(4, noon + 10 * minute, { kind: 'assistant' }),
      message(5, noon + 11 * minute, { kind: 'system', notice: 'taken-over', name: 'Priya' }),
      message(6, noon + 11 * minute, { kind: 'member', name: 'Priya' }),
      message(7, noon + 11 * minute, { kind: 'member', name: 'Ravi' }),
    ]
    const items = timeline({ ...initialState, log: { messages, expectedN: 7 } })
    const drawn = items.map((item) =>
      item.kind === 'group' ? item.lines.map(({ text }) => text).join('+') : item.kind,
    )
    expect(drawn).toEqual(['day', 'm1', 'day', 'm2+m3', 'm4', 'notice', 'm6', 'm7'])
  })

  it('ticks tell how far an own message has come, and its key stays when it is acknowledged', () => {
    const messages = [message(1, noon, { kind: 'customer' }), message(2, noon, { kind: 'customer' })]
    const waiting = { clientId: 'c3', text: 'm3', atMs: noon, state: 'waiting' } as const
    const state = {
      ...initialState,
      link: 'online',
      log: { messages, expectedN: 2 },
      receipts: { ours: { deliveredTo: 0, readTo: 0 }, theirs: { readTo: 1 } },
      outbox: [waiting],
    } as const
    const lines = (given: Parameters<typeof timeline>[0]) =>
      timeline(given).flatMap((item) => (item.kind === 'group' ? item.lines : []))
    expect(lines(state).map(({ tick }) => tick)).toEqual(['read', 'sent', 'sending'])
    expect(lines({ ...state, link: 'offline' }).at(-1)?.tick).toBe('held')
    const arrived = {
      ...state,
      outbox: [],
      log: { messages: [...messages, message(3, noon, { kind: 'customer' })], expectedN: 3 },
    }
    expect(lines(arrived).map(({ key }) => key)).toEqual(lines(state).map(({ key }) => key))
  })
})

describe('a home is named', () => {
  const card = (listingId: string) =>
    ({
      kind: 'listing',
      listingId,
      title: `Title ${listingId}`,
      version: 1,
      locality: '',
      city: '',
      priceMinor: 1,
      currency: 'INR',
      areaSqft: 1,
      facts: [],
    }) as const
  const showing = (n: number, ...ids: string[]): PublicMessage => ({
    ...message(n, noon, { kind: 'assistant' }),
    cards: ids.map(card),
  })
  const words = pickLanguage('en').strings.card

  it('by its place in the list shown last, as this one when it stands alone, by its title when the list is an older one', () => {
    const messages = [showing(1, 'a', 'b'), showing(2, 'c', 'd', 'a'), showing(3, 'd')]
    expect(nameHome(card('b'), { messages: messages, n: 1 }, words)).toBe('Title b')
    expect(nameHome(card('a'), { messages: messages, n: 2 }, words)).toBe('the third one')
    expect(nameHome(card('d'), { messages: messages, n: 3 }, words)).toBe('this one')
    expect(nameHome(card('d'), { messages: [...messages, showing(4, 'e')], n: 3 }, words)).toBe('Title d')
  })
})

describe('the typing signal', () => {
  it('tells once, repeats while it lasts, and ends when the keys rest', () => {
    const told: boolean[] = []
    let nowMs = 0
    let idle = () => undefined as void
    const signal = new TypingSignal(
      (on) => told.push(on),
      () => nowMs,
      (_, run) => {
        idle = run
        return () => undefined
      },
    )
    for (let press = 0; press < 9; press += 1) {
      signal.pressed()
      nowMs += 1000
    }
    expect(told).toEqual([true, true, true])
    idle()
    signal.ended()
    expect(told).toEqual([true, true, true, false])
  })
})
