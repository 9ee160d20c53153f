import { describe, expect, it } from 'vitest'
import { clock, duration, money } from './format.ts'
import { en } from './en.ts'
import { hi } from './hi.ts'
import { createTranslator } from './text.ts'

const variables = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '').sort()

describe('words', () => {
  it('are there in Hindi for every key, with the same variables', () => {
    expect(Object.keys(hi).sort()).toEqual(Object.keys(en).sort())
    for (const [key, text] of Object.entries(en))
      expect([key, variables(hi[key] ?? '')]).toEqual([key, variables(text)])
  })

  it('fill in variables and choose one or many', async () => {
    const { first, change } = createTranslator()
    expect(first.t('sources.count', { count: 1 })).toBe('1 source')
    expect(first.t('sources.count', { count: 3 })).toBe('3 sources')
    const hindi = await change('hi')
    expect(hindi.t('nav.inbox')).toBe('इनबॉक्स')
    expect(hindi.locale).toBe('hi-IN')
  })
})

describe('numbers', () => {
  it('are in lakh and crore', () => {
    expect([6_500_000_00, 11_500_000_00, 18_500_00, 10_000_000_00].map((minor) => money(minor))).toEqual([
      '₹65 L',
      '₹1.15 Cr',
      '₹18,500',
      '₹1 Cr',
    ])
  })

  it('are durations in one unit and running clocks', () => {
    const { t } = createTranslator().first
    const words = {
      now: t('time.now'),
      seconds: (count: number) => t('time.seconds', { count }),
      minutes: (count: number) => t('time.minutes', { count }),
      hours: (count: number) => t('time.hours', { count }),
      days: (count: number) => t('time.days', { count }),
    }
    expect([500, 45_000, 190_000, 7_300_000, 180_000_000].map((ms) => duration(ms, words))).toEqual([
      'now',
      '45 s',
      '3 min',
      '2 h',
      '2 d',
    ])
    expect([7_000, 247_000, 3_723_000].map(clock)).toEqual(['0:07', '4:07', '1:02:03'])
  })
})
