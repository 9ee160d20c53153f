import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Draft, ListingCard } from '#machines/conversation-contract.ts'
import { jsonObject } from './tools/tool.ts'
import { Chat, houseAtMs, openHouse, type House, type Played } from './testing/house.ts'

let house: House
let conversations = 0
beforeAll(async () => {
  house = await openHouse()
})
afterAll(async () => {
  await house.close()
})
const chat = (options = {}) => new Chat(house, { conversation: `acme/conversation/u${++conversations}`, ...options })
const homes = ({ draft }: Played): readonly ListingCard[] =>
  (draft?.cards ?? []).flatMap((card) => (card.kind === 'listing' ? [card] : []))
const purposes = (played: Played) => [...new Set(homes(played).map((each) => each.purpose))]

describe('buying and renting are never mixed', () => {
  it.each([
    ['2 bhk chahiye 80 lakh ke andar', 'sale'],
    ['2 bhk under 30k', 'rent'],
    ['2 bhk flat', 'sale'],
    ['2 bhk flat on rent', 'rent'],
    ['मुझे पुणे में 2 बीएचके किराए पर चाहिए', 'rent'],
  ])('“%s” brings homes for %s only', async (text, purpose) => {
    expect(purposes(await chat().says(text))).toEqual([purpose])
  })

  it('a month’s rent after a buyer’s budget turns the search, and the answer says “a month”', async () => {
    const customer = chat()
    await customer.says('2 bhk in pune to buy under 90 lakh')
    const rented = await customer.says('under 30k')
    expect(purposes(rented)).toEqual(['rent'])
    expect(rented.reply).toContain('a month')
    expect(purposes(await customer.says('2 bhk in pune to buy'))).toEqual(['sale'])
  })
})

describe('places', () => {
  it('a new city takes the localities of the old one away, for the lead too', async () => {
    const customer = chat()
    const first = await customer.says('3 bhk in whitefield under 1.2 crore')
    expect(first.draft?.learned).toMatchObject({ city: 'Bengaluru', localities: ['Whitefield'] })
    const second = await customer.says('2 bhk in pune for rent under 30k')
    expect(second.draft?.learned).toMatchObject({ city: 'Pune', localities: [], purpose: 'rent' })
    for (const card of homes(second)) expect(card.city).toBe('Pune')
  })

  it.each([
    ['Show me homes in Sector 57, Gurugram', 'Sector 57'],
    ['Show me homes in Sector 65', 'Sector 65'],
    ['कोरमंगला में 2 बीएचके', 'Koramangala'],
    ['मुझे व्हाइटफील्ड में 3 बीएचके चाहिए', 'Whitefield'],
  ])('“%s” brings homes there', async (text, locality) => {
    const played = await chat().says(text)
    expect(played.verdict?.deliver).toBe(true)
    expect([...new Set(homes(played).map((each) => each.locality))]).toEqual([locality])
  })

  it('a city in Devanagari is found', async () => {
    expect(homes(await chat().says('गुड़गांव में घर दिखाओ'))[0]?.city).toBe('Gurugram')
  })

  it('a place not served is answered with all we do have', async () => {
    const { reply } = await chat().says('flat in Ahmedabad')
    expect(reply).toContain('no homes in Ahmedabad')
    for (const city of ['Bengaluru', 'Mumbai', 'Pune', 'Gurugram']) expect(reply).toContain(city)
  })
})

