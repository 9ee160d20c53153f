import { describe, expect, it } from 'vitest'
import { calendarFile } from './calendar-file.ts'
import { accentColours } from './colour.ts'
import { drawFacade } from './facade.ts'
import { textRuns } from './links.ts'
import { dayKey, moment, slotDays, zoneName } from './moments.ts'
import { exactPrice, formatArea, formatPrice } from './money.ts'
import { backoffMs } from './retry.ts'
import { parseSdkCall } from './sdk.ts'
import { greetingFor, pickLanguage } from './strings/language.ts'

const english = pickLanguage('en')

describe('prices', () => {
  it.each([
    [390_700_000, '₹39.07 lakh'],
    [1_200_000_000, '₹1.2 crore'],
    [1_149_000_000, '₹1.15 crore'],
    [999_950_000, '₹1 crore'],
    [999_940_000, '₹99.99 lakh'],
    [10_000_000, '₹1 lakh'],
    [3_500_000, '₹35,000'],
    [9_999_900, '₹99,999'],
  ])('%i paise read %s', (paise, text) => {
    expect(formatPrice(paise, 'INR', english)).toBe(text)
  })

  it('are exact on demand, said in the reader’s words, and other currencies keep theirs', () => {
    expect(exactPrice(1_149_000_000, 'INR', english)).toBe('₹1,14,90,000')
    expect(exactPrice(12_345_67, 'INR', english)).toBe('₹12,345.67')
    expect(formatPrice(390_700_000, 'INR', pickLanguage('hi'))).toBe('₹39.07 लाख')
    expect(formatPrice(1_200_000_000, 'INR', pickLanguage('ar-EG'))).toBe('₹1.2 كرور')
    expect(formatPrice(25_000_000, 'USD', english)).toBe('$250,000')
    expect(formatPrice(100, 'not a currency', english)).toBe('not a currency 1')
    expect(formatArea(123_456.4, english)).toBe('1,23,456 sq ft')
  })
})

describe('times', () => {
  const eleven = Date.UTC(2026, 10, 28, 5, 30)

  it('are those of the home’s own zone, whatever the reader’s is', () => {
    expect(moment(eleven, english, 'Asia/Kolkata')).toBe('Sat, 28 Nov, 11:00 am')
    expect(dayKey(Date.UTC(2026, 10, 28, 19), 'Asia/Kolkata')).toBe('2026-11-29')
    expect(zoneName('Asia/Kolkata', english)).toBe('India Standard Time')
    expect(zoneName('No/Where', english)).not.toBe('')
  })

  it('slots are grouped by day and sorted', () => {
    const slot = (startAtMs: number) => ({ startAtMs, label: '', send: '' })
    const hour = 3_600_000
    const days = slotDays({
      timeZone: 'Asia/Kolkata',
      slots: [slot(eleven + 24 * hour), slot(eleven + hour), slot(eleven)],
    })
    expect(days.map(({ key, slots }) => [key, slots.map(({ startAtMs }) => startAtMs)])).toEqual([
      ['2026-11-28', [eleven, eleven + hour]],
      ['2026-11-29', [eleven + 24 * hour]],
    ])
  })
})

describe('a calendar file', () => {
  it('is in UTC, escaped, folded at 75 octets without cutting a character, with CRLF', () => {
    const place = 'Cedar Court; Tower 2, घर के पास, व्हाइटफ़ील्ड, बेंगलुरु\nsecond line'
    const visit = {
      kind: 'visit',
      meetingId: 'm-1',
      title: 'Visit',
      startAtMs: Date.UTC(2026, 10, 28, 5, 30),
      durationMs: 2_700_000,
      place,
      timeZone: 'Asia/Kolkata',
    } as const
    const file = calendarFile(visit, Date.UTC(2026, 10, 23, 9))
    expect(file).toContain('DTSTART:20261128T053000Z\r\nDTEND:20261128T061500Z\r\n')
    expect(file).toContain('DTSTAMP:20261123T090000Z\r\n')
    const lines = file.split('\r\n')
    expect(lines.every((line) => new TextEncoder().encode(line).length <= 75)).toBe(true)
    expect(file.replaceAll('\r\n ', '')).toContain(
      String.raw`LOCATION:Cedar Court\; Tower 2\, घर के पास\, व्हाइटफ़ील्ड\, बेंगलुरु\nsecond line`,
    )
    expect(file).not.toContain('�')
  })
})

