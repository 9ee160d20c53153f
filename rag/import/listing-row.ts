import { formatArea, formatMoney } from '../format.ts'
import type { Listing, ListingContents } from '../listing.ts'
import { parseArea, sqftIn, type AreaUnit } from '../parse/area.ts'
import { parseReady } from '../parse/date.ts'
import { parseMoney, type Money, type MoneyUnit } from '../parse/money.ts'
import { parseNumber } from '../parse/number.ts'
import { parseCount, parseRooms } from '../parse/rooms.ts'
import { cityName, localityName, titleCase } from '../places.ts'
import { configurationsOf, type Configuration } from './configurations.ts'
import { parseLiteral } from './literal.ts'
import type { MappedRow } from './row.ts'

/** What holds for a whole file where a row does not say it. */
export interface ListingDefaults {
  readonly city?: string
  readonly purpose?: 'sale' | 'rent'
  readonly currency?: string
}

/** The listings of one row (a project's row has one for each priced configuration), or why there are none. */
export type ListingRow =
  | { readonly ok: true; readonly listings: readonly ListingContents[]; readonly reference?: string }
  | { readonly ok: false; readonly reason: string }

const descriptionMax = 8000
/** Outside these a price or an area is a typing error or a wrong unit, not a home. */
const believable = {
  areaSqft: [80, 5_000_000],
  /** Rupees a square foot. Farm land goes low, the dearest flats of Mumbai high. */
  salePerSqft: [100, 300_000],
  rentPerSqft: [2, 2500],
  sqftABedroom: 90,
} as const
/** In the same file, a price a square foot below this is a month's rent, unless it buys land. */
const rentPerSqftMax = 400
const rentMinorMax = 25_00_000_00

/** Reads a row as a listing. Every refusal names the column's own words, so that the cell can be mended. */
export function listingOfRow(row: MappedRow, defaults: ListingDefaults): ListingRow {
  const city = row.text('city') ?? cityOfWords(row.text('subtitle')) ?? defaults.city
  if (city === undefined) return refuse('no city in the row; name one for the whole file')
  const locality = row.text('locality') ?? localityOfWords(row.text('subtitle') ?? row.text('title'))
  if (locality === undefined) return refuse('no locality')
  const configurations = row.text('configurations')
  if (configurations !== undefined) return project(row, { city, locality, configurations, defaults })
  return single(row, { city, locality, defaults })
}

interface Where {
  readonly city: string
  readonly locality: string
  readonly defaults: ListingDefaults
}

function single(row: MappedRow, where: Where): ListingRow {
  const price = priceOf(row, where.defaults)
  if (typeof price === 'string') return refuse(price)
  const area = areaOf(row)
  if (typeof area === 'string') return refuse(area)
  const rooms = roomsOf(row)
  if (typeof rooms === 'string') return refuse(rooms)
  const propertyType = propertyTypeOf(row, rooms)
  const purpose = purposeOf(row, { price, areaSqft: area.minSqft, propertyType, defaults: where.defaults })
  const problem = unbelievable({ purpose, price, areaSqft: area.minSqft, bedrooms: rooms.bedrooms })
  if (problem !== undefined) return refuse(problem)
  const reference = row.text('reference')
  return {
    ok: true,
    listings: [contents(row, { ...where, price, area, bedrooms: rooms.bedrooms, propertyType, purpose })],
    ...(reference === undefined ? {} : { reference }),
  }
}

function project(row: MappedRow, where: Where & { readonly configurations: string }): ListingRow {
  const found = configurationsOf(where.configurations)
  if (found === undefined) return refuse('the prices by configuration can’t be read')
  const priced = found.filter((each): each is Configuration & { readonly price: Money } => each.price !== undefined)
  if (priced.length === 0) return refuse('no configuration has a price (price on request)')
  const unpriced = found.filter((each) => each.price === undefined).map((each) => each.name)
  const listings = priced.map((each) =>
    contents(row, { ...where, ...each, purpose: 'sale', unpriced, title: titleOf(row, each, where.locality) }),
  )
  const reference = row.text('reference') ?? row.text('society')
  return { ok: true, listings, ...(reference === undefined ? {} : { reference }) }
}

