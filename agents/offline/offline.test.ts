import { describe, expect, it } from 'vitest'
import { zonedTime } from '../zoned-time.ts'
import { decide } from './decide.ts'
import { languageOf } from './language.ts'
import { mergeWishes, stateFrom, stateToJson } from './state.ts'
import { createUnderstanding } from './understand.ts'
import { whenIn } from './when.ts'
import { createYesNoReader } from './yes-no.ts'

/** Monday 23 November 2026, 11:30 in India. */
const atMs = Date.UTC(2026, 10, 23, 6)
const lakh = 10_000_000
const understand = createUnderstanding()
const read = (text: string) => understand(text, { atMs, timeZone: 'Asia/Kolkata', language: 'en' })

describe('wishes', () => {
  it.each([
    ['3 bhk in whitefield under 1.2 crore', { bedrooms: 3, priceMaxMinor: 120 * lakh }],
    ['2 bhk chahiye 80 lakh ke andar', { bedrooms: 2, priceMaxMinor: 80 * lakh }],
    ['between 50 and 70 lakh', { priceMinMinor: 50 * lakh, priceMaxMinor: 70 * lakh }],
    ['50-70 lakh', { priceMinMinor: 50 * lakh, priceMaxMinor: 70 * lakh }],
    ['dedh crore tak', { priceMaxMinor: 150 * lakh }],
    ['1 crore 20 lakh budget', { priceMaxMinor: 120 * lakh }],
    ['डेढ़ करोड़ तक', { priceMaxMinor: 150 * lakh }],
    ['luxury homes above 5 cr', { priceMinMinor: 500 * lakh }],
    ['around 80 lakh', { priceMinMinor: 68 * lakh, priceMaxMinor: 88 * lakh }],
    ['rent under 30000', { purpose: 'rent', priceMaxMinor: 30_000_00 }],
    [
      'semi furnished villa with a pool',
      { furnishing: 'semi-furnished', propertyType: 'villa', amenities: ['Swimming pool'] },
    ],
    ['flat kiraye pe chahiye', { purpose: 'rent', propertyType: 'apartment' }],
    ['three bedrooms and two baths', { bedrooms: 3, bathrooms: 2 }],
  ])('“%s”', (text, wishes) => {
    expect(read(text).wishes).toEqual(expect.objectContaining(wishes))
  })

  it('an amount for a loan is not a budget', () => {
    const said = read('emi with 20 lakh down at 9% for 15 years')
    expect(said.loan).toEqual({ downMinor: 20 * lakh, ratePercent: 9, months: 180 })
    expect(said.wishes.priceMaxMinor).toBeUndefined()
  })

  it('another purpose drops the old budget; a new budget replaces both ends', () => {
    expect(mergeWishes({ purpose: 'sale', priceMaxMinor: 80 * lakh }, { purpose: 'rent' })).toEqual({ purpose: 'rent' })
    expect(mergeWishes({ priceMinMinor: 50 * lakh, priceMaxMinor: 70 * lakh }, { priceMaxMinor: 60 * lakh })).toEqual({
      priceMaxMinor: 60 * lakh,
    })
  })
})

