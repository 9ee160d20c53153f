import { z } from 'zod'
import { featuresOf } from '../confidence.ts'
import { bedroomsAnswered, decide } from '../offline/decide.ts'
import { stateFrom, type Asked, type State } from '../offline/state.ts'
import { ownMessages, ownPlaces } from './own-messages.ts'
import { createUnderstanding, withPlacesKnown, type Understanding } from '../offline/understand.ts'

/** One message, what was made of it and whether that is right. */
export interface Sample {
  readonly set: 'homes' | 'clinc' | 'hinglish' | 'social' | 'own'
  readonly fold: 'fit' | 'measure'
  readonly features: readonly number[]
  /** Understood: in scope, with the intent and all slots as people marked them. */
  readonly right: boolean
  readonly outside: boolean
  readonly intent?: { readonly expected: string; readonly got: string }
  readonly slots?: { readonly hits: number; readonly misses: number; readonly extra: number }
}

type Read = (path: string) => string

const action = z.object({
  act: z.string(),
  slot: z.string(),
  values: z.array(z.string()),
  canonical_values: z.array(z.string()).optional(),
})
const turn = z.object({ speaker: z.string(), utterance: z.string(), actions: z.array(action) })
const dialogue = z.object({ turns: z.array(turn) })
const clinc = z.object({
  val: z.array(z.tuple([z.string(), z.string()])),
  test: z.array(z.tuple([z.string(), z.string()])),
  oos_val: z.array(z.tuple([z.string(), z.string()])),
  oos_test: z.array(z.tuple([z.string(), z.string()])),
})

/** The dialogues' present day is 1 March 2019, in California. */
const homesMoment = { atMs: Date.UTC(2019, 2, 1, 17), timeZone: 'America/Los_Angeles', language: 'en' as const }
const nowMoment = { atMs: Date.UTC(2026, 10, 23, 6), timeZone: 'Asia/Kolkata', language: 'en' as const }

/** All samples of the three sets. */
export function readSamples(read: Read): readonly Sample[] {
  const understand = createUnderstanding()
  const homes = read('sgd-homes/homes_dev.jsonl')
    .trim()
    .split('\n')
    .flatMap((line, index) =>
      homesSamples(dialogue.parse(JSON.parse(line)), { understand, fold: index % 2 === 0 ? 'fit' : 'measure' }),
    )
  const sets = clinc.parse(JSON.parse(read('clinc150/data_small.json')))
  const social = new Set(
    z.record(z.string(), z.array(z.string())).parse(JSON.parse(read('clinc150/domains.json')))['small_talk'],
  )
  for (const each of ['yes', 'no', 'maybe', 'repeat', 'cancel']) social.add(each)
  const others = [...sets.val, ...sets.test, ...sets.oos_val, ...sets.oos_test].filter(
    ([, intent]) => !social.has(intent),
  )
  const hinglish = read('hinglish-top/validation.tsv')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t')[1] ?? '')
  return [
    ...homes,
    ...others.map(([text], index) => outsideSample(text, { understand, index, set: 'clinc' })),
    ...[...sets.val, ...sets.test]
      .filter(([, intent]) => courtesies.includes(intent))
      .map(([text], index) => knownSample(text, 'general', { understand, index, set: 'social' })),
    ...ownMessages.map(([text, intent], index) => knownSample(text, intent, { understand, index, set: 'own' })),
    ...hinglish.map((text, index) => outsideSample(text, { understand, index, set: 'hinglish' })),
  ]
}

const courtesies: readonly string[] = [
  'greeting',
  'thank_you',
  'goodbye',
  'are_you_a_bot',
  'what_can_i_ask_you',
  'what_is_your_name',
]

