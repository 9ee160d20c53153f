export type Language = 'en' | 'hinglish' | 'hi'

/**
 * Romanised Hindi words by how surely they are not English. 2: never English; 1: also an English word, name or typing slip, so two are needed.
 * Spelling varies without rule, so words are compared after `stem` has folded the usual variants together.
 */
const sure =
  'chahiye chaiye chahie chahta chahti chahte hai hain hei hoga hogi honge hona tha thi kya kyu kyun kaise kaisa kaisi kaun konsa kaunsa kitna kitne kitni kab kahan kaha kidhar mujhe muje mujhko mera mere meri hamein hume humko hamara tumhara aap aapka aapke apna apne apni apko aapko usse uska uske uski iska iske iski isse unka inka unhe inhe nahi nahin nai mat bhi aur lekin magar phir fir abhi jaldi wala wali wale waala waali dikhao dikhaiye dikha dekhna dekhni dekhne dikhana batao bataiye batana bata karo karna karni karen karein kare kijiye karke kar karta karti karte karunga karungi raha rahi rahe rakho rakhna hu hoon hun chalega theek thik accha acha achha haan haanji ji sahi bilkul zaroor kal parso aaj subah shaam sham dopahar raat baje bajhe andar tak kam zyada jyada sasta saste sasti mehnga mehenga ghar makaan makan kamra kamre kiraya kiraye bhada paas pas pass waale mein ke ki ka ko se ne par pe liye kuch koi sab sabhi saare saari sari agla agle agli pehla pehle doosra dusra doosre dusre teesra tisra wapas wapis bhejo bhej dena dijiye dedo lena lelo milega milegi milenge mil sakta sakti sakte jana jaana aana ana aaya gaya gayi hua hui hue banao laga lagao lagana hatao band chalu chalao suno sunao gaana gaane din mahina mahine saal hafta hafte rupaye rupay paisa paise itwaar itvaar ravivaar shanivaar somvaar somwar mangalwar budhwar guruvar shukravar kripya namaste namaskar dhanyavad dhanyawad shukriya bhai yaar matlab samajh pata puchna baat bata kariye lijiye bataye kardo karao thoda thodi naya nayi naye konse konsa konsi pichla bheje yaad sabse mausam'.split(
    ' ',
  )
const unsure =
  'me mei to ho do is us ye yeh woh wo na ya ab he main hum tu tum are arre kal mai log din bas baad bad jo ek teen char paanch das so hi ok set main'.split(
    ' ',
  )

/** Folds the usual variants of romanised Hindi: `nahin/nahi`, `karein/karen/kare`, `chahiye/chaiye`, `haan/han`. */
function stem(word: string): string {
  return word
    .replace(/aa+/gu, 'a')
    .replace(/ee+/gu, 'i')
    .replace(/oo+/gu, 'u')
    .replace(/w/gu, 'v')
    .replace(/ai|ei|ey|ay/gu, 'e')
    .replace(/(?<=[aeiou])h(?=[aeiou])/gu, '')
    .replace(/(.)\1+/gu, '$1')
    .replace(/(?<=[aeiou])n$/u, '')
    .replace(/ie$/u, 'iye')
}

const sureStems = new Set(sure.map(stem))
/** English words that fold onto a Hindi one. */
const english = new Set(
  'the then than them this that these those see sea same some by buy be bee for from far in on an no not now new one own man men men he she her him his hey hi has have had can could car care cars come common cut day days may say way pay play key they their there you your yes any many more most must my main mall male make made take tell till told toll time team teen them bath bathe path sale sell seller soon sun son some same two too tool put part park past pass pet pets per page base best beds bed bad bar sir sit site set sat sort sound send stay start a i it is am are was were will with what when where which who why how need near next note per as at do to ok all also call come rent run ran ten tank tax thank thanks test kitchen kit kid kids key keep kind know knew lot let late less like line live loan long look love low may mine miss move much name night nice use used uses using valley hot wish gate gates anna clock app sal sugar male female phone pool tower'.split(
    ' ',
  ),
)
const unsureWords = new Set(unsure)

/** How many words of a text can only be romanised Hindi, and how many could be. */
export function hindiWords(text: string): { readonly sure: number; readonly unsure: number; readonly all: number } {
  const words = text.toLowerCase().match(/[a-z]+(?:'[a-z]+)?/gu) ?? []
  const isSure = (word: string): boolean =>
    !english.has(word) && !unsureWords.has(word) && (sureStems.has(stem(word)) || /[^aeiou]iye$/u.test(word))
  return {
    sure: words.filter(isSure).length,
    unsure: words.filter((word) => unsureWords.has(word)).length,
    all: words.length,
  }
}

/**
 * The language of a message: Hindi where Devanagari letters prevail, Hinglish where enough words are romanised Hindi, else English.
 * `before` decides where the message says nothing (`ok`, `2 bhk`).
 */
export function languageOf(text: string, before: Language = 'en'): Language {
  const devanagari = text.match(/\p{Script=Devanagari}/gu)?.length ?? 0
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0
  if (devanagari > 0 && devanagari * 2 >= latin) return 'hi'
  const count = hindiWords(text)
  const weight = count.sure + count.unsure * 0.3
  if (count.sure >= 1 && weight >= Math.max(1, count.all * 0.12)) return 'hinglish'
  return count.all <= 2 ? before : 'en'
}
