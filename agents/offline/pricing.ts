import { formatMoney, formatPercent } from '#rag/format.ts'
import { affordability, emi, getListing, rentalYield, stampDuty } from '../tools/shapes.ts'
import { inLanguage, t, type Bit, type Worded } from './bits.ts'
import { ask, type Plan } from './plan.ts'
import { person, whichHome } from './property.ts'
import { chips, whichArea } from './property-words.ts'
import { asking, figures, fromTool, targetOf, type Reply, type Situation } from './specialist.ts'

/** Prices, instalments, what an income carries, stamp duty, rental yield. Every figure is computed by a tool. */
export function* pricing(situation: Situation): Plan<Reply> {
  const { said, state } = situation
  const { acts } = said
  if (acts.has('afford') || state.asked === 'income') return yield* afford(situation)
  if (acts.has('duty')) return yield* duty(situation)
  if (acts.has('yield')) return yield* yieldOf(situation)
  const loanNow = acts.has('emi') || Object.keys(said.loan).length > 0 || state.asked === 'emi'
  return loanNow ? yield* instalment(situation) : yield* price(situation)
}

function* instalment(situation: Situation): Plan<Reply> {
  const { said, state, language } = situation
  const target = targetOf(situation)
  const loan = { ...state.loan, ...said.loan }
  const named = said.wishes.priceMaxMinor ?? (target === undefined ? state.wishes.priceMaxMinor : undefined)
  if (
    loan.loanMinor === undefined &&
    target === undefined &&
    said.wishes.priceMaxMinor === undefined &&
    state.shown.length > 1
  )
    return { ...whichHome(situation), state: asking({ ...state, loan }, 'which-home') }
  if (target === undefined && named === undefined && loan.loanMinor === undefined)
    return { bits: [inLanguage(language, askPrice)], state: asking({ ...state, loan }, 'emi') }
  const { loanMinor, incomeMinor: _income, ...terms } = loan
  const of: { readonly priceMinor?: number | undefined; readonly loanMinor?: number; readonly listingId?: string } =
    said.wishes.priceMaxMinor !== undefined || target === undefined
      ? loanMinor === undefined
        ? { priceMinor: named }
        : { loanMinor }
      : { listingId: target }
  const told = yield* ask(emi, { ...of, ...terms })
  if (!told.ok) return told.error.includes('for rent') ? noLoan(situation) : refused(situation)
  const { emiMinor, loanMinor: lent, annualRatePercent, months, downPaymentMinor, downPercent, asked } = told.value
  const money = (path: 'emiMinor' | 'loanMinor' | 'downPaymentMinor', value: number): Bit =>
    fromTool(told, path, { text: formatMoney(value, 'INR'), kind: 'calculation', value })
  const percent = (path: string, value: number | undefined): Bit =>
    value === undefined ? '' : fromTool(told, path, { text: formatPercent(value), kind: 'rate', value })
  const words: LoanBits = {
    price: fromTool(told, 'priceMinor', {
      text: formatMoney(told.value.priceMinor, 'INR'),
      kind: 'calculation',
      value: told.value.priceMinor,
    }),
    lend: percent('lendPercent', told.value.lendPercent),
    askedPercent: percent('asked.downPercent', asked?.downPercent),
    askedEmi:
      asked === undefined
        ? ''
        : fromTool(told, 'asked.emiMinor', {
            text: formatMoney(asked.emiMinor, 'INR'),
            kind: 'calculation',
            value: asked.emiMinor,
          }),
    emi: money('emiMinor', emiMinor),
    loan: money('loanMinor', lent),
    down: money('downPaymentMinor', downPaymentMinor),
    downPercent: percent('downPercent', downPercent),
    rate: percent('annualRatePercent', annualRatePercent),
    term: fromTool(told, 'months', {
      text:
        months % 12 === 0
          ? `${months / 12} ${language === 'en' ? 'years' : language === 'hi' ? 'साल' : 'saal'}`
          : `${months} ${language === 'hi' ? 'महीने' : 'months'}`,
      kind: 'count',
      value: months,
    }),
  }
  return {
    bits: [
      asked === undefined ? [] : inLanguage(language, tooLittleDown, words),
      inLanguage(language, of.priceMinor === undefined ? emiIs : emiOfPrice, words),
      downPaymentMinor > 0 && asked === undefined ? inLanguage(language, downIs, words) : [],
      asked === undefined ? [] : inLanguage(language, asAsked, words),
    ],
    state: asking({ ...state, loan, ...(target === undefined ? {} : { selected: target }) }),
    cards: [{ kind: 'calculation', callId: told.callId }],
    chips: [...(target === undefined ? [] : [chips.visitThis[language]]), chips.others[language]],
  }
}

