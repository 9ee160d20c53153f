import type { HandOffReason, Intent } from '#machines/conversation-contract.ts'
import { numberOf } from '../mentions.ts'
import type { Act } from './acts.ts'
import type { State } from './state.ts'
import type { Understanding } from './understand.ts'

/** What is to be done with a message. `outside`: nothing we do. */
export interface Decision {
  readonly intent: Intent
  readonly outside: boolean
  /** Whether the message answers what the assistant had asked. */
  readonly expected: boolean
  readonly handOff?: HandOffReason
}

const money: readonly Act[] = ['emi', 'afford', 'duty', 'yield']
const visits: readonly Act[] = ['book', 'reschedule', 'cancel', 'availability']
const searching: readonly Act[] = ['find', 'others', 'cheaper', 'details']
const social: readonly Act[] = ['greet', 'thanks', 'goodbye', 'services', 'identity', 'knowledge', 'sell']

/** Questions whose answer continues a search. */
const searchQuestions: readonly State['asked'][] = ['place', 'bedrooms', 'budget', 'purpose', 'which-home']

/** Reasons for a person that no model may overrule. They are read from the customer's words alone. */
export function handOffIn(said: Understanding): HandOffReason | undefined {
  const { acts, text } = said
  if (acts.has('person')) return 'asked-for-person'
  if (acts.has('complaint')) return 'complaint'
  if (acts.has('legal') && !/(?:tennis|basketball|badminton|squash|food|sports) courts?/iu.test(text)) return 'legal'
  if (acts.has('negotiate')) return 'negotiation'
  return several(said) ? 'several-intents' : undefined
}

/** Three different things at once, or a booking and a computation asked for in separate clauses. */
function several({ acts, text }: Understanding): boolean {
  const clauses = text
    .split(/[.?!;]|,? (?:and also|and|also|aur|plus|then|और) /u)
    .filter((clause) => clause.trim() !== '')
  const kinds = [
    money.some((act) => acts.has(act)),
    visits.some((act) => acts.has(act)),
    acts.has('sell'),
    acts.has('knowledge'),
  ]
  const count = kinds.filter(Boolean).length
  const both = money.some((act) => acts.has(act)) && visits.some((act) => acts.has(act))
  return clauses.length >= 2 && (count >= 3 || both)
}

/** Where a message goes, by what it says and what was asked before. */
export function decide(said: Understanding, state: State): Decision {
  const handOff = handOffIn(said) ?? (state.asked === 'person' && wantsPerson(said) ? 'asked-for-person' : undefined)
  const expected = answersQuestion(said, state)
  const intent = intentOf(said, state, expected)
  const base = { intent: intent ?? 'general', outside: intent === undefined && handOff === undefined, expected }
  return handOff === undefined ? base : { ...base, handOff }
}

/** A yes to «shall I bring a colleague in?»; not «that apartment sounds good», «yes, book a visit» or «okay, thanks, that's all». */
function wantsPerson(said: Understanding): boolean {
  const { acts, answer, when, text } = said
  const ofHome = acts.has('select') && homeWords.test(text)
  const leaving = (acts.has('thanks') || acts.has('goodbye')) && !/^(?:yes|yeah|yep|sure|haan|ji|हाँ|हां|जी)/iu.test(text)
  const visiting = when !== undefined || visits.some((act) => acts.has(act))
  return answer === 'yes' && plain(said) && !ofHome && !leaving && !visiting
}

const homeWords = /(?<![\p{L}])(?:apartments?|flat|home|house|place|property|one|works for me|interested)(?![\p{L}])/iu

function intentOf(said: Understanding, state: State, expected: boolean): Intent | undefined {
  const { acts, wishes, choice, answer, when, loan } = said
  const does = (group: readonly Act[]): boolean => group.some((act) => acts.has(act))
  const wishing = Object.keys(wishes).length > 0
  const rooms = wishes.bedrooms !== undefined || wishes.priceMaxMinor !== undefined
  const browsing = acts.has('find') && rooms
  if (acts.has('sell')) return 'general'
  if (does(money)) return 'price'
  if (declines(said, state)) return 'general'
  if (said.comparing && state.shown.length > 1) return 'property'
  if (does(visits) && !(browsing && when === undefined && !/visit|schedule|appointment|tour/iu.test(said.text)))
    return 'booking'
  if (when !== undefined && (said.domain || state.shown.length > 0 || state.pending !== undefined || expected))
    return 'booking'
  if (expected && answer !== undefined) {
    if (said.fields.length > 0) return 'property'
    if (state.asked === 'visit' || state.asked === 'slot' || state.asked === 'time' || state.asked === 'cancel')
      return answer === 'yes' ? 'booking' : plain(said) ? 'general' : laterIntent(said)
    if (state.asked === 'emi' && answer === 'yes') return 'price'
    if (state.asked === 'others' && answer === 'yes') return 'property'
  }
  if (Object.keys(loan).length > 0 && state.shown.length > 0) return 'price'
  if (state.asked === 'income' && wishes.priceMaxMinor !== undefined) return 'price'
  if (state.asked === 'which-home' && expected && fromChoice(said) && !leavesNow(said))
    return state.pending === undefined ? 'property' : 'booking'
  if (said.fields.includes('maintenance') && state.shown.length > 0) return 'property'
  if (acts.has('price') && !does(searching) && (state.shown.length > 0 || choice !== undefined || !wishing))
    return 'price'
  if (said.fields.length > 0 && state.shown.length > 0) return 'property'
  if (leaves(said)) return 'general'
  if (acts.has('knowledge') && !acts.has('others') && !rooms && /documents?|process|procedure|दस्तावेज/iu.test(said.text))
    return 'general'
  if (does(searching)) return 'property'
  if (acts.has('knowledge') || acts.has('sell')) return 'general'
  return (
    laterIntent(said) ??
    (expected && searchQuestions.includes(state.asked ?? 'more')
      ? 'property'
      : acts.has('select') && state.shown.length > 0
        ? 'property'
        : does(social) || answer !== undefined
          ? 'general'
          : undefined)
  )
}