interface Read extends Where {
  readonly price: Money
  readonly area: { readonly minSqft: number; readonly maxSqft: number }
  readonly bedrooms: number | undefined
  readonly propertyType: Listing['propertyType']
  readonly purpose: 'sale' | 'rent'
  readonly areaKind?: Listing['areaKind']
  readonly unpriced?: readonly string[]
  readonly title?: string
}

function contents(row: MappedRow, read: Read): ListingContents {
  const city = cityName(read.city)
  const locality = localityName(read.locality, city)
  const society = row.text('society')
  const ready = readyOf(row)
  return {
    title: read.title ?? titleCase(row.text('title') ?? titleOf(row, read, locality)),
    purpose: read.purpose,
    propertyType: read.propertyType,
    city,
    locality,
    ...(society === undefined ? {} : { society: titleCase(society) }),
    ...(read.bedrooms === undefined ? {} : { bedrooms: read.bedrooms }),
    ...counted('bathrooms', row.text('bathrooms'), 40),
    ...counted('balconies', row.text('balconies'), 20),
    priceMinor: read.price.minMinor,
    ...(read.price.maxMinor > read.price.minMinor ? { priceMaxMinor: read.price.maxMinor } : {}),
    currency: read.price.currency,
    areaSqft: read.area.minSqft,
    ...(read.area.maxSqft > read.area.minSqft ? { areaMaxSqft: read.area.maxSqft } : {}),
    areaKind: read.areaKind ?? areaKindOf(row.text('areaKind') ?? row.header('area') ?? ''),
    ...furnishingOf(row.text('furnishing')),
    readyFrom: ready,
    ...(row.text('floor') === undefined ? {} : { floor: row.text('floor') ?? '' }),
    ...(row.text('facing') === undefined ? {} : { facing: titleCase(row.text('facing') ?? '') }),
    ...ageOf(row.text('age')),
    amenities: amenitiesOf(row),
    description: descriptionOf(row, read),
    ...coordinatesOf(row),
    source: { kind: 'import', reference: row.text('reference') ?? '' },
  }
}

function priceOf(row: MappedRow, defaults: ListingDefaults): Money | string {
  const text = row.text('price')
  if (text === undefined) return 'no price'
  const unit = moneyUnit(row.unit('price'))
  const price = parseMoney(text, {
    ...(unit === undefined ? {} : { unit }),
    ...(defaults.currency === undefined ? {} : { currency: defaults.currency }),
  })
  return price ?? `the price “${short(text)}” can’t be read`
}

function areaOf(row: MappedRow): { readonly minSqft: number; readonly maxSqft: number } | string {
  const text = row.text('area')
  if (text === undefined) return 'no area'
  const unit = areaUnit(row.unit('area'))
  return parseArea(text, unit === undefined ? {} : { unit }) ?? `the area “${short(text)}” can’t be read`
}

interface RoomsRead {
  readonly bedrooms: number | undefined
  readonly studio: boolean
}

function roomsOf(row: MappedRow): RoomsRead | string {
  const text = row.text('bedrooms')
  if (text === undefined) return { bedrooms: undefined, studio: false }
  const rooms = parseRooms(text)
  if (rooms === undefined) return `the bedrooms “${short(text)}” can’t be read`
  return { bedrooms: rooms.bedrooms, studio: rooms.studio }
}

function propertyTypeOf(row: MappedRow, rooms: RoomsRead): Listing['propertyType'] {
  const words = `${row.text('propertyType') ?? ''} ${row.text('title') ?? ''} ${row.text('subtitle') ?? ''}`
  const known = typeOfWords(words)
  if (rooms.studio) return 'studio'
  if (known !== undefined) return known
  const onPlot = /plot/i.test(row.text('areaKind') ?? '')
  if (onPlot) return rooms.bedrooms === undefined ? 'plot' : 'house'
  return 'apartment'
}