interface LoanBits {
  readonly price: Bit
  /** Of a home at this price, what a bank may lend. */
  readonly lend: Bit
  readonly askedPercent: Bit
  readonly askedEmi: Bit
  readonly emi: Bit
  readonly loan: Bit
  readonly down: Bit
  readonly downPercent: Bit
  readonly rate: Bit
  readonly term: Bit
}

function* price(situation: Situation): Plan<Reply> {
  const { state, language } = situation
  const target = targetOf(situation)
  if (target === undefined)
    return state.shown.length > 1
      ? whichHome(situation)
      : { bits: [inLanguage(language, askWhat)], state: asking(state, 'place') }
  const told = yield* ask(getListing, { id: target })
  const home = told.ok ? told.value.listing : undefined
  if (home === undefined) return refused(situation)
  const text = t`${figures.text(home, 'title')}: ${figures.exactPrice(home)}${home.purpose === 'rent' ? inLanguage(language, aMonth) : ''}.`
  return {
    bits: [text],
    state: asking({ ...state, selected: target }),
    cards: [{ kind: 'listing', listingId: target }],
    chips: [...(home.purpose === 'sale' ? [chips.emiThis[language]] : []), chips.visitThis[language]],
  }
}

function* afford(situation: Situation): Plan<Reply> {
  const { said, state, language } = situation
  const income = said.loan.incomeMinor ?? said.wishes.priceMaxMinor ?? state.loan.incomeMinor
  if (income === undefined) return { bits: [inLanguage(language, askIncome)], state: asking(state, 'income') }
  const { ratePercent, months, downMinor } = said.loan
  const terms = {
    ...(ratePercent === undefined ? {} : { ratePercent }),
    ...(months === undefined ? {} : { months }),
    ...(downMinor === undefined ? {} : { savingsMinor: downMinor }),
  }
  const told = yield* ask(affordability, { monthlyIncomeMinor: income, ...terms })
  if (!told.ok || told.value.loanMinor <= 0) return refused(situation)
  const money = (path: 'emiMaxMinor' | 'loanMinor' | 'priceMinor'): Bit =>
    fromTool(told, path, { text: formatMoney(told.value[path], 'INR'), kind: 'calculation', value: told.value[path] })
  return {
    bits: [
      inLanguage(language, affordIs, {
        price: money('priceMinor'),
        loan: money('loanMinor'),
        emi: money('emiMaxMinor'),
      }),
      state.places.length === 0 ? inLanguage(language, whichArea) : [],
    ],
    state: asking(
      {
        ...state,
        loan: { ...state.loan, incomeMinor: income },
        wishes: { ...state.wishes, priceMaxMinor: told.value.priceMinor },
      },
      state.places.length === 0 ? 'place' : undefined,
    ),
    cards: [{ kind: 'calculation', callId: told.callId }],
  }
}

function* duty(situation: Situation): Plan<Reply> {
  const { said, state, language } = situation
  const target = targetOf(situation)
  const priceMinor = said.wishes.priceMaxMinor
  const city = state.places[0]?.city ?? said.located[0]
  if (target === undefined && state.shown.length > 1 && priceMinor === undefined) return whichHome(situation)
  if (target === undefined && (priceMinor === undefined || city === undefined))
    return { bits: [inLanguage(language, askDuty)], state: asking(state, 'budget') }
  const buyer = /\b(?:wife|woman|female|her name|mahila|patni)\b|महिला|पत्नी/iu.test(said.text)
    ? { buyer: 'female' as const }
    : {}
  const of = priceMinor === undefined || city === undefined ? { listingId: target } : { priceMinor, city }
  const told = yield* ask(stampDuty, { ...of, ...buyer })
  if (!told.ok) return refused(situation)
  const money = (path: 'stampDutyMinor' | 'registrationMinor' | 'totalMinor'): Bit =>
    fromTool(told, path, { text: formatMoney(told.value[path], 'INR'), kind: 'calculation', value: told.value[path] })
  return {
    bits: [
      inLanguage(language, dutyIs, {
        total: money('totalMinor'),
        stamp: money('stampDutyMinor'),
        registration: money('registrationMinor'),
        state: told.value.state,
      }),
    ],
    state: asking(state),
    cards: [{ kind: 'calculation', callId: told.callId }],
  }
}

