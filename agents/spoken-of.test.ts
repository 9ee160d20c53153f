import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ListingCard } from '#machines/conversation-contract.ts'
import { Chat, openHouse, type House, type Played } from './testing/house.ts'

let house: House
let conversations = 0
beforeAll(async () => {
  house = await openHouse()
})
afterAll(async () => {
  await house.close()
})
const chat = () => new Chat(house, { conversation: `acme/conversation/s${++conversations}` })
const homes = ({ draft }: Played): readonly ListingCard[] =>
  (draft?.cards ?? []).flatMap((card) => (card.kind === 'listing' ? [card] : []))
const listed = async () => {
  const customer = chat()
  const shown = homes(await customer.says('3 bhk in whitefield under 1.2 crore'))
  expect(shown.length).toBeGreaterThan(1)
  return { customer, first: shown[0] }
}
const sound = (played: Played) => expect(played.verdict).toMatchObject({ deliver: true, problems: [] })

describe('after a list, words for one home mean the first, which the reply names', () => {
  it.each(['That sounds great.', 'Yes, that sounds good.', 'I like this one', 'Sounds good to me.', 'Yes that works'])(
    '“%s” settles on it',
    async (text) => {
      const { customer, first } = await listed()
      const played = await customer.says(text)
      sound(played)
      expect(played.draft?.dialogue).toMatchObject({ selected: first?.listingId })
      expect(played.reply).toContain(first?.title)
    },
  )

  it.each(['I want to visit it', 'That one sounds good, I would like to schedule a visit'])(
    '“%s” offers times for it',
    async (text) => {
      const { customer, first } = await listed()
      const played = await customer.says(text)
      sound(played)
      expect(played.draft?.cards[0]).toMatchObject({ kind: 'slots', listingId: first?.listingId })
      expect(played.reply).toContain(first?.title)
    },
  )

  it.each([
    ['Yes, sounds good.', '1'],
    ['Yes please', '2'],
    ['That sounds great', '3'],
    ['Please schedule a visit', '4'],
  ])('asked which home once, “%s” goes on with the first and the time that was kept', async (text, hour) => {
    const { customer, first } = await listed()
    expect((await customer.says(`book a visit tomorrow ${hour}pm`)).reply).toContain('Which of these homes')
    const played = await customer.says(text)
    sound(played)
    expect(played.reply).toContain(first?.title)
    expect(played.reply).toContain(`booked for Tuesday 24 November at ${hour}:00 pm`)
  })

  it('which home is asked once: the second time a person is brought in', async () => {
    const { customer } = await listed()
    expect((await customer.says('what is the emi')).reply).toContain('Which of the homes do you mean?')
    const played = await customer.says('what about the emi')
    expect(played.draft?.handOff).toMatchObject({ reason: 'low-confidence' })
    expect(played.draft?.text).not.toContain('Which of the homes')
  })

  it('a goodbye is no pick of a home', async () => {
    const { customer } = await listed()
    await customer.says('book a visit tomorrow 2pm')
    expect((await customer.says("Thanks for your help, that's all I needed.")).reply).toMatch(/good day|welcome/u)
  })
})

describe('a question about the home in talk is answered about that home', () => {
  it.each([
    'Are pets allowed?',
    'Does it have a garage?',
    'Is there any laundry?',
    'Is the apartment already furnished?',
    'How many baths does it have?',
    'Are pets allowed in this apartment?',
    'Is the property furnished? Are animals allowed?',
    'Does this property have a garage and a gym?',
  ])('“%s”', async (text) => {
    for (const before of [[], ['that sounds great']]) {
      const { customer, first } = await listed()
      for (const each of before) await customer.says(each)
      const played = await customer.says(text)
      sound(played)
      expect(homes(played).map((each) => each.listingId)).toEqual([first?.listingId])
      expect(played.reply).toContain(first?.title)
    }
  })

  it('what the listing does not say is named and a colleague offered; what it says is told', async () => {
    const { customer, first } = await listed()
    const played = await customer.says('Is it furnished? Are pets allowed?')
    sound(played)
    const home = await house.search.get('acme', first?.listingId ?? '')
    expect(home?.amenities).not.toContain('Pets allowed')
    expect(played.reply).toContain(home?.furnishing)
    expect(played.reply).toContain('does not say that (pets allowed)')
    expect(played.draft?.chips[0]?.label).toBe('Talk to a person')
  })

  it('“a furnished flat, do you have one?” still is a search', async () => {
    const { customer } = await listed()
    expect(homes(await customer.says('I am looking for a furnished flat in Pune, do you have one?'))[0]?.city).toBe(
      'Pune',
    )
  })
})

