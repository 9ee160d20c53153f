import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { dubaiTransfer, sdlt } from './abroad.ts'
import { emi, maxLoan } from './loan.ts'
import type { Buyer, StampRates } from './rates.ts'
import { stampDuty, stampDutyAt } from './stamp-duty.ts'
import { longTermGain, tdsOnPurchase } from './tax.ts'
import { rentalYield } from './yield.ts'

const file = '../shared/data/golden-finance/golden.json'
const schema = z.object({
  cases: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      as_of: z.string(),
      note: z.string(),
      tolerance: z.number(),
      inputs: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
      expected: z.record(z.string(), z.number()),
    }),
  ),
})
type Case = z.infer<typeof schema>['cases'][number]

const absent = !existsSync(file)
const cases = absent ? [] : schema.parse(JSON.parse(readFileSync(file, 'utf8'))).cases
if (absent) process.stderr.write('skipped: ../shared/data/golden-finance is absent\n')

describe.skipIf(absent)('worked examples of banks, newspapers and portals', () => {
  it('every case of the file is computed', () => {
    expect(cases.filter((each) => compute(each) === undefined).map((each) => each.id)).toEqual([])
    expect(cases).toHaveLength(22)
  })

  it.each(cases)('$id', (golden) => {
    const computed = compute(golden) ?? {}
    for (const [field, expected] of Object.entries(golden.expected)) {
      const got = computed[field]
      expect(got, field).toBeTypeOf('number')
      expect(Math.abs((got ?? NaN) - expected), `${field}: ${got} for ${expected}`).toBeLessThanOrEqual(
        golden.tolerance,
      )
    }
  })

  it('our own dated table gives the same for Delhi and for Karnataka before and after 31 August 2025', () => {
    const crore = 1_00_00_000_00
    expect(stampDuty({ state: 'Karnataka', valueMinor: crore, day: '2025-08-30' }).totalMinor).toBe(6_60_000_00)
    expect(stampDuty({ state: 'Karnataka', valueMinor: crore, day: '2025-08-31' }).totalMinor).toBe(7_60_000_00)
    const delhi = stampDuty({ state: 'Delhi', valueMinor: 25_00_000_00, buyer: 'female', day: '2023-05-01' })
    expect([delhi.stampDutyMinor, delhi.registrationMinor]).toEqual([1_00_000_00, 25_000_00])
  })
})

/** Amounts of the result in whole units, under the names the file uses; `undefined` for a kind we cannot compute. */
function compute(golden: Case): { readonly [field: string]: number } | undefined {
  const number = (name: string): number => z.number().parse(golden.inputs[name])
  const minor = (name: string): number => Math.round(number(name) * 100)
  switch (golden.kind) {
    case 'emi': {
      const totals = golden.note.includes('ROUNDED EMI x') ? 'rounded-emi' : 'unrounded'
      const loan = emi({
        principalMinor: minor('principal'),
        annualRatePercent: number('annual_rate_pct'),
        months: number('months'),
        totals,
      })
      return {
        emi: loan.emiMinor / 100,
        total_interest: loan.totalInterestMinor / 100,
        total_payment: loan.totalPaymentMinor / 100,
      }
    }
    case 'stamp_duty_registration':
    case 'registration_cap': {
      const fixed = Number(golden.inputs['affidavit'] ?? 0) + Number(golden.inputs['scanning'] ?? 0)
      const duty = stampDutyAt(ratesOf(golden), minor('value'), { buyer: buyerOf(golden) })
      const inclusive = golden.inputs['stamp_incl_surcharge_pct'] !== undefined
      return {
        stamp_duty: (duty.stampDutyMinor + (inclusive ? duty.surchargeMinor : 0)) / 100,
        surcharge: duty.surchargeMinor / 100,
        cess: duty.cessMinor / 100,
        total_stamp_duty: (duty.stampDutyMinor + duty.surchargeMinor + duty.cessMinor) / 100,
        registration: duty.registrationMinor / 100,
        total: duty.totalMinor / 100 + fixed,
      }
    }
    case 'tds_194ia': {
      const tds = tdsOnPurchase(minor('value'), '2025-01-01')
      return { tds: tds.tdsMinor / 100, seller_receives: tds.sellerReceivesMinor / 100 }
    }
    case 'gross_yield':
    case 'gross_and_net_yield': {
      const monthly = golden.inputs['monthly_rent'] === undefined ? minor('annual_rent') / 12 : minor('monthly_rent')
      const result = rentalYield({
        priceMinor: minor('price'),
        monthlyRentMinor: monthly,
        annualExpensesMinor: Number(golden.inputs['annual_expenses'] ?? 0) * 100,
      })
      return { gross_yield_pct: result.grossPercent, net_yield_pct: result.netPercent }
    }
    case 'ltcg_flat_12_5': {
      const result = longTermGain({ costMinor: minor('cost'), saleMinor: minor('sale'), soldOn: '2025-12-01' })
      return { gain: result.gainMinor / 100, tax: result.taxMinor / 100 }
    }
    case 'ltv_max_loan':
      return { max_loan: maxLoan(minor('value'), '2025-01-01').maxLoanMinor / 100 }
    case 'dubai_fees': {
      const fees = dubaiTransfer(minor('value'), '2025-01-01')
      return { dld: fees.transferMinor / 100, total: fees.totalMinor / 100 }
    }
    case 'sdlt': {
      const additional = golden.as_of.includes('surcharge')
      const day = golden.as_of.includes('April 2025') ? '2025-05-01' : '2018-06-01'
      return {
        tax: sdlt({ valueMinor: minor('value'), day, buyer: additional ? 'additional' : 'mover' }).taxMinor / 100,
      }
    }
    default:
      return undefined
  }
}

function buyerOf(golden: Case): Buyer {
  return z.enum(['male', 'female', 'joint']).catch('male').parse(golden.inputs['buyer'])
}

/** The page's own rates in our shape: surcharge and cess there are of the value, here of the stamp duty. */
function ratesOf(golden: Case): StampRates {
  const percent = (name: string): number => Number(golden.inputs[name] ?? 0)
  const cap = golden.inputs['cap']
  const stamp = percent('stamp_pct') || percent('stamp_incl_surcharge_pct') || 5
  return {
    stamp: [{ upToMinor: Number.MAX_SAFE_INTEGER, percent: { male: stamp, female: stamp, joint: stamp } }],
    surchargePercent: (percent('surcharge_pct') / stamp) * 100,
    cessPercent: (percent('cess_pct') / stamp) * 100,
    transferPercent: 0,
    registration: {
      kind: 'percent',
      percent: percent('registration_pct'),
      ...(cap === undefined ? {} : { capMinor: Number(cap) * 100 }),
    },
    notes: [],
  }
}