function knownSample(
  text: string,
  expected: string,
  {
    understand,
    index,
    set,
  }: {
    readonly understand: ReturnType<typeof createUnderstanding>
    readonly index: number
    readonly set: 'social' | 'own'
  },
): Sample {
  const read = understand(text, nowMoment)
  const said =
    set === 'own'
      ? withPlacesKnown(
          read,
          [...read.located, ...read.others].filter((each) => ownPlaces.includes(each.toLowerCase())),
        )
      : read
  const state = stateFrom({})
  const decision = decide(said, state)
  const right = !decision.outside && decision.handOff === undefined && decision.intent === expected
  const intent = { expected, got: decision.outside ? 'outside' : decision.intent }
  return {
    set,
    fold: index % 2 === 0 ? 'fit' : 'measure',
    features: featuresOf(said, decision, state),
    right,
    outside: decision.outside,
    intent,
  }
}

function outsideSample(
  text: string,
  {
    understand,
    index,
    set,
  }: {
    readonly understand: ReturnType<typeof createUnderstanding>
    readonly index: number
    readonly set: 'clinc' | 'hinglish'
  },
): Sample {
  const said = understand(text, nowMoment)
  const state = stateFrom({})
  const decision = decide(said, state)
  return {
    set,
    fold: index % 2 === 0 ? 'fit' : 'measure',
    features: featuresOf(said, decision, state),
    right: false,
    outside: decision.outside,
  }
}

/** The memory is what the recorded assistant had last asked; homes were shown once it had offered one. */
function homesSamples(
  { turns }: z.infer<typeof dialogue>,
  options: { readonly understand: ReturnType<typeof createUnderstanding>; readonly fold: Sample['fold'] },
): readonly Sample[] {
  const samples: Sample[] = []
  let state = stateFrom({})
  for (const each of turns) {
    if (each.speaker === 'SYSTEM') {
      state = after(state, each)
      continue
    }
    const said = placed(options.understand(each.utterance, homesMoment), each.actions)
    const decision = decide(said, state)
    const marked = markedIntent(each.actions)
    const slots = slotScore(slotsOf(said, state), each.actions)
    const intentRight = marked === undefined || marked === decision.intent
    samples.push({
      set: 'homes',
      fold: options.fold,
      features: featuresOf(said, decision, state),
      right:
        !decision.outside && decision.handOff === undefined && intentRight && slots.misses === 0 && slots.extra === 0,
      outside: decision.outside,
      slots,
      ...(marked === undefined
        ? {}
        : { intent: { expected: marked, got: decision.outside ? 'outside' : decision.intent } }),
    })
  }
  return samples
}

/** The cities of the dialogues count as places of ours, as if we had homes there. */
function placed(said: Understanding, actions: readonly z.infer<typeof action>[]): Understanding {
  const areas = actions
    .filter((each) => each.act === 'INFORM' && each.slot === 'area')
    .flatMap((each) => [...each.values, ...(each.canonical_values ?? [])].map((value) => value.toLowerCase()))
  return withPlacesKnown(
    said,
    [...new Set([...said.located, ...said.others])].filter((words) => areas.includes(words.toLowerCase())),
  )
}

const home = { id: 'l1', priceMinor: 1, areaSqft: 1, title: 'a home' }

function after(state: State, { actions }: z.infer<typeof turn>): State {
  const does = (act: string, slot?: string): boolean =>
    actions.some((each) => each.act === act && (slot === undefined || each.slot === slot))
  const asked: Asked | undefined = does('OFFER_INTENT')
    ? 'visit'
    : does('CONFIRM')
      ? 'slot'
      : does('REQUEST', 'visit_date')
        ? 'time'
        : does('REQUEST', 'area')
          ? 'place'
          : does('REQUEST', 'number_of_beds')
            ? 'bedrooms'
            : does('REQ_MORE')
              ? 'more'
              : undefined
  const { asked: _before, ...rest } = state
  return { ...rest, shown: does('OFFER') ? [home] : state.shown, ...(asked === undefined ? {} : { asked }) }
}

