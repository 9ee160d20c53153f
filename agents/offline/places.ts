const begin = String.raw`(?<![\p{L}\p{M}\d])`
const end = String.raw`(?![\p{L}\p{M}\d])`

/** Words that are never part of a place's name; they also count as understood. */
const ordinary = new Set(
  `a an the i i'm im i'd i'll i've my me we we're our us you your it its it's this that these those he she they them their there here is are am was were be been being do does did done doing have has had having will would shall should can could may might must and or but so if then than as at by for from in into of off on onto out over to up with without about above below under near nearby around between within during before after again also just only very really quite too much many more most some any every each all both few no not nor none now today soon later already yet still ever never please pls plz kindly thank thanks ok okay yes yeah hi hello hey like want need needed wants looking look find search show see get give got take make let tell know think guess feel sounds sound good great nice fine perfect right correct sure well actually maybe perhaps what which who whom whose when where why how one ones two three four five other others another else new same different something anything someone anyone thing things way kind type sort bit lot really help me could would there's that's what's let's don't doesn't can't won't
  go went come came coming tour learn currently friendly allowed allow allows accept accepts inside building accommodation accomodation accomodations located least provide grab touch keep mind helping help helped call reach phone number contact said says saying pad roommate roommates sleep tonight preferably prefer preferred preference currently instead case moment meantime future mean said ask asking check confirm change remember remembered conflict order together addition advance particular general total fact detail using use used speak talk afford apply stay spend pay pays cook enjoy relax consider considering hear heard works worked looks look liking likes traveling travelling heading plan planning permitted unit units elsewhere welcome fantastic lovely awesome amazing wonderful excellent interested interesting interest hunting hunt searching search somewhere anywhere everything nothing enough less under suitable sufficient couple reasonable reasonably priced price range budget comfortable convenient possible possibly soon immediately asap urgent urgently married single wife husband son daughter kids children parents mother father friend friends dog cat pet pets myself yourself bachelor bachelors couple couples students student working professional job center centre middle heart north south east west
  sea facing sea-facing lake-facing upcoming station stations registered luxury luxurious penthouse retirement invest investing investment residential commercial gated community society township launch whats thats theirs result results whether landlord landlords course project projects builder tower floor vastu corner modern premium old age-friendly matter matters
  home house homes houses flat flats apartment apartments property properties place places area areas locality localities city cities town region side part bhk rk bed beds bedroom bedrooms room rooms bath baths bathroom bathrooms budget price prices cost rent rental buy sale lakh lakhs lac lacs crore crores cr month monthly per year years day days week time visit book schedule see view details info information option options listing listings available furnished unfurnished ready move moving live living stay staying family kids person people work office school metro station road street main market mall hospital park airport lake sea beach investment property's spacious big small large cheap expensive affordable luxury best better good decent nice quiet safe
  chahiye chaiye chahie hai hain he ho hu hoon mein me main mai ka ke ki ko se tak andar par pe liye aur ya bhi na nahi ji haan kya kuch koi ek do teen char wala wali wale sab sabse ghar makaan makan mujhe muje mera mere meri hume hame aap apka dikhao dikhaiye batao bataiye karo kar do dena lena hoga hogi tha kal aaj parso subah shaam baje paas pass kam zyada sasta saste sasti accha acha theek
  में का के की को से तक अंदर पर लिए और या भी नहीं जी हाँ हां क्या कुछ कोई देखना देखने देखनी लेना लेनी चाहता चाहती चाहते हूँ हूं था रहा रही एक दो तीन चाहिए है हैं हो मुझे मेरा घर फ्लैट मकान दिखाओ बताओ लाख करोड़ बीएचके वाला वाली वाले यह ये वह वो इस उस इसे कृपया बजट नीचे ऊपर करना करनी कर दो दीजिए दिखाइए बताइए बताएं आज कल परसों सुबह शाम बजे दोपहर किराए किराये खरीदना खरीदनी ढूंढ ढूँढ रहे इसका इसकी इसके कितना कितनी कितने कब कहाँ कहां कौन तैयार धन्यवाद नमस्ते ठीक अच्छा मदद बात किसी व्यक्ति में ही तो थोड़ा बड़ा छोटा सस्ता सस्ती सस्ते महंगा कमरे बेडरूम`.split(
    /\s+/u,
  ),
)

