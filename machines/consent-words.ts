/**
 * STOP and START said as a whole message, in English, Hindi and Hinglish. Inside a sentence the same words mean something else, so a message counts
 * only when nothing is left of it beside the words below and what politely stands around them.
 */

/** Not among them: `cancel`, which cancels a visit here, `ruko` (wait), and what answers a question: `nahi chahiye`, `mat karo`, `no more`. */
const stopWords = phrases(`
  stop, stop it, stop this, stop now, stop all, stopall, stop stop, stop everything, stop these, stop your, stop the, stop spam
  stop sending, stop sending these, stop messaging, stop texting, stop contacting, stop spamming
  unsubscribe, unsubscribe now, unsubscribe all, opt out, optout, opt me out, quit, end, revoke
  remove me, remove my number, remove my number from your list, take me off your list, remove me from your list
  no more messages, no more msgs, no more texts, no more sms, no more ads, no more promotions, no more updates
  do not send, dont send, do not send any, do not contact, dont contact, do not disturb, dnd
  do not message, dont message, do not text, dont text
  band karo, band kro, band kar do, band kardo, band kardijiye, band kar dijiye, band kare, band karen, band karein, band kijiye
  bandh karo, bandh kar do, bandh kare, bandh karein, bas karo, bas kar do, roko, rok do, rokiye, roke, roken, rokein
  mat bhejo, mat bhejna, mat bhejiye, mat bheje, mat bhejein, na bheje, na bhejein
  message mat karo, messages mat karo, msg mat karo, sms mat karo, message mat kijiye, pareshan mat karo, pareshan na kare
  bhejna band karo, bhejna band kar do, bhejna band kare, bhejna band karein
  बंद करो, बंद करें, बंद करे, बंद कर दो, बंद करदो, बंद कर दीजिए, बंद कीजिए, बंद करिए, बन्द करो, बन्द करें, बन्द कर दो
  बस करो, रोको, रोकें, रोकिए, रोक दो, रोक दें, स्टॉप, अनसब्सक्राइब
  मत भेजो, मत भेजें, मत भेजिए, मत भेजना, न भेजें, ना भेजें
  मैसेज मत करो, मैसेज मत करें, मैसेज मत कीजिए, परेशान मत करो
  भेजना बंद करो, भेजना बंद करें, भेजना बंद कर दो
`)

const startWords = phrases(`
  start, start again, restart, start sending, unstop, resume, resume sending, subscribe, resubscribe, subscribe again
  opt in, optin, opt me in
  shuru karo, shuru kro, shuru kar do, shuru kardo, shuru kare, shuru karen, shuru karein, shuru kijiye, chalu karo, chalu kar do, chalu kare
  phir se shuru karo, fir se shuru karo, wapas shuru karo, dobara shuru karo, bhejna shuru karo
  शुरू करो, शुरू करें, शुरू करे, शुरू कर दो, शुरू कीजिए, शुरु करो, शुरु करें, शुरु कर दो, शुरु कीजिए, चालू करो, चालू करें, चालू कर दो
  फिर से शुरू करो, फिर से शुरू करें, वापस शुरू करें, दोबारा शुरू करें, भेजना शुरू करें, स्टार्ट, सब्सक्राइब
`)

/** What may stand before or after the words and changes nothing. */
const around = phrases(`
  please, pls, plz, plss, kindly, sir, madam, maam, ji, bhai, me, us, any, more, anymore
  message, messages, msg, msgs, text, texts, sms, promotion, promotions, promotional, promo, promos, marketing, ads, updates, whatsapp
  ab, aur, ye, yeh, yaar, mujhe, mujhko, hume
  कृपया, प्लीज, जी, अब, और, ये, यह, मुझे, मुझको, हमें, मैसेज, संदेश, सन्देश, मेसेज, विज्ञापन
`)

const lengthMax = 200
const wordsMax = 10

/** What a message that says nothing else says; case, punctuation, emoji and spacing do not matter. */
export function consentWordIn(text: string): 'stop' | 'start' | undefined {
  if (text.length > lengthMax) return undefined
  const said = cores(normal(text).split(' '))
  if (said.some((each) => stopWords.has(each))) return 'stop'
  return said.some((each) => startWords.has(each)) ? 'start' : undefined
}

/** The message without all, some or none of what stands around: in `don't message me` it belongs to the words. */
function cores(words: readonly string[]): readonly string[] {
  const first = words.findIndex((each) => !around.has(each))
  const last = words.findLastIndex((each) => !around.has(each))
  if (first === -1 || words.length > wordsMax) return []
  const ends = words.slice(last).map((_, after) => last + after + 1)
  return ends.flatMap((end) => words.slice(0, first + 1).map((_, start) => words.slice(start, end).join(' ')))
}

function phrases(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/[,\n]/).map(normal))
}

/**
 * Letters and digits in one form, one space between words. Without what only shapes a sign (the nukta, joiners, variation selectors), and
 * without apostrophes, so that `don't` is `dont`.
 */
function normal(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/['’`]|\u093C|[\u200B-\u200D]|\p{Variation_Selector}|\u20E3/gu, '')
    .replace(/[^\p{Letter}\p{Mark}\p{Number}]+/gu, ' ')
    .trim()
}
