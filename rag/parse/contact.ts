import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js'
import { latinDigits } from './number.ts'

const emailPattern = /^[^\s@<>(),;:"[\]\\]{1,64}@(?:[\p{L}\d](?:[\p{L}\d-]{0,61}[\p{L}\d])?\.)+[\p{L}]{2,24}$/u

/**
 * A phone number as E.164 (`+919876543210`), or `undefined` when no such number can exist. National numbers are read as of `country`.
 * Takes Meta's `p:+91…`, a spreadsheet's `9.87654E+09` only when no digit is lost, `00` and trunk prefixes.
 */
export function parsePhone(text: string, country: CountryCode = 'IN'): string | undefined {
  const cell = latinDigits(text)
    .trim()
    .replace(/^p:/i, '')
    .replace(/^'/, '')
    .replace(/\.0$/, '')
    .replace(/^00(?=[1-9])/, '+')
  if (!/^[+(\d][\d\s().+-]{5,24}(?:\s*(?:x|ext\.?)\s*\d+)?$/i.test(cell)) return undefined
  const direct = parsePhoneNumberFromString(cell, country)
  // A country said outright is believed when the length fits: numbering plans gain ranges faster than libraries.
  if (direct?.isValid() === true || (cell.startsWith('+') && direct?.isPossible() === true)) return direct.number
  // `919876543210` without a plus, as many sheets hold it.
  const digits = cell.replace(/\D/g, '')
  const international = digits.length >= 11 ? parsePhoneNumberFromString(`+${digits}`) : undefined
  return international?.isValid() === true ? international.number : undefined
}

/** An e-mail address in lower case, or `undefined`. `mailto:` and angle brackets are taken off. */
export function parseEmail(text: string): string | undefined {
  const cell = text
    .trim()
    .replace(/^mailto:/i, '')
    .replace(/^.*<([^<>]+)>$/, '$1')
    .toLowerCase()
  return cell.length <= 254 && emailPattern.test(cell) && !cell.includes('..') ? cell : undefined
}
