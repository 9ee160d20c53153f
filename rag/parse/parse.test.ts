import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatArea, formatInr, formatInrShort, formatMoney, groupIndian } from '../format.ts'
import { parseArea } from './area.ts'
import { parseEmail, parsePhone } from './contact.ts'
import { parseDate, parseReady } from './date.ts'
import { findMoney, parseMoney } from './money.ts'
import { parseNumber } from './number.ts'
import { parseCount, parseRooms } from './rooms.ts'

const lakh = 1_00_000_00
const crore = 100 * lakh

describe('money', () => {
  it.each([
    ['3.5 Crore', 3.5 * crore],
    ['65 Lac', 65 * lakh],
    ['1.2cr', 1.2 * crore],
    ['1.2 Cr.', 1.2 * crore],
    ['80 lakh', 80 * lakh],
    ['80 lakhs', 80 * lakh],
    ['12,50,000', 12.5 * lakh],
    ['₹12,50,000/-', 12.5 * lakh],
    ['Rs 35k', 35_000_00],
    ['Rs. 35,000 per month', 35_000_00],
    ['50L', 50 * lakh],
    ['INR 1,20,00,000', 1.2 * crore],
    ['80 लाख', 80 * lakh],
    ['१.२ करोड़', 1.2 * crore],
    ['11000000.0', 1.1 * crore],
    ['2.5 million', 25 * lakh],
    ['1.2e7', 1.2 * crore],
  ])('%s is read', (text, minor) => {
    expect(parseMoney(text)).toMatchObject({ minMinor: minor, maxMinor: minor, currency: 'INR' })
  })

  it('a range keeps both ends, and a unit said once counts for both', () => {
    expect(parseMoney('₹ 2 - 2.4 Cr')).toMatchObject({ minMinor: 2 * crore, maxMinor: 2.4 * crore })
    expect(parseMoney('95 L - 1.2 Cr')).toMatchObject({ minMinor: 95 * lakh, maxMinor: 1.2 * crore })
    expect(parseMoney('50 to 60 lakh')).toMatchObject({ minMinor: 50 * lakh, maxMinor: 60 * lakh })
  })

  it('a bare number counts what its column counts', () => {
    expect(parseMoney('39.07', { unit: 'lakh' })?.minMinor).toBe(39_07_000_00)
    expect(parseMoney('2 Cr', { unit: 'lakh' })?.minMinor).toBe(2 * crore)
  })

  it('a month and another currency are said', () => {
    expect(parseMoney('35,000/month')).toMatchObject({ per: 'month', minMinor: 35_000_00 })
    expect(parseMoney('AED 1,250,000')).toMatchObject({ currency: 'AED', minMinor: 1_250_000_00 })
    expect(parseMoney('£295,000')).toMatchObject({ currency: 'GBP' })
  })

  it.each(['Price on Request', '', '-', 'call', '3 BHK', '₹', '12 34 Cr 56', '0', '-5 lakh', '9'.repeat(40)])(
    '%s is no amount',
    (text) => {
      expect(parseMoney(text)).toBeUndefined()
    },
  )

  it('amounts are found in running text, and room counts are not amounts', () => {
    const found = findMoney('3 bhk in whitefield under 1.2 crore or 35k rent, phase 2')
    expect(found.map((each) => each.minMinor)).toEqual([1.2 * crore, 35_000_00])
    expect(findMoney('2 bhk chahiye 80 lakh ke andar').map((each) => each.minMinor)).toEqual([80 * lakh])
    expect(findMoney('70 se 80 lakh')[0]).toMatchObject({ minMinor: 70 * lakh, maxMinor: 80 * lakh })
  })

  it('what is formatted reads back as the same amount', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000_000 }), (rupees) => {
        expect(parseMoney(formatInr(rupees * 100))?.minMinor).toBe(rupees * 100)
      }),
      { numRuns: 500, seed: 3 },
    )
  })

  it('no text makes the reader slow or throw', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        parseMoney(text)
        findMoney(text)
        parseArea(text)
        parseRooms(text)
        parseDate(text)
        parseReady(text)
        parsePhone(text)
        parseEmail(text)
      }),
      { numRuns: 500, seed: 5 },
    )
  })
})

describe('numbers', () => {
  it.each([
    ['1,25,000', 125_000],
    ['1.250.000', 1_250_000],
    ['39,07', 39.07],
    ['1.234,5', 1234.5],
    ['1,234.5', 1234.5],
    ['١٢٣', 123],
  ])('%s', (text, value) => {
    expect(parseNumber(text)).toBe(value)
  })
})

describe('areas', () => {
  it.each([
    ['1056', 1056, 1056],
    ['1100 - 1350', 1100, 1350],
    ['34.46Sq. Meter', 370.9, 370.9],
    ['1100Sq. Yards', 9900, 9900],
    ['2Acres', 87_120, 87_120],
    ['3Cents', 1306.8, 1306.8],
    ['24Guntha', 26_136, 26_136],
    ['4125Perch', 1_123_031.3, 1_123_031.3],
    ['1Grounds', 2400, 2400],
    ['1,370 sq.ft.', 1370, 1370],
    ['1,850 - 2,050 sq.ft.', 1850, 2050],
    ['120 sqm', 1291.7, 1291.7],
    ['200 gaj', 1800, 1800],
  ])('%s', (text, minSqft, maxSqft) => {
    expect(parseArea(text)).toMatchObject({ minSqft, maxSqft })
  })

  it.each(['', 'large', '10 bigha', '0', '2 BHK'])('%s is no area', (text) => {
    expect(parseArea(text)).toBeUndefined()
  })
})

