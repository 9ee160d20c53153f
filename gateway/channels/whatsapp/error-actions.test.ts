import { describe, expect, it } from 'vitest'
import type { ProviderAction } from '#machines/dispatch-contract.ts'
import { actionOf, providerErrorOf } from './error-actions.ts'
import { metaError } from './testing/payloads.ts'

/** The table of the reference, 6.14. */
const table: readonly (readonly [ProviderAction, readonly number[]])[] = [
  ['stop-sender', [0, 190, 131031, 368]],
  ['alert', [3, 10, 200, 250, 299, 131005]],
  ['back-off', [4, 80007, 130429]],
  ['pair-back-off', [131056]],
  ['pause-campaigns', [131048]],
  ['no-marketing-today', [131049]],
  ['opt-out', [131050]],
  ['give-up', [130472, 131051, 135000]],
  ['offer-template', [131047]],
  ['unreachable', [131026]],
  ['dead-letter', [131021, 131008, 131009, 100, 33]],
  ['retry-media', [131052, 131053]],
  ['retry', [131000, 131016, 1, 2, 131057]],
  ['block-templates', [131042]],
  ['pause-template', [132000, 132001, 132005, 132007, 132012, 132015, 132016]],
  ['register', [133010, 133016]],
]

describe("an error of Meta's", () => {
  it.each(table)('asks for %s', (action, codes) => {
    for (const code of codes) {
      expect(actionOf(code)).toBe(action)
      const { reason, ...rest } = providerErrorOf(metaError(code, 'Title', 'Details'))
      expect(rest).toEqual({ code, action })
      expect(reason).toMatch(/^[A-Z].{20,120}\.$/)
    }
  })

  it("of a code nobody told us of is given up, in Meta's own words", () => {
    for (const code of [199, 300, 999_999, -1, 1.5, NaN]) expect(actionOf(code)).toBe('give-up')
    expect(providerErrorOf(metaError(999_999, 'Title', 'Details'))).toMatchObject({ code: 999_999, reason: 'Details' })
    expect(providerErrorOf({ code: 999_999, title: 'Title' }).reason).toBe('Title')
    expect(providerErrorOf({ code: 999_999 }).reason).toBe('WhatsApp gave no reason.')
  })

  it('is read from the envelope of a Graph answer', () => {
    const error = {
      message: '(#100) Unsupported post request',
      type: 'GraphMethodException',
      code: 100,
      error_subcode: 33,
    }
    expect(providerErrorOf(error)).toMatchObject({ code: 100, action: 'dead-letter' })
  })

  it('is never taken for one of access when its code is missing or is none', () => {
    for (const error of [{}, null, 'text', { code: null }, { code: '' }, { code: [] }]) {
      expect(providerErrorOf(error)).toMatchObject({ code: -1, action: 'give-up' })
    }
    expect(providerErrorOf({ code: '131047' })).toMatchObject({ code: 131047, action: 'offer-template' })
  })
})
