import type { Json } from '#runtime/json.ts'

/** No message of Meta's is nested nearly as deep, and what is would break whoever writes it as JSON again. */
const depthMax = 500

/** Looking at each value costs five times the parsing, and few texts hold a number of so many digits. */
const largeNumber = /[[,:\s]-?\d{16}|^-?\d{16}/

/**
 * JSON with every whole number beyond 2^53 as the text it was written in: Meta's ids are such numbers at times, and JavaScript would round
 * them. Undefined for what is no JSON, and for what is nested deeper than any message. Never throws.
 */
export function parseExactly(text: string): Json | undefined {
  if (isDeep(text)) return undefined
  try {
    return (largeNumber.test(text) ? JSON.parse(text, exactly) : JSON.parse(text)) as Json
  } catch {
    return undefined
  }
}

function exactly(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
  const source = context?.source ?? ''
  return /^-?\d+$/.test(source) ? source : value
}

/** Counts brackets outside of strings. */
function isDeep(text: string): boolean {
  let depth = 0
  let isQuoted = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) isQuoted = !isQuoted
    else if (isQuoted) at += code === backslash ? 1 : 0
    else if (code === openList || code === openObject) depth += 1
    else if (code === closeList || code === closeObject) depth -= 1
    if (depth > depthMax) return true
  }
  return false
}

const [quote, backslash, openList, closeList, openObject, closeObject] = [34, 92, 91, 93, 123, 125] as const
