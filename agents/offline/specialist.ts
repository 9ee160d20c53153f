import type { Chip, Claim, HandOffReason, Intent, LearnedPreferences } from '#machines/conversation-contract.ts'
import { formatArea, formatInrShort, formatMoney } from '#rag/format.ts'
import type { ModelContext, OfflineAnswer } from '../answer.ts'
import type { ToolListing } from '../tools/shapes.ts'
import { bound, compose, type Bit, type Bits } from './bits.ts'
import type { Decision } from './decide.ts'
import type { Language } from './language.ts'
import type { Told } from './plan.ts'
import { stateToJson, type State } from './state.ts'
import type { Understanding } from './understand.ts'

/** All an offline specialist goes by. */
export interface Situation {
  readonly said: Understanding
  readonly state: State
  readonly decision: Decision
  readonly context: ModelContext
  readonly language: Language
  /** Homes of one and the same title, when the message names them by it: then it isn't clear which is meant. */
  readonly twins: readonly string[]
  /** How likely it is that the message was understood, calibrated. */
  readonly understood: number
}

/** What a specialist makes of it; `finish` turns it into an answer. */
export interface Reply {
  readonly bits: readonly Bits[]
  readonly state: State
  readonly cards?: OfflineAnswer['cards']
  readonly chips?: readonly Chip[]
  readonly handOff?: HandOffReason
  /** When the answer itself is less or more sure than the understanding. */
  readonly certainty?: number
}

/** The answer with its text, claims and memory. */
export function finish(reply: Reply, intent: Intent, situation: Situation): OfflineAnswer {
  const { text, claims } = compose(...reply.bits)
  const learned = learnedFrom(situation, reply.state)
  const summary = summaryOf(situation, reply.state)
  return {
    text,
    claims: claims.map((claim) => ({ ...claim, source: { ...claim.source } })),
    intent,
    cards: reply.cards ?? [],
    chips: (reply.chips ?? []).map((chip) => ({ ...chip })),
    ...(reply.handOff === undefined ? {} : { handOff: { reason: reply.handOff, summary } }),
    ...(Object.keys(learned).length === 0
      ? {}
      : {
          learned: {
            ...learned,
            ...(learned.localities === undefined ? {} : { localities: [...learned.localities] }),
          } as OfflineAnswer['learned'],
        }),
    dialogue: stateToJson({ ...reply.state, language: situation.language }),
    certainty: Math.min(1, Math.max(0, reply.certainty ?? situation.understood)),
  }
}

/** One line for the person who takes over: the customer's last words and what is known of their wishes. */
export function summaryOf({ said }: Situation, state: State): string {
  const { bedrooms, priceMaxMinor, purpose } = state.wishes
  const known = [
    purpose === 'rent' ? 'to rent' : purpose === 'sale' ? 'to buy' : '',
    bedrooms === undefined ? '' : `${bedrooms} BHK`,
    state.places.map((each) => each.name).join(', '),
    priceMaxMinor === undefined ? '' : `up to ${formatMoney(priceMaxMinor, 'INR')}`,
    state.visit === undefined ? '' : 'visit booked',
  ].filter((each) => each !== '')
  return `“${said.text.slice(0, 180)}”${known.length === 0 ? '' : ` — wants: ${known.join(', ')}`}`
}

/** What the turn taught about the customer: only what was said in it. */
function learnedFrom({ said, state: before }: Situation, state: State): LearnedPreferences {
  const { wishes, contact, timeline } = said
  const placed = said.placed && JSON.stringify(state.places) !== JSON.stringify(before.places)
  const named = placed ? state.places : []
  const city = named[0]?.city
  const localities = named.filter((place) => place.kind === 'locality').map((place) => place.name)
  const moved = city !== undefined && before.places.some((place) => place.kind === 'locality')
  const purpose = /invest/iu.test(said.text)
    ? 'invest'
    : wishes.purpose === undefined
      ? undefined
      : wishes.purpose === 'rent'
        ? 'rent'
        : 'buy'
  return {
    ...contact,
    ...(timeline === undefined ? {} : { timeline }),
    ...(wishes.priceMaxMinor === undefined ? {} : { budgetMaxMinor: wishes.priceMaxMinor, currency: 'INR' }),
    ...(wishes.priceMinMinor === undefined ? {} : { budgetMinMinor: wishes.priceMinMinor, currency: 'INR' }),
    ...(wishes.bedrooms === undefined ? {} : { bedrooms: wishes.bedrooms }),
    ...(wishes.propertyType === undefined ? {} : { propertyType: wishes.propertyType }),
    ...(purpose === undefined ? {} : { purpose }),
    ...(city === undefined ? {} : { city }),
    ...(localities.length === 0 && !moved ? {} : { localities }),
  }
}

