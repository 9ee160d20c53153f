import { formatInr } from '../format.ts'
import type { Assumed } from './loan.ts'

export interface RentalYield extends Assumed {
  /** Per cent of the price a year, to two decimals. */
  readonly grossPercent: number
  readonly netPercent: number
}

/** Rent of a year over the price; net after the year's expenses. */
export function rentalYield(ask: {
  readonly priceMinor: number
  readonly monthlyRentMinor: number
  readonly annualExpensesMinor?: number
  readonly vacantMonths?: number
}): RentalYield {
  if (!(ask.priceMinor > 0)) throw new RangeError('a price above zero is needed')
  const expenses = ask.annualExpensesMinor ?? 0
  const months = 12 - (ask.vacantMonths ?? 0)
  const rent = ask.monthlyRentMinor * months
  return {
    grossPercent: toTwo((rent / ask.priceMinor) * 100),
    netPercent: toTwo(((rent - expenses) / ask.priceMinor) * 100),
    assumptions: [
      `Rent ${formatInr(ask.monthlyRentMinor)} a month for ${months} months on a price of ${formatInr(ask.priceMinor)}`,
      expenses === 0
        ? 'No expenses given: net equals gross before maintenance, tax and repairs'
        : `Expenses ${formatInr(expenses)} a year`,
    ],
  }
}

function toTwo(value: number): number {
  return Math.round(value * 100) / 100
}
