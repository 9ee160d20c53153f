import { parseEmail, parsePhone } from '#rag/parse/contact.ts'
import { mentionsIn, plainDigits, type Mention } from '../mentions.ts'
import { createActReader, type Act, type FoundAct } from './acts.ts'
import { createFieldReader, type Field } from './fields.ts'
import { languageOf, type Language } from './language.ts'
import { isOrdinary, placeWords } from './places.ts'
import { whenIn, type When } from './when.ts'
import { wishesIn, type Wishes } from './wishes.ts'
import { createYesNoReader } from './yes-no.ts'

/** Which of the homes shown the customer means. */
export type Choice =
  | { readonly kind: 'nth'; readonly n: number }
  | { readonly kind: 'last' | 'cheapest' | 'largest' | 'this' }
  | { readonly kind: 'home'; readonly id: string }

/** What a customer said about a loan. */
export interface LoanWords {
  readonly downPercent?: number
  readonly downMinor?: number
  readonly ratePercent?: number
  readonly months?: number
  readonly loanMinor?: number
  readonly incomeMinor?: number
}

export interface Contact {
  readonly name?: string
  readonly phone?: string
  readonly email?: string
}

/** All that one message says, before any memory is looked at. */
export interface Understanding {
  readonly text: string
  readonly language: Language
  readonly acts: ReadonlySet<Act>
  readonly found: readonly FoundAct[]
  readonly wishes: Wishes
  readonly loan: LoanWords
  readonly when?: When
  readonly choice?: Choice
  readonly fields: readonly Field[]
  readonly answer?: 'yes' | 'no'
  readonly located: readonly string[]
  readonly others: readonly string[]
  readonly contact: Contact
  readonly timeline?: 'now' | 'three-months' | 'six-months' | 'later'
  /** «any budget», «does not matter». */
  readonly indifferent: boolean
  /** Share of the meaningful words that were understood, 0 to 1; 1 for none. */
  readonly coverage: number
  readonly contentWords: number
  /** «Compare the first and the third», «which is better». */
  readonly comparing: boolean
  /** Which of those shown the message numbers, in its order. */
  readonly ordinals: readonly number[]
  /** Whether a place of ours is named: known once it was looked up. */
  readonly placed: boolean
  /** Whether anything is about homes at all. */
  readonly domain: boolean
}

export interface Moment {
  readonly atMs: number
  readonly timeZone: string
  readonly language: Language
}

/** Text beyond this is not read: nobody asks about a home in more. */
const readMax = 1500

const domainWords =
  /(?<![\p{L}\p{M}])(?:apartments?|flats?|houses?|homes?|propert(?:y|ies)|villas?|plots?|bhk|bed ?rooms?|bath ?rooms?|rent(?:al|ing)?|lease|emi|stamp duty|carpet|rera|landlord|tenant|owner|broker|builder|possession|site visit|viewing|localit(?:y|ies)|real estate|studio|penthouse|realtor|furnished|unfurnished|listings?|square f(?:ee|oo)t|sq ?ft|home loan|mortgage|ghar|makaa?n|kiraya?e?|किराया|घर|फ्लैट|मकान|बीएचके)(?![\p{L}\p{M}])/iu