describe('a number to call', () => {
  it.each([
    "What's the phone number?",
    'How do I contact them?',
    'Sounds good. Give the contact number',
    'Can you give me its number?',
    'Whats their contact number?',
    'We have pets. Are they allowed? What is a number that I can call?',
    "What is the property's phone number? Are pets allowed?",
    'Great, book a visit. And what is their phone number?',
  ])('“%s”: calls go through us, and a colleague is a chip away', async (text) => {
    const { customer } = await listed()
    const played = await customer.says(text)
    sound(played)
    expect(played.reply).toContain('Calls and visits go through us')
    expect(played.draft?.chips.map((chip) => chip.label)).toContain('Talk to a person')
  })

  it('the customer’s own number is not such a question', async () => {
    const { customer } = await listed()
    expect((await customer.says('my phone number is 9876543210')).draft?.text).not.toContain('go through us')
  })
})

it('what a search let go is named, and said another way the next time', async () => {
  const customer = chat()
  const replies = [
    'furnished 5 bhk in whitefield with a swimming pool and laundry',
    'with a clubhouse too',
    'show me others',
    'with power backup as well',
  ]
  const leads: string[] = []
  for (const text of replies) {
    const played = await customer.says(text)
    sound(played)
    leads.push(played.reply?.split('. ')[0] ?? '')
  }
  expect(leads[0]).toContain('“laundry”')
  expect(new Set(leads).size).toBe(leads.length)
})

describe('after a colleague was offered', () => {
  it.each(['All right, that apartment sounds good.', 'I am interested in this apartment.'])(
    '“%s” is of the home',
    async (text) => {
      const { customer, first } = await listed()
      await customer.says('Are pets allowed?')
      const played = await customer.says(text)
      expect(played.route.handOff).toBeUndefined()
      expect(homes(played).map((each) => each.listingId)).toEqual([first?.listingId])
    },
  )

  it.each([
    ['Okay. Thanks a lot, that is all.', /good day|welcome/u],
    ['That sounds great! Could you schedule a visit for me please?', /Would .* suit you/u],
  ])('“%s” asks for no person', async (text, words) => {
    const { customer } = await listed()
    await customer.says("What's the phone number?")
    const played = await customer.says(text)
    expect(played.route.handOff).toBeUndefined()
    expect(played.reply).toMatch(words)
  })

  it('“yes please” does', async () => {
    const { customer } = await listed()
    await customer.says("What's the phone number?")
    expect((await customer.says('yes please')).route.handOff).toBe('asked-for-person')
  })

  it('a yes once a member has spoken does not bring in a person again', async () => {
    const { customer } = await listed()
    await customer.says("What's the phone number?")
    customer.hears('Thank you, noted.')
    expect((await customer.says('yes please')).route.handOff).toBeUndefined()
  })
})

it('a yes to the cities we do serve is asked which, and picks no home of an older list', async () => {
  const { customer } = await listed()
  await customer.says('a flat in Richmond')
  const played = await customer.says('Yes, that would be good.')
  expect(played.reply).toContain('which of these cities')
  expect(played.draft?.chips.map((chip) => chip.label)).toContain('Pune')
})

describe('a day that is over is said to be over', () => {
  it.each([
    ['Yes, can I visit it on the 4th of this month?', 'The 4th has passed.'],
    ['I want to visit it on 2 November', '2 November has passed.'],
  ])('“%s”', async (text, words) => {
    const { customer } = await listed()
    const played = await customer.says(text)
    sound(played)
    expect(played.reply).toContain(words)
    expect(played.draft?.cards[0]).toMatchObject({ kind: 'slots' })
  })

  it('before a home was picked too', async () => {
    const { customer } = await listed()
    const played = await customer.says('book a visit on the 4th of this month')
    sound(played)
    expect(played.reply).toContain('The 4th has passed.')
  })

  it('a day on which there are no visits is not replaced without a word', async () => {
    const { customer } = await listed()
    expect((await customer.says('I want to visit it on 8th of March')).reply).toContain('no time for a visit that day')
  })
})

it('a price is said as people say it, and to the rupee where the price itself is asked', async () => {
  const customer = chat()
  const played = await customer.says('3 bhk in whitefield')
  sound(played)
  const { priceMinor = 0 } = homes(played)[0] ?? {}
  // Two decimals of a crore would falsify it.
  expect(priceMinor % 1e7).not.toBe(0)
  expect(played.reply).toMatch(/: ₹1\.\d\d Cr, /u)
  const asked = await customer.says('what is the price of it?')
  sound(asked)
  expect(asked.reply).toMatch(/₹\d,\d\d,\d\d,\d{3}\./u)
})
