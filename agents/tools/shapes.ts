/** Every tool's name, words and shapes. Money is in minor units, times are epoch milliseconds. */
import { z } from 'zod'
import type { ToolShape } from './tool.ts'

const id = z.string().min(1).max(128)
const minor = z.number().nonnegative().max(1e14)
const propertyType = z.enum(['apartment', 'villa', 'house', 'plot', 'studio', 'floor'])
const furnishing = z.enum(['unfurnished', 'semi-furnished', 'furnished'])

const listing = z.object({
  id,
  version: z.number(),
  title: z.string(),
  purpose: z.enum(['sale', 'rent']),
  propertyType,
  city: z.string(),
  locality: z.string(),
  society: z.string().optional(),
  bedrooms: z.number().optional(),
  bathrooms: z.number().optional(),
  balconies: z.number().optional(),
  priceMinor: z.number(),
  currency: z.string(),
  areaSqft: z.number(),
  areaKind: z.string(),
  furnishing: furnishing.optional(),
  readyFrom: z.string(),
  floor: z.string().optional(),
  facing: z.string().optional(),
  ageYears: z.number().optional(),
  amenities: z.array(z.string()),
  description: z.string(),
})
/** A listing as a tool shows it. */
export type ToolListing = Readonly<z.infer<typeof listing>>

function shape<P, R>(
  name: string,
  description: string,
  types: { parameters: z.ZodType<P>; result: z.ZodType<R> },
): ToolShape<P, R> {
  return { name, description, ...types }
}

export const findPlaces = shape(
  'find_places',
  'Which cities and localities we have homes in are spelled like these words.',
  {
    parameters: z.object({ words: z.array(z.string().min(1).max(80)).max(10) }),
    result: z.object({
      places: z.array(
        z.object({
          words: z.string(),
          kind: z.enum(['city', 'locality']),
          name: z.string(),
          city: z.string(),
          score: z.number(),
        }),
      ),
      cities: z.array(z.string()).describe('All cities we have homes in, most homes first'),
    }),
  },
)

export const searchListings = shape(
  'search_listings',
  'Finds homes. Filters exclude; city and localities must be names that find_places gave. Prices in minor units (paise): 1 lakh = 10000000, 1 crore = 1000000000.',
  {
    parameters: z.object({
      text: z.string().max(200).optional(),
      purpose: z.enum(['sale', 'rent']).optional(),
      city: z.string().max(80).optional(),
      localities: z.array(z.string().max(80)).max(5).optional(),
      bedrooms: z.number().int().min(0).max(20).optional(),
      bathrooms: z.number().int().min(0).max(20).optional(),
      propertyType: propertyType.optional(),
      priceMinMinor: minor.optional(),
      priceMaxMinor: minor.optional(),
      areaMinSqft: z.number().nonnegative().optional(),
      furnishing: furnishing.optional(),
      amenities: z.array(z.string().max(40)).max(12).optional(),
      exclude: z.array(id).max(50).optional(),
      order: z.enum(['best', 'cheapest', 'largest']).optional(),
      limit: z.number().int().min(1).max(10).optional(),
    }),
    result: z.object({ listings: z.array(listing), total: z.number(), relaxed: z.array(z.string()) }),
  },
)

export const getListing = shape('get_listing', 'One home by its id, with everything we know of it.', {
  parameters: z.object({ id }),
  result: z.object({ listing: listing.optional() }),
})

const assumptions = z.array(z.string())
export const emi = shape(
  'emi',
  'Monthly instalment for a home: from its listing id or a price, with the down payment, rate and term the customer named.',
  {
    parameters: z.object({
      listingId: id.optional(),
      priceMinor: minor.optional(),
      loanMinor: minor.optional(),
      downPercent: z.number().min(0).max(99).optional(),
      downMinor: minor.optional(),
      ratePercent: z.number().min(0).max(60).optional(),
      months: z.number().int().min(1).max(600).optional(),
    }),
    result: z.object({
      emiMinor: z.number(),
      loanMinor: z.number(),
      downPaymentMinor: z.number(),
      downPercent: z.number(),
      priceMinor: z.number(),
      annualRatePercent: z.number(),
      months: z.number(),
      totalInterestMinor: z.number(),
      totalPaymentMinor: z.number(),
      downRaised: z.boolean(),
      /** The share of the price a bank may lend, and what the customer's own down payment would have come to: only when it is too low. */
      lendPercent: z.number().optional(),
      asked: z
        .object({ downPercent: z.number(), downPaymentMinor: z.number(), loanMinor: z.number(), emiMinor: z.number() })
        .optional(),
      assumptions,
    }),
  },
)