const choices: readonly (readonly [RegExp, Choice])[] = [
  [rx('cheapest(?: one)?|lowest price(?:d)?|sabse sast[aei]|सबसे सस्त[ाेी]'), { kind: 'cheapest' }],
  [rx('largest|biggest|sabse bad[aei]|सबसे बड़[ाेी]'), { kind: 'largest' }],
  [rx('last one|the last|last option|aakhri|aakhiri|आखिरी|आखरी'), { kind: 'last' }],
  [
    rx('first(?: one| option| flat| home)?|1st|pehl[aei]|pahl[aei]|option 1|number 1|no\\.? ?1|#1|पहल[ाेी]'),
    { kind: 'nth', n: 1 },
  ],
  [
    rx('second(?: one| option)?|2nd(?! of| march| april)|d(?:oo|u)sr[aei]|option 2|number 2|no\\.? ?2|#2|दूसर[ाेी]'),
    { kind: 'nth', n: 2 },
  ],
  [
    rx('third(?: one| option)?|3rd(?! of| march| april)|t(?:ee|i)sr[aei]|option 3|number 3|no\\.? ?3|#3|तीसर[ाेी]'),
    { kind: 'nth', n: 3 },
  ],
  [
    rx('fourth(?: one| option)?|4th (?:one|option|flat|home)|chauth[aei]|option 4|number 4|#4|चौथ[ाेी]'),
    { kind: 'nth', n: 4 },
  ],
  [
    rx('fifth(?: one| option)?|5th (?:one|option|flat|home)|paanchv[aei]|option 5|number 5|#5|पांचव[ाेी]'),
    { kind: 'nth', n: 5 },
  ],
  [
    rx(
      '(?:th(?:is|at)(?! (?:(?:week|month|year|time|evening|afternoon|morning|coming)|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)(?![\\p{L}]))|it)(?: one| apartment| flat| home| house| property| place)?|is(?:ka|ki|ke|me|mein)|us(?:ka|ki|ke)|yeh? wal[aei]|ye|yeh|इसक[ाेी]|यह|इसे',
    ),
    { kind: 'this' },
  ],
]
const comparingWords = rx(
  'compar\\w+|which (?:one )?is better|better (?:one|option)|differences? between|dono mein|kaunsa (?:behtar|better|accha|achha)|तुलना|कौन सा बेहतर',
)
const downNear = /down|dp\b|डाउन|upfront/iu
const incomeNear = /salary|income|earn|make|take ?home|kamai|kama|tankhw|वेतन|सैलरी|आय/iu
const indifferentWords = rx(
  '(?:any|no) (?:budget|price|area|locality|place|location|preference)|(?:does ?n.?t|don.?t|do not|not) (?:matter|mind|care)|anything (?:is )?(?:fine|ok(?:ay)?|works)|no preference|anywhere|kahin bhi|koi bhi|kuch bhi|chalega|कहीं भी|कोई भी|flexible|whatever',
)