function* yieldOf(situation: Situation): Plan<Reply> {
  const { state, language } = situation
  const target = targetOf(situation)
  if (target === undefined)
    return state.shown.length > 1
      ? whichHome(situation)
      : { bits: [inLanguage(language, askWhat)], state: asking(state, 'place') }
  const told = yield* ask(rentalYield, { listingId: target })
  if (!told.ok) return refused(situation)
  const { grossPercent, monthlyRentMinor } = told.value
  const share = fromTool(told, 'grossPercent', { text: formatPercent(grossPercent), kind: 'rate', value: grossPercent })
  const rent = fromTool(told, 'monthlyRentMinor', {
    text: formatMoney(monthlyRentMinor, 'INR'),
    kind: 'calculation',
    value: monthlyRentMinor,
  })
  return {
    bits: [inLanguage(language, yieldIs, share, rent)],
    state: asking({ ...state, selected: target }),
    cards: [{ kind: 'calculation', callId: told.callId }],
  }
}

function noLoan({ language, state }: Situation): Reply {
  return { bits: [inLanguage(language, isRental)], state: asking(state), chips: [chips.visitThis[language]] }
}

/** A calculator that can't say: the honest answer is that it is not known here. */
function refused({ language, state }: Situation): Reply {
  return { bits: [inLanguage(language, cannot)], state: asking(state, 'person'), chips: [person(language)] }
}

const aMonth: Worded = { en: () => t` a month`, hinglish: () => t` mahine ka`, hi: () => t` प्रति माह` }
const emiIs: Worded<readonly [LoanBits]> = {
  en: ({ emi: each, loan, rate, term }) => t`The EMI is ${each} a month: a loan of ${loan} at ${rate} for ${term}.`,
  hinglish: ({ emi: each, loan, rate, term }) =>
    t`EMI ${each} mahine ka hoga: ${loan} ka loan, ${rate} par, ${term} ke liye.`,
  hi: ({ emi: each, loan, rate, term }) => t`ईएमआई ${each} प्रति माह होगी: ${loan} का लोन, ${rate} पर, ${term} के लिए।`,
}
const downIs: Worded<readonly [LoanBits]> = {
  en: ({ down, downPercent }) => t`Down payment: ${down} (${downPercent}).`,
  hinglish: ({ down, downPercent }) => t`Down payment: ${down} (${downPercent}).`,
  hi: ({ down, downPercent }) => t`डाउन पेमेंट: ${down} (${downPercent})।`,
}
const emiOfPrice: Worded<readonly [LoanBits]> = {
  en: ({ price: of, emi: each, loan, rate, term }) =>
    t`For a home of ${of}, the EMI is ${each} a month: a loan of ${loan} at ${rate} for ${term}.`,
  hinglish: ({ price: of, emi: each, loan, rate, term }) =>
    t`${of} ke ghar par EMI ${each} mahine ka hoga: ${loan} ka loan, ${rate} par, ${term} ke liye.`,
  hi: ({ price: of, emi: each, loan, rate, term }) =>
    t`${of} के घर पर ईएमआई ${each} प्रति माह होगी: ${loan} का लोन, ${rate} पर, ${term} के लिए।`,
}
/** What was asked for cannot be had: that comes first, then what can. */
const tooLittleDown: Worded<readonly [LoanBits]> = {
  en: ({ askedPercent, lend, downPercent, down }) =>
    t`With ${askedPercent} down a bank could not lend the rest: it lends at most ${lend} of a home at this price, so you need ${downPercent} down (${down}).`,
  hinglish: ({ askedPercent, lend, downPercent, down }) =>
    t`${askedPercent} down payment se baat nahi banegi: is price ke ghar par bank zyada se zyada ${lend} deta hai, isliye ${downPercent} (${down}) dena hoga.`,
  hi: ({ askedPercent, lend, downPercent, down }) =>
    t`${askedPercent} डाउन पेमेंट काफ़ी नहीं होगी: इस कीमत के घर पर बैंक ज़्यादा से ज़्यादा ${lend} देता है, इसलिए ${downPercent} (${down}) देना होगा।`,
}
const asAsked: Worded<readonly [LoanBits]> = {
  en: ({ askedPercent, askedEmi }) => t`With ${askedPercent} down it would have been ${askedEmi} a month.`,
  hinglish: ({ askedPercent, askedEmi }) => t`${askedPercent} down par ${askedEmi} mahine ka hota.`,
  hi: ({ askedPercent, askedEmi }) => t`${askedPercent} डाउन पर ${askedEmi} प्रति माह होती।`,
}
const askPrice: Worded = {
  en: () => t`For which home or price shall I work out the EMI?`,
  hinglish: () => t`Kaunse ghar ya kitne price ke liye EMI nikalun?`,
  hi: () => t`किस घर या किस कीमत के लिए ईएमआई निकालूँ?`,
}
const askWhat: Worded = {
  en: () => t`Which home do you mean? Tell me the area and the number of bedrooms and I will find it.`,
  hinglish: () => t`Kaunsa ghar? Area aur bedrooms bataiye, main dhoondh deta hun.`,
  hi: () => t`कौन सा घर? इलाका और बेडरूम बताइए, मैं ढूँढ देता हूँ।`,
}
const askIncome: Worded = {
  en: () => t`What is your monthly income, roughly?`,
  hinglish: () => t`Aapki monthly income lagbhag kitni hai?`,
  hi: () => t`आपकी मासिक आय लगभग कितनी है?`,
}
const askDuty: Worded = {
  en: () => t`For which price, and in which city?`,
  hinglish: () => t`Kitne price ke liye, aur kis city mein?`,
  hi: () => t`किस कीमत के लिए, और किस शहर में?`,
}
const affordIs: Worded<readonly [{ readonly price: Bit; readonly loan: Bit; readonly emi: Bit }]> = {
  en: ({ price: up, loan, emi: each }) =>
    t`You can look at homes up to about ${up}: a loan of ${loan}, with an EMI of at most ${each} a month.`,
  hinglish: ({ price: up, loan, emi: each }) =>
    t`Aap ${up} tak ke ghar dekh sakte hain: ${loan} ka loan, EMI zyada se zyada ${each} mahine ki.`,
  hi: ({ price: up, loan, emi: each }) =>
    t`आप ${up} तक के घर देख सकते हैं: ${loan} का लोन, ईएमआई ज़्यादा से ज़्यादा ${each} प्रति माह।`,
}
const dutyIs: Worded<
  readonly [{ readonly total: Bit; readonly stamp: Bit; readonly registration: Bit; readonly state: string }]
