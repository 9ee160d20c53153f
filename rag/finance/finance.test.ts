import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sdlt } from './abroad.ts'
import { affordability, amortisation, emi, homeLoan, maxLoan } from './loan.ts'
import { rateOn, stampRates } from './rates.ts'
import { stampDuty, stampStateOf } from './stamp-duty.ts'
import { longTermGain } from './tax.ts'

const lakh = 1_00_000_00
const crore = 100 * lakh
const day = '2026-06-01'

describe('loans', () => {
  it('the years of a schedule repay exactly the loan and end at nothing', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: lakh, max: 20 * crore }),
        fc.integer({ min: 0, max: 2000 }).map((hundredths) => hundredths / 100),
        fc.integer({ min: 1, max: 420 }),
        (principalMinor, annualRatePercent, months) => {
          const years = amortisation({ principalMinor, annualRatePercent, months })
          const repaid = years.reduce((sum, each) => sum + each.principalMinor, 0)
          expect(Math.abs(repaid - principalMinor)).toBeLessThanOrEqual(100 * (years.length + 1))
          expect(years.at(-1)?.balanceMinor).toBeLessThanOrEqual(100)
        },
      ),
      { numRuns: 200, seed: 7 },
    )
  })

  it('without interest the instalment is the loan over the months', () => {
    expect(emi({ principalMinor: 12 * lakh, annualRatePercent: 0, months: 12 }).emiMinor).toBe(lakh)
  })

  it('terms that make no loan are refused by name', () => {
    expect(() => emi({ principalMinor: 0, annualRatePercent: 8, months: 12 })).toThrow('loan above zero')
    expect(() => emi({ principalMinor: lakh, annualRatePercent: 8, months: 0 })).toThrow('1 to 600 months')
    expect(() => emi({ principalMinor: lakh, annualRatePercent: -1, months: 12 })).toThrow('0 to 60%')
  })

  it('the bands go by the loan, so a value just above a band gets the end of the band below', () => {
    expect(maxLoan(30 * lakh, day).maxLoanMinor).toBe(27 * lakh)
    expect(maxLoan(35 * lakh, day).maxLoanMinor).toBe(30 * lakh)
    expect(maxLoan(40 * lakh, day).maxLoanMinor).toBe(32 * lakh)
    expect(maxLoan(2 * crore, day).maxLoanMinor).toBe(1.5 * crore)
  })

  it('a down payment that no bank may match is raised, and the result says so', () => {
    const loan = homeLoan({ priceMinor: 1.2 * crore, downPaymentPercent: 20, annualRatePercent: 8.5, months: 240, day })
    expect(loan.loanMinor).toBe(90 * lakh)
    expect(loan.downPaymentMinor).toBe(30 * lakh)
    expect(loan.assumptions.join(' ')).toContain('The down payment is raised')
  })

  it('what the customer names is taken and what is assumed is said', () => {
    const loan = homeLoan({ priceMinor: 80 * lakh, downPaymentPercent: 25, day })
    expect(loan.loanMinor).toBe(60 * lakh)
    expect(loan.assumptions.join(' ')).toContain('8.5% is assumed')
    expect(homeLoan({ priceMinor: 80 * lakh, downPaymentMinor: 30 * lakh, day }).loanMinor).toBe(50 * lakh)
  })

  it('an income carries the loan whose instalment fits into its share', () => {
    const afford = affordability({ monthlyIncomeMinor: 1.5 * lakh, monthlyObligationsMinor: 15_000_00, day })
    expect(afford.emiMaxMinor).toBe(60_000_00)
    const paid = emi({ principalMinor: afford.loanMinor, annualRatePercent: 8.5, months: 240 }).emiMinor
    expect(paid).toBeLessThanOrEqual(60_000_00)
    expect(paid).toBeGreaterThan(59_000_00)
  })
})

describe('duties and taxes', () => {
  it('a day before the first known rate is refused rather than guessed', () => {
    expect(() => rateOn(stampRates.Karnataka, '1999-01-01', 'stamp duty of Karnataka')).toThrow(
      'no stamp duty of Karnataka is known for 1999-01-01',
    )
  })

  it('every table is in order of its days', () => {
    for (const table of Object.values(stampRates)) {
      const days = table.map((row) => row.from)
      expect(days).toEqual([...days].sort())
    }
  })

  it('Maharashtra caps registration, Haryana takes it by slabs, Karnataka steps by value', () => {
    expect(stampDuty({ state: 'Maharashtra', valueMinor: 3 * crore, day }).registrationMinor).toBe(30_000_00)
    expect(stampDuty({ state: 'Haryana', valueMinor: 3 * crore, day }).registrationMinor).toBe(50_000_00)
    expect(stampDuty({ state: 'Haryana', valueMinor: 24 * lakh, day }).registrationMinor).toBe(12_500_00)
    expect(stampDuty({ state: 'Karnataka', valueMinor: 40 * lakh, day }).stampDutyMinor).toBe(1.2 * lakh)
  })

  it('a city tells its state, and an unknown one tells nothing', () => {
    expect(stampStateOf('Gurugram')).toBe('Haryana')
    expect(stampStateOf('Atlantis')).toBeUndefined()
  })

  it('indexation is a choice only for a home bought before 23 July 2024', () => {
    const ask = { costMinor: 50 * lakh, saleMinor: 1.2 * crore, soldOn: '2025-06-01', indexed: true }
    const early = longTermGain({ ...ask, boughtOn: '2015-06-01' })
    expect(early.gainMinor).toBe(1.2 * crore - Math.round((50 * lakh * 376) / 254))
    expect(early.taxMinor).toBe(Math.round(early.gainMinor * 0.2))
    expect(longTermGain({ ...ask, indexed: false, boughtOn: '2015-06-01' }).taxMinor).toBe(8.75 * lakh)
  })

  it('a home held for two years or less has no long-term gain', () => {
    expect(() =>
      longTermGain({ costMinor: lakh, saleMinor: 2 * lakh, boughtOn: '2024-06-01', soldOn: '2026-06-01' }),
    ).toThrow('short-term')
  })

  it('first-time relief in England ends above its limit', () => {
    const pounds = (value: number) => value * 100
    expect(sdlt({ valueMinor: pounds(400_000), day, buyer: 'first-time' }).taxMinor).toBe(pounds(5000))
    expect(sdlt({ valueMinor: pounds(500_001), day, buyer: 'first-time' }).taxMinor).toBe(pounds(15_000))
    expect(sdlt({ valueMinor: pounds(400_000), day, buyer: 'additional' }).taxMinor).toBe(pounds(30_000))
  })
})