function rx(words: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{M}\\d])(?:${words})(?![\\p{L}\\p{M}\\d])`, 'iu')
}

/** Messages whose reading is remembered: a turn asks for the same one once for each of its tools, and the next turn never. */
const rememberedMax = 128

/** «…and you show me villas»: what was shown is not what is wanted. */
const reproach = /(?<![\p{L}])you (?:guys |people )?(?:keep |only |are )?(?:show|send|sent|gave|giv)\w*.*$/iu

/** Makes the reader of messages; its patterns are compiled once a process. Pure: the same words at the same moment mean the same. */
export function createUnderstanding(): (text: string, moment: Moment) => Understanding {
  const remembered = new Map<string, Understanding>()
  return (text, moment) => {
    const key = `${moment.atMs} ${moment.timeZone} ${moment.language} ${text.slice(0, readMax * 4)}`
    const known = remembered.get(key)
    if (known !== undefined) return known
    shared.read ??= createReader()
    const understanding = shared.read(text, moment)
    if (remembered.size >= rememberedMax) remembered.delete(remembered.keys().next().value ?? '')
    remembered.set(key, understanding)
    return understanding
  }
}

/**
 * Patterns are compiled when they are first used, which takes a fifth of a second in which a process does nothing else: better before the
 * first customer than during.
 */
export function warmUp(): void {
  const understand = createUnderstanding()
  for (const text of ['Can I visit the 2 BHK tomorrow at 5 pm?', 'कल शाम 5 बजे 2 बीएचके देख सकते हैं?'])
    understand(text, { atMs: 0, timeZone: 'UTC', language: 'en' })
}

type Reader = (text: string, moment: Moment) => Understanding

const shared: { read?: Reader } = {}

function createReader(): Reader {
  const readActs = createActReader()
  const readFields = createFieldReader()
  const readYesNo = createYesNoReader()
  return (original, moment) => {
    const text = clean(original)
    const mentions = mentionsIn(text)
    const found = readActs(text)
    const acts = new Set(found.map(({ act }) => act))
    const loan = loanIn(text, mentions, acts)
    const read = wishesIn(
      text.replace(reproach, ''),
      mentions.filter((each) => !loan.used.includes(each)),
    )
    const asked = readFields(text)
    const spoken = whenIn(text, moment.atMs, moment.timeZone)
    const movingIn = asked.fields.includes('ready') && !acts.has('book')
    const when = takingLeave(text, acts) || movingIn ? undefined : spoken
    const answer = readYesNo(text)
    const chosen = choices.find(([pattern]) => pattern.test(text))
    const choice = chosen?.[1]
    const choiceSpans = chosen === undefined || choice?.kind === 'this' ? [] : matchOf(chosen[0], text)
    const numbered = choices.flatMap(([pattern, { kind }]) => (kind === 'nth' ? matchOf(pattern, text) : []))
    const compared = matchOf(comparingWords, text)
    const chosenSpans = [...choiceSpans, ...numbered, ...compared]
    const spans = [
      ...read.spans,
      ...chosenSpans,
      ...asked.spans,
      ...found,
      ...mentions,
      ...wordsAt(text, spoken?.words ?? []),
    ]
    const known = (index: number): boolean => spans.some(({ start, end }) => index >= start && index < end)
    const solid = [
      ...read.spans,
      ...chosenSpans,
      ...mentions.filter((each) => !namesPlace(each, text)),
      ...wordsAt(text, spoken?.words ?? []),
    ]
    const taken = (index: number): boolean => solid.some(({ start, end }) => index >= start && index < end)
    const contact = contactIn(text)
    const timeline = timelineIn(text)
    return {
      text,
      language: languageOf(text, moment.language),
      acts,
      found,
      wishes: read.wishes,
      loan: loan.words,
      fields: asked.fields,
      ...placeWords(text, (index) => taken(index) || isContact(text, index, contact)),
      contact,
      comparing: comparingWords.test(text),
      ordinals: ordinalsIn(text),
      placed: false,
      indifferent: indifferentWords.test(text),
      ...(when === undefined ? {} : { when }),
      ...(choice === undefined ? {} : { choice }),
      ...(answer === undefined ? {} : { answer }),
      ...(timeline === undefined ? {} : { timeline }),
      ...coverageOf(text, known),
      domain:
        domainWords.test(text) || acts.has('emi') || acts.has('duty') || acts.has('knowledge') || acts.has('find'),
    }
  }
}

/** The same once some of its words have turned out to be places of ours. */
export function withPlacesKnown(said: Understanding, matched: readonly string[]): Understanding {
  if (matched.length === 0) return said
  const letters = matched.reduce((sum, each) => sum + each.split(' ').length, 0)
  const coverage = Math.min(1, said.coverage + letters / Math.max(1, said.contentWords))
  return {
    ...said,
    placed: true,
    coverage,
    domain: said.domain || coverage >= 0.6,
    located: [...new Set([...matched, ...said.located])],
  }
}

/** «Sector 57», «Phase 2»: the number belongs to a place's name. */
function namesPlace({ kind, start }: Mention, text: string): boolean {
  return kind === 'count' && /(?:sector|sec|phase|stage|block|ward|सेक्टर|फेज|फेज़)[\s.-]*$/iu.test(text.slice(0, start))
}

function matchOf(pattern: RegExp, text: string): readonly { readonly start: number; readonly end: number }[] {
  const match = pattern.exec(text)
  return match === null ? [] : [{ start: match.index, end: match.index + match[0].length }]
}

function ordinalsIn(text: string): readonly number[] {
  return choices
    .flatMap(([pattern, choice]) => (choice.kind === 'nth' ? [{ n: choice.n, at: text.search(pattern) }] : []))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at)
    .map(({ n }) => n)
}

/** «That is all for today, thanks» names no day for a visit. */
function takingLeave(text: string, acts: ReadonlySet<Act>): boolean {
  return (acts.has('thanks') || acts.has('goodbye')) && !acts.has('book') && /\b(?:today|tonight|now)\b/iu.test(text)
}

/** No control or direction characters, white space folded, at most `readMax` letters. */
export function clean(text: string): string {
  return plainDigits(text.slice(0, readMax * 4))
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim()
    .slice(0, readMax)
}

function coverageOf(
  text: string,
  known: (index: number) => boolean,
): { readonly coverage: number; readonly contentWords: number } {
  const words = [...text.matchAll(/[\p{L}\p{M}\d][\p{L}\p{M}\d'’]*/gu)]
  const content = words.filter((match) => known(match.index) || !isOrdinary(match[0]))
  const understood = content.filter((match) => known(match.index))
  return { coverage: content.length === 0 ? 1 : understood.length / content.length, contentWords: content.length }
}

function wordsAt(text: string, words: readonly string[]): readonly { readonly start: number; readonly end: number }[] {
  const lower = text.toLowerCase()
  return words.flatMap((each) => {
    const start = lower.indexOf(each)
    return start < 0 ? [] : [{ start, end: start + each.length }]
  })
}

/** Amounts, shares and years that belong to a loan and not to the price of a home. */
function loanIn(
  text: string,
  mentions: readonly Mention[],
  acts: ReadonlySet<Act>,
): { readonly words: LoanWords; readonly used: readonly Mention[] } {
  const about = acts.has('emi') || acts.has('afford')
  const used: Mention[] = []
  let words: LoanWords = {}
  for (const each of mentions) {
    const near = text.slice(Math.max(0, each.start - 22), each.end + 18)
    const before = text.slice(Math.max(0, each.start - 26), each.start)
    const next = loanPart(each, { near, before, about })
    if (next === undefined) continue
    used.push(each)
    words = { ...words, ...next }
  }
  return { words, used }
}

function loanPart(
  each: Mention,
  around: { readonly near: string; readonly before: string; readonly about: boolean },
): LoanWords | undefined {
  if (each.kind === 'percent') {
    if (/(?:at|@|rate of)\s*$/iu.test(around.before)) return { ratePercent: each.value }
    if (downNear.test(around.near) && !/interest|rate|byaj|ब्याज/iu.test(around.before))
      return { downPercent: each.value }
    return each.value < 16 || /interest|rate|byaj|ब्याज/iu.test(around.near)
      ? { ratePercent: each.value }
      : { downPercent: each.value }
  }
  if (each.kind === 'months')
    return around.about || /tenure|loan|emi|for/iu.test(around.before) ? { months: each.months } : undefined
  if (each.kind !== 'money') return undefined
  if (downNear.test(around.near)) return { downMinor: each.minor }
  if (incomeNear.test(around.near)) return { incomeMinor: each.minor }
  return around.about && /loan/iu.test(around.near) ? { loanMinor: each.minor } : undefined
}

function contactIn(text: string): Contact {
  const phone = parsePhone(/\+?\d[\d\s().-]{8,16}\d/u.exec(text)?.[0] ?? '')
  const email = parseEmail(/[^\s@<>()]+@[^\s@<>()]+\.[a-z]{2,}/iu.exec(text)?.[0] ?? '')
  const name =
    /(?:my name is|i am called|this is|mera naam|मेरा नाम)\s+(\p{Lu}[\p{L}\p{M}]+(?: \p{Lu}[\p{L}\p{M}]+)?|\p{Lo}[\p{L}\p{M}]+)/u.exec(
      text,
    )?.[1]
  return {
    ...(phone === undefined ? {} : { phone }),
    ...(email === undefined ? {} : { email }),
    ...(name === undefined ? {} : { name }),
  }
}

function isContact(text: string, index: number, contact: Contact): boolean {
  return [contact.email, contact.name].some((each) => {
    const start = each === undefined ? -1 : text.indexOf(each)
    return each !== undefined && start >= 0 && index >= start && index < start + each.length
  })
}

function timelineIn(text: string): Understanding['timeline'] {
  if (rx('immediately|asap|urgent(?:ly)?|right away|this (?:week|month)|turant|jaldi|तुरंत|जल्दी').test(text)) return 'now'
  if (rx('(?:in|within) (?:2|3|two|three|a couple of|a few) months?|(?:2|3|do|teen) mahine').test(text))
    return 'three-months'
  if (rx('(?:in|within) (?:4|5|6|four|five|six) months?|(?:6|chhe) mahine').test(text)) return 'six-months'
  return rx('next year|just (?:looking|browsing|exploring)|no (?:hurry|rush)|later this year|agle saal').test(text)
    ? 'later'
    : undefined
}
