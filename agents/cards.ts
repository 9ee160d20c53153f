import type { CalculationCard, Card, Evidence, ListingCard } from '#machines/conversation-contract.ts'
import { formatMoney, formatPercent } from '#rag/format.ts'
import type { Listing, ListingSearch } from '#rag/listing.ts'
import type { CardWish } from './answer.ts'
import {
  affordability,
  bookVisit,
  checkAvailability,
  emi,
  rentalYield,
  rescheduleVisit,
  stampDuty,
  visitMade,
} from './tools/shapes.ts'

/** The cards a specialist asked for, filled in from listings and results; one whose source is gone is left out. */
export async function cardsOf(
  wishes: readonly CardWish[],
  from: { readonly workspace: string; readonly search: ListingSearch; readonly evidence: readonly Evidence[] },
): Promise<readonly Card[]> {
  const cards = await Promise.all(
    wishes.map(async (wish): Promise<Card | undefined> => {
      if (wish.kind === 'listing') {
        const listing = await from.search.get(from.workspace, wish.listingId)
        return listing === undefined ? undefined : listingCard(listing)
      }
      const evidence = from.evidence.find((each) => each.callId === wish.callId)
      return evidence === undefined ? undefined : resultCard(wish.kind, evidence)
    }),
  )
  return cards.filter((card) => card !== undefined)
}

/** A listing as a card: every figure is copied from this version. */
export function listingCard(listing: Listing): ListingCard {
  const { furnishing, bathrooms, readyFrom, floor } = listing
  const facts = [
    furnishing,
    bathrooms === undefined ? undefined : `${bathrooms} bath`,
    readyFrom === 'ready' ? 'ready to move' : `from ${readyFrom}`,
    floor === undefined ? undefined : `floor ${floor}`,
    ...listing.amenities.slice(0, 3),
  ]
  return {
    kind: 'listing',
    listingId: listing.id,
    version: listing.version,
    title: listing.title,
    locality: listing.locality,
    city: listing.city,
    purpose: listing.purpose,
    priceMinor: listing.priceMinor,
    currency: listing.currency,
    areaSqft: listing.areaSqft,
    ...(listing.bedrooms === undefined ? {} : { bedrooms: listing.bedrooms }),
    facts: facts.filter((fact) => fact !== undefined),
  }
}

/** A slots, visit or calculation card rebuilt from a result; `undefined` when the result holds none. */
export function resultCard(kind: 'slots' | 'visit' | 'calculation', evidence: Evidence): Card | undefined {
  if (kind === 'calculation') return calculationCard(evidence)
  return kind === 'visit' ? visitCard(evidence) : slotsCard(evidence)
}

function slotsCard({ tool, result, arguments: given }: Evidence): Card | undefined {
  const listingId = typeof given['listingId'] === 'string' ? given['listingId'] : ''
  const offered = tool === checkAvailability.name ? checkAvailability.result.safeParse(result).data : undefined
  const refused =
    tool === bookVisit.name || tool === rescheduleVisit.name ? bookVisit.result.safeParse(result).data : undefined
  const slots = offered?.slots ?? refused?.alternatives ?? []
  const timeZone = offered?.timeZone ?? refused?.timeZone
  if (slots.length === 0 || timeZone === undefined) return undefined
  return {
    kind: 'slots',
    listingId,
    timeZone,
    slots: slots.map(({ startAtMs, label }) => ({ startAtMs, label, send: label })),
  }
}

function visitCard({ tool, result }: Evidence): Card | undefined {
  const visit =
    tool === visitMade.name
      ? visitMade.result.safeParse(result).data?.visit
      : tool === bookVisit.name || tool === rescheduleVisit.name
        ? bookVisit.result.safeParse(result).data
        : undefined
  if (visit?.status !== 'booked') return undefined
  const { meetingId, title, startAtMs, durationMs, place, timeZone } = visit
  return { kind: 'visit', meetingId, title, startAtMs, durationMs, place, timeZone }
}

function calculationCard({ tool, result }: Evidence): CalculationCard | undefined {
  const money = (minor: number): string => formatMoney(minor, 'INR')
  const card = (
    title: string,
    rows: readonly (readonly [string, string])[],
    assumptions: readonly string[],
  ): CalculationCard => ({
    kind: 'calculation',
    title,
    rows: rows.map(([label, value]) => ({ label, value })),
    assumptions,
  })
  if (tool === emi.name) {
    const loan = emi.result.safeParse(result).data
    if (loan === undefined) return undefined
    const term = loan.months % 12 === 0 ? `${loan.months / 12} years` : `${loan.months} months`
    const rows = [
      ['EMI a month', money(loan.emiMinor)],
      ['Loan', money(loan.loanMinor)],
      ['Down payment', money(loan.downPaymentMinor)],
      ['Rate', formatPercent(loan.annualRatePercent)],
      ['Term', term],
      ['Interest in all', money(loan.totalInterestMinor)],
    ] as const
    return card('EMI', rows, loan.assumptions)
  }
  if (tool === affordability.name) {
    const can = affordability.result.safeParse(result).data
    return (
      can &&
      card(
        'What you can afford',
        [
          ['Home up to', money(can.priceMinor)],
          ['Loan', money(can.loanMinor)],
          ['EMI a month', money(can.emiMaxMinor)],
        ],
        can.assumptions,
      )
    )
  }
  if (tool === stampDuty.name) {
    const duty = stampDuty.result.safeParse(result).data
    return (
      duty &&
      card(
        'Stamp duty and registration',
        [
          ['Stamp duty', money(duty.stampDutyMinor)],
          ['Registration', money(duty.registrationMinor)],
          ['In all', money(duty.totalMinor)],
        ],
        duty.assumptions,
      )
    )
  }
  const share = tool === rentalYield.name ? rentalYield.result.safeParse(result).data : undefined
  return (
    share &&
    card(
      'Rental yield',
      [
        ['Price', money(share.priceMinor)],
        ['Rent a month', money(share.monthlyRentMinor)],
        ['Gross yield', formatPercent(share.grossPercent)],
      ],
      share.assumptions,
    )
  )
}