/** «No, I will book it later»: a no to what was offered, without another time. */
function declines({ answer, when, acts, fields }: Understanding, { asked }: State): boolean {
  return (
    answer === 'no' &&
    when === undefined &&
    fields.length === 0 &&
    (asked === 'visit' || asked === 'slot' || asked === 'time') &&
    !searching.some((act) => acts.has(act)) &&
    !acts.has('reschedule')
  )
}

/** A home is picked, or the one last spoken of agreed to, without anything else being asked. */
function fromChoice({ acts, fields, wishes, loan }: Understanding): boolean {
  const asksElse = searching.some((act) => acts.has(act)) || money.some((act) => acts.has(act)) || acts.has('price')
  return !asksElse && fields.length === 0 && Object.keys(wishes).length === 0 && Object.keys(loan).length === 0
}

/** «Thanks, that's all»: its «that» picks no home. */
function leavesNow(said: Understanding): boolean {
  const picks = said.choice !== undefined && said.choice.kind !== 'this'
  return !picks && leaves(said) && (said.acts.has('goodbye') || (!said.acts.has('select') && said.answer !== 'yes'))
}

/** Thanks and goodbyes that ask for nothing. */
function leaves({ acts, fields, wishes, located }: Understanding): boolean {
  const asksNothing = fields.length === 0 && Object.keys(wishes).length === 0 && located.length === 0
  return asksNothing && (acts.has('goodbye') || (acts.has('thanks') && !acts.has('others') && !acts.has('find')))
}

/** A bare number given when the bedrooms were asked for: «just two», «3 will do». */
export function bedroomsAnswered(said: Understanding, state: State): number | undefined {
  if (said.wishes.bedrooms !== undefined) return said.wishes.bedrooms
  const bare = /(?<![\p{L}\d])(\d{1,2}|one|two|three|four|five|six|ek|do|teen|char|एक|दो|तीन|चार)(?![\p{L}\d])/iu.exec(
    said.text,
  )?.[1]
  const rooms = bare === undefined ? Number.NaN : numberOf(bare)
  const short = said.wishes.bathrooms === undefined && said.when === undefined && said.text.length < 80
  return state.asked === 'bedrooms' && short && rooms >= 1 && rooms <= 10 ? rooms : undefined
}

/** What the words alone say once no act stands out. */
function laterIntent({
  wishes,
  fields,
  choice,
  acts,
  domain,
  coverage,
  indifferent,
}: Understanding): Intent | undefined {
  if (fields.length > 0 && (domain || coverage > 0.6)) return 'property'
  if (Object.keys(wishes).length > 0 && (domain || coverage > 0.6)) return 'property'
  if (choice !== undefined && choice.kind !== 'this' && coverage > 0.6) return 'property'
  if (indifferent && coverage > 0.5) return 'property'
  return domain && !acts.has('goodbye') && !acts.has('thanks') ? 'property' : undefined
}

/** Whether a message answers the question that was asked. A place is known only once it is looked up, so a short text may be one. */
function answersQuestion(said: Understanding, state: State): boolean {
  const { asked } = state
  const { answer, when, choice, wishes, contentWords, loan, others, located, indifferent } = said
  switch (asked) {
    case undefined:
      return false
    case 'place':
      return located.length > 0 || (others.length > 0 && contentWords <= 4) || indifferent
    case 'bedrooms':
      return Object.keys(wishes).length > 0 || indifferent || bedroomsAnswered(said, state) !== undefined
    case 'budget':
    case 'purpose':
      return (
        Object.keys(wishes).length > 0 ||
        indifferent ||
        (/^\D{0,12}\d{1,3}\D{0,12}$/u.test(said.text) && contentWords <= 3)
      )
    case 'which-home':
      return choice !== undefined || answer === 'yes' || said.acts.has('select')
    case 'time':
    case 'slot':
      return when !== undefined || answer !== undefined || choice !== undefined
    case 'income':
      return Object.keys(loan).length > 0 || wishes.priceMaxMinor !== undefined
    case 'visit':
      return answer !== undefined || when !== undefined || said.acts.has('select')
    case 'emi':
    case 'others':
    case 'person':
    case 'more':
    case 'cancel':
      return answer !== undefined || said.acts.has('thanks') || said.acts.has('goodbye')
  }
}

function plain({ contentWords, fields, acts }: Understanding): boolean {
  return fields.length === 0 && !acts.has('find') && !acts.has('others') && contentWords <= 8
}
