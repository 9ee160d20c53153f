import { z } from 'zod'
import type { Wishes } from './wishes.ts'

/** What the assistant last asked for, so that a bare «yes», «3» or «whitefield» means something. */
const asked = z.enum([
  'place',
  'bedrooms',
  'budget',
  'purpose',
  'which-home',
  'visit',
  'time',
  'slot',
  'emi',
  'person',
  'income',
  'more',
  'cancel',
  'others',
])
export type Asked = z.infer<typeof asked>

const place = z.object({ kind: z.enum(['city', 'locality']), name: z.string().max(80), city: z.string().max(80) })
export type Place = Readonly<z.infer<typeof place>>

const loan = z.object({
  downPercent: z.number().optional(),
  downMinor: z.number().optional(),
  ratePercent: z.number().optional(),
  months: z.number().optional(),
  loanMinor: z.number().optional(),
  incomeMinor: z.number().optional(),
})

const wishes = z.object({
  purpose: z.enum(['sale', 'rent']).optional(),
  propertyType: z.enum(['apartment', 'villa', 'house', 'plot', 'studio', 'floor']).optional(),
  bedrooms: z.number().optional(),
  bathrooms: z.number().optional(),
  furnishing: z.enum(['unfurnished', 'semi-furnished', 'furnished']).optional(),
  amenities: z.array(z.string().max(40)).max(12).optional(),
  priceMinMinor: z.number().optional(),
  priceMaxMinor: z.number().optional(),
  areaMinSqft: z.number().optional(),
  order: z.enum(['cheapest', 'largest']).optional(),
})

const id = z.string().max(128)
const visit = z.object({ meetingId: id, listingId: id, startAtMs: z.number() })

const schema = z.object({
  language: z.enum(['en', 'hinglish', 'hi']).default('en'),
  wishes: wishes.default({}),
  places: z.array(place).max(5).default([]),
  /** A place the customer named and we have nothing in. */
  unserved: z.string().max(60).optional(),
  shown: z
    .array(z.object({ id, priceMinor: z.number(), areaSqft: z.number(), title: z.string().max(120) }))
    .max(5)
    .default([]),
  seen: z.array(id).max(20).default([]),
  selected: id.optional(),
  asked: asked.optional(),
  loan: loan.default({}),
  pending: z
    .object({
      listingId: id.optional(),
      startAtMs: z.number().optional(),
      day: z.string().max(10).optional(),
      time: z.string().max(5).optional(),
    })
    .optional(),
  visit: visit.optional(),
  /** What the last search had to let go, as it was said. */
  widened: z.object({ what: z.string().max(200), times: z.number().int().min(0).max(9) }).optional(),
  /** Turns in a row that were not understood. */
  unclear: z.number().int().min(0).max(9).default(0),
})

/** The memory between turns: small, and read again from JSON each time. */
export type State = z.infer<typeof schema>

/** Reads the memory; whatever isn't ours begins anew. */
export function stateFrom(dialogue: unknown): State {
  const parsed = schema.safeParse(dialogue)
  return parsed.success ? parsed.data : schema.parse({})
}

/** The memory of a customer who may be looking at a home's own page: then that home is the one on the table until others are shown. */
export function stateOnPage(dialogue: unknown, pageListing: string | undefined): State {
  const state = stateFrom(dialogue)
  if (pageListing === undefined || state.shown.length > 0) return state
  return { ...state, shown: [{ id: pageListing, priceMinor: 0, areaSqft: 0, title: '' }] }
}

/** At most this much JSON is kept; the oldest ids are forgotten first. */
const stateMax = 3800

/** The memory as JSON within its bound. */
export function stateToJson(state: State): State {
  const trimmed = {
    ...state,
    seen: state.seen.slice(-20),
    shown: state.shown.slice(0, 5),
    places: state.places.slice(0, 5),
  }
  if (JSON.stringify(trimmed).length <= stateMax) return trimmed
  return { ...trimmed, seen: trimmed.seen.slice(-6), shown: trimmed.shown.slice(0, 3) }
}

/** New wishes over old ones: what was said last holds; another purpose drops the old budget. */
export function mergeWishes(before: State['wishes'], now: Wishes): State['wishes'] {
  const purpose = now.purpose ?? plainPurpose(now)
  const turned = purpose !== undefined && purpose !== (before.purpose ?? plainPurpose(before) ?? 'sale')
  const { purpose: _purpose, ...bought } = withoutBudget(before)
  const kept = turned ? bought : before
  const budget = now.priceMaxMinor !== undefined || now.priceMinMinor !== undefined ? withoutBudget(kept) : kept
  const amenities = [...new Set([...(kept.amenities ?? []), ...(now.amenities ?? [])])].slice(0, 8)
  const { amenities: _said, ...rest } = now
  return { ...budget, ...rest, ...(amenities.length === 0 ? {} : { amenities }) }
}

/** From here on an amount surely buys, and up to there it surely is a month's rent, whatever was wanted before: rupees 10 lakh and 2 lakh. */
const buysMinor = 100_000_000
const rentsMinor = 20_000_000

interface Amounts {
  readonly priceMaxMinor?: number | undefined
  readonly priceMinMinor?: number | undefined
}

function plainPurpose({ priceMaxMinor, priceMinMinor }: Amounts): 'sale' | 'rent' | undefined {
  const amount = priceMaxMinor ?? priceMinMinor
  if (amount === undefined || (amount > rentsMinor && amount < buysMinor)) return undefined
  return amount >= buysMinor ? 'sale' : 'rent'
}

function withoutBudget(wishes: State['wishes']): State['wishes'] {
  const { priceMaxMinor: _max, priceMinMinor: _min, ...rest } = wishes
  return rest
}
