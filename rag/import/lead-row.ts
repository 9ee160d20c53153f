import type { CountryCode } from 'libphonenumber-js'
import type { JsonObject } from '#runtime/json.ts'
import { parseEmail, parsePhone } from '../parse/contact.ts'
import { parseMoney, type MoneyUnit } from '../parse/money.ts'
import { parseRooms } from '../parse/rooms.ts'
import { cityName } from '../places.ts'
import { fold } from '../words.ts'
import type { MappedRow } from './row.ts'

/** What holds for a whole file where a row does not say it. */
export interface LeadDefaults {
  readonly source?: string
  readonly country?: CountryCode
}

/** The profile of `lead.captured` and the contact its address is made from, or why the row is no lead. */
export type LeadRow =
  | { readonly ok: true; readonly profile: JsonObject; readonly contact: string }
  | { readonly ok: false; readonly reason: string }

const messageMax = 2000
const nameMax = 120

const countryCodes: { readonly [name: string]: CountryCode } = {
  india: 'IN',
  in: 'IN',
  uae: 'AE',
  'united arab emirates': 'AE',
  usa: 'US',
  us: 'US',
  'united states': 'US',
  uk: 'GB',
  'united kingdom': 'GB',
  germany: 'DE',
  france: 'FR',
  spain: 'ES',
  singapore: 'SG',
  australia: 'AU',
  canada: 'CA',
  japan: 'JP',
  brazil: 'BR',
  mexico: 'MX',
  russia: 'RU',
  vietnam: 'VN',
  'saudi arabia': 'SA',
  qatar: 'QA',
  kuwait: 'KW',
  oman: 'OM',
  bahrain: 'BH',
}

/** Reads a row as a lead. A phone number or an e-mail address that can be used is needed; what can't be read is kept as it came. */
export function leadOfRow(row: MappedRow, defaults: LeadDefaults): LeadRow {
  const country = countryCodes[fold(row.text('country') ?? '')] ?? defaults.country ?? 'IN'
  const phoneText = row.text('phone')
  const emailText = row.text('email')
  const phone = phoneText === undefined ? undefined : parsePhone(phoneText, country)
  const email = emailText === undefined ? undefined : parseEmail(emailText)
  const contact = phone ?? email
  if (contact === undefined) return { ok: false, reason: noContact(phoneText, emailText) }
  if (/<test lead|dummy data for/i.test(`${row.text('name') ?? ''} ${emailText ?? ''}`))
    return { ok: false, reason: 'a test lead of the advertiser' }
  const extra = {
    ...row.extras(),
    ...(phone === undefined && phoneText !== undefined ? { 'phone (not usable)': phoneText.slice(0, 60) } : {}),
    ...(email === undefined && emailText !== undefined ? { 'email (not usable)': emailText.slice(0, 120) } : {}),
    ...(row.text('country') === undefined ? {} : { country: row.text('country') ?? '' }),
  }
  const profile: JsonObject = {
    ...text('name', nameOf(row), nameMax),
    ...text('phone', phone, 20),
    ...text('email', email, 254),
    ...wishesOf(row),
    ...text('source', row.text('source') ?? defaults.source ?? 'import', 80),
    ...text('message', row.text('message'), messageMax),
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  }
  return { ok: true, profile, contact }
}

function noContact(phone: string | undefined, email: string | undefined): string {
  if (phone === undefined && email === undefined) return 'no phone number and no e-mail address'
  const parts = [
    ...(phone === undefined ? [] : [`the phone number “${phone.slice(0, 40)}” can’t ring`]),
    ...(email === undefined ? [] : [`the e-mail address “${email.slice(0, 60)}” can’t be right`]),
  ]
  return `${parts.join(' and ')}; one that works is needed`
}

function nameOf(row: MappedRow): string | undefined {
  const whole = row.text('name')
  if (whole !== undefined) return whole
  const parts = [row.text('firstName'), row.text('lastName')].filter((part) => part !== undefined)
  return parts.length === 0 ? undefined : parts.join(' ')
}

function wishesOf(row: MappedRow): JsonObject {
  const bedrooms = parseRooms(row.text('bedrooms') ?? '')?.bedrooms
  const city = row.text('city')
  const localities = row
    .text('localities')
    ?.split(/[;,/|]/)
    .map((each) => each.trim())
    .filter((each) => each !== '')
  return {
    ...(city === undefined ? {} : { city: cityName(city) }),
    ...(localities === undefined || localities.length === 0 ? {} : { localities: localities.slice(0, 10) }),
    ...(bedrooms === undefined ? {} : { bedrooms }),
    ...text('propertyType', row.text('propertyType')?.toLowerCase(), 60),
    ...purposeOf(row.text('purpose')),
    ...timelineOf(row.text('timeline')),
    ...budgetOf(row),
  }
}

function budgetOf(row: MappedRow): JsonObject {
  const read = (field: string) => {
    const unit = moneyUnit(row.unit(field))
    return parseMoney(row.text(field) ?? '', unit === undefined ? {} : { unit })
  }
  const whole = read('budget')
  const min =
    read('budgetMin')?.minMinor ?? (whole !== undefined && whole.minMinor < whole.maxMinor ? whole.minMinor : undefined)
  const max = read('budgetMax') ?? whole
  if (min === undefined && max === undefined) return {}
  return {
    ...(min === undefined ? {} : { budgetMinMinor: min }),
    ...(max === undefined ? {} : { budgetMaxMinor: max.maxMinor }),
    currency: max?.currency ?? whole?.currency ?? 'INR',
  }
}

function purposeOf(text: string | undefined): JsonObject {
  if (text === undefined) return {}
  if (/rent|lease/i.test(text)) return { purpose: 'rent' }
  if (/invest/i.test(text)) return { purpose: 'invest' }
  return /buy|purchase|own|self|sale/i.test(text) ? { purpose: 'buy' } : {}
}

function timelineOf(text: string | undefined): JsonObject {
  if (text === undefined) return {}
  const words = text.toLowerCase().replaceAll('_', ' ')
  if (/immediate|asap|as soon|now|ready|this (?:week|month)|urgent/.test(words)) return { timeline: 'now' }
  if (/>\s*6|after 6|more than 6|(?:6|six)\s*\+|year|later|exploring|just looking|12/.test(words))
    return { timeline: 'later' }
  if (/3\s*(?:-|–|to)\s*6|six|6/.test(words)) return { timeline: 'six-months' }
  return /[0-3]|three|soon|quarter/.test(words) ? { timeline: 'three-months' } : {}
}

function moneyUnit(unit: string | undefined): MoneyUnit | undefined {
  return unit === 'lakh' || unit === 'crore' || unit === 'thousand' ? unit : undefined
}

function text(field: string, value: string | undefined, max: number): JsonObject {
  return value === undefined ? {} : { [field]: value.slice(0, max) }
}