> = {
  en: ({ total, stamp, registration, state }) =>
    t`In ${state} that comes to ${total}: ${stamp} stamp duty, ${registration} registration, and any surcharge and cess.`,
  hinglish: ({ total, stamp, registration, state }) =>
    t`${state} mein kul ${total}: stamp duty ${stamp}, registration ${registration}, aur surcharge ya cess.`,
  hi: ({ total, stamp, registration, state }) =>
    t`${state} में कुल ${total}: स्टांप ड्यूटी ${stamp}, रजिस्ट्रेशन ${registration}, और अधिभार या उपकर।`,
}
const yieldIs: Worded<readonly [Bit, Bit]> = {
  en: (share, rent) => t`The gross rental yield is ${share} a year, at a rent of ${rent} a month.`,
  hinglish: (share, rent) => t`Gross rental yield ${share} saalana hai, ${rent} mahine ke kiraye par.`,
  hi: (share, rent) => t`सकल किराया रिटर्न ${share} सालाना है, ${rent} प्रति माह किराए पर।`,
}
const isRental: Worded = {
  en: () => t`That home is for rent, so there is no loan or EMI. Shall I show you homes to buy instead?`,
  hinglish: () => t`Yeh ghar kiraye ka hai, isliye loan ya EMI nahi lagega. Kharidne wale ghar dikhaun?`,
  hi: () => t`यह घर किराए का है, इसलिए लोन या ईएमआई नहीं लगेगी। क्या खरीदने वाले घर दिखाऊँ?`,
}
const cannot: Worded = {
  en: () => t`I cannot work that out from what I have. A colleague can; shall I bring one in?`,
  hinglish: () => t`Yeh main abhi nahi nikal sakta. Kya kisi colleague se baat karwaun?`,
  hi: () => t`यह मैं अभी नहीं निकाल सकता। क्या किसी सहकर्मी से बात करवाऊँ?`,
}
