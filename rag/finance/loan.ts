import { formatInr, formatPercent } from '../format.ts'
import { loanDefaults, loanToValue, rateOn } from './rates.ts'

/** Every result says in words what it rests on. */
export interface Assumed {
  readonly assumptions: readonly string[]
}

export interface LoanTerms {
  readonly principalMinor: number
  /** Nominal, a year, compounded monthly: 8.5 for 8.5%. */
  readonly annualRatePercent: number
  readonly months: number
  /**
   * Totals come from the unrounded instalment (banks' schedules; the default) or from the instalment rounded to a rupee times the months
   * (many calculators on the web). The two differ by some rupees over twenty years.
   */
  readonly totals?: 'unrounded' | 'rounded-emi'
}

export interface Emi extends Assumed {
  /** Rounded to a rupee. */
  readonly emiMinor: number
  readonly totalPaymentMinor: number
  readonly totalInterestMinor: number
}

/** Equated monthly instalment: P·r·(1+r)ⁿ / ((1+r)ⁿ − 1) with r a month. Throws a `RangeError` on terms that make no loan. */
export function emi(terms: LoanTerms): Emi {
  const exact = instalment(terms)
  const rounded = Math.round(exact / 100) * 100
  const totals = terms.totals ?? 'unrounded'
  const totalPaymentMinor = Math.round((totals === 'unrounded' ? exact : rounded) * terms.months)
  return {
    emiMinor: rounded,
    totalPaymentMinor,
    totalInterestMinor: totalPaymentMinor - terms.principalMinor,
    assumptions: [
      `Loan ${formatInr(terms.principalMinor)} at ${formatPercent(terms.annualRatePercent)} a year for ${termOf(terms.months)}, same rate throughout`,
      totals === 'unrounded'
        ? 'Totals from the unrounded instalment'
        : 'Totals from the instalment rounded to a rupee, times the months',
      'Without processing fees and insurance; the bank decides the rate',
    ],
  }
}

export interface AmortisationYear {
  readonly year: number
  readonly principalMinor: number
  readonly interestMinor: number
  readonly balanceMinor: number
}

/** What of the instalments repays the loan and what is interest, year by year. Amounts rounded to a rupee; the last balance is 0. */
export function amortisation(terms: LoanTerms): readonly AmortisationYear[] {
  const payment = instalment(terms)
  const rate = terms.annualRatePercent / 1200
  const years: AmortisationYear[] = []
  let balance = terms.principalMinor
  for (let month = 1; month <= terms.months; month += 12) {
    const inYear = Math.min(12, terms.months - month + 1)
    const before = balance
    for (let each = 0; each < inYear; each++) balance = balance * (1 + rate) - payment
    const repaid = before - balance
    years.push({
      year: years.length + 1,
      principalMinor: toRupee(repaid),
      interestMinor: toRupee(payment * inYear - repaid),
      balanceMinor: Math.abs(toRupee(balance)),
    })
  }
  return years
}

export interface HomeLoan extends Emi {
  readonly priceMinor: number
  readonly downPaymentMinor: number
  readonly loanMinor: number
  readonly annualRatePercent: number
  readonly months: number
}

/**
 * The instalment for a home of this price: down payment by per cent or amount, the loan limited by the bank's loan-to-value bands on `day`.
 * What is not given comes from the dated defaults.
 */
export function homeLoan(ask: {
  readonly priceMinor: number
  readonly day: string
  readonly downPaymentPercent?: number
  readonly downPaymentMinor?: number
  readonly annualRatePercent?: number
  readonly months?: number
}): HomeLoan {
  const defaults = rateOn(loanDefaults, ask.day, 'loan assumption')
  const percent = ask.downPaymentPercent ?? defaults.value.downPaymentPercent
  const wished = ask.downPaymentMinor ?? Math.round((ask.priceMinor * percent) / 100)
  const most = maxLoan(ask.priceMinor, ask.day)
  const loanMinor = Math.min(ask.priceMinor - Math.min(wished, ask.priceMinor - 1), most.maxLoanMinor)
  const downPaymentMinor = ask.priceMinor - loanMinor
  const annualRatePercent = ask.annualRatePercent ?? defaults.value.annualRatePercent
  const months = ask.months ?? defaults.value.months
  const instalments = emi({ principalMinor: loanMinor, annualRatePercent, months })
  return {
    ...instalments,
    priceMinor: ask.priceMinor,
    downPaymentMinor,
    loanMinor,
    annualRatePercent,
    months,
    assumptions: [
      `Price ${formatInr(ask.priceMinor)}, down payment ${formatInr(downPaymentMinor)} (${formatPercent((downPaymentMinor / ask.priceMinor) * 100)})`,
      ...(downPaymentMinor > wished
        ? [`The down payment is raised: a bank may lend at most ${formatInr(most.maxLoanMinor)} on this home`]
        : []),
      ...(ask.annualRatePercent === undefined
        ? [`${formatPercent(annualRatePercent)} is assumed: ${defaults.source}`]
        : []),
      ...instalments.assumptions,
    ],
  }
}

