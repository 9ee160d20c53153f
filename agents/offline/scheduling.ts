import { timeLabel } from '../calendar.ts'
import { isoDay } from '../zoned-time.ts'
import {
  bookVisit,
  cancelVisit,
  checkAvailability,
  getListing,
  rescheduleVisit,
  visitMade,
  type VisitResult,
} from '../tools/shapes.ts'
import { inLanguage, t, type Bit, type Bits, type Worded } from './bits.ts'
import { ask, type Plan } from './plan.ts'
import { person, property, whichHome } from './property.ts'
import { chips, whichVisit } from './property-words.ts'
import {
  asking,
  assumedHome,
  figures,
  fromCustomer,
  fromTool,
  targetOf,
  type Brought,
  type Reply,
  type Situation,
} from './specialist.ts'
import type { State } from './state.ts'
import type { When } from './when.ts'

/** Finds a time for a visit and books, moves or cancels it. It books only a time the customer named or accepted. */
export function* scheduling(situation: Situation): Plan<Reply> {
  const { said, state } = situation
  if (said.acts.has('cancel') || (state.asked === 'cancel' && said.answer === 'yes')) return yield* cancel(situation)
  if (said.acts.has('reschedule') && state.visit !== undefined)
    return yield* arrange(state.visit.listingId, situation, state.visit.meetingId)
  const target =
    (said.choice === undefined || said.choice.kind === 'this' ? state.pending?.listingId : undefined) ??
    targetOf(situation) ??
    state.pending?.listingId
  if (target === undefined && state.shown.length === 0 && searchable(situation)) return yield* searchFirst(situation)
  // Asked which home and answered with a time: the first one, which the reply names by its card and can still be changed.
  const first = state.asked === 'which-home' && said.when !== undefined ? state.shown[0]?.id : undefined
  if (target === undefined && first !== undefined) return yield* arrange(first, situation)
  if (target === undefined) return noHome(situation)
  return yield* arrange(target, situation)
}

/** The time is kept, so that picking a home completes the request. */
function noHome(situation: Situation): Reply {
  const { said, state, language } = situation
  const pending = said.when === undefined ? state.pending : pendingOf(said.when)
  const kept = { ...state, ...(pending === undefined && state.shown.length < 2 ? {} : { pending: pending ?? {} }) }
  if (state.shown.length > 1) {
    const which = whichHome(situation)
    if (which.handOff !== undefined) return which
    const asked = said.when === undefined || said.when.passed !== undefined ? whichVisit : whichThen
    return { ...which, bits: [passedBits(situation), inLanguage(language, asked)], state: asking(kept, 'which-home') }
  }
  return { bits: [passedBits(situation), inLanguage(language, noneYet)], state: asking(kept, 'place') }
}

function searchable({ said }: Situation): boolean {
  return said.wishes.bedrooms !== undefined || said.wishes.priceMaxMinor !== undefined || said.located.length > 0
}

/** «I want to see 3 BHKs in Whitefield on Saturday»: the homes first, the day kept for the one that is picked. */
function* searchFirst(situation: Situation): Plan<Reply> {
  const { said } = situation
  const found = yield* property(situation)
  const pending = said.when === undefined ? undefined : pendingOf(said.when)
  const asked = found.state.shown.length > 1 ? ('which-home' as const) : found.state.asked
  return {
    ...found,
    ...(asked === 'which-home'
      ? {
          bits: [passedBits(situation), ...found.bits.slice(0, 2), inLanguage(situation.language, whichVisit)],
          chips: whichHome({ state: found.state, language: situation.language }).chips ?? [],
        }
      : {}),
    state: { ...found.state, ...(pending === undefined ? {} : { pending }), ...(asked === undefined ? {} : { asked }) },
  }
}

