import type { Claim, ClaimSource } from '#machines/conversation-contract.ts'
import type { Language } from './language.ts'

/** A piece of an answer: plain words, or words bound to their source. */
export type Bit = string | Claim
export type Bits = readonly Bit[]

/** Words in the three languages; a missing one falls back to English. */
export interface Worded<Arguments extends readonly unknown[] = readonly []> {
  readonly en: (...given: Arguments) => Bits
  readonly hinglish: (...given: Arguments) => Bits
  readonly hi: (...given: Arguments) => Bits
}

/** Builds pieces from a template: what stands in `${}` keeps its source. */
export function t(strings: TemplateStringsArray, ...values: readonly (Bit | Bits)[]): Bits {
  return strings.flatMap((plain, index) => {
    const value = values[index]
    const bits = value === undefined ? [] : isBits(value) ? value : [value]
    return plain === '' ? bits : [plain, ...bits]
  })
}

function isBits(value: Bit | Bits): value is Bits {
  return Array.isArray(value)
}

/** Words bound to a source that holds `value`. */
export function bound(
  text: string,
  claim: { readonly kind: Claim['kind']; readonly value: Claim['value']; readonly source: ClaimSource },
): Claim {
  return { text, ...claim }
}

/** The pieces as one text with its claims. */
export function compose(...parts: readonly Bits[]): { readonly text: string; readonly claims: readonly Claim[] } {
  const bits = parts.filter((part) => part.length > 0).flatMap((part, index) => (index === 0 ? part : [' ', ...part]))
  return {
    text: bits.map((bit) => (typeof bit === 'string' ? bit : bit.text)).join(''),
    claims: bits.filter((bit) => typeof bit !== 'string'),
  }
}

/** Picks the words of a language. */
export function inLanguage<Arguments extends readonly unknown[]>(
  language: Language,
  worded: Worded<Arguments>,
  ...given: Arguments
): Bits {
  return worded[language](...given)
}