/** What the customer's acts are to us; `undefined` where the marks leave it open. */
function markedIntent(actions: readonly z.infer<typeof action>[]): string | undefined {
  const does = (act: string): boolean => actions.some((each) => each.act === act)
  const intent = actions.find((each) => each.act === 'INFORM_INTENT')?.values[0]
  if (intent === 'ScheduleVisit' || does('AFFIRM_INTENT')) return 'booking'
  if (intent === 'FindApartment' || does('REQUEST_ALTS')) return 'property'
  // Agreeing and asking at once may be answered either way.
  if (does('AFFIRM') && does('REQUEST')) return undefined
  if (actions.some((each) => each.act === 'INFORM' && each.slot === 'visit_date')) return 'booking'
  if (does('REQUEST') || (does('INFORM') && !does('AFFIRM'))) return 'property'
  return actions.every((each) => ['THANK_YOU', 'GOODBYE', 'NEGATE', 'NEGATE_INTENT'].includes(each.act))
    ? 'general'
    : undefined
}

function slotScore(
  got: readonly string[],
  actions: readonly z.infer<typeof action>[],
): { readonly hits: number; readonly misses: number; readonly extra: number } {
  const expected = actions
    .filter((each) => each.act === 'INFORM' && slotNames.includes(each.slot))
    .map((each) => `${each.slot}=${(each.canonical_values?.[0] ?? each.values[0] ?? '').toLowerCase()}`)
  const hits = expected.filter((each) => got.includes(each)).length
  return { hits, misses: expected.length - hits, extra: got.filter((each) => !expected.includes(each)).length }
}

const slotNames: readonly string[] = [
  'area',
  'number_of_beds',
  'number_of_baths',
  'furnished',
  'pets_allowed',
  'visit_date',
]

function slotsOf(said: Understanding, state: State): readonly string[] {
  const { wishes, fields, acts, located, others, when } = said
  const place = located[0] ?? (state.asked === 'place' && others.length === 1 ? others[0] : undefined)
  const bedrooms = bedroomsAnswered(said, state)
  const asks =
    fields.length > 0 &&
    !acts.has('others') &&
    bedrooms === undefined &&
    wishes.bathrooms === undefined &&
    place === undefined
  const day = when?.day
  const two = (value: number): string => String(value).padStart(2, '0')
  return [
    ...(bedrooms === undefined ? [] : [`number_of_beds=${bedrooms}`]),
    ...(wishes.bathrooms === undefined ? [] : [`number_of_baths=${wishes.bathrooms}`]),
    ...(wishes.furnishing === undefined || asks
      ? []
      : [`furnished=${wishes.furnishing === 'furnished' ? 'true' : 'false'}`]),
    ...(wishes.amenities?.includes('Pets allowed') !== true || asks ? [] : ['pets_allowed=true']),
    ...(place === undefined ? [] : [`area=${place.toLowerCase()}`]),
    ...(day === undefined ? [] : [`visit_date=${day.year}-${two(day.month)}-${two(day.day)}`]),
  ]
}

/** The figures of the README. */
export function scoreOf(
  samples: readonly Sample[],
  confidence: (sample: Sample) => number,
): { readonly [name: string]: number } {
  const share = (part: number, whole: number): number => Math.round((part / Math.max(1, whole)) * 1000) / 1000
  const marked = samples.filter((each) => each.intent !== undefined)
  const sum = (of: 'hits' | 'misses' | 'extra'): number =>
    samples.reduce((total, each) => total + (each.slots?.[of] ?? 0), 0)
  const foreign = samples.filter((each) => each.set === 'clinc' || each.set === 'hinglish')
  const homes = samples.filter((each) => each.set === 'homes')
  const answered = samples.filter((each) => confidence(each) >= 0.7)
  return {
    intentAccuracy: share(marked.filter((each) => each.intent?.expected === each.intent?.got).length, marked.length),
    slotF1: share(2 * sum('hits'), 2 * sum('hits') + sum('misses') + sum('extra')),
    outOfScopeRecall: share(foreign.filter((each) => each.outside || confidence(each) < 0.7).length, foreign.length),
    inScopeAnswered: share(homes.filter((each) => confidence(each) >= 0.7).length, homes.length),
    rightAmongAnswered: share(answered.filter((each) => each.right).length, answered.length),
  }
}