function* arrange(listingId: string, situation: Situation, meetingId?: string): Plan<Reply> {
  const { said, state, language, context } = situation
  const before = state.pending
  const accepted =
    said.answer === 'yes' && said.when === undefined && before?.startAtMs !== undefined && state.asked === 'time'
  if (accepted) return yield* settle({ listingId, startAtMs: before.startAtMs ?? 0, meetingId }, situation)
  // «Make it 5 pm» moves the visit on its day.
  const movedFrom = meetingId === undefined ? undefined : state.visit?.startAtMs
  const home = assumedHome(situation) ? yield* nameOf(listingId, situation) : []
  const wish = wishOf(said.when, movedFrom === undefined ? before : { day: isoDay(movedFrom, context.timeZone) })
  const told = yield* ask(checkAvailability, { listingId, ...wish })
  if (!told.ok) return { bits: [inLanguage(language, gone)], state: asking(state, 'others') }
  const { requested, slots } = told.value
  if (requested?.free === true)
    return named(home, yield* settle({ listingId, startAtMs: requested.startAtMs, meetingId }, situation))
  const kept: State = {
    ...state,
    selected: listingId,
    pending: { listingId, ...(wish.day === undefined ? {} : { day: wish.day }) },
  }
  const first = slots[0]
  if (first === undefined)
    return { bits: [inLanguage(language, noTimes)], state: asking(kept, 'person'), chips: [person(language)] }
  const at = fromTool(told, 'slots.0.startAtMs', {
    text: timeLabel(first.startAtMs, told.value.timeZone, localeOf(language)),
    kind: 'date',
    value: first.startAtMs,
  })
  const otherDay = wish.day !== undefined && isoDay(first.startAtMs, told.value.timeZone) !== wish.day
  const lead =
    requested === undefined
      ? inLanguage(language, otherDay ? noneThatDay : askTime, at)
      : inLanguage(language, requested.reason === 'taken' ? takenThen : closedThen, at)
  return {
    bits: [passedBits(situation), home, lead],
    state: asking({ ...kept, pending: { ...kept.pending, startAtMs: first.startAtMs } }, 'time'),
    cards: [{ kind: 'slots', callId: told.callId }],
    chips: [],
  }
}

/** The name of a home that was taken for granted, to go before what is said of it. */
function* nameOf(id: string, { language }: Situation): Plan<Bits> {
  const told = yield* ask(getListing, { id })
  const home = told.ok ? told.value.listing : undefined
  return home === undefined ? [] : inLanguage(language, ofHome, figures.text(home, 'title'))
}

function named(home: Bits, reply: Reply): Reply {
  return home.length === 0 ? reply : { ...reply, bits: [home, ...reply.bits] }
}

/** That a day the customer named is over; nothing when none was. */
function passedBits(situation: Situation): Bits {
  const { said, language } = situation
  const words = said.when?.passed
  if (words === undefined) return []
  const ordinal = /^\d{1,2}(?:st|nd|rd|th)/u.exec(words)?.[0]
  const at = said.text.toLowerCase().indexOf(words)
  const month = /\p{L}{3,}$/u.test(words) && !words.endsWith('month')
  if (ordinal !== undefined && !month) return inLanguage(language, ordinalPassed, fromCustomer(ordinal, situation))
  if (at < 0 || !month) return inLanguage(language, dayPassed)
  return inLanguage(language, datePassed, fromCustomer(said.text.slice(at, at + words.length), situation))
}

/** Books the time, or moves the visit that is there to it. */
function* settle(
  visit: { readonly listingId: string; readonly startAtMs: number; readonly meetingId: string | undefined },
  situation: Situation,
): Plan<Reply> {
  const { language, state } = situation
  const { listingId, startAtMs, meetingId } = visit
  const told =
    meetingId === undefined
      ? yield* ask(bookVisit, { listingId, startAtMs })
      : yield* ask(rescheduleVisit, { meetingId, startAtMs })
  if (!told.ok) return { bits: [inLanguage(language, gone)], state: asking(state, 'others') }
  const { value } = told
  const { pending: _pending, ...rest } = state
  if (value.status === 'booked') return booked({ told, listingId }, { ...rest, selected: listingId }, situation)
  const kept: State = { ...rest, selected: listingId, pending: { listingId } }
  if (value.status === 'pending')
    return {
      bits: [inLanguage(language, waiting)],
      state: asking({ ...kept, visit: { meetingId: value.meetingId, listingId, startAtMs } }),
      chips: [person(language)],
    }
  const first = value.alternatives[0]
  if (first === undefined)
    return { bits: [inLanguage(language, noTimes)], state: asking(kept, 'person'), chips: [person(language)] }
  const at = fromTool(told, 'alternatives.0.startAtMs', {
    text: timeLabel(first.startAtMs, value.timeZone, localeOf(language)),
    kind: 'date',
    value: first.startAtMs,
  })
  return {
    bits: [inLanguage(language, takenThen, at)],
    state: asking({ ...kept, pending: { listingId, startAtMs: first.startAtMs } }, 'time'),
    cards: [{ kind: 'slots', callId: told.callId }],
  }
}

function booked(
  { told, listingId }: { readonly told: Brought<VisitResult>; readonly listingId: string },
  state: State,
  { language }: Situation,
): Reply {
  const { startAtMs, meetingId, timeZone } = told.value
  const at = fromTool(told, 'startAtMs', {
    text: timeLabel(startAtMs, timeZone, localeOf(language)),
    kind: 'date',
    value: startAtMs,
  })
  const done = fromTool(told, 'status', { text: bookedWord[language], kind: 'availability', value: 'booked' })
  return {
    bits: [inLanguage(language, isBooked, done, at)],
    state: asking({ ...state, visit: { meetingId, listingId, startAtMs } }, 'more'),
    cards: [{ kind: 'visit', callId: told.callId }],
    chips: [chips.others[language]],
  }
}

