import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Claim, TurnInput } from '#machines/conversation-contract.ts'
import { formatMoney } from '#rag/format.ts'
import type { Listing } from '#rag/listing.ts'
import { listingCard } from './cards.ts'
import { problemsWith } from './claims.ts'
import { houseAtMs, openHouse, type House } from './testing/house.ts'

let house: House
let home: Listing
beforeAll(async () => {
  house = await openHouse()
  const hits = await house.search.search({ workspace: 'acme', purpose: 'sale', bedrooms: 3, limit: 1 })
  home = hits.listings[0] ?? expect.fail('the sample has a 3 BHK')
})
afterAll(async () => {
  await house.close()
})

const saturday = Date.UTC(2026, 10, 28, 5, 30)
const evidence = [
  {
    callId: 'e1',
    tool: 'emi',
    arguments: {},
    result: { emiMinor: 8_639_100, annualRatePercent: 8.5, months: 240, loanMinor: 900_000_000 },
  },
  { callId: 'b1', tool: 'book_visit', arguments: {}, result: { status: 'booked', startAtMs: saturday } },
  {
    callId: 'p1',
    tool: 'find_passage',
    arguments: {},
    result: { passages: [{ documentId: 'rera', passage: 's2', text: 'At least 70% goes into the account.' }] },
  },
]
const turn = (): TurnInput => ({
  conversation: 'acme/conversation/c1',
  lead: 'acme/lead/c1',
  turn: 1,
  epoch: 1,
  atMs: houseAtMs,
  language: 'en',
  timeZone: 'Asia/Kolkata',
  messages: [{ n: 3, by: 'customer', text: '3 bhk under 1.2 crore', atMs: houseAtMs }],
  recent: [],
  dialogue: {},
  guidance: [],
  customer: {},
})
const check = (text: string, claims: readonly Claim[] = [], ...cards: Parameters<typeof problemsWith>[0]['cards']) =>
  problemsWith({ text, claims, cards, evidence }, { turn: turn(), search: house.search, timeZone: 'Asia/Kolkata' })
const listing = (text: string, field: keyof Listing): Claim => {
  const value = home[field]
  return {
    text,
    kind: 'other',
    value: typeof value === 'number' || typeof value === 'string' ? value : '',
    source: { kind: 'listing', listingId: home.id, version: home.version, field },
  }
}
const tool = (
  text: string,
  call: readonly [callId: string, name: string],
  held: { path: string; value: number | string },
): Claim => ({
  text,
  kind: 'other',
  value: held.value,
  source: { kind: 'tool', callId: call[0], tool: call[1], path: held.path },
})
const customer = (text: string): Claim => ({ text, kind: 'other', value: text, source: { kind: 'customer', n: 3 } })

describe('an answer whose figures are bound passes', () => {
  it('prices, areas and rooms from a listing version', async () => {
    const price = formatMoney(home.priceMinor, 'INR')
    const area = `${home.areaSqft.toLocaleString('en-IN')} sq ft`
    expect(
      await check(`A 3 BHK at ${price}, ${area}.`, [
        listing('3 BHK', 'bedrooms'),
        listing(price, 'priceMinor'),
        listing(area, 'areaSqft'),
      ]),
    ).toEqual([])
  })

  it('instalments, rates and terms from a result', async () => {
    const claims = [
      tool('₹86,391', ['e1', 'emi'], { path: 'emiMinor', value: 8_639_100 }),
      tool('8.5%', ['e1', 'emi'], { path: 'annualRatePercent', value: 8.5 }),
      tool('20 years', ['e1', 'emi'], { path: 'months', value: 240 }),
    ]
    expect(await check('₹86,391 a month at 8.5% for 20 years.', claims)).toEqual([])
  })

  it('a booked time, by every part of it', async () => {
    const at = 'Saturday 28 November at 11:00 am'
    const claims = [
      tool(at, ['b1', 'book_visit'], { path: 'startAtMs', value: saturday }),
      tool('booked', ['b1', 'book_visit'], { path: 'status', value: 'booked' }),
    ]
    expect(await check(`Your visit is booked for ${at}.`, claims)).toEqual([])
  })

  it('the customer’s own figures: rooms, and an amount as their limit', async () => {
    expect(
      await check('No 3 BHK under ₹1.2 Cr today.', [
        customer('3 BHK'),
        customer('₹1.2 Cr'),
        tool('today', ['b1', 'book_visit'], { path: 'startAtMs', value: saturday }),
      ]),
    ).not.toEqual([])
    expect(await check('Nothing with 3 BHK under ₹1.2 Cr.', [customer('3 BHK'), customer('₹1.2 Cr')])).toEqual([])
  })

  it('a passage, in its own words', async () => {
    expect(
      await check('At least 70% goes in.', [
        { text: '70%', kind: 'other', value: '70%', source: { kind: 'document', documentId: 'rera', passage: 's2' } },
      ]),
    ).toEqual([])
  })

  it('words without a figure need no source', async () => {
    expect(await check('Happy to help. Which area do you like, the first one?')).toEqual([])
  })
})