describe('a home is found by its title', () => {
  it('among those shown, even when it was not the last', async () => {
    const customer = chat()
    const second = homes(await customer.says('3 bhk in whitefield under 1.2 crore'))[1]
    await customer.says('the first one')
    const played = await customer.says(`About ${second?.title}: is it ready to move in?`)
    expect(homes(played)[0]?.listingId).toBe(second?.listingId)
  })

  it('from an older card, by a search', async () => {
    const customer = chat()
    const old = homes(await customer.says('2 bhk in pune for rent under 30k'))[0]
    await customer.says('villa in gurugram')
    const played = await customer.says(`Can I visit ${old?.title}?`)
    expect(played.draft?.dialogue).toMatchObject({ selected: old?.listingId })
    expect(played.draft?.cards[0]).toMatchObject({ kind: 'slots', listingId: old?.listingId })
  })

  it('two homes of one title are told apart, not taken for each other', async () => {
    const customer = chat()
    const shown = homes(await customer.says('3 bhk in whitefield under 1.2 crore'))
    const twins = shown.filter((each) => shown.some((other) => other !== each && other.title === each.title))
    expect(twins).toHaveLength(2)
    const played = await customer.says(`About ${twins[0]?.title}: is it furnished?`)
    expect(homes(played).map((each) => each.listingId)).toEqual(twins.map((each) => each.listingId))
    expect(played.reply).toContain('more than one home of that name')
  })
})

describe('nobody is handed over who can be answered', () => {
  it.each([
    ['EMI for 80 lakh loan at 8.5% for 20 years', '₹69,426 a month'],
    ['What is the EMI on 80 lakh?', 'For a home of ₹80 L'],
  ])('“%s” is computed', async (text, words) => {
    expect((await chat().says(text)).reply).toContain(words)
  })

  it('“is it ready?” of the second one, in English and Hindi', async () => {
    for (const [search, question] of [
      ['3 bhk in whitefield under 1.2 crore', 'About the second one: is it ready to move in?'],
      ['मुझे व्हाइटफील्ड में 3 बीएचके चाहिए', 'दूसरा वाला: क्या यह तैयार है?'],
    ] as const) {
      const customer = chat()
      const second = homes(await customer.says(search))[1]
      const { reply, draft } = await customer.says(question)
      expect(reply).toMatch(/ready to move|possession|पज़ेशन/u)
      expect(draft?.cards[0]).toMatchObject({ listingId: second?.listingId })
    }
  })

  it('a visit to a place: homes first, the time kept, the pick booked', async () => {
    const customer = chat()
    const asked = await customer.says('Can I visit homes in Whitefield this Saturday at 11?')
    expect(asked.reply).toContain('Which one would you like to visit?')
    expect((await customer.says('the second one')).reply).toContain('booked for Saturday 28 November at 11:00 am')
  })

  it('a visit after a list: which home, and the time is kept', async () => {
    const customer = chat()
    await customer.says('3 bhk in whitefield under 1.2 crore')
    expect((await customer.says('book a visit tomorrow 2pm')).reply).toContain('Which of these homes')
    expect((await customer.says('the first one')).reply).toContain('booked for Tuesday 24 November at 2:00 pm')
  })

  it.each(['yes', 'haan', 'हाँ'])(
    '“%s” to a visit offers times, and a second one takes the time offered',
    async (yes) => {
      const customer = chat()
      await customer.says('3 bhk in whitefield under 1.2 crore')
      await customer.says('tell me about the third one')
      expect((await customer.says(yes)).draft?.cards[0]).toMatchObject({ kind: 'slots' })
      expect((await customer.says(yes)).draft?.cards[0]).toMatchObject({ kind: 'visit' })
    },
  )

  it('two homes are compared, a pool is looked for, and the cheapest of a place is a search', async () => {
    const customer = chat()
    const shown = homes(await customer.says('3 bhk in whitefield under 1.2 crore'))
    const compared = await customer.says('compare the first and the third')
    expect(homes(compared).map((each) => each.listingId)).toEqual([shown[0]?.listingId, shown[2]?.listingId])
    const pool = await customer.says('do you have any with a swimming pool?')
    for (const { listingId } of homes(pool))
      expect((await house.search.get('acme', listingId))?.amenities).toContain('Swimming pool')
    const cheapest = homes(await customer.says('show me the cheapest 2 bhk in Hinjewadi'))
    expect(cheapest.length).toBeGreaterThan(1)
    for (const card of cheapest) expect(card).toMatchObject({ locality: 'Hinjewadi', bedrooms: 2 })
  })

  it('“tomorrow 11” is a time, and “6 december” is not six o’clock', async () => {
    const customer = chat()
    await customer.says('2 bhk for rent in Koramangala under 40k')
    expect((await customer.says('book it for sunday 6 december')).draft?.cards[0]).toMatchObject({ kind: 'slots' })
    expect((await customer.says('book it for tomorrow 11')).reply).toContain('24 November at 11:00 am')
  })

  it('“make it 5 pm” moves the visit on its day', async () => {
    const customer = chat()
    await customer.says('3 bhk in whitefield under 1.2 crore')
    await customer.says('book the first one on 6 december at 4 pm')
    expect((await customer.says('can we make it 5 pm instead?')).reply).toContain('Sunday 6 December at 5:00 pm')
  })
})

