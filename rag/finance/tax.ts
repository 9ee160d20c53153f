import { formatInr, formatPercent } from '../format.ts'
import type { Assumed } from './loan.ts'
import { capitalGains, costInflationIndex, propertyTds, rateOn } from './rates.ts'

export interface PropertyTds extends Assumed {
  readonly tdsMinor: number
  readonly sellerReceivesMinor: number
}

/** Tax the buyer deducts when paying the seller: on the whole value once it reaches the threshold. */
export function tdsOnPurchase(valueMinor: number, day: string): PropertyTds {
  const { value, source, from } = rateOn(propertyTds, day, 'TDS on property')
  const tdsMinor = valueMinor >= value.thresholdMinor ? Math.round((valueMinor * value.percent) / 100) : 0
  return {
    tdsMinor,
    sellerReceivesMinor: valueMinor - tdsMinor,
    assumptions: [
      `${formatPercent(value.percent)} from ${formatInr(value.thresholdMinor)} on, not on agricultural land; ${source} (since ${from})`,
      'A resident seller with a PAN; a seller abroad is taxed differently',
    ],
  }
}

export interface CapitalGain extends Assumed {
  readonly gainMinor: number
  readonly taxMinor: number
}

/**
 * Tax on the gain from a home held for more than two years, sold on `soldOn`. `indexed` asks for the indexed cost where the law allows the choice.
 * Throws a `RangeError` when it was not held long enough, since the gain is then income.
 */
export function longTermGain(ask: {
  readonly costMinor: number
  readonly saleMinor: number
  readonly boughtOn?: string
  readonly soldOn: string
  readonly indexed?: boolean
}): CapitalGain {
  const { value: rule, source, from } = rateOn(capitalGains, ask.soldOn, 'capital gains rate')
  if (ask.boughtOn !== undefined && monthsBetween(ask.boughtOn, ask.soldOn) <= rule.holdingMonths)
    throw new RangeError(`held for ${rule.holdingMonths} months or less: the gain is short-term and taxed as income`)
  const mayIndex =
    rule.indexed ||
    (ask.indexed === true && ask.boughtOn !== undefined && ask.boughtOn < (rule.indexedBoughtBefore ?? ''))
  const cost =
    mayIndex && ask.boughtOn !== undefined ? indexedCost(ask.costMinor, ask.boughtOn, ask.soldOn) : ask.costMinor
  const percent = mayIndex && !rule.indexed ? (rule.indexedPercent ?? rule.percent) : rule.percent
  const gainMinor = Math.max(0, ask.saleMinor - cost)
  return {
    gainMinor,
    taxMinor: Math.round((gainMinor * percent) / 100),
    assumptions: [
      `${formatPercent(percent)} on the gain ${cost === ask.costMinor ? 'without indexation' : `over the indexed cost ${formatInr(cost)}`}; ${source} (since ${from})`,
      'Without surcharge and cess, improvements, costs of the sale and exemptions for a new home',
    ],
  }
}

function indexedCost(costMinor: number, boughtOn: string, soldOn: string): number {
  const [bought, sold] = [costInflationIndex[financialYear(boughtOn)], costInflationIndex[financialYear(soldOn)]]
  if (bought === undefined || sold === undefined)
    throw new RangeError(`no cost inflation index for ${bought === undefined ? boughtOn : soldOn}`)
  return Math.round((costMinor * sold) / bought)
}

function financialYear(day: string): number {
  const year = Number(day.slice(0, 4))
  return day.slice(5, 7) < '04' ? year - 1 : year
}

function monthsBetween(from: string, to: string): number {
  const months =
    (Number(to.slice(0, 4)) - Number(from.slice(0, 4))) * 12 + Number(to.slice(5, 7)) - Number(from.slice(5, 7))
  return to.slice(8, 10) > from.slice(8, 10) ? months + 0.5 : months
}