describe('links in texts', () => {
  it.each([
    ['see https://a.example/x.', ['see ', 'https://a.example/x', '.'], 'https://a.example/x'],
    ['(https://a.example/x)', ['(', 'https://a.example/x', ')'], 'https://a.example/x'],
    ['https://a.example/x_(y)', ['https://a.example/x_(y)'], 'https://a.example/x_(y)'],
    ['javascript:alert(1)', ['javascript:alert(1)'], undefined],
    ['data:text/html,<b>', ['data:text/html,<b>'], undefined],
    ['https://bank.example@evil.example/', ['https://bank.example@evil.example/'], undefined],
    ['http://', ['http://'], undefined],
  ])('%s', (text, runs, href) => {
    const found = textRuns(text)
    expect(found.map((run) => run.text)).toEqual(runs)
    expect(found.find((run) => run.href !== undefined)?.href).toBe(href)
    expect(found.map((run) => run.text).join('')).toBe(text)
  })
})

describe('colours', () => {
  it.each(['#0b5d7a', '#ffe066', '#888888', '#000', '#fff', 'nonsense', '#7ac943'])(
    '%s is readable in both schemes',
    (accent) => {
      for (const [scheme, ground] of [
        ['light', '#f3f4f6'],
        ['dark', '#23262c'],
      ] as const) {
        const { fill, onFill, text } = accentColours(accent, scheme, '#0b5d7a')
        expect(ratio(fill, onFill)).toBeGreaterThanOrEqual(4.5)
        expect(ratio(text, ground)).toBeGreaterThanOrEqual(4.5)
      }
    },
  )
})

describe('languages', () => {
  it('direction follows the words, and a page is greeted in its own language', () => {
    expect(pickLanguage('ar-EG')).toMatchObject({ direction: 'rtl' })
    expect(pickLanguage('ur')).toMatchObject({ direction: 'ltr' })
    expect(pickLanguage('!!').tag).toBe('en-IN')
    const brand = { name: 'Acre', greeting: 'Hello!' }
    expect(greetingFor(english, brand)).toBe('Hello!')
    expect(greetingFor(pickLanguage('hi'), brand)).toContain('नमस्ते')
    expect(greetingFor(pickLanguage('ar'), { ...brand, greeting: 'أهلًا' })).toBe('أهلًا')
    expect(greetingFor(english, { ...brand, greeting: '' })).toContain('Acre')
  })
})

describe('SDK calls', () => {
  it('are parsed, and wrong ones say what to change', () => {
    expect(parseSdkCall(['setUser', { name: 'Asha', phone: 7, role: 'admin' }])).toEqual({
      type: 'setUser',
      user: { name: 'Asha' },
    })
    expect(parseSdkCall(['setColorScheme', 'pink'])).toMatchObject({ type: 'invalid' })
    expect(parseSdkCall(['sendMessage', '  '])).toMatchObject({ type: 'invalid' })
    expect(parseSdkCall(['on', 'nothing', () => undefined])).toMatchObject({ type: 'invalid' })
    expect(parseSdkCall([Symbol('x')])).toMatchObject({
      type: 'invalid',
      message: 'FineAcers: unknown command Symbol(x)',
    })
  })
})

describe('small things', () => {
  it('waits grow, are spread, and are bounded', () => {
    expect([1, 2, 3, 10].map((attempts) => backoffMs(attempts, 0))).toEqual([250, 500, 1000, 7500])
    expect(backoffMs(99, 0.999)).toBeLessThanOrEqual(15_000)
  })

  it('a home’s drawn front is always the same, stays in its frame, and differs from others', () => {
    const fronts = ['h1', 'h2', 'h3', 'demo/listing/88', 'ü'].map(drawFacade)
    expect(drawFacade('h1')).toEqual(fronts[0])
    expect(new Set(fronts.map((front) => JSON.stringify(front))).size).toBe(fronts.length)
    for (const { left, width, top } of fronts) {
      expect(left + width).toBeLessThan(120)
      expect(top).toBeGreaterThan(0)
    }
  })
})

function ratio(a: string, b: string): number {
  const [light = 0, dark = 0] = [a, b].map(luminance).toSorted((x, y) => y - x)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
