/** What the property specialist says, in three languages. */
import type { Chip } from '#machines/conversation-contract.ts'
import { t, type Bit, type Bits, type Worded } from './bits.ts'
import type { Language } from './language.ts'

interface Home {
  readonly title: Bit
  readonly price: Bit | Bits
  readonly area: Bit
}

export const askPlace: Worded = {
  en: () => t`Happy to help. Which city or area are you looking in, and how many bedrooms do you need?`,
  hinglish: () => t`Zaroor. Aap kis city ya area mein dekh rahe hain, aur kitne bedroom chahiye?`,
  hi: () => t`ज़रूर। आप किस शहर या इलाके में देख रहे हैं, और कितने बेडरूम चाहिए?`,
}
export const whichArea: Worded = {
  en: () => t`Which area do you prefer?`,
  hinglish: () => t`Kaunsa area pasand karenge?`,
  hi: () => t`आप कौन सा इलाका पसंद करेंगे?`,
}
export const nothing: Worded = {
  en: () => t`I have nothing that fits that right now. Shall I look with a different budget or area?`,
  hinglish: () => t`Abhi aisa kuch nahi hai. Kya main alag budget ya area mein dekhun?`,
  hi: () => t`अभी ऐसा कुछ नहीं है। क्या मैं दूसरे बजट या इलाके में देखूँ?`,
}
export const noMore: Worded = {
  en: () => t`That is all I have for this search. Shall I widen the budget or the area?`,
  hinglish: () => t`Is search mein bas itna hi hai. Budget ya area badha kar dekhun?`,
  hi: () => t`इस खोज में बस इतना ही है। क्या बजट या इलाका बढ़ाकर देखूँ?`,
}
export const moreHomes: Worded = {
  en: () => t`Here are some more.`,
  hinglish: () => t`Yeh kuch aur options hain.`,
  hi: () => t`ये कुछ और विकल्प हैं।`,
}
export const oneHome: Worded = {
  en: () => t`I found a home that fits.`,
  hinglish: () => t`Aapke hisaab se ek ghar mila.`,
  hi: () => t`आपके हिसाब से घर मिला।`,
}
export const manyHomes: Worded<readonly [Bit]> = {
  en: (count) => t`I found ${count} homes that fit.`,
  hinglish: (count) => t`Aapke hisaab se ${count} ghar mile.`,
  hi: (count) => t`आपके हिसाब से ${count} घर मिले।`,
}
export const manyToBuy: Worded<readonly [Bit]> = {
  en: (count) => t`I found ${count} homes to buy.`,
  hinglish: (count) => t`Kharidne ke liye ${count} ghar mile.`,
  hi: (count) => t`खरीदने के लिए ${count} घर मिले।`,
}
export const sameTitle: Worded = {
  en: () => t`We have more than one home of that name:`,
  hinglish: () => t`Is naam ke ek se zyada ghar hain:`,
  hi: () => t`इस नाम के एक से ज़्यादा घर हैं:`,
}
export const whichVisit: Worded = {
  en: () => t`Which one would you like to visit?`,
  hinglish: () => t`Aap kaunsa dekhne aana chahenge?`,
  hi: () => t`आप कौन सा देखने आना चाहेंगे?`,
}
export const closest: Worded<readonly [string]> = {
  en: (what) => t`Nothing has all of that, so I let go of ${what}. These come closest.`,
  hinglish: (what) => t`Bilkul waisa abhi nahi hai, isliye ${what} ki shart chhodkar dekha. Yeh sabse kareeb hain.`,
  hi: (what) => t`ठीक वैसा अभी नहीं है, इसलिए ${what} की शर्त छोड़कर देखा। ये सबसे करीब हैं।`,
}
/** Another wish than last time was let go. */
export const closestNow: Worded<readonly [string]> = {
  en: (what) => t`This time nothing fits without letting go of ${what}; these are the nearest.`,
  hinglish: (what) => t`Is baar ${what} ki shart chhodni padi; yeh sabse paas hain.`,
  hi: (what) => t`इस बार ${what} की शर्त छोड़नी पड़ी; ये सबसे पास हैं।`,
}
/** Again another one. */
export const closestNext: Worded<readonly [string]> = {
  en: (what) => t`I looked again and had to leave out ${what}. The nearest I have:`,
  hinglish: (what) => t`Phir se dekha, ${what} chhodkar. Sabse paas yeh hain:`,
  hi: (what) => t`फिर से देखा, ${what} छोड़कर। सबसे पास ये हैं:`,
}
/** The same wish as last time, in the same search. */
export const closestStill: Worded<readonly [string]> = {
  en: (what) => t`Still nothing that fits on ${what}; the closest are these.`,
  hinglish: (what) => t`${what} ke hisaab se ab bhi kuch nahi; sabse kareeb yeh hain.`,
  hi: (what) => t`${what} के हिसाब से अब भी कुछ नहीं; सबसे करीब ये हैं।`,
}
/** The same wish as last time, further homes. */
export const closestMore: Worded<readonly [string]> = {
  en: (what) => t`Here are some more, again without a match on ${what}.`,
  hinglish: (what) => t`Yeh kuch aur hain, par ${what} mein phir bhi mel nahi.`,
  hi: (what) => t`ये कुछ और हैं, पर ${what} में फिर भी मेल नहीं।`,
}
export const whichCity: Worded = {
  en: () => t`Good. In which of these cities shall I look?`,
  hinglish: () => t`Achha. Inmein se kis city mein dekhun?`,
  hi: () => t`अच्छा। इनमें से किस शहर में देखूँ?`,
}
export const notClear: Worded = {
  en: () => t`I am not sure which home you mean, so I am bringing in a colleague who can see this chat.`,
  hinglish: () =>
    t`Main samajh nahi paya ki kaunsa ghar, isliye ek colleague ko bula raha hun jo yeh chat dekh sakte hain.`,
  hi: () => t`मैं समझ नहीं पाया कि कौन सा घर, इसलिए एक सहकर्मी को बुला रहा हूँ जो यह चैट देख सकते हैं।`,
}
/** For who asks for a number or how to reach an owner. */
export const callsThroughUs: Worded = {
  en: () =>
    t`Calls and visits go through us, so I have no number to give out: I can book a visit here, or a colleague can talk to you.`,
  hinglish: () =>
    t`Calls aur visits hamare through hote hain, isliye number nahi de sakta: main yahin visit book kar sakta hun, ya colleague aapse baat kar sakte hain.`,
  hi: () =>
    t`कॉल और विज़िट हमारे ज़रिए होते हैं, इसलिए नंबर नहीं दे सकता: मैं यहीं विज़िट तय कर सकता हूँ, या सहकर्मी आपसे बात कर सकते हैं।`,
}
/** Beside an offer of a colleague. */
export const noNumber: Worded = {
  en: () => t`Calls and visits go through us, so I have no number to give out.`,
  hinglish: () => t`Calls aur visits hamare through hote hain, isliye number nahi de sakta.`,
  hi: () => t`कॉल और विज़िट हमारे ज़रिए होते हैं, इसलिए नंबर नहीं दे सकता।`,
}
export const talkToOne: Worded = {
  en: () => t`Would you like to talk to a colleague?`,
  hinglish: () => t`Kya aap colleague se baat karna chahenge?`,
  hi: () => t`क्या आप सहकर्मी से बात करना चाहेंगे?`,
}
export const bestMatch: Worded<readonly [Home]> = {
  en: ({ title, price, area }) => t`The first is ${title}: ${price}, ${area}.`,
  hinglish: ({ title, price, area }) => t`Pehla hai ${title}: ${price}, ${area}.`,
  hi: ({ title, price, area }) => t`पहला है ${title}: ${price}, ${area}।`,
}
export const aMonth: Worded = { en: () => t` a month`, hinglish: () => t` mahine ka`, hi: () => t` प्रति माह` }
export const notThere: Worded<readonly [Bit, string]> = {
  en: (place, cities) =>
    t`We have no homes in ${place} yet, sorry. We do have homes in ${cities}. Would one of these work for you?`,
  hinglish: (place, cities) =>
    t`${place} mein abhi hamare paas ghar nahi hain. ${cities} mein hain. Koi aur jagah chalegi?`,
  hi: (place, cities) => t`${place} में अभी हमारे पास घर नहीं हैं। ${cities} में हैं। क्या कोई और जगह चलेगी?`,
}
/** Nor anywhere else. */
export const nothingAnywhere: Worded<readonly [Bit]> = {
  en: (place) => t`We have no homes in ${place} yet, sorry.`,
  hinglish: (place) => t`${place} mein abhi hamare paas ghar nahi hain.`,
  hi: (place) => t`${place} में अभी हमारे पास घर नहीं हैं।`,
}
export const gone: Worded = {
  en: () => t`That home is no longer on our list. Shall I show you others?`,
  hinglish: () => t`Woh ghar ab list mein nahi hai. Dusre dikhaun?`,
  hi: () => t`वह घर अब सूची में नहीं है। क्या दूसरे दिखाऊँ?`,
}
export const chosen: Worded<readonly [Home]> = {
  en: ({ title, price, area }) => t`${title}: ${price}, ${area}.`,
  hinglish: ({ title, price, area }) => t`${title}: ${price}, ${area}.`,
  hi: ({ title, price, area }) => t`${title}: ${price}, ${area}।`,
}
export const offerVisit: Worded = {
  en: () => t`Would you like to visit it?`,
  hinglish: () => t`Kya aap ise dekhne aana chahenge?`,
  hi: () => t`क्या आप इसे देखने आना चाहेंगे?`,
}
export const whichOne: Worded = {
  en: () => t`Which of the homes do you mean?`,
  hinglish: () => t`Aap kaunse ghar ki baat kar rahe hain?`,
  hi: () => t`आप किस घर की बात कर रहे हैं?`,
}

