/** What a customer does with a message. One message may do several. */
export type Act =
  | 'person'
  | 'complaint'
  | 'legal'
  | 'negotiate'
  | 'book'
  | 'reschedule'
  | 'cancel'
  | 'availability'
  | 'emi'
  | 'afford'
  | 'duty'
  | 'yield'
  | 'price'
  | 'find'
  | 'others'
  | 'cheaper'
  | 'select'
  | 'details'
  | 'knowledge'
  | 'services'
  | 'identity'
  | 'greet'
  | 'thanks'
  | 'goodbye'
  | 'yes'
  | 'no'
  | 'sell'

export interface FoundAct {
  readonly act: Act
  readonly start: number
  readonly end: number
  /** How sure the words are: 1 can hardly mean anything else. */
  readonly weight: number
}

const begin = String.raw`(?<![\p{L}\p{M}\d])`
const end = String.raw`(?![\p{L}\p{M}\d])`
const it =
  '(?:it|them|this|that|the (?:flat|apartment|house|home|property|place|villa|unit|site)|property|flat|ghar|apartment|one)'

/** English, Hinglish and Hindi. Order does not matter: all that match count. */
const cues: readonly (readonly [Act, number, string])[] = [
  [
    'person',
    1,
    '(?:talk|speak|chat|connect me|transfer me|put me through)(?: \\w+){0,3} (?:to|with)(?: \\w+){0,3} (?:person|human|agent|someone|somebody|representative|executive|manager|advisor|adviser|broker|sales ?(?:man|person|team|guy)?|real|people|staff|owner)',
  ],
  [
    'person',
    1,
    '(?:real|actual|live|human) (?:person|human|agent|being|support|rep(?:resentative)?)|human please|customer (?:care|service|support)|(?:want|need|get me|give me) (?:a|an|some|any) (?:human|person|real person|agent|representative|executive|callback|call back)|call me(?: back)?(?! (?:mr|mrs|miss|sir|by))|(?:please|can you|could you) call me|not a bot|stop the bot|agent please|someone (?:call|contact) me',
  ],
  [
    'person',
    1,
    '(?:kisi|kissi|insaan|insan|aadmi|agent|executive|manager|vyakti) (?:insaan |insan |aadmi |vyakti )?(?:se|sey) (?:baat|bat|connect)|(?:mujhe|muje) call (?:karo|kare|karen|karein|kijiye)|baat kar(?:ni|na|wa|ao|waiye|wao|do)|(?:किसी|इंसान|आदमी|एजेंट|व्यक्ति)(?: \\S+)? से बात|बात करनी|बात करना|कॉल करें|फोन कर',
  ],
  [
    'complaint',
    1,
    'complain(?:t|ts|ing)?|shikaya?t|शिकायत|(?:worst|terrible|pathetic|horrible|awful|useless|disgusting|rude|unprofessional)(?: \\w+){0,2} (?:service|experience|agent|company|staff|behaviou?r|support|people|response)|(?:i am|i.?m|we are) (?:\\w+ )?(?:angry|furious|fed up|frustrated|annoyed|upset|disappointed)|not listening|bahut gussa|(?:very|so|really|extremely) (?:disappointed|unhappy|angry|frustrated|upset|dissatisfied)|nobody (?:called|came|showed|replied|responded|answers)|no ?one (?:called|came|showed up|replied|responded|answers)|(?:agent|broker|builder|he|she|they) (?:did ?n.?t|never|didnt) (?:show|come|turn|call|reply|respond)|cheat(?:ed|ing)|scam(?:med|mer)?|fraud|dhokha|bakwaas|bekaar service|refund|money back|paisa wapas|paise wapas|धोखा|खराब सेवा|wasted my time|fed up|waste of time',
  ],
  [
    'legal',
    1,
    'legal(?:ly)?(?! size)|lawyers?|advocate|lawsuit|sue|court|litigation|dispute[ds]?|title (?:deed|clear|dispute|search|verification)|clear title|encumbrance|(?:sale|lease|rental|rent) (?:deed|agreement)|agreement (?:clause|terms|draft)|power of attorney|poa|evict(?:ion|ed)?|tenant rights?|contract (?:terms|clause|breach)|breach|notice period|kanoon\\w*|kanuni|vakee?l|adalat|कानून\\S*|वकील|अदालत|कोर्ट|inherit(?:ance|ed)|probate|mutation|khata|patta|encroach\\w*|consumer forum|stay order',
  ],
  [
    'negotiate',
    1,
    'negotia\\w+|bargain\\w*|(?:reduce|lower|bring down|drop|cut) (?:the |your |its )?(?:price|rate|cost|rent)|discounts?|(?:best|final|last|lowest) (?:price|offer|rate|deal)(?! range)|(?:price|rate|rent) (?:kam|thoda kam|negotiable)|negotiable|kuch kam|thoda kam kar\\w*|kam kar(?:o|do|ke|enge|wao|na)|(?:will|would|can|could) (?:they|he|she|the owner|the seller|the builder|you|owner|seller) (?:accept|take|settle|agree|come down|go down|do it for)|offer (?:of|him|her|them|the owner|the seller)|counter ?-?offer|i(?:.ll| will| can| would)? (?:pay|give|offer) (?:only |max |maximum )?(?:rs|₹|\\d)|मोल ?भाव|दाम कम|कीमत कम|छूट',
  ],
  [
    'reschedule',
    1,
    'reschedul\\w+|make it (?:at )?\\d{1,2}(?! ?-?(?:bhk|bed|lakh|lac|cr))|(?:change|move|shift|postpone|prepone|push|delay) (?:(?:my|the|our|this|that) )?(?:visit|appointment|booking|slot|meeting|viewing|timing|time|date|it)|(?:visit|appointment)(?: ka)? (?:time|date|din) (?:badal|change)\\w*|different (?:time|date|day)|another (?:time|date|day|slot)|(?:time|din|date) badal\\w*|समय बदल|(?:can.?t|cannot|won.?t be able to) (?:make it|come)',
  ],
  [
    'cancel',
    1,
    'cancel(?:led|lation)?(?: (?:my|the|our|this|that))?(?: (?:visit|appointment|booking|slot|meeting|viewing))?|call off|(?:visit|booking|appointment) (?:radd|cancel)|रद्द|कैंसल|don.?t want to (?:visit|come|see it)',
  ],
  [
    'availability',
    0.9,
    '(?:available|free|open) (?:slots?|times?|timings?|dates?|days?)|(?:any|what|which|whats) (?:\\w+ )?(?:slots?|timings?|times)|when (?:can|could|may|is) (?:i|we|it|the)|what time|kab (?:dekh|aa|visit|mil)\\w*|kis (?:time|samay|din)|कब (?:देख|आ)|is there any ?time',
  ],
  [
    'book',
    1,
    `(?:book|schedule|arrange|set ?up|fix|plan|organi[sz]e|reserve|confirm|get|make|want|need|like|request|have|for)(?: \\w+){0,4} (?:visits?|viewings?|appointments?|tours?|site ?-?visits?|showings?|walk ?-?through|inspection|meeting|slot)|site visit|(?:visit|see|to view|tour|check ?out|look at|inspect|come (?:and |to )?see|have a look at|dekh)(?: \\w+)? ${it}|(?:visit|see|tour|to view)(?: (?:there|in person|today|tomorrow|tonight|on|this|next|the place|place))|book (?:it|a|an|the|me|my|this|for|at)|schedule (?:it|me|a|an|the|for|my|this|one)|appointment|viewing|i(?:.d| would)? (?:like|love) to (?:visit|see it|tour)|want to (?:visit|see it|tour)|visit (?:karna|karni|kar|book|chahiye|schedule|rakh|fix|dekh)\\w*|(?:visit|dekhne|milne|aane|aana)(?: \\w+){0,3} (?:chahiye|chahta|chahti|chahte|hai|hain|sakta|sakte|sakti|aana|aaunga|aa)|dekh(?:na|ne|ni) (?:hai|chahta|chahti|chahte|chahiye|aana|jana|aa|hoga)|dekh (?:sakta|sakte|sakti|lun|lu|len|loon)|देखना|देखने|विज़िट|विजिट|मिलने|visit (?:\\w+ ){0,3}(?:homes?|houses?|flats?|apartments?|villas?|properties|places)|come over|drop by|pay a visit|^(?:a |to )?visit${end}`,
  ],
  [
    'emi',
    1,
    'emis?|e\\.m\\.i|installments?|instal?ments?|kisht|kist|किस्त|ईएमआई|monthly (?:payments?|mortgage)|mortgage(?! rate)|(?:home |housing )?loan (?:payment|for|on|emi|amount|chahiye|of|with|at|ki|ka|par)|(?:lakh|lac|crore|cr)s? (?:ka |ke |ki )?(?:home )?loan|down ?-?payment|\\d+ ?% down|% down|interest (?:per|a) month|loan le\\w*',
  ],
  [
    'afford',
    1,
    'afford(?!able)\\w*|eligib\\w+(?! for (?:\\w+ )?tax)|(?:my|monthly|meri|mera) (?:salary|income|take ?home|kamai|tankhwa\\w*)|(?:i|we) (?:earn|make(?! (?:it|an?|the|this|my)\\b))|salary|kitna loan|how much (?:loan|can i borrow|home)|what (?:budget|price) (?:can|should) (?:i|we)|वेतन|सैलरी|कितना लोन',
  ],
  [
    'duty',
    1,
    'stamp ?-?duty|registration (?:charges?|fees?|cost|amount)|registry|stamp charges|स्टांप|स्टाम्प|रजिस्ट्री|registration kitn\\w+|tds|gst',
  ],
  [
    'yield',
    1,
    'rental yield|yield|roi|returns?(?: on (?:investment|it|this))?|rental (?:income|return)s?|investment (?:return|potential)|good investment|appreciat(?:ion|e in value)|capital gain|cap rate|किराये से आय|रिटर्न',
  ],
  [
    'price',
    0.9,
    '(?:what(?:.s| is| are|s)?|how much(?: is| are| does| for| would)?|tell me|know|share|give|send)(?: \\w+){0,4} (?:price|cost|rate|rent|asking)s?|how much(?! (?:loan|space|time))|price (?:of|for|kya|kitn\\w*|batao|please|details|range|list)|prices|pricing|all.?inclusive|total cost|on ?-?road price|per sq(?:uare|\\.)? ?f(?:ee|oo)?t|^(?:the )?(?:price|cost|rate|daam|kimat|keemat)[?]*$|(?:kitne|kitna|kitni) (?:ka|ki|ke|ki hai|ka hai|price|rent|paise|daam|mein|me)|(?:kya|kitna|kitni) (?:price|rate|rent|daam|kimat|keemat|kiraya)|(?:price|rent|rate|daam|kimat|keemat|kiraya) (?:kya|kitn\\w+|batao|bataiye)|कितने का|कितने की|कीमत|दाम|किराया कितना|token amount|maintenance(?: charges?| cost| fees?)?|booking amount',
  ],
  [
    'others',
    1,
    '(?:show|see|find|get|give|have|any(?:thing)?|some(?:thing)?|what|search|look|are there|is there|tell me|know|how|try)(?: \\w+){0,5} (?:else|others?|another|more|different|alternatives?|next one)(?: (?:one|ones|option|apartment|flat|home|house|place|propert|listing|result|choice)\\w*)?|(?:any|some|other|more|another|different|additional|next|few more|alternate|alternative) (?:\\w+ )?(?:options?|apartments?|flats?|homes?|houses?|propert(?:y|ies)|places?|listings?|results?|choices?|ones?|alternatives?|villas?|complex(?:es)?|units?|one)|continue (?:search\\w*|looking)|keep (?:looking|searching)|search again|other than (?:this|that)|(?:aur|or|kuch aur|dusra|doosra|doosre|dusre) (?:dikha\\w*|options?|flats?|ghar|batao|kuch|koi|hai|bhi)|aur (?:\\w+ )?(?:dikha\\w*|options?|hai|batao)|kuch aur|koi aur|और (?:दिखा|विकल्प|बता|कुछ)\\S*|दूसरा(?! वाला)|anything else(?! (?:i|we|for me))(?: (?:available|in|with|like|you|under))?|what else|something else|alternatives?|next(?: one| option)?[.!?]?$|i don.?t like (?:it|this|that|the)|not (?:interested in|happy with) (?:this|that|it)|too (?:small|big|far|old)',
  ],
  [
    'cheaper',
    1,
    'cheap(?:er|est)?|less expensive|lower (?:price|budget|rent|cost)|more affordable|affordable|low(?:er)? (?:budget|cost)|too (?:expensive|costly|high|much)|(?:out of|over|above|beyond) (?:my )?budget|sast[aei]|sabse sast[aei]|kam (?:price|budget|daam|rent|kiraye)\\w*|bahut meheng\\w+|meheng\\w+|mehn?ga|सस्ता|सस्ते|सस्ती|महंगा|कम दाम|within my budget|cost ?effective',
  ],
  [
    'select',
    0.8,
    `(?:i(?:.ll| will)? (?:like|love|take|choose|prefer|go with|want|pick)|let.?s go with|go with|sounds?|looks?|seems?|that.?s|this is|it.?s|that is|it is|would be|works?|will work|works for me)(?: \\w+){0,3} (?:great|good|nice|perfect|fine|ok(?:ay)?|interesting|awesome|excellent|lovely|wonderful|amazing|fantastic|ideal|works?|suitable|cool|reasonable|promising|appealing|right|alright|pretty good|delightful|the one|it|this one|that one|this|that)|(?:this|that) (?:one|apartment|works|is it|place|would work|will do|should work|suits)|${begin}(?:yeh|ye|yahi|wahi|pehla|doosra|dusra|teesra) (?:wala|wali|theek|accha|achha|pasand)|pasand (?:hai|aaya|aayi)|पसंद|यही|यह वाला|interested in (?:this|that|the|it|${it})|(?:i am|i.?m|im) interested|(?:^|\\s)(?:great|perfect|awesome|excellent|nice|lovely|wonderful) (?:choice|option|one|place|apartment)?[.!]`,
  ],
  [
    'find',
    1,
    '(?:find|looking|look|search(?:ing)?|need|want|show|get|hunt(?:ing)?|interested|require|buy|purchase|rent|lease|move|moving|prefer|have|any|suggest|recommend|help me (?:find|with)|see|like|check|list)(?: \\w+){0,9} (?:apartments?|appartments?|appts?|apts?|flats?|homes?|houses?|propert(?:y|ies)|places? to (?:live|stay|rent|move|buy)|a place|places|villas?|plots?|studios?|bhk|penthouses?|row ?houses?|bungalows?|condos?|listings?|units?|townhouses?|accomm?odations?|residences?|floors?|new place|somewhere to live)',
  ],
  [
    'find',
    1,
    '(?:\\d|one|two|three|four|five|single|double|ek|do|teen|char)[ -]?(?:bhk|rk|bed ?-?rooms?|beds?|br|bhks|बीएचके|बेडरूम|bath ?-?rooms?|baths?)|bhk|बीएचके|(?:flat|ghar|makaan|makan|villa|plot|apartment|kamra|room|property|house|zameen|jagah|घर|फ्लैट|फ़्लैट|मकान|प्लॉट|जमीन)(?: \\S+){0,6} (?:chahiye|chaiye|chahie|chahiy|dikha\\w*|dhoond\\w*|dhund\\w*|batao|lena|leni|kharid\\w*|khareed\\w*|चाहिए|दिखा\\S*|ढूंढ\\S*|बताओ|लेना|खरीद\\S*)|(?:chahiye|चाहिए)(?: \\S+){0,6} (?:flat|ghar|makaan|villa|plot|घर|फ्लैट)|place to live|house hunting|apartment hunting|home hunting|(?:under|below|upto|up to|within|around|above|over)(?: rs\\.?| inr| ₹)? ?\\d[\\d.,]* ?(?:lakhs?|lacs?|l|cr|crores?|k)',
  ],
  [
    'details',
    0.8,
    '(?:tell me|know|more|give|share|send|need|get|see|full|some)(?: \\w+){0,3} (?:details?|info(?:rmation)?|photos?|pictures?|pics?|images?|video|brochure|floor ?plan|about (?:it|this|that|the))|more about|(?:details|photos?|pics|brochure|floor plan)(?: \\w+)? (?:please|bhej\\w*|dikha\\w*|batao|do|dena)|iske? baare|ke baare (?:mein|me)|जानकारी|के बारे में|फोटो',
  ],
  [
    'knowledge',
    1,
    '(?:what(?:.s| is| are| does)|how (?:does|do|is|to|are)|why|explain|define|meaning|matlab|kya (?:hai|hota|hoti|hote)|is it (?:mandatory|compulsory|necessary)|do i need|process|procedure|documents?|difference|क्या है|क्या होता)(?: \\S+){0,8} (?:rera|carpet|built ?-?up|super built ?-?up|freehold|leasehold|oc|cc|occupancy certificate|completion certificate|sale deed|stamp duty act|80c|24b|pre ?-?emi|possession|home loan|buy a (?:house|home|flat)|buying|carpet area|documents?|possession|registration|tax benefits?)|home loan(?: \\w+){0,3} documents?|(?:what|which) documents?|documents? (?:kya|konse|kaunse|list)|kaunse documents?|rera|carpet area|built ?-?up area|occupancy certificate|completion certificate|home ?loan (?:process|documents|tax|eligibility|interest|rate)s?|tax benefits?|section (?:80c|24)|documents? (?:required|needed|chahiye|lagenge|for)|रेरा|कारपेट|दस्तावेज|buying process|freehold|leasehold|ltcg|capital gains',
  ],
  [
    'services',
    1,
    '(?:what|how) (?:can|do|could|all) (?:you|u) (?:do|help|offer|provide|assist)\\w*|what (?:services|areas|cities|locations)|(?:which|what) (?:cities|city|areas?|places|locations?)(?: \\w+){0,3}(?: do| are| you| available)?|can you help(?: me)?(?: with)?|help(?: me)?[.!?]*$|what can i ask|aap kya (?:kar|help)\\w*|kya kar sakte|मदद|where do you (?:have|operate|serve)|do you (?:have|serve|cover|operate)|kahan kahan|kin (?:cities|shehron|areas)|office (?:hours|timings?|address|location)|working hours|are you open|your (?:address|office|timings?|hours)',
  ],
  [
    'identity',
    1,
    'are you (?:a |an )?(?:bot|robot|human|real|ai|machine|person|computer|chat ?bot|automated)|who are you|what(?:.s| is) your name|(?:is this|am i talking to|am i speaking to) (?:a |an )?(?:bot|human|robot|person|ai|machine|real)|kaun ho|kya aap (?:robot|bot|insaan)|aap kaun|naam kya|आप कौन|रोबोट|your name|who made you|who do you work for|how old are you|where are you from',
  ],
  [
    'sell',
    1,
    '(?:sell|selling|list|listing|rent out|let out|lease out)(?: \\w+){0,2} (?:my|our|a) (?:own )?(?:flat|house|home|property|apartment|villa|plot|land|place)|(?:want|wish|like|need|looking) to (?:sell|rent out|let out)|bechn[aei]|bech(?:na|ne|ni)|बेचन\\S+|post (?:my|a) property|valuation of my|my property(?:.s)? (?:value|worth)',
  ],
  [
    'greet',
    1,
    '(?:hi+|hello+|hey+|hiya|howdy|good (?:morning|afternoon|evening|day)|namaste|namaskar|namaskaar|pranam|sat sri akal|salaam|vanakkam|greetings|नमस्ते|नमस्कार|हेलो|हाय|how are you|how.?s it going|how do you do|what.?s up|kaise ho|kaise hain|sup|yo)',
  ],
  [
    'thanks',
    1,
    '(?:thank ?(?:you|u|s)?|thanks|thankyou|thx|tysm|ty|many thanks|appreciate(?: it)?|dhanya?[vw]aa?d|shukriya|धन्यवाद|शुक्रिया|थैंक\\S*|grateful|cheers|great help|you.?ve been (?:very )?helpful)',
  ],
  [
    'goodbye',
    1,
    '(?:bye+|good ?bye|see (?:you|ya)|good ?night|that(?:.s| is|.ll be| will be|s)? (?:be )?(?:all|it|everything|enough)(?: (?:for|i|that|today|now|thanks?)\\w*)?|nothing (?:else|more)|no(?:thing)? more|(?:i.?m|i am|we.?re|we are) (?:all )?(?:done|good|set|finished|fine)|(?:don.?t|do not|wo.?n.?t) (?:need|require|have)(?: \\w+){0,4} (?:anything|help|assistance|questions?)|not? (?:any|need) (?:further|more) (?:help|assistance)|have a (?:good|great|nice|wonderful|lovely) \\w+|talk (?:to you )?later|alvida|phir milte|phir milenge|अलविदा|take care|covers it|all i (?:need|needed|wanted)|(?:its|it.?s) enough|bas itna|bas itna hi)',
  ],
]

const compiled = (): readonly (readonly [Act, number, RegExp])[] =>
  cues.map(([act, weight, source]) => [act, weight, new RegExp(`${begin}(?:${source})${end}`, 'giu')])

/** Makes the reader of acts; the patterns are compiled once. */
export function createActReader(): (text: string) => readonly FoundAct[] {
  const patterns = compiled()
  return (text) => {
    const plain = text.toLowerCase().replaceAll('’', "'")
    return patterns.flatMap(([act, weight, pattern]) =>
      [...plain.matchAll(pattern)].map((match) => ({
        act,
        weight,
        start: match.index,
        end: match.index + match[0].length,
      })),
    )
  }
}
