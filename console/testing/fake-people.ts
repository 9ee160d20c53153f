/** Who lives in the fake world: members, customers, homes, and what they say. Invented. */
import type { CannedReply, Card, Claim, Member } from '#gateway/protocol.ts'

const workspace = 'demo'

/** The members; the first one signs in. */
export const members: readonly (Member & { available: boolean; load: number; capacity: number })[] = [
  {
    memberId: 'asha',
    name: 'Asha Rao',
    email: 'asha@example.com',
    role: 'admin',
    workspace,
    available: true,
    load: 3,
    capacity: 8,
  },
  {
    memberId: 'priya',
    name: 'Priya Nair',
    email: 'priya@example.com',
    role: 'sales-agent',
    workspace,
    available: true,
    load: 5,
    capacity: 6,
  },
  {
    memberId: 'rahul',
    name: 'Rahul Menon',
    email: 'rahul@example.com',
    role: 'sales-agent',
    workspace,
    available: false,
    load: 0,
    capacity: 6,
  },
  {
    memberId: 'meera',
    name: 'Meera Iyer',
    email: 'meera@example.com',
    role: 'manager',
    workspace,
    available: true,
    load: 2,
    capacity: 4,
  },
]

export const cannedReplies: readonly CannedReply[] = [
  { shortcut: 'hello', text: 'Hello {{name}}, this is {{agent}} from the sales team. How can I help?' },
  { shortcut: 'visit', text: '{{name}}, would Saturday at 11:00 or Sunday at 16:00 suit you for a visit?' },
  { shortcut: 'docs', text: 'Please bring a photo identity and proof of address to the visit.' },
]

export const customerNames = [
  'Vikram Shetty',
  'Neha Gupta',
  'Arjun Pillai',
  'Fatima Khan',
  'Rohan Deshmukh',
  'Kavya Reddy',
  'Imran Sheikh',
  'Lakshmi Narayan',
  'Sanjay Bose',
  'Ananya Das',
  'Karthik Subramanian',
  'Pooja Malhotra',
  'Dev Patel',
  'Ritu Agarwal',
  'Manish Tiwari',
  'Sneha Kulkarni',
  'Gaurav Saxena',
  'Divya Menon',
  'Harish Chandra',
  'Aisha Siddiqui',
  'Naveen Kumar',
  'Tara Joshi',
  'Yusuf Ali',
  'Bhavna Shah',
  'Rajesh Nambiar',
  'Simran Kaur',
  'Joseph Mathew',
  'Ishita Sen',
  '+91 98450 12277',
  'Om Prakash',
  'Zoya Merchant',
  'Suresh Babu',
  'Pallavi Hegde',
  'Aditya Rane',
] as const

export const localities = ['Whitefield', 'Indiranagar', 'HSR Layout', 'Hebbal', 'Sarjapur Road', 'Jayanagar'] as const

/** A home as a card. */
export function homeCard(index: number): Extract<Card, { kind: 'listing' }> {
  const locality = localities[index % localities.length] ?? 'Whitefield'
  const bedrooms = 2 + (index % 3)
  return {
    kind: 'listing',
    listingId: `BLR-${1001 + index}`,
    version: 1 + (index % 4),
    title: `${bedrooms} BHK at ${['Palm Grove', 'Lakeside Court', 'Amber Heights', 'Cedar Square'][index % 4] ?? ''}`,
    locality,
    city: 'Bengaluru',
    priceMinor: (6_500_000 + index * 1_250_000) * 100,
    currency: 'INR',
    areaSqft: 950 + index * 120,
    bedrooms,
    facts: ['Ready to move', `${4 + index}th floor`, 'Covered parking'],
  }
}

/** What the assistant says about two homes, and where each figure comes from. */
export function answerAbout(index: number): {
  readonly text: string
  readonly claims: readonly Claim[]
  readonly cards: readonly Card[]
} {
  const card = homeCard(index)
  const price = `₹${(card.priceMinor / 1_000_000_000).toFixed(2)} Cr`
  const area = `${card.areaSqft.toLocaleString('en-IN')} sq ft`
  const source = (field: string) =>
    ({ kind: 'listing', listingId: card.listingId, version: card.version, field }) as const
  return {
    text: `${card.title} in ${card.locality} is ${price} for ${area}. It is ready to move into. Would you like to see it this weekend?`,
    claims: [
      { text: price, kind: 'price', value: card.priceMinor, source: source('priceMinor') },
      { text: area, kind: 'area', value: card.areaSqft, source: source('areaSqft') },
      { text: 'ready to move', kind: 'availability', value: 'ready', source: source('readyFrom') },
    ],
    cards: [card, homeCard(index + 4)],
  }
}

export const questions = [
  '3 bhk in whitefield under 1.2 crore?',
  'What is the EMI with 20% down?',
  'Can I see it on Saturday at 11?',
  '2 bhk chahiye 80 lakh ke andar',
  'Is parking included in the price?',
  'Which floor is it on, and does it face east?',
  'Is the price negotiable?',
  'How far is the metro?',
] as const
