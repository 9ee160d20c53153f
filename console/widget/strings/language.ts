import { arabic } from './ar.ts'
import { english } from './en.ts'
import { hindi } from './hi.ts'
import type { Strings } from './strings.ts'

/** A language as the panel uses it. */
export interface Language {
  /** The tag asked for, or `en` when it is not a language tag at all; formats dates. */
  readonly tag: string
  readonly direction: 'ltr' | 'rtl'
  readonly strings: Strings
}

/** The nearest language we have words in (plain `en` writes dates as India does); direction follows the words, so that a page in Urdu does not get English mirrored. */
export function pickLanguage(tag: string): Language {
  const primary = tag.toLowerCase().split(/[-_]/)[0]
  switch (primary) {
    case 'hi':
      return { tag: formatTag(tag, 'hi-IN'), direction: 'ltr', strings: hindi }
    case 'ar':
      return { tag: `${formatTag(tag, 'ar').split('-u-')[0]}-u-nu-latn`, direction: 'rtl', strings: arabic }
    default:
      return {
        tag: primary === 'en' && tag.length > 2 ? formatTag(tag, 'en-IN') : 'en-IN',
        direction: 'ltr',
        strings: english,
      }
  }
}

/**
 * The workspace's greeting when it is written in the script of the page's language, else our own in that language:
 * a page in Arabic is not greeted in English because its workspace wrote one greeting only.
 */
export function greetingFor(language: Language, brand: { readonly name: string; readonly greeting: string }): string {
  const script =
    language.strings === arabic ? /\p{Script=Arabic}/u : language.strings === hindi ? /\p{Script=Devanagari}/u : /./u
  return script.test(brand.greeting) ? brand.greeting : language.strings.greeting(brand.name)
}

function formatTag(tag: string, fallback: string): string {
  try {
    return new Intl.DateTimeFormat(tag).resolvedOptions().locale
  } catch {
    return fallback
  }
}
