import { limits } from './protocol.ts'
import { GatewayError } from './errors.ts'

/**
 * A message as it may be kept: well-formed Unicode in composed form, no control characters but line break and tab, no blank ends.
 * Throws `too-large` beyond `limits.textMax` characters and `invalid` when nothing is left.
 */
export function cleanText(text: string): string {
  if (text.length > limits.textMax * 4) throw tooLong()
  const clean = text.toWellFormed().normalize('NFC').replace(/\r\n?/g, '\n').replace(controls, '').trim()
  if (clean.length > limits.textMax) throw tooLong()
  if (clean.length === 0) throw new GatewayError('invalid', 'The message is empty.')
  return clean
}

// oxlint-disable-next-line no-control-regex -- these are the characters to take out
const controls = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/g

function tooLong(): GatewayError {
  return new GatewayError('too-large', `A message may have ${limits.textMax} characters: send it in parts.`)
}
