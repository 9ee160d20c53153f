/**
 * Every rate, threshold and fixed fee the calculators use, each with the day from which it holds and where it was read.
 * Nothing outside this file knows a rate. A new rate is a new row; old rows stay, so that an old date still computes.
 * `from` is a day as `2025-08-31`; amounts are minor units of the currency named by the table.
 */
export interface Dated<T> {
  readonly from: string
  readonly source: string
  readonly value: T
}

/** The row in force on a day. Throws a `RangeError` when the table begins later: a made-up rate would be worse. */
export function rateOn<T>(table: readonly Dated<T>[], day: string, what: string): Dated<T> {
  const found = table.findLast((row) => row.from <= day)
  if (found === undefined)
    throw new RangeError(`no ${what} is known for ${day}; the first is from ${table[0]?.from ?? 'never'}`)
  return found
}

export type Buyer = 'male' | 'female' | 'joint'
export type StampState =
  'Karnataka' | 'Maharashtra' | 'Delhi' | 'Haryana' | 'Telangana' | 'Tamil Nadu' | 'Uttar Pradesh' | 'Gujarat'

/** Per cents of the value. `surcharge`, `cess` and `transfer` are also of the value. A step applies up to `upToMinor`. */
export interface StampRates {
  readonly stamp: readonly { readonly upToMinor: number; readonly percent: { readonly [buyer in Buyer]: number } }[]
  readonly surchargePercent: number
  readonly cessPercent: number
  readonly transferPercent: number
  readonly registration:
    | { readonly kind: 'percent'; readonly percent: number; readonly capMinor?: number }
    | { readonly kind: 'slabs'; readonly slabs: readonly { readonly upToMinor: number; readonly feeMinor: number }[] }
  /** What a buyer should know beside the sum. */
  readonly notes: readonly string[]
}

const always = Number.MAX_SAFE_INTEGER
const rupees = 100
const lakh = 100_000 * rupees

const same = (percent: number) => ({ male: percent, female: percent, joint: percent })
const flat = (percent: number | { readonly [buyer in Buyer]: number }) => [
  { upToMinor: always, percent: typeof percent === 'number' ? same(percent) : percent },
]

const karnataka = (registrationPercent: number): StampRates => ({
  stamp: [
    { upToMinor: 20 * lakh, percent: same(2) },
    { upToMinor: 45 * lakh, percent: same(3) },
    { upToMinor: always, percent: same(5) },
  ],
  surchargePercent: 2,
  cessPercent: 10,
  transferPercent: 0,
  registration: { kind: 'percent', percent: registrationPercent },
  notes: [
    'Karnataka: surcharge is 2% and cess 10% of the stamp duty (urban areas; surcharge is 3% in rural ones).',
    'The lower steps, 2% to ₹20 L and 3% to ₹45 L, are for the first sale of a flat; other property pays 5%.',
  ],
})

const haryanaSlabs = [
  [0.5, 100],
  [5, 1000],
  [10, 5000],
  [20, 10_000],
  [25, 12_500],
  [40, 15_000],
  [50, 20_000],
  [60, 25_000],
  [70, 30_000],
  [80, 35_000],
  [90, 40_000],
  [99.999_99, 45_000],
] as const

