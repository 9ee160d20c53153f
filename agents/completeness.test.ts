import { expect, it } from 'vitest'
import { isPlainlyComplete } from './completeness.ts'

it.each([
  '3 bhk in whitefield under 1.2 crore',
  "what's the emi on the first one with 20% down",
  'can i see it saturday at 11',
  '2 bhk chahiye 80 lakh',
  'yes',
  'thank you',
  'I want to talk to a person',
  'kitna price hai?',
  'नहीं',
  'मुझे घर दिखाओ अभी',
  'show me others please',
  'Looking for a flat.',
])('“%s” is plainly a whole request', (text) => {
  expect(isPlainlyComplete(text)).toBe(true)
})

it.each([
  '',
  'hi',
  'hello',
  'I am looking for',
  '3 bhk in',
  'whitefield',
  'and',
  'so basically...',
  'my budget is',
  'one more thing',
  'I need a flat with',
  'actually',
  'mera budget',
  'ok so',
])('“%s” may go on', (text) => {
  expect(isPlainlyComplete(text)).toBe(false)
})

it('a hundred kilobytes cost no more than a line', () => {
  expect(isPlainlyComplete('a '.repeat(50_000))).toBe(false)
})
