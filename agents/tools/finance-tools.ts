import { affordability as reckonAffordability, emi as reckonEmi, homeLoan } from '#rag/finance/loan.ts'
import { stampDuty as reckonStampDuty, stampStateOf } from '#rag/finance/stamp-duty.ts'
import { rentalYield as reckonYield } from '#rag/finance/yield.ts'
import type { Listing, ListingSearch } from '#rag/listing.ts'
import { isoDay } from '../zoned-time.ts'
import { affordability, emi, rentalYield, stampDuty } from './shapes.ts'
import { jsonObject, toolOf, ToolRefusal, type Tool, type ToolContext } from './tool.ts'

/** The calculators a conversation needs; `rag/finance` is the default. */
export interface Finance {
  readonly homeLoan: typeof homeLoan
  readonly emi: typeof reckonEmi
  readonly affordability: typeof reckonAffordability
  readonly stampDuty: typeof reckonStampDuty
  readonly stampStateOf: typeof stampStateOf
  readonly rentalYield: typeof reckonYield
}

/** `rag/finance` as the specialists use it. */
export const finance: Finance = {
  homeLoan,
  emi: reckonEmi,
  affordability: reckonAffordability,
  stampDuty: reckonStampDuty,
  stampStateOf,
  rentalYield: reckonYield,
}

/** Tools that compute. Amounts come from the listing where one is named, so that nobody can be told a price of a model's making. */
export function financeTools(parts: { readonly search: ListingSearch; readonly finance: Finance }): readonly Tool[] {
  return [emiTool(parts), affordabilityTool(parts.finance), dutyTool(parts), yieldTool(parts)]
}

type Parts = Parameters<typeof financeTools>[0]

function emiTool({ search, finance: sums }: Parts): Tool {
  return toolOf(emi, async (ask, context) => {
    const rate = ask.ratePercent === undefined ? {} : { annualRatePercent: ask.ratePercent }
    const months = ask.months === undefined ? {} : { months: ask.months }
    if (ask.loanMinor !== undefined && ask.listingId === undefined && ask.priceMinor === undefined) {
      // The price that gives exactly this loan: the defaults for rate and term come from the same dated table.
      const terms = sums.homeLoan({
        priceMinor: ask.loanMinor * 10,
        downPaymentMinor: ask.loanMinor * 9,
        ...rate,
        ...months,
        day: dayOf(context),
      })
      const loan = sums.emi({
        principalMinor: ask.loanMinor,
        annualRatePercent: terms.annualRatePercent,
        months: terms.months,
      })
      const base = {
        loanMinor: ask.loanMinor,
        downPaymentMinor: 0,
        downPercent: 0,
        priceMinor: ask.loanMinor,
        downRaised: false,
      }
      return {
        ...loan,
        ...base,
        annualRatePercent: terms.annualRatePercent,
        months: terms.months,
        assumptions: [...loan.assumptions],
      }
    }
    const priceMinor = await priceOf(ask, context, search)
    const down =
      ask.downMinor === undefined
        ? ask.downPercent === undefined
          ? {}
          : { downPaymentPercent: ask.downPercent }
        : { downPaymentMinor: ask.downMinor }
    const loan = sums.homeLoan({ priceMinor, ...down, ...rate, ...months, day: dayOf(context) })
    const downPercent = percentOf(loan.downPaymentMinor, priceMinor)
    const wished =
      ask.downMinor ??
      (ask.downPercent === undefined ? loan.downPaymentMinor : Math.round((priceMinor * ask.downPercent) / 100))
    const shown = { ...loan, downPercent, assumptions: [...loan.assumptions] }
    if (loan.downPaymentMinor <= wished + 1) return { ...shown, downRaised: false }
    const loanMinor = priceMinor - wished
    const { emiMinor } = sums.emi({
      principalMinor: loanMinor,
      annualRatePercent: loan.annualRatePercent,
      months: loan.months,
    })
    const asked = { downPercent: percentOf(wished, priceMinor), downPaymentMinor: wished, loanMinor, emiMinor }
    return { ...shown, downRaised: true, lendPercent: percentOf(loan.loanMinor, priceMinor), asked }
  })
}

/** To two decimals. */
function percentOf(part: number, whole: number): number {
  return Math.round((part / whole) * 10_000) / 100
}

