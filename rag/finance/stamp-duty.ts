import { formatInr, formatPercent } from '../format.ts'
import type { Assumed } from './loan.ts'
import { rateOn, stampRates, stateOfCity, type Buyer, type StampRates, type StampState } from './rates.ts'

export interface StampDuty extends Assumed {
  readonly stampDutyMinor: number
  readonly surchargeMinor: number
  readonly cessMinor: number
  /** Transfer duty or metro cess, where the state has one. */
  readonly transferMinor: number
  readonly registrationMinor: number
  readonly totalMinor: number
}

/** Stamp duty and registration on a purchase in an Indian state on a day, by the state's rates in force then. */
export function stampDuty(ask: {
  readonly state: StampState
  readonly valueMinor: number
  readonly buyer?: Buyer
  readonly day: string
}): StampDuty {
  const buyer = ask.buyer ?? 'male'
  const rates = rateOn(stampRates[ask.state], ask.day, `stamp duty of ${ask.state}`)
  return stampDutyAt(rates.value, ask.valueMinor, {
    buyer,
    assumptions: [`${ask.state}, ${buyer} buyer, rates since ${rates.from}: ${rates.source}`, ...rates.value.notes],
  })
}

/** The same with rates given, for a page of rates that is not ours. Surcharge and cess are per cents of the stamp duty. */
export function stampDutyAt(
  rates: StampRates,
  valueMinor: number,
  options: { readonly buyer: Buyer; readonly assumptions?: readonly string[] },
): StampDuty {
  if (!(valueMinor > 0)) throw new RangeError('a value above zero is needed')
  const step = rates.stamp.find((each) => valueMinor <= each.upToMinor)
  if (step === undefined) throw new RangeError('the stamp duty steps end below this value')
  const stampDutyMinor = share(valueMinor, step.percent[options.buyer])
  const surchargeMinor = share(stampDutyMinor, rates.surchargePercent)
  const cessMinor = share(stampDutyMinor, rates.cessPercent)
  const transferMinor = share(valueMinor, rates.transferPercent)
  const registrationMinor = registration(rates, valueMinor)
  return {
    stampDutyMinor,
    surchargeMinor,
    cessMinor,
    transferMinor,
    registrationMinor,
    totalMinor: stampDutyMinor + surchargeMinor + cessMinor + transferMinor + registrationMinor,
    assumptions: [
      ...(options.assumptions ?? []),
      `On ${formatInr(valueMinor)}, which must be the higher of the agreement and the guidance (circle) value`,
      `Stamp duty at ${formatPercent(step.percent[options.buyer])}; scanning and small fixed fees are left out`,
    ],
  }
}

/** The state whose rates apply to a city, or `undefined`: then say that the rate is not known rather than guess. */
export function stampStateOf(city: string): StampState | undefined {
  return stateOfCity[city.trim().toLowerCase()]
}

function registration(rates: StampRates, valueMinor: number): number {
  const rule = rates.registration
  if (rule.kind === 'slabs') return rule.slabs.find((slab) => valueMinor <= slab.upToMinor)?.feeMinor ?? 0
  return Math.min(share(valueMinor, rule.percent), rule.capMinor ?? Number.MAX_SAFE_INTEGER)
}

function share(minor: number, percent: number): number {
  return Math.round((minor * percent) / 100)
}
