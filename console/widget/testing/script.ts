import type { Card, PublicMessage } from '#gateway/protocol.ts'

/** A scripted answer. */
export type Scripted = Pick<PublicMessage, 'text' | 'cards' | 'chips'> | 'hand-off'

/** Answers by words in the question: `bhk` homes, `rent` a home to rent, `emi` a calculation, `visit` times, `ask for`/`saturday at` a booking, `person` a hand-off. */
export function script(question: string, nowMs: number): Scripted {
  const words = question.toLowerCase()
  if (words.includes('person')) return 'hand-off'
  if (words.includes('book'))
    return { text: 'Your visit is booked. We look forward to seeing you.', cards: [visit(nowMs)] }
  if (words.includes('visit')) return { text: 'These times are free. Which one suits you?', cards: [slots(nowMs)] }
  if (words.includes('emi'))
    return { text: 'With 20% down and 8.5% over 20 years this is the monthly instalment.', cards: [emi] }
  if (words.includes('rent')) return { text: 'One home to rent fits.', cards: [rental] }
  if (words.includes('bhk')) {
    return {
      text: 'I found three homes that fit. The first one is the closest to your budget.',
      cards: homes,
      chips: [
        { label: 'Cheapest first', send: 'Show the cheapest first' },
        { label: 'Ready to move in', send: 'Only homes that are ready' },
        { label: 'What would the EMI be?', send: 'What would the EMI be on the first one?' },
      ],
    }
  }
  return { text: `You wrote: ${question.slice(0, 200)}` }
}

const shared = { kind: 'listing', version: 1, city: 'Bengaluru', currency: 'INR', bedrooms: 3 } as const

const homes: readonly Card[] = [
  {
    ...shared,
    listingId: 'h1',
    title: 'Cedar Court, 3 BHK apartment',
    locality: 'Whitefield',
    priceMinor: 1_149_000_000,
    areaSqft: 1585,
    facts: ['3 bedrooms', 'Ready to move in', 'East facing'],
  },
  {
    ...shared,
    listingId: 'h2',
    title: 'Lakeview Terraces, 3 BHK',
    locality: 'Kadugodi',
    priceMinor: 987_500_000,
    areaSqft: 1420,
    facts: ['3 bedrooms', 'From March 2027', '2 car parks'],
  },
  {
    ...shared,
    listingId: 'h3',
    title: 'The Banyan Rows, 3 BHK villa',
    locality: 'Varthur',
    priceMinor: 1_198_000_000,
    areaSqft: 1790,
    facts: ['3 bedrooms', 'Private garden', 'Semi-furnished'],
  },
]

const rental: Card = {
  ...shared,
  listingId: 'h4',
  title: 'Palm Grove, 2 BHK apartment',
  locality: 'Baner',
  priceMinor: 5_500_000,
  purpose: 'rent',
  areaSqft: 940,
  facts: ['2 bedrooms'],
}

const emi: Card = {
  kind: 'calculation',
  title: 'Monthly instalment for Cedar Court',
  rows: [
    { label: 'Price', value: '₹1.15 crore' },
    { label: 'Down payment', value: '₹22.98 lakh' },
    { label: 'Loan', value: '₹91.92 lakh' },
    { label: 'EMI', value: '₹79,771 a month' },
  ],
  assumptions: ['Interest 8.5% a year, fixed', 'Term 20 years', 'Without registration and stamp duty'],
}

const dayMs = 24 * 60 * 60 * 1000

function slots(nowMs: number): Card {
  const midnight = Math.floor(nowMs / dayMs) * dayMs
  const hours = [5, 6.5, 9, 10.5, 11.5]
  const slots = [1, 2, 3, 4, 5].flatMap((day) =>
    hours.map((hour) => {
      const startAtMs = midnight + day * dayMs + hour * 60 * 60 * 1000
      return { startAtMs, label: new Date(startAtMs).toISOString(), send: `Book ${new Date(startAtMs).toISOString()}` }
    }),
  )
  return { kind: 'slots', listingId: 'h1', timeZone: 'Asia/Kolkata', slots }
}

function visit(nowMs: number): Card {
  return {
    kind: 'visit',
    meetingId: 'm-1',
    title: 'Visit: Cedar Court, 3 BHK apartment',
    startAtMs: Math.floor(nowMs / dayMs) * dayMs + 5 * dayMs + 5.5 * 60 * 60 * 1000,
    durationMs: 45 * 60 * 1000,
    place: 'Cedar Court, ITPL Main Road, Whitefield, Bengaluru',
    timeZone: 'Asia/Kolkata',
  }
}
