import type { ListingContents } from './listing.ts'
import { seededRandom, type Random } from './random.ts'
import { samplePlaces, type SamplePlace } from './sample-places.ts'

/** Hours in which a team shows homes, local time; `days` as in ISO (1 Monday … 7 Sunday). */
export interface VisitingHours {
  readonly days: readonly number[]
  readonly fromHour: number
  readonly untilHour: number
  readonly slotMinutes: number
  readonly timeZone: string
}

/** The sample team shows homes every day from 10 to 19, one hour each. */
export const sampleVisitingHours: VisitingHours = {
  days: [1, 2, 3, 4, 5, 6, 7],
  fromHour: 10,
  untilHour: 19,
  slotMinutes: 60,
  timeZone: 'Asia/Kolkata',
}

const firstNames =
  'Amara,Sanctuary,Meridian,Silver Oak,Kaveri,Lotus,Nilaya,Banyan,Palash,Aurelia,Tulsi,Ashoka,Indigo,Gulmohar,Saanvi,Vihaan,Orchid,Cedar,Malhar,Nandi,Samruddhi,Trayee,Ivory,Parijat'.split(
    ',',
  )
const lastNames = 'Heights,Residency,Greens,Enclave,Terraces,Courtyard,Vista,Gardens,Crest,Grove,Square,Towers'.split(
  ',',
)
const amenityNames = [
  'Swimming pool',
  'Gym',
  'Clubhouse',
  'Power backup',
  'Lift',
  'Covered parking',
  'Children’s play area',
  'Park',
  '24x7 security',
  'CCTV',
  'Rainwater harvesting',
  'Jogging track',
  'Indoor games',
  'Visitor parking',
  'Piped gas',
  'Tennis court',
  'EV charging',
] as const
const facings = ['East', 'North', 'North-East', 'West', 'South-East', 'North-West'] as const

/** Carpet area in square feet by bedrooms, smallest and largest. */
const carpetSqft: { readonly [bedrooms: number]: readonly [number, number] } = {
  1: [420, 640],
  2: [720, 1080],
  3: [1080, 1560],
  4: [1750, 2600],
}
/** Super built-up area is about 1.3 times the carpet: what prices a square foot are quoted on. */
const loading = 1.3
/** A year's rent as a share of the price, lowest and highest, in flats of Indian cities. */
const rentShare = [0.029, 0.039] as const

/**
 * About 400 homes for sale and rent in six cities, the same for the same seed. Prices follow the locality, areas the rooms;
 * societies are invented. Among them are always several 3 BHKs in Whitefield under ₹1.2 Cr and 2 BHKs under ₹80 L.
 */
export function sampleListings(seed: number): readonly ListingContents[] {
  const random = seededRandom(seed)
  return samplePlaces.flatMap((place) => homesOf(place, random))
}

function homesOf(place: SamplePlace, random: Random): readonly ListingContents[] {
  const societies = random.some(
    firstNames.flatMap((first) => lastNames.map((last) => `${first} ${last}`)),
    Math.max(3, Math.ceil(place.homes / 4)),
  )
  return Array.from({ length: place.homes }, (_, index) => {
    const society = societies[index % societies.length] ?? 'Lotus Greens'
    return homeOf(place, { society, index }, random)
  })
}