describe('an answer with a figure that no source holds is stopped', () => {
  it.each([
    'It costs ₹95 lakh.',
    'It costs 95 lakhs only.',
    'Price: Rs. 9500000',
    'About one crore.',
    'डेढ़ करोड़ का है',
    '८० लाख',
    'It has 1,450 sq ft.',
    'Rates start at 8 percent.',
    'You can come tomorrow.',
    'See you on 28 November.',
    'Come at 11 am.',
    'शनिवार को आइए',
    'It is still available.',
    'I have booked it.',
    'It is ready to move in.',
    'We have two homes for you.',
    'It is 5 minutes from the metro.',
    'possession in 2027',
    'a dozen flats match',
    '3BHK',
    'dedh crore mein',
    'kal 4 baje',
  ])('%s', async (text) => {
    expect(await check(text)).not.toEqual([])
  })

  it('a claim beside the number does not cover it', async () => {
    expect(await check('3 BHK at ₹95 L', [listing('3 BHK', 'bedrooms')])).toHaveLength(1)
  })

  it('a source that holds another value', async () => {
    const claims = [{ ...listing('₹10 L', 'priceMinor'), value: 100_000_000 }]
    expect((await check('It costs ₹10 L.', claims)).join()).toContain('the source holds')
  })

  it('the right value with other words', async () => {
    expect((await check('It costs ₹10 L.', [listing('₹10 L', 'priceMinor')])).join()).toContain(
      'does not say what its source holds',
    )
  })

  it('a listing that has changed since, or never was', async () => {
    expect(
      await check('3 BHK', [
        {
          ...listing('3 BHK', 'bedrooms'),
          source: { kind: 'listing', listingId: home.id, version: home.version + 1, field: 'bedrooms' },
        },
      ]),
    ).not.toEqual([])
    expect(
      await check('3 BHK', [
        {
          text: '3 BHK',
          kind: 'count',
          value: 3,
          source: { kind: 'listing', listingId: 'ghost', version: 1, field: 'bedrooms' },
        },
      ]),
    ).not.toEqual([])
  })

  it('a call that was never made, or another tool’s', async () => {
    expect(
      await check('₹86,391', [tool('₹86,391', ['e9', 'emi'], { path: 'emiMinor', value: 8_639_100 })]),
    ).not.toEqual([])
    expect(
      await check('₹86,391', [tool('₹86,391', ['e1', 'stamp_duty'], { path: 'emiMinor', value: 8_639_100 })]),
    ).not.toEqual([])
  })

  it('rounding that hides money', async () => {
    const held = { path: 'loanMinor', value: 900_000_000 }
    expect(await check('₹90 L', [tool('₹90 L', ['e1', 'emi'], held)])).toEqual([])
    expect(await check('₹1 Cr', [tool('₹1 Cr', ['e1', 'emi'], held)])).not.toEqual([])
    expect(await check('₹0.9 Cr', [tool('₹0.9 Cr', ['e1', 'emi'], held)])).toEqual([])
    expect(await check('₹90.5 L', [tool('₹90.5 L', ['e1', 'emi'], held)])).not.toEqual([])
  })

  it('another day, another hour, another weekday than the booking’s', async () => {
    for (const at of [
      'Sunday 28 November',
      'Saturday 29 November',
      'Saturday 28 November at 12:00 pm',
      '28 December',
      '11:30 am',
    ])
      expect(await check(at, [tool(at, ['b1', 'book_visit'], { path: 'startAtMs', value: saturday })])).not.toEqual([])
  })

  it('“booked” when the booking was refused', async () => {
    expect(await check('It is booked.', [tool('booked', ['e1', 'emi'], { path: 'months', value: 240 })])).not.toEqual(
      [],
    )
  })

  it('a price out of the customer’s mouth', async () => {
    expect(await check('Yes, it costs ₹1.2 Cr.', [customer('₹1.2 Cr')])).not.toEqual([])
    expect(await check('Under ₹2 Cr.', [customer('₹2 Cr')])).not.toEqual([])
  })

  it('a card that does not show its listing', async () => {
    const card = listingCard(home)
    expect(await check('Here it is.', [], card)).toEqual([])
    expect(await check('Here it is.', [], { ...card, priceMinor: card.priceMinor - 100 })).not.toEqual([])
    expect(await check('Here it is.', [], { ...card, version: card.version + 1 })).not.toEqual([])
  })
})