describe('rooms', () => {
  it.each([
    ['2 BHK', 2],
    ['4 Bedroom', 4],
    ['3bhk', 3],
    ['3.0', 3],
    ['2.5 BHK', 2],
    ['three', 3],
    ['3 BR', 3],
  ])('%s', (text, bedrooms) => {
    expect(parseRooms(text)).toEqual({ bedrooms, studio: false })
  })

  it('a room and kitchen is a studio without a bedroom', () => {
    expect(parseRooms('1 RK')).toEqual({ studio: true })
  })

  it('forty-three bedrooms are no home', () => {
    expect(parseRooms('43 Bedroom')).toBeUndefined()
    expect(parseCount('3+', 20)).toBe(3)
    expect(parseCount('1.5', 20)).toBeUndefined()
  })
})

describe('dates', () => {
  const at = (text: string) => Date.parse(text)
  it.each([
    ['2024-01-15', '2024-01-15T00:00:00Z'],
    ['15-Jan-2024', '2024-01-15T00:00:00Z'],
    ['01/20/2024', '2024-01-20T00:00:00Z'],
    ['20.03.2024', '2024-03-20T00:00:00Z'],
    ['Mar 20 2024', '2024-03-20T00:00:00Z'],
    ['2024-01-20T14:30:00Z', '2024-01-20T14:30:00Z'],
    ['03/15/2024 9:12 AM', '2024-03-15T09:12:00Z'],
    ['2024-04-01 11:23:45', '2024-04-01T11:23:45Z'],
    ['2026-09-23T17:04:53+05:30', '2026-09-23T11:34:53Z'],
    ['03/04/2024', '2024-04-03T00:00:00Z'],
    ['45306', '2024-01-15T00:00:00Z'],
    ['1705276800', '2024-01-15T00:00:00Z'],
  ])('%s', (text, expected) => {
    expect(parseDate(text)).toBe(at(expected))
  })

  it('the order of the file decides where no part above twelve does', () => {
    expect(parseDate('03/04/2024', 'month-first')).toBe(at('2024-03-04T00:00:00Z'))
  })

  it.each(['31/02/2024', 'yesterday', '', '2024-13-01'])('%s is no date', (text) => {
    expect(parseDate(text)).toBeUndefined()
  })

  it.each([
    ['Ready To Move', 'ready'],
    ['Immediate Possession', 'ready'],
    ['19-Dec', '2019-12'],
    ['Dec 2027', '2027-12'],
    ["Mar'28", '2028-03'],
    ['Q3 2027', '2027-09'],
    ['2028', '2028-12'],
    ['2027-03-01', '2027-03'],
  ])('%s is when it can be had', (text, expected) => {
    expect(parseReady(text)).toBe(expected)
  })
})

describe('contacts', () => {
  it.each([
    ['98765 43210', '+919876543210'],
    ['+91 98765-43210', '+919876543210'],
    ['p:+919876543210', '+919876543210'],
    ['919876543210', '+919876543210'],
    ['09876543210', '+919876543210'],
    ['0044 7700 900123', '+447700900123'],
    ['9876543210.0', '+919876543210'],
  ])('%s', (text, expected) => {
    expect(parsePhone(text)).toBe(expected)
  })

  it.each(['5550300', 'not-a-phone', '=1+1', '9.87654E+09', '123', '+1-555-0199', '06 12 34 56 78'])(
    '%s is no number that can ring',
    (text) => {
      expect(parsePhone(text)).toBeUndefined()
    },
  )

  it('addresses are lowered and refused when they cannot be', () => {
    expect(parseEmail(' Asha@Example.COM ')).toBe('asha@example.com')
    expect(parseEmail('Asha <asha@example.com>')).toBe('asha@example.com')
    for (const bad of ['invalid-email', 'a@b', 'a b@c.de', 'a@b..de', '@x.de']) expect(parseEmail(bad)).toBeUndefined()
  })
})

describe('formatting', () => {
  it('amounts are said in lakh and crore when that is exact', () => {
    expect(formatInr(1.2 * crore)).toBe('₹1.2 Cr')
    expect(formatInr(80 * lakh)).toBe('₹80 L')
    expect(formatInr(35_000_00)).toBe('₹35,000')
    expect(formatInr(41_50_350_00)).toBe('₹41,50,350')
    expect(formatInrShort(1_04_13_879_00)).toBe('₹1.04 Cr')
    expect(formatMoney(44_830_00, 'AED')).toBe('AED 44,830'.replace(' ', '\u00a0'))
    expect(groupIndian(-1234567)).toBe('-12,34,567')
    expect(formatArea(1370)).toBe('1,370 sq ft')
  })
})
