import { coveredScore } from '#rag/knowledge.ts'
import { findPassage, findPlaces } from '../tools/shapes.ts'
import { bound, inLanguage, t, type Bits, type Worded } from './bits.ts'
import { ask, type Plan } from './plan.ts'
import { person } from './property.ts'
import { listed } from './widened.ts'
import { asking, type Reply, type Situation } from './specialist.ts'
import { mentionsIn } from '../mentions.ts'

/** Turns in a row outside what we do before a person is brought in. */
const unclearMax = 2

/** Greetings, thanks, what we can do, questions our documents answer, and what is not ours to answer. */
export function* general(situation: Situation): Plan<Reply> {
  const { said, state, language, decision } = situation
  const { acts, answer } = said
  if (decision.outside) return outside(situation)
  if (acts.has('sell'))
    return { bits: [inLanguage(language, selling)], state: asking(state, 'person'), chips: [person(language)] }
  if (acts.has('knowledge')) return yield* documents(situation)
  if (acts.has('identity')) return reply(situation, whoIAm)
  if (acts.has('services') && !(acts.has('thanks') && answer === 'no')) return yield* services(situation)
  if (acts.has('goodbye') || (answer === 'no' && (state.asked === 'more' || acts.has('thanks'))))
    return reply(situation, farewell)
  if (answer === 'no') return reply(situation, noProblem)
  if (acts.has('thanks')) return { ...reply(situation, welcome), state: asking(state, 'more') }
  if (acts.has('greet')) return { ...reply(situation, hello), state: asking(state, 'place') }
  return { ...reply(situation, whatNext), state: asking(state, 'more') }
}

function reply({ language, state }: Situation, worded: Worded): Reply {
  return { bits: [inLanguage(language, worded)], state: asking(state) }
}

/** Said once politely; when it goes on, a person is asked for. */
function outside(situation: Situation): Reply {
  const { language, state } = situation
  const unclear = state.unclear + 1
  const again = { ...asking(state), unclear: Math.min(9, unclear) }
  const bits = [inLanguage(language, notOurs)]
  return unclear > unclearMax
    ? { bits, state: again, chips: [person(language)], handOff: 'low-confidence' }
    : { bits, state: again, chips: [person(language)], certainty: 1 - situation.understood }
}

function* services(situation: Situation): Plan<Reply> {
  const { language, state } = situation
  const told = yield* ask(findPlaces, { words: [] })
  const cities = told.ok ? told.value.cities.slice(0, 6) : []
  return {
    bits: [inLanguage(language, whatICan, listed(cities, language))],
    state: asking(state, 'place'),
    chips: cities.slice(0, 5).map((city) => ({ label: city, send: city })),
  }
}

/** Characters of a passage that are quoted. */
const quotedMax = 420

/** The best passage in its own words: nothing is added to it. */
function* documents(situation: Situation): Plan<Reply> {
  const { said, state, language } = situation
  const told = yield* ask(findPassage, { question: said.text.slice(0, 400) })
  const best = told.ok ? told.value.passages[0] : undefined
  if (best === undefined || best.score < coveredScore)
    return { bits: [inLanguage(language, notKnown)], state: asking(state, 'person'), chips: [person(language)] }
  const quoted = sentences(best.text)
  return {
    bits: [quote(quoted, best), t`(${/\d/u.test(best.title) ? inLanguage(language, source) : best.title})`],
    state: asking(state, 'more'),
  }
}

/** Sentences end before white space: «12.5 per cent» holds no end. Whole ones only, so that no figure is cut. */
function sentences(text: string): string {
  const parts = text.split(/(?<=[.!?।])\s+/u)
  const [first = ''] = parts
  const kept = parts
    .slice(1, 3)
    .reduce((done, each) => (`${done} ${each}`.length > quotedMax ? done : `${done} ${each}`), first)
  return kept.length > quotedMax ? `${kept.slice(0, kept.lastIndexOf(' ', quotedMax))} …` : kept
}

/** A quotation whose figures are bound to the passage they stand in. */
function quote(text: string, from: { readonly documentId: string; readonly passage: string }): Bits {
  const bits: Bits[number][] = []
  let at = 0
  for (const mention of mentionsIn(text)) {
    bits.push(
      text.slice(at, mention.start),
      bound(mention.text, {
        kind: 'other',
        value: mention.text,
        source: { kind: 'document', documentId: from.documentId, passage: from.passage },
      }),
    )
    at = mention.end
  }
  return [...bits, text.slice(at)].filter((bit) => bit !== '')
}

