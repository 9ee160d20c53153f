import type { Json } from '#runtime/json.ts'

/**
 * JSON with every whole number beyond 2^53 as the text it was written in: Meta's ids are such numbers at times, and JavaScript would round
 * them. Undefined for what is no JSON, and for what is nested deeper than the stack reaches. Never throws.
 */
export function parseExactly(text: string): Json | undefined {
  try {
    return JSON.parse(text, exactly) as Json
  } catch {
    return undefined
  }
}

function exactly(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
  const source = context?.source ?? ''
  return /^-?\d+$/.test(source) ? source : value
}
