import { formatMoney, formatPercent } from '../format.ts'
import type { Assumed } from './loan.ts'
import { dubaiFees, rateOn, sdltRates } from './rates.ts'

export interface DubaiFees extends Assumed {
  readonly transferMinor: number
  readonly totalMinor: number
}

/** What the Dubai Land Department and its trustee take on a sale, in fils. */
export function dubaiTransfer(valueMinor: number, day: string): DubaiFees {
  const { value: fees, source, from } = rateOn(dubaiFees, day, 'Dubai fees')
  const transferMinor = Math.round((valueMinor * fees.transferPercent) / 100)
  return {
    transferMinor,
    totalMinor: transferMinor + fees.adminMinor + fees.trusteeMinor + fees.titleDeedMinor,
    assumptions: [
      `${formatPercent(fees.transferPercent)} transfer fee, ${formatMoney(fees.adminMinor, 'AED')} administration, ${formatMoney(fees.trusteeMinor, 'AED')} trustee, ${formatMoney(fees.titleDeedMinor, 'AED')} title deed; ${source} (since ${from})`,
      'Without VAT on the trustee fee, the mortgage registration and the agent',
    ],
  }
}

export interface Sdlt extends Assumed {
  readonly taxMinor: number
}

/** Stamp duty land tax of England and Northern Ireland on a home, in pence, by the bands in force on `day`. */
export function sdlt(ask: {
  readonly valueMinor: number
  readonly day: string
  readonly buyer?: 'mover' | 'first-time' | 'additional'
}): Sdlt {
  const { value: rates, source, from } = rateOn(sdltRates, ask.day, 'stamp duty land tax')
  const relief = ask.buyer === 'first-time' ? rates.firstTime : undefined
  const relieved = relief !== undefined && ask.valueMinor <= relief.valueMaxMinor
  const bands = relieved
    ? [
        { upToMinor: relief.freeUpToMinor, percent: 0 },
        { upToMinor: relief.valueMaxMinor, percent: relief.percent },
      ]
    : rates.bands
  const surcharge = ask.buyer === 'additional' ? rates.surchargePercent : 0
  let taxMinor = 0
  let floor = 0
  for (const band of bands) {
    const inBand = Math.max(0, Math.min(ask.valueMinor, band.upToMinor) - floor)
    taxMinor += (inBand * (band.percent + surcharge)) / 100
    floor = band.upToMinor
  }
  return {
    taxMinor: Math.floor(taxMinor / 100) * 100,
    assumptions: [
      `Bands since ${from}: ${source}`,
      ...(surcharge > 0 ? [`${formatPercent(surcharge)} surcharge for a second home`] : []),
      ...(relieved ? ['First-time buyer relief'] : []),
      'A UK resident buying a home in England or Northern Ireland',
    ],
  }
}
