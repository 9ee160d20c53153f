/** Longest key, as it is written in a subject. A server takes lines of 4,096 characters. */
export const keyMaxLength = 1024

/**
 * Any text as a key of a key-value bucket. Parts between slashes become tokens of the subject, so that keys beneath a path can be asked
 * for; in a token, letters, digits, `-` and `_` stand for themselves and every other byte of the UTF-8 is `=` and two hexadecimal digits.
 */
export function encodeKey(text: string): string {
  return text.split('/').map(encodePart).join('.')
}

/** The text that `encodeKey` was given. */
export function decodeKey(key: string): string {
  return key.split('.').map(decodePart).join('/')
}

/** A filter for the keys of all texts that begin with `prefix`, and perhaps of more. */
export function filterFor(prefix: string): string {
  const path = prefix.split('/').slice(0, -1)
  return [...path.map(encodePart), '>'].join('.')
}

/** One token. An empty one is a lone `=`, because a subject has no empty tokens. */
export function encodePart(text: string): string {
  if (text === '') return '='
  return text.replaceAll(/[^A-Za-z0-9_-]+/gu, (odd) =>
    Array.from(Buffer.from(odd), (byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  )
}

/** The text that `encodePart` was given. */
export function decodePart(token: string): string {
  return token.replaceAll(/(?:=[0-9A-F]{2})+|=$/g, (odd) => Buffer.from(odd.replaceAll('=', ''), 'hex').toString())
}