/** A turn that was begun again may have booked already: the visit is remembered and told, whatever else was asked. */
export function* withVisitMade(reply: Reply, situation: Situation): Plan<Reply> {
  const { context, language } = situation
  const toldAlready = reply.cards?.some((card) => card.kind === 'visit') === true
  if (context.messages.length < 2 || toldAlready) return reply
  const told = yield* ask(visitMade, {})
  const visit = told.ok ? told.value.visit : undefined
  if (!told.ok || visit?.status !== 'booked' || visit.meetingId === reply.state.visit?.meetingId) return reply
  const { startAtMs, meetingId, timeZone, listingId } = visit
  const at = fromTool(told, 'visit.startAtMs', {
    text: timeLabel(startAtMs, timeZone, localeOf(language)),
    kind: 'date',
    value: startAtMs,
  })
  const done = fromTool(told, 'visit.status', { text: bookedWord[language], kind: 'availability', value: 'booked' })
  const remembered = listingId === undefined ? {} : { visit: { meetingId, listingId, startAtMs } }
  return {
    ...reply,
    bits: [inLanguage(language, wasBooked, done, at), ...reply.bits],
    state: { ...reply.state, ...remembered },
    cards: [...(reply.cards ?? []).slice(0, 5), { kind: 'visit', callId: told.callId }],
  }
}

function* cancel(situation: Situation): Plan<Reply> {
  const { state, language } = situation
  if (state.visit === undefined)
    return { bits: [inLanguage(language, noVisit)], state: asking(state, 'person'), chips: [person(language)] }
  const told = yield* ask(cancelVisit, { meetingId: state.visit.meetingId })
  const { visit, ...rest } = state
  if (!told.ok || told.value.status !== 'cancelled')
    return {
      bits: [inLanguage(language, waiting)],
      state: asking({ ...rest, visit }, 'person'),
      chips: [person(language)],
    }
  return { bits: [inLanguage(language, cancelled)], state: asking(rest, 'more'), chips: [chips.others[language]] }
}

/** What is asked of the calendar: this message's day and time over the ones before. */
function wishOf(
  when: When | undefined,
  before: State['pending'],
): { readonly day?: string; readonly time?: string; readonly part?: NonNullable<When['part']> } {
  const now = when === undefined ? undefined : pendingOf(when)
  const day = now?.day ?? (when?.passed === undefined ? before?.day : undefined)
  const time = now?.time ?? (now?.day === undefined ? before?.time : undefined)
  return {
    ...(day === undefined ? {} : { day }),
    ...(time === undefined || day === undefined ? {} : { time }),
    ...(when?.part === undefined ? {} : { part: when.part }),
  }
}

function pendingOf(when: When): NonNullable<State['pending']> {
  const two = (value: number): string => String(value).padStart(2, '0')
  return {
    ...(when.day === undefined ? {} : { day: `${when.day.year}-${two(when.day.month)}-${two(when.day.day)}` }),
    ...(when.time === undefined ? {} : { time: `${two(when.time.hour)}:${two(when.time.minute)}` }),
  }
}

function localeOf(language: Situation['language']): 'en' | 'hi' {
  return language === 'hi' ? 'hi' : 'en'
}