export const affordability = shape('affordability', 'What home a monthly income carries.', {
  parameters: z.object({
    monthlyIncomeMinor: minor,
    monthlyObligationsMinor: minor.optional(),
    savingsMinor: minor.optional(),
    ratePercent: z.number().min(0).max(60).optional(),
    months: z.number().int().min(1).max(600).optional(),
  }),
  result: z.object({
    monthlyIncomeMinor: z.number(),
    emiMaxMinor: z.number(),
    loanMinor: z.number(),
    priceMinor: z.number(),
    assumptions,
  }),
})

export const stampDuty = shape(
  'stamp_duty',
  'Stamp duty and registration for a home: from its listing id, or from a price and a city.',
  {
    parameters: z.object({
      listingId: id.optional(),
      priceMinor: minor.optional(),
      city: z.string().max(80).optional(),
      buyer: z.enum(['male', 'female', 'joint']).optional(),
    }),
    result: z.object({
      state: z.string(),
      priceMinor: z.number(),
      stampDutyMinor: z.number(),
      registrationMinor: z.number(),
      totalMinor: z.number(),
      assumptions,
    }),
  },
)

export const rentalYield = shape(
  'rental_yield',
  'Rent a year over the price, in percent. Without a rent, that of similar homes we have for rent.',
  {
    parameters: z.object({ listingId: id, monthlyRentMinor: minor.optional() }),
    result: z.object({
      priceMinor: z.number(),
      monthlyRentMinor: z.number(),
      grossPercent: z.number(),
      comparables: z.number(),
      assumptions,
    }),
  },
)

const slot = z.object({ startAtMs: z.number(), label: z.string() })
export const checkAvailability = shape(
  'check_availability',
  'When a home can be visited. With day (YYYY-MM-DD) and time (HH:MM, 24 hours) also whether that time is free; else the next free times.',
  {
    parameters: z.object({
      listingId: id,
      day: z
        .string()
        .regex(/^\d{4}-\d{2}-\d{2}$/u)
        .optional(),
      time: z
        .string()
        .regex(/^\d{2}:\d{2}$/u)
        .optional(),
      part: z.enum(['morning', 'afternoon', 'evening']).optional(),
    }),
    result: z.object({
      timeZone: z.string(),
      requested: z
        .object({
          startAtMs: z.number(),
          label: z.string(),
          free: z.boolean(),
          reason: z.enum(['free', 'taken', 'closed', 'past', 'far']),
        })
        .optional(),
      slots: z.array(slot),
    }),
  },
)

const outcome = z.object({
  status: z.enum(['booked', 'refused', 'cancelled', 'pending']),
  meetingId: z.string(),
  startAtMs: z.number(),
  durationMs: z.number(),
  label: z.string(),
  place: z.string(),
  title: z.string(),
  listingId: z.string().optional(),
  timeZone: z.string(),
  alternatives: z.array(slot),
})
/** How a booking came out. */
export type VisitResult = Readonly<z.infer<typeof outcome>>

export const bookVisit = shape(
  'book_visit',
  'Books a visit to a home at a time the customer chose. Never call it without the customer having named or accepted the time.',
  {
    parameters: z.object({ listingId: id, startAtMs: z.number().int() }),
    result: outcome,
  },
)
export const visitMade = shape(
  'visit_made',
  'The visit that this turn has booked already, before it was begun again; none when it has not.',
  { parameters: z.object({}), result: z.object({ visit: outcome.optional() }) },
)
export const rescheduleVisit = shape('reschedule_visit', 'Moves a booked visit to another time the customer chose.', {
  parameters: z.object({ meetingId: id, startAtMs: z.number().int() }),
  result: outcome,
})
export const cancelVisit = shape('cancel_visit', 'Cancels a booked visit the customer no longer wants.', {
  parameters: z.object({ meetingId: id }),
  result: outcome,
})

export const findPassage = shape(
  'find_passage',
  'Passages of our documents that answer a general question about buying or renting.',
  {
    parameters: z.object({ question: z.string().min(1).max(400) }),
    result: z.object({
      passages: z.array(
        z.object({
          documentId: z.string(),
          passage: z.string(),
          title: z.string(),
          text: z.string(),
          score: z.number(),
        }),
      ),
    }),
  },
)