/** The kind of property that words name, or `undefined`. */
export function typeOfWords(words: string): Listing['propertyType'] | undefined {
  if (/builder floor|independent floor|\bfloor\b/i.test(words)) return 'floor'
  if (/villa/i.test(words)) return 'villa'
  if (/studio|\brk\b/i.test(words)) return 'studio'
  if (/apartment|flat|penthouse|residential/i.test(words)) return 'apartment'
  if (/independent house|bungalow|row house|\bhouse\b|kothi/i.test(words)) return 'house'
  return /plot|\bland\b/i.test(words) ? 'plot' : undefined
}

function purposeOf(
  row: MappedRow,
  read: {
    readonly price: Money
    readonly areaSqft: number
    readonly propertyType: Listing['propertyType']
    readonly defaults: ListingDefaults
  },
): 'sale' | 'rent' {
  const said = row.text('purpose')
  if (said !== undefined && /rent|lease|किराया|للإيجار/i.test(said)) return 'rent'
  if (said !== undefined && /sale|sell|buy|resale|बिक्री|للبيع/i.test(said)) return 'sale'
  if (read.price.per === 'month') return 'rent'
  if (read.defaults.purpose !== undefined) return read.defaults.purpose
  const perSqft = read.price.minMinor / 100 / read.areaSqft
  const looksRented =
    read.price.currency === 'INR' &&
    read.propertyType !== 'plot' &&
    row.unit('price') !== 'lakh' &&
    row.unit('price') !== 'crore' &&
    perSqft < rentPerSqftMax &&
    read.price.minMinor < rentMinorMax
  return looksRented ? 'rent' : 'sale'
}

function unbelievable(read: {
  readonly purpose: 'sale' | 'rent'
  readonly price: Money
  readonly areaSqft: number
  readonly bedrooms: number | undefined
}): string | undefined {
  const [areaMin, areaMax] = believable.areaSqft
  if (read.areaSqft < areaMin || read.areaSqft > areaMax)
    return `an area of ${formatArea(read.areaSqft)} is not believable: check its unit`
  if (read.bedrooms !== undefined && read.areaSqft / read.bedrooms < believable.sqftABedroom)
    return `${read.bedrooms} bedrooms in ${formatArea(read.areaSqft)} are not believable`
  if (read.price.currency !== 'INR') return undefined
  const perSqft = read.price.minMinor / 100 / read.areaSqft
  const [low, high] = read.purpose === 'sale' ? believable.salePerSqft : believable.rentPerSqft
  if (perSqft >= low && perSqft <= high) return undefined
  return `${formatMoney(read.price.minMinor, 'INR')} for ${formatArea(read.areaSqft)} (${formatMoney(Math.round(perSqft) * 100, 'INR')} a square foot) is not believable: check the units of price and area`
}

function titleOf(
  row: MappedRow,
  read: { readonly bedrooms: number | undefined; readonly propertyType: Listing['propertyType'] },
  locality: string,
): string {
  const rooms = read.bedrooms === undefined ? '' : `${read.bedrooms} BHK `
  const kind = read.propertyType === 'floor' ? 'independent floor' : read.propertyType
  const words = rooms === '' ? kind.charAt(0).toUpperCase() + kind.slice(1) : rooms + kind
  const society = row.text('society')
  return society === undefined ? `${words} in ${locality}` : `${words} in ${titleCase(society)}, ${locality}`
}

function areaKindOf(words: string): Listing['areaKind'] {
  if (/super|saleable/i.test(words)) return 'super-built-up'
  if (/carpet/i.test(words)) return 'carpet'
  if (/built/i.test(words)) return 'built-up'
  return /plot/i.test(words) ? 'plot' : 'unknown'
}