const bookedWord = { en: 'booked', hinglish: 'booked', hi: 'बुक' } as const
const isBooked: Worded<readonly [Bit, Bit]> = {
  en: (done, at) => t`Your visit is ${done} for ${at}. Anything else I can help with?`,
  hinglish: (done, at) => t`Aapki visit ${done} hai: ${at}. Aur kuch madad karun?`,
  hi: (done, at) => t`आपकी विज़िट ${done} है: ${at}। और कुछ मदद करूँ?`,
}
const wasBooked: Worded<readonly [Bit, Bit]> = {
  en: (done, at) => t`Your visit is ${done} for ${at}.`,
  hinglish: (done, at) => t`Aapki visit ${done} hai: ${at}.`,
  hi: (done, at) => t`आपकी विज़िट ${done} है: ${at}।`,
}
const whichThen: Worded = {
  en: () => t`Gladly. Which of these homes would you like to see then?`,
  hinglish: () => t`Zaroor. Us samay inmein se kaunsa ghar dekhna chahenge?`,
  hi: () => t`ज़रूर। उस समय इनमें से कौन सा घर देखना चाहेंगे?`,
}
const askTime: Worded<readonly [Bit]> = {
  en: (at) => t`Would ${at} suit you, or one of these times?`,
  hinglish: (at) => t`Kya ${at} theek rahega, ya inmein se koi samay?`,
  hi: (at) => t`क्या ${at} ठीक रहेगा, या इनमें से कोई समय?`,
}
const noneThatDay: Worded<readonly [Bit]> = {
  en: (at) => t`I have no time for a visit that day, sorry. Would ${at} suit you, or one of these times?`,
  hinglish: (at) => t`Us din visit ka samay nahi hai. Kya ${at} theek rahega, ya inmein se koi samay?`,
  hi: (at) => t`उस दिन विज़िट का समय नहीं है। क्या ${at} ठीक रहेगा, या इनमें से कोई समय?`,
}
const ofHome: Worded<readonly [Bit]> = {
  en: (title) => t`For ${title}:`,
  hinglish: (title) => t`${title} ke liye:`,
  hi: (title) => t`${title} के लिए:`,
}
const ordinalPassed: Worded<readonly [Bit]> = {
  en: (day) => t`The ${day} has passed.`,
  hinglish: (day) => t`${day} tarikh nikal chuki hai.`,
  hi: (day) => t`${day} तारीख निकल चुकी है।`,
}
const datePassed: Worded<readonly [Bit]> = {
  en: (day) => t`${day} has passed.`,
  hinglish: (day) => t`${day} nikal chuka hai.`,
  hi: (day) => t`${day} निकल चुका है।`,
}
const dayPassed: Worded = {
  en: () => t`That day has passed.`,
  hinglish: () => t`Woh din nikal chuka hai.`,
  hi: () => t`वह दिन निकल चुका है।`,
}
const takenThen: Worded<readonly [Bit]> = {
  en: (at) => t`That time is taken, sorry. Would ${at} work, or one of these?`,
  hinglish: (at) => t`Woh samay nahi mil payega. Kya ${at} chalega, ya inmein se koi?`,
  hi: (at) => t`वह समय नहीं मिल पाएगा। क्या ${at} चलेगा, या इनमें से कोई?`,
}
const closedThen: Worded<readonly [Bit]> = {
  en: (at) => t`We have no visits at that time, sorry. Would ${at} work, or one of these?`,
  hinglish: (at) => t`Us samay visit nahi hoti. Kya ${at} chalega, ya inmein se koi?`,
  hi: (at) => t`उस समय विज़िट नहीं होती। क्या ${at} चलेगा, या इनमें से कोई?`,
}
const noTimes: Worded = {
  en: () => t`I see no free time for a visit just now. Shall a colleague call you to arrange one?`,
  hinglish: () => t`Abhi visit ka koi samay nahi mil raha. Kya ek colleague aapse baat kare?`,
  hi: () => t`अभी विज़िट का कोई समय नहीं मिल रहा। क्या एक सहकर्मी आपसे बात करे?`,
}
const noneYet: Worded = {
  en: () =>
    t`Gladly. Which home would you like to see? Tell me the area and the number of bedrooms, and I will show you some.`,
  hinglish: () => t`Zaroor. Kaunsa ghar dekhna hai? Area aur bedrooms bataiye, main kuch dikhata hun.`,
  hi: () => t`ज़रूर। कौन सा घर देखना है? इलाका और बेडरूम बताइए, मैं कुछ दिखाता हूँ।`,
}
const waiting: Worded = {
  en: () =>
    t`I have passed that on and am waiting for the calendar to answer. You will see it here as soon as it does.`,
  hinglish: () => t`Maine request bhej di hai, calendar ke jawab ka intezaar hai. Jaise hi aayega, yahin dikhega.`,
  hi: () => t`मैंने अनुरोध भेज दिया है, कैलेंडर के जवाब का इंतज़ार है। जैसे ही आएगा, यहीं दिखेगा।`,
}
const noVisit: Worded = {
  en: () => t`I do not see a visit of yours in this chat. Shall I bring in a colleague?`,
  hinglish: () => t`Is chat mein aapki koi visit nahi dikh rahi. Kya kisi colleague ko bulaun?`,
  hi: () => t`इस चैट में आपकी कोई विज़िट नहीं दिख रही। क्या किसी सहकर्मी को बुलाऊँ?`,
}
const cancelled: Worded = {
  en: () => t`Your visit is cancelled. Shall I look for another home or time?`,
  hinglish: () => t`Aapki visit cancel ho gayi. Dusra ghar ya samay dekhun?`,
  hi: () => t`आपकी विज़िट रद्द हो गई। क्या दूसरा घर या समय देखूँ?`,
}
const gone: Worded = {
  en: () => t`That home is no longer on our list. Shall I show you others?`,
  hinglish: () => t`Woh ghar ab list mein nahi hai. Dusre dikhaun?`,
  hi: () => t`वह घर अब सूची में नहीं है। क्या दूसरे दिखाऊँ?`,
}