function homeOf(
  place: SamplePlace,
  { society, index }: { readonly society: string; readonly index: number },
  random: Random,
): ListingContents {
  const purpose = index % 5 === 4 ? 'rent' : 'sale'
  const bedrooms = [2, 3, 3, 2, 2, 3, 1, 4, 3, 2][index % 10] ?? 2
  // Every third home is a modest one, so that common budgets find something in every locality.
  const modest = index % 3 === 2
  const villa = bedrooms === 4 && random.next() < 0.4
  const [small, large] = carpetSqft[bedrooms] ?? [720, 1080]
  const carpet = Math.round((small + random.next() * (modest ? 0.4 : 1) * (large - small)) / 5) * 5
  const quality = random.next() * (modest ? 0.25 : 1)
  const [low, high] = place.rupeesPerSqft
  const perSqft = low + quality * (high - low)
  const worth = perSqft * carpet * loading * (villa ? 1.35 : 1)
  const ready = purpose === 'rent' || random.next() < 0.68
  const home: Home = {
    place,
    society,
    purpose,
    bedrooms,
    villa,
    carpet,
    ready,
    readyFrom: ready ? 'ready' : `${random.whole(2027, 2029)}-${random.pick(['03', '06', '09', '12'])}`,
    ageYears: ready ? random.whole(0, 12) : 0,
    floor: random.whole(1, 18),
    facing: random.pick(facings),
    amenities: random.some(amenityNames, 5 + Math.round(quality * 8)),
    furnishing:
      purpose === 'rent'
        ? random.pick(['furnished', 'semi-furnished', 'semi-furnished'])
        : random.pick(['unfurnished', 'semi-furnished']),
    near: random.some(place.near, 2),
    kilometres: random.whole(4, 32) / 10,
  }
  return {
    title: `${bedrooms} BHK ${villa ? 'villa' : 'apartment'} in ${society}, ${place.locality}`,
    purpose,
    propertyType: villa ? 'villa' : 'apartment',
    city: place.city,
    locality: place.locality,
    society,
    bedrooms,
    bathrooms: bedrooms === 1 ? 1 : bedrooms - (random.next() < 0.35 ? 1 : 0),
    balconies: Math.min(3, Math.max(1, bedrooms - 1)),
    priceMinor: purpose === 'sale' ? roundTo(worth, 50_000) : roundTo((worth * between(rentShare, random)) / 12, 500),
    currency: 'INR',
    areaSqft: carpet,
    areaKind: 'carpet',
    furnishing: home.furnishing,
    readyFrom: home.readyFrom,
    floor: villa ? 'Ground' : `${home.floor} of ${home.floor + random.whole(1, 9)}`,
    facing: home.facing,
    ageYears: home.ageYears,
    amenities: home.amenities,
    description: describe(home, random),
    latitude: round5(place.latitude + (random.next() - 0.5) * 0.03),
    longitude: round5(place.longitude + (random.next() - 0.5) * 0.03),
    source: {
      kind: 'sample',
      reference: `${place.locality.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}-${index + 1}`,
    },
  }
}

interface Home {
  readonly place: SamplePlace
  readonly society: string
  readonly purpose: 'sale' | 'rent'
  readonly bedrooms: number
  readonly villa: boolean
  readonly carpet: number
  readonly ready: boolean
  readonly readyFrom: string
  readonly ageYears: number
  readonly floor: number
  readonly facing: string
  readonly amenities: readonly string[]
  readonly furnishing: 'unfurnished' | 'semi-furnished' | 'furnished'
  readonly near: readonly string[]
  readonly kilometres: number
}

function describe(home: Home, random: Random): string {
  const light = random.pick([
    'Cross-ventilated rooms with good daylight',
    'A corner home with windows on two sides',
    'A quiet home away from the main road',
    'Bright living room that opens to a balcony',
  ])
  const state = home.ready
    ? home.ageYears === 0
      ? 'New and ready to move in.'
      : `Well kept, ${home.ageYears} ${home.ageYears === 1 ? 'year' : 'years'} old.`
    : `Under construction, possession planned for ${home.readyFrom}.`
  const where = `${home.kilometres} km from ${home.near[0] ?? home.place.locality}${home.near[1] === undefined ? '' : `, close to ${home.near[1]}`}.`
  const kitchen = random.pick([
    'Modular kitchen with a utility.',
    'Kitchen with a separate utility area.',
    'Open kitchen with a breakfast counter.',
  ])
  const terms =
    home.purpose === 'rent'
      ? random.pick([
          'Families and working professionals welcome.',
          'Pets are welcome.',
          'Available at once; deposit of a few months’ rent.',
        ])
      : random.pick([
          'Clear title; major banks lend here.',
          'Registered with the state’s RERA.',
          'Owner’s sale, papers can be seen at the visit.',
        ])
  return `${light}, facing ${home.facing.toLowerCase()}. ${state} ${where} ${kitchen} ${terms}`
}

function between([low, high]: readonly [number, number], random: Random): number {
  return low + random.next() * (high - low)
}

/** Rupees rounded to a step, as minor units. */
function roundTo(rupees: number, step: number): number {
  return Math.round(rupees / step) * step * 100
}

function round5(value: number): number {
  return Math.round(value * 1e5) / 1e5
}
