/** What is typed into the dialogs of the composer's menu, read and judged before it is sent. Pure. */
import type { ConversationView, Offer } from '#gateway/protocol.ts'

/** WhatsApp's limits of something to tap; the server has the last word. */
export const offerLimits = { text: 1024, label: 20, name: 200, address: 300, url: 2000 } as const

export type OfferKind = Offer['kind']

/** What can be sent on a channel: WhatsApp has buttons, on the others a place and a link are written out. */
export function offersOf(view: Pick<ConversationView, 'row' | 'marks' | 'lead'>): readonly OfferKind[] {
  if (view.row.channel !== 'whatsapp') return ['location', 'link']
  const known = [view.lead?.profile.phone, ...view.marks.reached.map(({ phone }) => phone)]
  const isPhoneKnown = known.some((phone) => phone !== undefined)
  return ['location-request', ...(isPhoneKnown ? [] : (['contact-request'] as const)), 'location', 'link', 'flow']
}

export interface Coordinates {
  readonly latitude: number
  readonly longitude: number
}

const pair = /(-?\d{1,3}(?:\.\d+)?)\s*[,; ]\s*(-?\d{1,3}(?:\.\d+)?)/u
/** Where map links keep their place: Google's `@lat,lng` and `!3d…!4d…`, `q=` and `ll=` of several, and OpenStreetMap's `mlat=…&mlon=…`. */
const inLinks = [
  /!3d(-?\d+(?:\.\d+)?)!4d(-?\d+(?:\.\d+)?)/u,
  /@(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)/u,
  /[?&](?:q|query|ll|destination)=(-?\d+(?:\.\d+)?)(?:,|%2C)(-?\d+(?:\.\d+)?)/iu,
  /mlat=(-?\d+(?:\.\d+)?)&mlon=(-?\d+(?:\.\d+)?)/u,
] as const

/** A place as people copy it: latitude and longitude, or the address of a map. Undefined when there is no such place in it. */
export function coordinatesIn(text: string): Coordinates | undefined {
  const words = text.trim()
  const found = /^https?:\/\//iu.test(words)
    ? inLinks.map((form) => form.exec(words)).find((each) => each !== null)
    : new RegExp(`^${pair.source}$`, 'u').exec(words)
  const [latitude, longitude] = [Number(found?.[1]), Number(found?.[2])]
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : undefined
}

/** A web address as people type it, made whole; undefined when it is none. */
export function webAddress(text: string): string | undefined {
  const words = text.trim()
  const whole = /^https?:\/\//iu.test(words) ? words : `https://${words}`
  if (!URL.canParse(whole) || whole.length > offerLimits.url) return undefined
  return new URL(whole).hostname.includes('.') ? whole : undefined
}

/** The id of a form: Meta's are numbers. */
export function isFlowId(text: string): boolean {
  return /^\d{1,64}$/u.test(text.trim())
}

/** The name of a form's screen, which may be absent. */
export function isScreen(text: string): boolean {
  return /^([A-Za-z_][A-Za-z0-9_]{0,79})?$/u.test(text.trim())
}

/** Whether words fit where they are shown; `many` is how many they are. */
export function fits(text: string, max: number): boolean {
  const many = text.trim().length
  return many > 0 && many <= max
}

/** The answers of a form as people read them: without our token, and without the counters that form builders put around names and choices. */
export function answerRows(answers: { readonly [field: string]: string }): readonly (readonly [string, string])[] {
  return Object.entries(answers)
    .filter(([field]) => field !== 'flow_token')
    .map(([field, answer]) => [fieldWords(field), choiceWords(answer)])
}

function fieldWords(field: string): string {
  const bare = field.replace(/^screen_\d+_/iu, '').replace(/_\d+$/u, '')
  const words = bare.replaceAll('_', ' ').trim()
  return words === '' ? field : `${words.charAt(0).toUpperCase()}${words.slice(1)}`
}

/** `0_Excellent` is a choice and its place; several come as a list. */
function choiceWords(answer: string): string {
  const list = listIn(answer)
  return (list ?? [answer]).map((each) => each.replace(/^\d+_(?=\D)/u, '').replaceAll('_', ' ')).join(', ')
}

function listIn(answer: string): readonly string[] | undefined {
  if (!answer.startsWith('[')) return undefined
  try {
    const value: unknown = JSON.parse(answer)
    return Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : undefined
  } catch {
    return undefined
  }
}