type ByLanguage<Value> = { readonly [language in Language]: Value }

export const relaxed: { readonly [what: string]: ByLanguage<string> } = {
  price: { en: 'the budget', hinglish: 'budget', hi: 'बजट' },
  locality: { en: 'the area', hinglish: 'area', hi: 'इलाके' },
  bedrooms: { en: 'the number of bedrooms', hinglish: 'bedrooms', hi: 'बेडरूम की संख्या' },
  amenities: { en: 'the amenities', hinglish: 'amenities', hi: 'सुविधाओं' },
  furnishing: { en: 'the furnishing', hinglish: 'furnishing', hi: 'फर्निशिंग' },
  bathrooms: { en: 'the number of bathrooms', hinglish: 'bathrooms', hi: 'बाथरूम की संख्या' },
  area: { en: 'the size', hinglish: 'size', hi: 'आकार' },
}

function chip(en: string, hinglish: string, hi: string): ByLanguage<Chip> {
  return { en: { label: en, send: en }, hinglish: { label: hinglish, send: hinglish }, hi: { label: hi, send: hi } }
}

export const chips = {
  emiFirst: chip("What's the EMI on the first one?", 'Pehle wale ka EMI kitna hai?', 'पहले वाले की ईएमआई कितनी है?'),
  visitFirst: chip('Can I visit the first one?', 'Pehla wala dekhna hai', 'पहला वाला देखना है'),
  emiThis: chip("What's the EMI on it?", 'Iska EMI kitna hai?', 'इसकी ईएमआई कितनी है?'),
  visitThis: chip('Can I visit it?', 'Ise dekhna hai', 'इसे देखना है'),
  toRent: chip('To rent instead', 'Kiraye par dikhao', 'किराए पर दिखाओ'),
  others: chip('Show me others', 'Aur dikhao', 'और दिखाओ'),
  person: chip('Talk to a person', 'Kisi insaan se baat karni hai', 'किसी व्यक्ति से बात करनी है'),
  ordinals: [
    chip('The first one', 'Pehla wala', 'पहला वाला'),
    chip('The second one', 'Doosra wala', 'दूसरा वाला'),
    chip('The third one', 'Teesra wala', 'तीसरा वाला'),
  ],
} as const
