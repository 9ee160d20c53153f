import { parsePhoneNumberFromString } from 'libphonenumber-js/min'
import { offsetMinutes } from '#agents/zoned-time.ts'

/** A person's zone, and minutes east of UTC there now. */
export interface Place {
  readonly timeZone: string
  readonly zoneOffsetMinutes: number
}

/** The zone most people of a country live in. Countries of several zones stand with the one in their middle: quiet hours are kept to within two. */
const zones: { readonly [country: string]: string } = {
  IN: 'Asia/Kolkata',
  AE: 'Asia/Dubai',
  SA: 'Asia/Riyadh',
  QA: 'Asia/Qatar',
  KW: 'Asia/Kuwait',
  OM: 'Asia/Muscat',
  BH: 'Asia/Bahrain',
  SG: 'Asia/Singapore',
  US: 'America/Chicago',
  CA: 'America/Winnipeg',
  GB: 'Europe/London',
  IE: 'Europe/Dublin',
  PT: 'Europe/Lisbon',
  ES: 'Europe/Madrid',
  FR: 'Europe/Paris',
  DE: 'Europe/Berlin',
  IT: 'Europe/Rome',
  NL: 'Europe/Amsterdam',
  BE: 'Europe/Brussels',
  AT: 'Europe/Vienna',
  CH: 'Europe/Zurich',
  PL: 'Europe/Warsaw',
  GR: 'Europe/Athens',
  AU: 'Australia/Adelaide',
  NZ: 'Pacific/Auckland',
}

/** Where the person behind a phone number most likely is; `otherwise` when the number does not tell. `phone` is digits, with or without a plus. */
export function placeOfPhone(
  phone: string | undefined,
  { nowMs, otherwise }: { readonly nowMs: number; readonly otherwise: string },
): Place {
  const country = phone === undefined ? undefined : countryOfPhone(phone)
  const timeZone = (country === undefined ? undefined : zones[country]) ?? otherwise
  return { timeZone, zoneOffsetMinutes: offsetMinutes(nowMs, timeZone) }
}

/** The country a phone number is from, ISO 3166 alpha-2; `undefined` when it does not tell. `phone` is digits, with or without a plus. */
export function countryOfPhone(phone: string): string | undefined {
  return parsePhoneNumberFromString(`+${phone.replace(/^\+/, '')}`)?.country
}
