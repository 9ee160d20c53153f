import type { Listing } from '../listing.ts'
import { parseArea } from '../parse/area.ts'
import { parseMoney, type Money } from '../parse/money.ts'
import { parseRooms } from '../parse/rooms.ts'
import { parseLiteral } from './literal.ts'

/** One kind of home that a project offers. Without `price` it is on request. */
export interface Configuration {
  readonly name: string
  readonly bedrooms: number | undefined
  readonly propertyType: Listing['propertyType']
  readonly price: Money | undefined
  readonly area: { readonly minSqft: number; readonly maxSqft: number }
  readonly areaKind: Listing['areaKind']
}

/**
 * Reads a project's cell of prices by configuration: `{'2 BHK': {'area': '1,370 sq.ft.', 'price-range': '₹ 2 - 2.4 Cr', …}, …}`.
 * A configuration without a readable area is left out; `undefined` when the cell is no such map or nothing is left.
 */
export function configurationsOf(text: string): readonly Configuration[] | undefined {
  const literal = parseLiteral(text)
  if (literal === undefined || literal === null || typeof literal !== 'object' || Array.isArray(literal))
    return undefined
  const found = Object.entries(literal).flatMap(([name, value]) => {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return []
    const details = new Map(Object.entries(value).map(([key, each]) => [key, typeof each === 'string' ? each : '']))
    const area = parseArea(details.get('area') ?? '')
    if (area === undefined) return []
    return [
      {
        name,
        ...kindOf(name, details.get('building_type') ?? ''),
        area,
        price: parseMoney(details.get('price-range') ?? ''),
        areaKind: areaKindOf(details.get('area_type') ?? ''),
      },
    ]
  })
  return found.length === 0 ? undefined : found
}

function kindOf(name: string, building: string): Pick<Configuration, 'bedrooms' | 'propertyType'> {
  const rooms = parseRooms(name)
  if (/land|plot/i.test(name)) return { bedrooms: undefined, propertyType: 'plot' }
  if (rooms?.studio === true || /studio/i.test(building)) return { bedrooms: undefined, propertyType: 'studio' }
  const type = /villa/i.test(building) ? 'villa' : /floor/i.test(building) ? 'floor' : 'apartment'
  return { bedrooms: rooms?.bedrooms, propertyType: type }
}

function areaKindOf(words: string): Listing['areaKind'] {
  if (/super/i.test(words)) return 'super-built-up'
  if (/carpet/i.test(words)) return 'carpet'
  if (/built/i.test(words)) return 'built-up'
  return /plot/i.test(words) ? 'plot' : 'unknown'
}