function affordabilityTool(sums: Finance): Tool {
  return toolOf(affordability, async ({ ratePercent, ...ask }, context) => {
    const rate = ratePercent === undefined ? {} : { annualRatePercent: ratePercent }
    const known = jsonObject(ask) as { monthlyIncomeMinor: number }
    const result = sums.affordability({ ...known, ...rate, day: dayOf(context) })
    return { ...result, monthlyIncomeMinor: ask.monthlyIncomeMinor, assumptions: [...result.assumptions] }
  })
}

function dutyTool({ search, finance: sums }: Parts): Tool {
  return toolOf(stampDuty, async (ask, context) => {
    const listing = ask.listingId === undefined ? undefined : await listingOf(ask.listingId, context, search)
    const priceMinor = listing?.priceMinor ?? ask.priceMinor
    const state = sums.stampStateOf(listing?.city ?? ask.city ?? '')
    if (priceMinor === undefined) throw new ToolRefusal('a listing or a price is needed')
    if (state === undefined)
      throw new ToolRefusal(`the stamp duty for ${listing?.city ?? ask.city ?? 'this place'} is not known here`)
    const buyer = ask.buyer === undefined ? {} : { buyer: ask.buyer }
    const duty = sums.stampDuty({ state, valueMinor: priceMinor, ...buyer, day: dayOf(context) })
    return { state, priceMinor, ...duty, assumptions: [...duty.assumptions] }
  })
}

/** Rent from similar homes of ours: same locality and bedrooms, the middle rent for a square foot times this home's area. */
function yieldTool({ search, finance: sums }: Parts): Tool {
  return toolOf(rentalYield, async (ask, context) => {
    const listing = await listingOf(ask.listingId, context, search)
    if (listing.purpose === 'rent') throw new ToolRefusal('this home is for rent: a yield needs one for sale')
    const rent =
      ask.monthlyRentMinor === undefined
        ? await rentOfSimilar(listing, context, search)
        : { minor: ask.monthlyRentMinor, count: 0 }
    if (rent === undefined) throw new ToolRefusal('we have no similar homes for rent to compare with')
    const result = sums.rentalYield({ priceMinor: listing.priceMinor, monthlyRentMinor: rent.minor })
    const from = rent.count === 0 ? [] : [`Rent from ${rent.count} similar homes for rent with us, by area`]
    return {
      priceMinor: listing.priceMinor,
      monthlyRentMinor: rent.minor,
      grossPercent: result.grossPercent,
      comparables: rent.count,
      assumptions: [...result.assumptions, ...from],
    }
  })
}

async function rentOfSimilar(
  listing: Listing,
  { workspace }: ToolContext,
  search: ListingSearch,
): Promise<{ readonly minor: number; readonly count: number } | undefined> {
  const bedrooms = listing.bedrooms === undefined ? {} : { bedrooms: listing.bedrooms }
  const hits = await search.search({
    workspace,
    purpose: 'rent',
    city: listing.city,
    localities: [listing.locality],
    ...bedrooms,
    limit: 20,
  })
  const rents = hits.listings
    .filter((each) => each.areaSqft > 0 && each.city === listing.city && !hits.relaxed.includes('locality'))
    .map((each) => each.priceMinor / each.areaSqft)
    .sort((a, b) => a - b)
  const middle = rents[Math.floor(rents.length / 2)]
  return middle === undefined
    ? undefined
    : { minor: Math.round((middle * listing.areaSqft) / 100_00) * 100_00, count: rents.length }
}

async function priceOf(
  ask: { readonly listingId?: string | undefined; readonly priceMinor?: number | undefined },
  context: ToolContext,
  search: ListingSearch,
): Promise<number> {
  if (ask.listingId === undefined) {
    if (ask.priceMinor === undefined || ask.priceMinor <= 0) throw new ToolRefusal('a listing or a price is needed')
    return ask.priceMinor
  }
  const listing = await listingOf(ask.listingId, context, search)
  if (listing.purpose === 'rent') throw new ToolRefusal('this home is for rent: there is no loan to reckon')
  return listing.priceMinor
}

async function listingOf(id: string, { workspace }: ToolContext, search: ListingSearch): Promise<Listing> {
  const listing = await search.get(workspace, id)
  if (listing === undefined) throw new ToolRefusal(`there is no listing ${id}`)
  return listing
}

function dayOf({ nowMs, timeZone }: ToolContext): string {
  return isoDay(nowMs, timeZone)
}