describe('days and times, read in India on Monday 23 November', () => {
  it.each([
    ['can i see it saturday at 11', '28 11:00'],
    ['kal subah 11 baje', '24 11:00'],
    ['parso shaam 5 baje', '25 17:00'],
    ['shanivaar ko 4 baje', '28 16:00'],
    ['itwaar 10 am', '29 10:00'],
    ['शनिवार सुबह ११ बजे', '28 11:00'],
    ['day after tomorrow 10am', '25 10:00'],
    ['agle hafte budhwar 3 pm', '2 15:00'],
    ['Saturday 28 November at 11:00 am', '28 11:00'],
    ['12 dec at 5', '12 17:00'],
    ['friday half past 3 pm', '27 15:30'],
  ])('“%s”', (text, expected) => {
    const when = whenIn(text, atMs, 'Asia/Kolkata')
    const minute = String(when?.time?.minute).padStart(2, '0')
    expect(`${when?.day?.day} ${when?.time?.hour}:${minute}`).toBe(expected)
  })

  it.each([
    '3 bhk under 1.2 cr',
    'the second one',
    'emi with 20% down',
    'is it on the 2nd floor',
    "that's all for now",
  ])('“%s” names no day', (text) => {
    expect(whenIn(text, atMs, 'Asia/Kolkata')?.day).toBeUndefined()
  })

  it('a day already past in the customer’s zone is next year’s', () => {
    expect(whenIn('10 march', atMs, 'Asia/Kolkata')?.day).toEqual({ year: 2027, month: 3, day: 10 })
    expect(zonedTime(atMs, 'Asia/Kolkata')).toMatchObject({ day: 23, hour: 11, minute: 30 })
  })
})

describe('language, choice and yes or no', () => {
  it.each([
    ['2 bhk chahiye 80 lakh ke andar', 'hinglish'],
    ['show me flats in whitefield', 'en'],
    ['मुझे घर चाहिए', 'hi'],
    ['kya parking hai', 'hinglish'],
    ['can i use the pool', 'en'],
  ])('“%s” is %s', (text, language) => {
    expect(languageOf(text)).toBe(language)
  })

  it.each([
    ['doosra wala', 2],
    ['the first one', 1],
    ['pehla', 1],
    ['third option', 3],
    ['तीसरा वाला', 3],
  ])('“%s” is number %i', (text, n) => {
    expect(read(text).choice).toEqual({ kind: 'nth', n })
  })

  it.each([
    ['haan', 'yes'],
    ['theek hai', 'yes'],
    ['no thanks', 'no'],
    ['nahi', 'no'],
    ['जी नहीं', 'no'],
    ['सही नहीं है', 'no'],
    ['no problem, yes book it', 'yes'],
    ['पता नहीं', undefined],
    ["don't know", undefined],
  ])('“%s” is %s', (text, answer) => {
    expect(createYesNoReader()(text)).toBe(answer)
  })
})

describe('where a message goes', () => {
  it.each([
    ['3 bhk in whitefield', 'property'],
    ['emi kitni hogi', 'price'],
    ['kal visit karna hai', 'booking'],
    ['thank you so much', 'general'],
    ['what is rera', 'general'],
  ])('“%s” is for %s', (text, intent) => {
    expect(decide(read(text), stateFrom({}))).toMatchObject({ intent, outside: false })
  })

  it.each(['what is the weather in boston', 'play some music', 'mere saare alarms hata do', 'how do i change a tire'])(
    '“%s” is none of ours',
    (text) => {
      expect(decide(read(text), stateFrom({})).outside).toBe(true)
    },
  )

  it('a bare answer is understood from what was asked', () => {
    expect(decide(read('yes please'), stateFrom({ asked: 'visit' })).intent).toBe('booking')
    expect(decide(read('just two'), stateFrom({ asked: 'bedrooms' }))).toMatchObject({
      intent: 'property',
      expected: true,
    })
    expect(decide(read('no, later'), stateFrom({ asked: 'visit' })).intent).toBe('general')
    expect(decide(read('a tennis court nearby'), stateFrom({})).handOff).toBeUndefined()
  })

  it('memory that is not ours begins anew, and ours stays within four kilobytes', () => {
    expect(stateFrom({ wishes: 'x' })).toEqual(stateFrom({}))
    const long = 'x'.repeat(120)
    const state = stateFrom({
      seen: Array.from({ length: 20 }, () => long),
      shown: Array.from({ length: 5 }, () => ({ id: long, priceMinor: 1, areaSqft: 1, title: 'y'.repeat(80) })),
    })
    expect(JSON.stringify(stateToJson(state)).length).toBeLessThan(4096)
  })
})