export interface MaxLoan extends Assumed {
  readonly maxLoanMinor: number
  /** Of the value, after the bands. */
  readonly percent: number
}

/** The most a bank may lend on a value. The bands go by the loan: ₹35 L allows ₹30 L, since 90% would leave the first band. */
export function maxLoan(valueMinor: number, day: string): MaxLoan {
  if (!(valueMinor > 0)) throw new RangeError('a value above zero is needed')
  const rates = rateOn(loanToValue, day, 'loan-to-value rule')
  const maxLoanMinor = Math.max(
    ...rates.value.map((band) => Math.min(Math.round((valueMinor * band.percent) / 100), band.loanUpToMinor)),
  )
  return {
    maxLoanMinor,
    percent: (maxLoanMinor / valueMinor) * 100,
    assumptions: [`${rates.source} (since ${rates.from})`, 'Stamp duty and registration do not count into the value'],
  }
}

export interface Affordability extends Assumed {
  readonly emiMaxMinor: number
  readonly loanMinor: number
  readonly priceMinor: number
}

/** What home an income carries: instalments up to a share of the month's income, less what is owed already; then the price by loan-to-value. */
export function affordability(ask: {
  readonly monthlyIncomeMinor: number
  readonly monthlyObligationsMinor?: number
  readonly savingsMinor?: number
  readonly annualRatePercent?: number
  readonly months?: number
  readonly day: string
}): Affordability {
  const defaults = rateOn(loanDefaults, ask.day, 'loan assumption').value
  const annualRatePercent = ask.annualRatePercent ?? defaults.annualRatePercent
  const months = ask.months ?? defaults.months
  const share = Math.round((ask.monthlyIncomeMinor * defaults.incomeSharePercent) / 100)
  const emiMaxMinor = Math.max(0, share - (ask.monthlyObligationsMinor ?? 0))
  const perUnit = instalment({ principalMinor: 1, annualRatePercent, months })
  const loanMinor = Math.floor(emiMaxMinor / perUnit / 100_000_00) * 100_000_00
  const priceMinor =
    ask.savingsMinor === undefined
      ? Math.round(loanMinor / (1 - defaults.downPaymentPercent / 100))
      : loanMinor + ask.savingsMinor
  return {
    emiMaxMinor,
    loanMinor,
    priceMinor,
    assumptions: [
      `Instalments up to ${formatPercent(defaults.incomeSharePercent)} of ${formatInr(ask.monthlyIncomeMinor)} a month, less ${formatInr(ask.monthlyObligationsMinor ?? 0)} owed already`,
      `${formatPercent(annualRatePercent)} a year for ${termOf(months)}; the loan rounded down to a whole lakh`,
      ask.savingsMinor === undefined
        ? `${formatPercent(defaults.downPaymentPercent)} of the price is paid from savings`
        : `${formatInr(ask.savingsMinor)} of savings goes into the price`,
    ],
  }
}

function instalment({ principalMinor, annualRatePercent, months }: LoanTerms): number {
  if (!(principalMinor > 0)) throw new RangeError('a loan above zero is needed')
  if (!Number.isInteger(months) || months < 1 || months > 600)
    throw new RangeError('a term of 1 to 600 months is needed')
  if (!(annualRatePercent >= 0) || annualRatePercent > 60) throw new RangeError('a yearly rate of 0 to 60% is needed')
  const rate = annualRatePercent / 1200
  if (rate === 0) return principalMinor / months
  const growth = (1 + rate) ** months
  return (principalMinor * rate * growth) / (growth - 1)
}

function termOf(months: number): string {
  return months % 12 === 0 ? `${months / 12} years` : `${months} months`
}

function toRupee(minor: number): number {
  return Math.round(minor / 100) * 100
}