/** Stamp duty and registration by state, oldest first. Surcharge and cess of Karnataka are per cents of the stamp duty. */
export const stampRates: { readonly [state in StampState]: readonly Dated<StampRates>[] } = {
  Karnataka: [
    {
      from: '2023-04-01',
      source: 'Kaveri Online formula, as quoted by agents before August 2025',
      value: karnataka(1),
    },
    {
      from: '2025-08-31',
      source: 'Notification of 29 August 2025; Deccan Herald and Star of Mysore, 30 August 2025',
      value: karnataka(2),
    },
  ],
  Maharashtra: [
    {
      from: '2022-04-01',
      source: 'Maharashtra Stamp Act, schedule I; registration fee since 25 April 2012',
      value: {
        stamp: flat({ male: 5, female: 4, joint: 5 }),
        surchargePercent: 0,
        cessPercent: 0,
        transferPercent: 1,
        registration: { kind: 'percent', percent: 1, capMinor: 30_000 * rupees },
        notes: [
          'Maharashtra: 1% metro cess is included (Mumbai). Pune, Nagpur and Thane add 1% local-body tax.',
          'Women pay 1% less stamp duty on homes.',
        ],
      },
    },
  ],
  Delhi: [
    {
      from: '2022-01-01',
      source: 'Delhi, as published by Bajaj Finserv and NoBroker, 2022–2023',
      value: {
        stamp: flat({ male: 6, female: 4, joint: 5 }),
        surchargePercent: 0,
        cessPercent: 0,
        transferPercent: 0,
        registration: { kind: 'percent', percent: 1 },
        notes: ['Delhi: corporations may add transfer duty above ₹25 L; NDMC and cantonment areas differ.'],
      },
    },
  ],
  Haryana: [
    {
      from: '2018-01-01',
      source: 'Haryana Revenue Department, urban areas; registration slabs of 2018',
      value: {
        stamp: flat({ male: 7, female: 5, joint: 6 }),
        surchargePercent: 0,
        cessPercent: 0,
        transferPercent: 0,
        registration: {
          kind: 'slabs',
          slabs: [
            ...haryanaSlabs.map(([upTo, fee]) => ({ upToMinor: Math.round(upTo * lakh), feeMinor: fee * rupees })),
            { upToMinor: always, feeMinor: 50_000 * rupees },
          ],
        },
        notes: ['Haryana: inside municipal limits; outside them stamp duty is 2% less.'],
      },
    },
  ],
  Telangana: [
    {
      from: '2021-07-22',
      source: 'Telangana Registration and Stamps Department, rates of 22 July 2021',
      value: {
        stamp: flat(5.5),
        surchargePercent: 0,
        cessPercent: 0,
        transferPercent: 1.5,
        registration: { kind: 'percent', percent: 0.5 },
        notes: ['Telangana: 1.5% transfer duty is included.'],
      },
    },
  ],
  'Tamil Nadu': [
    {
      from: '2023-04-01',
      source: 'Tamil Nadu budget 2023–24: registration fee 4% to 2%',
      value: {
        stamp: flat(7),
        surchargePercent: 0,
        cessPercent: 0,
        transferPercent: 0,
        registration: { kind: 'percent', percent: 2 },
        notes: ['Tamil Nadu: 7% holds 5% stamp duty and 2% transfer duty.'],
      },
    },
  ],
  'Uttar Pradesh': [
    {
      from: '2020-02-14',
      source: 'Uttar Pradesh Stamp and Registration Department; registration 1% since February 2020',
      value: {
        stamp: flat(7),
        surchargePercent: 0,
        cessPercent: 0,
        transferPercent: 0,
        registration: { kind: 'percent', percent: 1 },
        notes: [
          'Uttar Pradesh: women have a rebate of 1% up to a value that the state has changed more than once; not included.',
        ],
      },
    },
  ],
  Gujarat: [
    {
      from: '2015-04-01',
      source: 'Gujarat Superintendent of Stamps: 3.5% with a surcharge of 40% makes 4.9%',
      value: {
        stamp: flat(4.9),
        surchargePercent: 0,
        cessPercent: 0,
        transferPercent: 0,
        registration: { kind: 'percent', percent: 1 },
        notes: ['Gujarat: women who buy alone pay no registration fee; not included.'],
      },
    },
  ],
}

/** Which state's rates a city of ours falls under. */
export const stateOfCity: { readonly [city: string]: StampState } = {
  bengaluru: 'Karnataka',
  bangalore: 'Karnataka',
  mysuru: 'Karnataka',
  mumbai: 'Maharashtra',
  pune: 'Maharashtra',
  thane: 'Maharashtra',
  'navi mumbai': 'Maharashtra',
  delhi: 'Delhi',
  'new delhi': 'Delhi',
  gurugram: 'Haryana',
  gurgaon: 'Haryana',
  faridabad: 'Haryana',
  panchkula: 'Haryana',
  hyderabad: 'Telangana',
  chennai: 'Tamil Nadu',
  coimbatore: 'Tamil Nadu',
  noida: 'Uttar Pradesh',
  ghaziabad: 'Uttar Pradesh',
  lucknow: 'Uttar Pradesh',
  ahmedabad: 'Gujarat',
  surat: 'Gujarat',
}

/** Tax the buyer keeps back from the seller: section 194-IA (section 393 of the Income-tax Act, 2025). */
export const propertyTds: readonly Dated<{ readonly thresholdMinor: number; readonly percent: number }>[] = [
  {
    from: '2013-06-01',
    source: 'Income Tax Department: 1% of the whole value from ₹50 L on',
    value: { thresholdMinor: 50 * lakh, percent: 1 },
  },
]

/** Long-term capital gains on property; `indexedPercent` may be chosen by residents for property bought before `indexedBoughtBefore`. */
export const capitalGains: readonly Dated<{
  readonly percent: number
  readonly indexed: boolean
  readonly holdingMonths: number
  readonly indexedPercent?: number
  readonly indexedBoughtBefore?: string
}>[] = [
  {
    from: '2017-04-01',
    source: 'Income-tax Act, 1961, section 112',
    value: { percent: 20, indexed: true, holdingMonths: 24 },
  },
  {
    from: '2024-07-23',
    source: 'Finance (No. 2) Act, 2024',
    value: {
      percent: 12.5,
      indexed: false,
      holdingMonths: 24,
      indexedPercent: 20,
      indexedBoughtBefore: '2024-07-23',
    },
  },
]