function furnishingOf(text: string | undefined): { readonly furnishing?: NonNullable<Listing['furnishing']> } {
  if (text === undefined) return {}
  if (/un\s*-?furnished/i.test(text)) return { furnishing: 'unfurnished' }
  if (/semi|part/i.test(text)) return { furnishing: 'semi-furnished' }
  return /furnished/i.test(text) ? { furnishing: 'furnished' } : {}
}

function readyOf(row: MappedRow): string {
  const said = row.text('ready')
  const parsed = said === undefined ? undefined : parseReady(said)
  if (parsed !== undefined) return parsed
  const age = row.text('age') ?? ''
  const built = /year|new/i.test(age) && !/construction/i.test(age)
  return built || /^(?:1|yes|true)$/i.test(row.text('resale') ?? '') ? 'ready' : 'unknown'
}

function ageOf(text: string | undefined): { readonly ageYears?: number } {
  const years = /(\d+)/.exec(text ?? '')?.[1]
  return years === undefined || Number(years) > 150 ? {} : { ageYears: Number(years) }
}

function amenitiesOf(row: MappedRow): readonly string[] {
  const text = row.text('amenities')
  const literal = text === undefined ? undefined : parseLiteral(text)
  const listed = Array.isArray(literal)
    ? literal.filter((each): each is string => typeof each === 'string')
    : (text ?? '').split(/[;|,]/)
  return [...new Set([...row.flags('amenity'), ...listed.map((each) => each.trim())])]
    .filter((each) => each !== '')
    .slice(0, 80)
}

function descriptionOf(row: MappedRow, read: Read): string {
  const near = row.text('landmarks')
  const literal = near === undefined ? undefined : parseLiteral(near)
  const places =
    literal === undefined || literal === null || typeof literal !== 'object'
      ? (near ?? '')
      : Array.isArray(literal)
        ? literal.join(', ')
        : Object.entries(literal)
            .map(([name, distance]) => `${name} ${typeof distance === 'string' ? distance : ''}`.trim())
            .join(', ')
  const parts = [
    row.text('description') ?? row.text('subtitle') ?? '',
    places === '' ? '' : `Near: ${places}.`,
    read.unpriced === undefined || read.unpriced.length === 0 ? '' : `Price on request: ${read.unpriced.join(', ')}.`,
  ]
  return parts
    .filter((part) => part !== '')
    .join(' ')
    .slice(0, descriptionMax)
}

/** Only where they can be in the world and are not the zeros of an empty form. */
function coordinatesOf(row: MappedRow): { readonly latitude?: number; readonly longitude?: number } {
  const latitude = parseNumber(row.text('latitude') ?? '')
  const longitude = parseNumber(row.text('longitude') ?? '')
  if (latitude === undefined || longitude === undefined) return {}
  if (Math.abs(latitude) < 0.01 || Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return {}
  return { latitude, longitude }
}

function counted(
  name: 'bathrooms' | 'balconies',
  text: string | undefined,
  max: number,
): { readonly [name: string]: number } {
  const count = text === undefined ? undefined : parseCount(text, max)
  return count === undefined ? {} : { [name]: count }
}

/** `3 BHK Flat in Sector 42, Gurgaon` → `Sector 42`. */
function localityOfWords(words: string | undefined): string | undefined {
  const match = /\b(?:in|at)\s+(.+?)(?:,[^,]*)?$/i.exec(words ?? '')
  return match?.[1]?.trim()
}

function cityOfWords(words: string | undefined): string | undefined {
  const last = /(?:,|\s)\s*([\p{L}]+)$/u.exec(words ?? '')?.[1]
  return last
}

function moneyUnit(unit: string | undefined): MoneyUnit | undefined {
  return unit === 'lakh' || unit === 'crore' || unit === 'thousand' || unit === 'million' ? unit : undefined
}

function areaUnit(unit: string | undefined): AreaUnit | undefined {
  const units: readonly string[] = Object.keys(sqftIn)
  return unit !== undefined && units.includes(unit) ? (unit as AreaUnit) : undefined
}

function short(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}

function refuse(reason: string): ListingRow {
  return { ok: false, reason }
}