it.each([
  ['what about capital gains tax?', '12.5 per cent'],
  ['is my loan eligible for tax benefit', '1.5 lakh'],
  ['What documents do I need to buy a flat?', 'PAN'],
])('“%s” is answered from our documents, no figure cut', async (text, words) => {
  const customer = chat()
  await customer.says('3 bhk in whitefield under 1.2 crore')
  const { reply, verdict } = await customer.says(text)
  expect(verdict?.deliver).toBe(true)
  expect(reply).toContain(words)
})

it('a down payment that banks do not allow is said first, with both instalments', async () => {
  const customer = chat()
  await customer.says('3 bhk in whitefield under 1.2 crore')
  const { reply, verdict } = await customer.says("what's the emi on the first one with 20% down")
  expect(verdict).toMatchObject({ deliver: true, problems: [] })
  expect(reply).toMatch(
    /^With 20% down .* at most 75% .* 25% down .* The EMI is ₹69,317 a month.* would have been ₹73,939/u,
  )
})

describe('a turn that is begun again after its visit was booked', () => {
  const first = { n: 1, by: 'customer', text: 'can i see it on 8 december at 11 am', atMs: houseAtMs } as const
  const turnOf = (turn: number, messages: readonly object[]) => ({
    conversation: 'acme/conversation/again',
    lead: 'acme/lead/again',
    epoch: 1,
    atMs: houseAtMs,
    language: 'en',
    timeZone: 'Asia/Kolkata',
    recent: messages,
    dialogue: {},
    guidance: [],
    pageListing: 'home-9',
    customer: {},
    turn,
    messages,
  })
  const drafted = async (input: object) => {
    const route = await chat().run('route', jsonObject(input))
    return (await chat().run('answer', jsonObject({ ...input, route }))) as unknown as Draft
  }

  it('neither forgets nor doubles it, whatever came in meanwhile', async () => {
    const visits = () => [...house.desk.visits.values()].filter(({ meetingId }) => meetingId.includes('/again-'))
    await drafted(turnOf(1, [first]))
    const again = await drafted(turnOf(2, [first, { ...first, n: 2, text: 'my wife comes too' }]))
    expect(visits()).toHaveLength(1)
    expect(again.cards).toMatchObject([{ kind: 'visit' }])
    const other = await drafted(
      turnOf(3, [first, { ...first, n: 2, text: 'what documents do I need for a home loan' }]),
    )
    expect(visits()).toHaveLength(1)
    expect(other.text).toContain('booked for Tuesday 8 December at 11:00 am')
    const moved = await drafted(
      turnOf(4, [
        { ...first, text: 'can i see it on 8 december' },
        { ...first, n: 2, text: 'at 1 pm' },
      ]),
    )
    expect(visits()).toMatchObject([{ startAtMs: Date.UTC(2026, 11, 8, 7, 30) }])
    expect(moved.text).toContain('1:00 pm')
  })
})