/** Cost inflation index by the year in which the financial year begins (CBDT notifications, base 2001–02). */
export const costInflationIndex: { readonly [year: number]: number } = {
  2001: 100,
  2002: 105,
  2003: 109,
  2004: 113,
  2005: 117,
  2006: 122,
  2007: 129,
  2008: 137,
  2009: 148,
  2010: 167,
  2011: 184,
  2012: 200,
  2013: 220,
  2014: 240,
  2015: 254,
  2016: 264,
  2017: 272,
  2018: 280,
  2019: 289,
  2020: 301,
  2021: 317,
  2022: 331,
  2023: 348,
  2024: 363,
  2025: 376,
}

/** The most a bank may lend on a home, by the size of the LOAN. */
export const loanToValue: readonly Dated<readonly { readonly loanUpToMinor: number; readonly percent: number }[]>[] = [
  {
    from: '2015-10-08',
    source: 'Reserve Bank of India, housing loans: LTV by loan amount, October 2015',
    value: [
      { loanUpToMinor: 30 * lakh, percent: 90 },
      { loanUpToMinor: 75 * lakh, percent: 80 },
      { loanUpToMinor: always, percent: 75 },
    ],
  },
]

/** What we assume when a customer names no rate, term or share of income. Not an offer of any bank. */
export const loanDefaults: readonly Dated<{
  readonly annualRatePercent: number
  readonly months: number
  readonly downPaymentPercent: number
  readonly incomeSharePercent: number
}>[] = [
  {
    from: '2024-01-01',
    source: 'Our working assumption: a common floating rate of large Indian banks; a bank may differ',
    value: { annualRatePercent: 8.5, months: 240, downPaymentPercent: 20, incomeSharePercent: 50 },
  },
]

/** Dubai Land Department on a sale, AED in fils. */
export const dubaiFees: readonly Dated<{
  readonly transferPercent: number
  readonly adminMinor: number
  readonly trusteeMinor: number
  readonly titleDeedMinor: number
}>[] = [
  {
    from: '2019-01-01',
    source: 'Dubai agents quoting the Land Department: 4%, AED 580, 4,000 and 250',
    value: { transferPercent: 4, adminMinor: 580_00, trusteeMinor: 4000_00, titleDeedMinor: 250_00 },
  },
]

/** Bands of UK stamp duty land tax (England and Northern Ireland), GBP in pence; `surchargePercent` for a second home. */
export interface SdltRates {
  readonly bands: readonly { readonly upToMinor: number; readonly percent: number }[]
  readonly surchargePercent: number
  readonly firstTime?: { readonly freeUpToMinor: number; readonly valueMaxMinor: number; readonly percent: number }
}

const pounds = 100
const bands = (...rows: readonly (readonly [number, number])[]) =>
  rows.map(([upTo, percent]) => ({ upToMinor: upTo === always ? always : upTo * pounds, percent }))
const bands2014 = bands([125_000, 0], [250_000, 2], [925_000, 5], [1_500_000, 10], [always, 12])
const from250 = bands([250_000, 0], [925_000, 5], [1_500_000, 10], [always, 12])
const relief = (free: number, valueMax: number) => ({
  freeUpToMinor: free * pounds,
  valueMaxMinor: valueMax * pounds,
  percent: 5,
})

/** UK stamp duty land tax, oldest first. */
export const sdltRates: readonly Dated<SdltRates>[] = [
  { from: '2014-12-04', source: 'Stamp Duty Land Tax Act 2015', value: { bands: bands2014, surchargePercent: 0 } },
  { from: '2016-04-01', source: 'Finance Act 2016, section 128', value: { bands: bands2014, surchargePercent: 3 } },
  {
    from: '2017-11-22',
    source: 'Finance Act 2018, first-time buyers',
    value: { bands: bands2014, surchargePercent: 3, firstTime: relief(300_000, 500_000) },
  },
  {
    from: '2020-07-08',
    source: 'Stamp Duty Land Tax (Temporary Relief) Act 2020',
    value: { bands: bands([500_000, 0], [925_000, 5], [1_500_000, 10], [always, 12]), surchargePercent: 3 },
  },
  { from: '2021-07-01', source: 'Finance Act 2021, section 87', value: { bands: from250, surchargePercent: 3 } },
  {
    from: '2021-10-01',
    source: 'End of the temporary relief',
    value: { bands: bands2014, surchargePercent: 3, firstTime: relief(300_000, 500_000) },
  },
  {
    from: '2022-09-23',
    source: 'Stamp Duty Land Tax (Temporary Relief) Act 2023',
    value: { bands: from250, surchargePercent: 3, firstTime: relief(425_000, 625_000) },
  },
  {
    from: '2024-10-31',
    source: 'Finance Act 2025: surcharge 5%',
    value: { bands: from250, surchargePercent: 5, firstTime: relief(425_000, 625_000) },
  },
  {
    from: '2025-04-01',
    source: 'gov.uk, Stamp Duty Land Tax from 1 April 2025',
    value: { bands: bands2014, surchargePercent: 5, firstTime: relief(300_000, 500_000) },
  },
]