/** The home the customer means, as far as it is clear. */
export function targetOf({ said, state, context }: Situation): string | undefined {
  const { shown, selected } = state
  const { choice } = said
  if (choice?.kind === 'nth') return shown[choice.n - 1]?.id ?? (shown.length === 0 ? context.pageListing : undefined)
  if (choice?.kind === 'home') return choice.id
  if (choice?.kind === 'last') return shown.at(-1)?.id
  if (choice?.kind === 'cheapest') return [...shown].sort((a, b) => a.priceMinor - b.priceMinor)[0]?.id
  if (choice?.kind === 'largest') return [...shown].sort((a, b) => b.areaSqft - a.areaSqft)[0]?.id
  return (
    selected ??
    (shown.length === 1 || speaksOfOne(said, state) ? shown[0]?.id : undefined) ??
    (shown.length === 0 ? context.pageListing : undefined)
  )
}

/** «Visit it», «that sounds great», «are pets allowed?» after a list: the home last spoken of is meant, and that is the first, which the reply names. */
function speaksOfOne({ choice, acts, fields, answer, when }: Understanding, { asked }: State): boolean {
  if (choice?.kind === 'this' || acts.has('select') || fields.length > 0) return true
  return asked === 'which-home' && (answer === 'yes' || when !== undefined || acts.has('book') || acts.has('details'))
}

/** Whether the home was taken for granted, not picked: then the reply has to name it. */
export function assumedHome({ said, state }: Situation): boolean {
  const unpicked = said.choice === undefined || said.choice.kind === 'this'
  return unpicked && state.selected === undefined && state.shown.length > 1 && state.pending?.listingId === undefined
}

/** The memory with homes shown. */
export function withShown(state: State, listings: readonly ToolListing[]): State {
  const { selected: _selected, pending: _pending, ...rest } = state
  const only = listings.length === 1 ? listings[0] : undefined
  return {
    ...rest,
    ...(only === undefined ? {} : { selected: only.id }),
    shown: listings.map(({ id, priceMinor, areaSqft, title }) => ({
      id,
      priceMinor,
      areaSqft,
      title: title.slice(0, 120),
    })),
    seen: [...state.seen, ...listings.map(({ id }) => id)].slice(-20),
  }
}

/** The memory with what was asked, or without when nothing was. */
export function asking(state: State, asked?: State['asked']): State {
  const { asked: _asked, ...rest } = state
  return { ...rest, ...(asked === undefined ? {} : { asked }), unclear: 0 }
}

/** Figures of a listing, bound to its version. */
export const figures = {
  /** As people say it, `₹1.7 Cr`: within the half per cent that the guardrail allows. */
  price: (home: ToolListing): Bit => fromListing(home, 'priceMinor', { text: shortPrice(home), kind: 'price' }),
  /** To the rupee, where the price itself is asked for. */
  exactPrice: (home: ToolListing): Bit =>
    fromListing(home, 'priceMinor', { text: formatMoney(home.priceMinor, home.currency), kind: 'price' }),
  area: (home: ToolListing): Bit => fromListing(home, 'areaSqft', { text: formatArea(home.areaSqft), kind: 'area' }),
  text: (home: ToolListing, field: 'title' | 'locality' | 'city' | 'society' | 'floor' | 'facing'): Bit =>
    fromListing(home, field, { text: home[field] ?? '', kind: 'other' }),
  count: (home: ToolListing, field: 'bedrooms' | 'bathrooms' | 'balconies' | 'ageYears', unit: string): Bit =>
    fromListing(home, field, { text: `${home[field] ?? 0} ${unit}`, kind: 'count' }),
}

function shortPrice({ priceMinor, currency }: ToolListing): string {
  return currency === 'INR' ? formatInrShort(priceMinor) : formatMoney(priceMinor, currency)
}

/** Words bound to one field of a listing. */
export function fromListing(
  home: ToolListing,
  field: keyof ToolListing,
  words: { readonly text: string; readonly kind: Claim['kind'] },
): Bit {
  const value = home[field]
  const held = typeof value === 'number' || typeof value === 'string' ? value : String(value)
  return bound(words.text, {
    kind: words.kind,
    value: held,
    source: { kind: 'listing', listingId: home.id, version: home.version, field },
  })
}

/** Words bound to one value of a tool's result. */
export function fromTool(
  call: { readonly callId: string; readonly tool: string },
  path: string,
  claim: { readonly text: string; readonly kind: Claim['kind']; readonly value: number | string },
): Bit {
  return bound(claim.text, {
    kind: claim.kind,
    value: claim.value,
    source: { kind: 'tool', callId: call.callId, tool: call.tool, path },
  })
}

/** Words the customer used, bound to the message they stand in; plain when none has them. */
export function fromCustomer(text: string, { context }: Situation): Bit {
  const message = context.messages.findLast((each) => each.text.includes(text))
  return message === undefined
    ? text
    : bound(text, { kind: 'other', value: text, source: { kind: 'customer', n: message.n } })
}

/** A call that brought something. */
export type Brought<Result> = Extract<Told<Result>, { readonly ok: true }>
