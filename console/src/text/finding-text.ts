import type { FindingText } from '#gateway/protocol.ts'
import { hiFindings } from './hi-findings.ts'

/** A sentence of a check for a reader: in their language where it has a code, else as it was said, which is English. */
export function findingText(
  said: string,
  text: FindingText | undefined,
  language: string,
): { readonly words: string; readonly lang: 'en' | 'hi' } {
  const known = text === undefined || language !== 'hi' ? undefined : hiFindings[text.code]
  if (known === undefined) return { words: said, lang: 'en' }
  return { words: known.replaceAll(/\{(\w+)\}/gu, (_all, name: string) => text?.values[name] ?? ''), lang: 'hi' }
}
