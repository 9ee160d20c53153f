import { languageOf } from '#agents/offline/language.ts'

/**
 * The language somebody writes in, by the words of a message, as the assistant reads it: `en`, `hi`, or `hi-Latn` for Hindi in Latin letters. Absent
 * where the words do not tell, such as «ok» or «2 bhk»: then what was known before holds.
 */
export function spokenIn(text: string): 'en' | 'hi' | 'hi-Latn' | undefined {
  const found = languageOf(text, 'en')
  if (found !== languageOf(text, 'hi')) return undefined
  return found === 'hinglish' ? 'hi-Latn' : found
}