/** A lone letter is no name; vowel signs may stand between two of Devanagari. */
const twoLetters = /\p{L}\p{M}*\p{L}/u

const name = String.raw`[\p{L}\p{M}][\p{L}\p{M}\d.'&-]*`
const phrase = `((?:${name})(?: (?:${name}|\\d{1,3})){0,3})`
const locative: readonly RegExp[] = [
  new RegExp(
    `${begin}(?:in|near|nearby|around|within|close to|next to|(?:move|moving|relocate|relocating|shift|shifting) to|city of|area of|locality of)\\s+(?:the |downtown |central |city of |area of |a |an )?(?:city of )?${phrase}`,
    'giu',
  ),
  new RegExp(
    `${phrase}\\s+(?:mein|me|mei|main|ke (?:paas|pass|aas|andar)|area|side|locality|city|में|के पास|इलाके|एरिया)${end}`,
    'giu',
  ),
]

/** Whether a word carries no meaning of its own here. */
export function isOrdinary(word: string): boolean {
  return ordinary.has(word.toLowerCase().replace(/['’]s$/u, ''))
}

/**
 * Names that may be places. `located` stand where a place would («in Fremont», «Whitefield mein»); `others` are runs of words that mean nothing
 * else. `understood` says whether the letters at a place in the text are already accounted for.
 */
export function placeWords(
  text: string,
  understood: (index: number) => boolean,
): { readonly located: readonly string[]; readonly others: readonly string[] } {
  const located = locative.flatMap((pattern, index) =>
    [...text.matchAll(pattern)].flatMap((match) => {
      const words = match[1] ?? ''
      const at = match.index + match[0].indexOf(words)
      // Before «mein» the name is the last of the words, after «in» the first.
      return index === 0 ? trimmed(words, at, understood) : runs(words, (each) => understood(at + each)).slice(-1)
    }),
  )
  return {
    located: [...new Set(located)].slice(0, 4),
    others: runs(text, understood)
      .filter((run) => !located.includes(run))
      .slice(0, 6),
  }
}

/** The run of words from the start of a phrase that could be a name. A capital makes any word part of one: «Mountain View», «South San Francisco». */
function trimmed(words: string, at: number, understood: (index: number) => boolean): readonly string[] {
  const kept: string[] = []
  for (const match of words.matchAll(/[\p{L}\p{M}\d][\p{L}\p{M}\d.'’&-]*/gu)) {
    const word = match[0].replace(/[.'’&-]+$/u, '').replace(/['’]s$/u, '')
    const capital = /^\p{Lu}\p{L}/u.test(word)
    const could =
      !understood(at + match.index) && (capital || !isOrdinary(word)) && (kept.length > 0 || twoLetters.test(word))
    if (could) kept.push(word)
    else if (kept.length > 0) break
    if (/[.]$/u.test(match[0])) break
  }
  return kept.length === 0 ? [] : [kept.join(' ')]
}

function runs(text: string, understood: (index: number) => boolean): readonly string[] {
  const found: string[][] = []
  let last = -2
  for (const [index, match] of [...text.matchAll(/[\p{L}\p{M}\d][\p{L}\p{M}\d.'’&-]*/gu)].entries()) {
    const word = match[0].replace(/[.'’&-]+$/u, '').replace(/['’]s$/u, '')
    if (isOrdinary(word) || understood(match.index) || (!/\p{L}/u.test(word) && last !== index - 1)) continue
    const gap = text.slice(0, match.index).trimEnd()
    if (last === index - 1 && !/[,;.!?]$/u.test(gap)) found.at(-1)?.push(word)
    else found.push([word])
    last = index
  }
  return found.map((run) => run.slice(0, 4).join(' ')).filter((run) => twoLetters.test(run))
}
