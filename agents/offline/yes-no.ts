const begin = String.raw`(?<![\p{L}\p{M}\d])`
const end = String.raw`(?![\p{L}\p{M}\d])`

const noWords = String.raw`no+|nope|nopes|nah+|naah|not? (?:really|now|yet|needed|thanks?|thank you|right now|today|interested|at (?:this|the) (?:time|moment))|never|n't|don'?t|do not|nahi+n?|nai|naa+|mat|rehne do|galat|नहीं|नही|नहि|ना|नाह|नह्ह|नाही|नो|नोप|नोपेस|नॉट|मत|गलत|ग़लत|असहमत|डिसग्री|डोंट|डॉन'?ट|incorrect|wrong|negative|disagree`
const unclearWords = String.raw`pata nahi+n?|don'?t know|not sure|maybe|may be|shayad|पता नहीं(?: है)?|पता है|शायद|डोंट नो|i guess|let me think|soch(?:na|ta|ti|ke|kar)\S*|सोच\S*`
const yesWords = String.raw`y+e+s+|yeah+|yea|yep|yup|ya+|sure|ok+|okay|okey|okk+|k|correct|right|absolutely|definitely|certainly|of course|please do|go ahead|do it|confirm(?:ed)?|perfect|great|sounds? (?:good|great|fine|perfect|lovely)|that works|works for me|fine|exactly|indeed|true|agreed?|alright|why not|i(?:'?d| would) (?:like|love) (?:that|to)|please(?: do)?|haa*n+|han|haa|ha+n?ji|ji(?: haa*n?)?|bilkul|zaroor|jaroor|zarur|thee?k(?: hai)?|thik(?: hai)?|sahi(?: hai)?|accha|acha|chalega|kar do|kardo|karo|book kar do|pakka|done|हाँ|हां|हान|हाॅ|जी|ठीक|थेक|थिक|सही|सहमत|समर्थन|ज़रूर|जरूर|मान गया|आगे बढ़\S*|आगे बढ़\S*|बिल्कुल|बिलकुल|यकीनन|यस|येस|करेक्ट|चाहिए|एग्री|अच्छा|कर दो|कर दीजिए|पक्का|हो जाए`

/** Makes the reader of yes and no in English, Hinglish and Hindi. «I don't know» is neither. */
export function createYesNoReader(): (text: string) => 'yes' | 'no' | undefined {
  const no = new RegExp(`${begin}(?:${noWords})${end}|n't${end}`, 'iu')
  const unclear = new RegExp(`${begin}(?:${unclearWords})${end}`, 'giu')
  const yes = new RegExp(`${begin}(?:${yesWords})${end}`, 'iu')
  return (text) => {
    const plain = text.toLowerCase().normalize('NFC').replaceAll('’', "'").replace(unclear, ' ')
    const noAt = plain.search(no)
    const yesAt = plain.search(yes)
    // «no problem, yes book it»; «yes, don't change it»: the first word says it, but «सही नहीं है» and «जी नहीं» are a no.
    if (noAt >= 0 && /no (?:problem|issue|worries)/u.test(plain)) return yesAt >= 0 ? 'yes' : undefined
    if (noAt >= 0 && (yesAt < 0 || noAt < yesAt || /\p{Script=Devanagari}|nahi/u.test(plain))) return 'no'
    return yesAt >= 0 ? 'yes' : undefined
  }
}