const source: Worded = { en: () => t`from our guide`, hinglish: () => t`hamari guide se`, hi: () => t`हमारी गाइड से` }
const hello: Worded = {
  en: () =>
    t`Hello! I can find you a home, work out prices and EMI, and book a visit. Which area and how many bedrooms are you looking for?`,
  hinglish: () =>
    t`Namaste! Main ghar dhoondhne, price aur EMI batane, aur visit book karne mein madad kar sakta hun. Kaunsa area aur kitne bedroom chahiye?`,
  hi: () => t`नमस्ते! मैं घर ढूँढने, कीमत और ईएमआई बताने, और विज़िट तय करने में मदद कर सकता हूँ। कौन सा इलाका और कितने बेडरूम चाहिए?`,
}
const welcome: Worded = {
  en: () => t`You're welcome! Is there anything else?`,
  hinglish: () => t`Khushi hui madad karke! Aur kuch?`,
  hi: () => t`मदद करके खुशी हुई! और कुछ?`,
}
const farewell: Worded = {
  en: () => t`Thank you, and have a good day. I am here whenever you need me.`,
  hinglish: () => t`Dhanyavaad, aapka din shubh ho. Zaroorat ho to yahin message kijiye.`,
  hi: () => t`धन्यवाद, आपका दिन शुभ हो। ज़रूरत हो तो यहीं लिखिए।`,
}
const noProblem: Worded = {
  en: () => t`No problem. Tell me what you would like instead.`,
  hinglish: () => t`Koi baat nahi. Bataiye, kya dekhna chahenge?`,
  hi: () => t`कोई बात नहीं। बताइए, क्या देखना चाहेंगे?`,
}
const whatNext: Worded = {
  en: () => t`Sure. What would you like to do next: see more homes, work out an EMI, or book a visit?`,
  hinglish: () => t`Zaroor. Ab kya karein: aur ghar dekhein, EMI nikalein, ya visit book karein?`,
  hi: () => t`ज़रूर। अब क्या करें: और घर देखें, ईएमआई निकालें, या विज़िट तय करें?`,
}
const whoIAm: Worded = {
  en: () =>
    t`I am the team's digital assistant. I can find homes, work out prices and book visits, and bring in a colleague whenever you like.`,
  hinglish: () =>
    t`Main team ka digital assistant hun. Ghar dhoondh sakta hun, price bata sakta hun, visit book kar sakta hun, aur kabhi bhi kisi colleague ko bula sakta hun.`,
  hi: () =>
    t`मैं टीम का डिजिटल सहायक हूँ। घर ढूँढ सकता हूँ, कीमत बता सकता हूँ, विज़िट तय कर सकता हूँ, और कभी भी किसी सहकर्मी को बुला सकता हूँ।`,
}
const whatICan: Worded<readonly [string]> = {
  en: (cities) =>
    t`I can find homes to buy or rent${cities === '' ? '' : ` in ${cities}`}, work out prices, EMI and stamp duty, and book visits. Where shall we start?`,
  hinglish: (cities) =>
    t`Main ${cities === '' ? '' : `${cities} mein `}ghar dhoondh sakta hun, price, EMI aur stamp duty bata sakta hun, aur visit book kar sakta hun. Kahan se shuru karein?`,
  hi: (cities) =>
    t`मैं ${cities === '' ? '' : `${cities} में `}घर ढूँढ सकता हूँ, कीमत, ईएमआई और स्टांप ड्यूटी बता सकता हूँ, और विज़िट तय कर सकता हूँ। कहाँ से शुरू करें?`,
}
const notOurs: Worded = {
  en: () =>
    t`I can only help with homes: finding one, prices and loans, and visits. Would you like to talk to a person instead?`,
  hinglish: () =>
    t`Main sirf ghar se judi madad kar sakta hun: ghar dhoondhna, price aur loan, aur visit. Kya aap kisi insaan se baat karna chahenge?`,
  hi: () => t`मैं सिर्फ़ घर से जुड़ी मदद कर सकता हूँ: घर ढूँढना, कीमत और लोन, और विज़िट। क्या आप किसी व्यक्ति से बात करना चाहेंगे?`,
}
const notKnown: Worded = {
  en: () => t`I have nothing reliable on that, so I will not guess. Shall I bring in a colleague?`,
  hinglish: () =>
    t`Iske baare mein mere paas pakki jaankari nahi hai, isliye andaza nahi lagaunga. Kya kisi colleague ko bulaun?`,
  hi: () => t`इसके बारे में मेरे पास पक्की जानकारी नहीं है, इसलिए अंदाज़ा नहीं लगाऊँगा। क्या किसी सहकर्मी को बुलाऊँ?`,
}
const selling: Worded = {
  en: () => t`A colleague looks after selling and letting out homes. Shall I bring one in?`,
  hinglish: () => t`Ghar bechne ya kiraye par dene ka kaam hamare colleague dekhte hain. Kya unhe bulaun?`,
  hi: () => t`घर बेचने या किराए पर देने का काम हमारे सहकर्मी देखते हैं। क्या उन्हें बुलाऊँ?`,
}
