/** Something a customer may ask of one home. */
export type Field =
  | 'price'
  | 'area'
  | 'bedrooms'
  | 'bathrooms'
  | 'furnishing'
  | 'pets'
  | 'phone'
  | 'address'
  | 'floor'
  | 'facing'
  | 'age'
  | 'parking'
  | 'amenities'
  | 'ready'
  | 'maintenance'
  | 'photos'
  | 'description'

const begin = String.raw`(?<![\p{L}\p{M}\d])`
const end = String.raw`(?![\p{L}\p{M}\d])`

const words: readonly (readonly [Field, string])[] = [
  ['furnishing', 'furnish\\w*|furniture|unfurnished|फर्निश्ड'],
  ['pets', 'pets?|dogs?|cats?|animals?|puppy|kitten|पालतू'],
  [
    'phone',
    '(?:phone|contact|mobile|telephone|whatsapp)(?: (?:number|no|details|info\\w*))?|number (?:for|to call|of|please|phone)|(?:contact|get in touch with|reach) (?:them|him|her|the (?:property|owner|landlord|office|complex|apartment|seller|agent|builder|place))|get in touch|call (?:them|the (?:property|owner|office|complex|apartment))|reach (?:them|the owner)|(?:their|it.?s|his|her|owner.?s) number|number (?:that |where )?(?:i can|we can)|फोन नंबर|नंबर',
  ],
  [
    'address',
    'address|where(?:.s| is| are| exactly)?(?: \\w+)? (?:it|this|that|the|located|situated|property|place)|located|location|kahan? (?:hai|par|pe)|kidhar|पता|कहाँ|कहां|लोकेशन|which (?:street|area|locality)|landmark',
  ],
  ['bathrooms', '(?:how many|kitne|number of) (?:bath ?-?rooms?|baths?|toilets?)|(?:bath ?-?rooms?) (?:kitne|hai)'],
  ['bedrooms', '(?:how many|kitne|number of) (?:bed ?-?rooms?|beds?|rooms?|kamre)'],
  [
    'area',
    '(?:how (?:big|large|spacious|many sq\\w*)|what size|size|carpet area|built ?-?up area|square (?:feet|footage)|sq ?ft|area (?:of|kitn\\w+|kya)|kitna bada|kitni badi|total area|कितना बड़ा)',
  ],
  [
    'floor',
    'which floor|what floor|floor (?:number|no|kaun\\w*|is it|plan)|kaunsa floor|kis floor|konsi manzil|कौन सी मंजिल|floors? (?:are|is|does|hai)',
  ],
  ['facing', 'facing|vaa?stu|east[ -]?face\\w*|direction|वास्तु'],
  ['age', 'how old(?! are you)|age of|how new|year built|kitna purana|कितना पुराना|construction year'],
  ['parking', '(?:car |covered |visitor )?parking|garage|पार्किंग'],
  [
    'ready',
    'ready to move|possession|move ?-?in|handover|under construction|when (?:is it|will it be|can i move)|kab (?:milega|ready|possession)|available from|कब मिलेगा|पजेशन|rehne layak|तैयार|still available|is (?:it|this|that) (?:still )?available|availability',
  ],
  ['maintenance', 'maintenance|society charges|hoa|(?:security )?deposit|मेंटेनेंस|डिपॉज़िट'],
  ['photos', 'photos?|pictures?|pics?|images?|videos?|brochure|floor ?plan|virtual tour|फोटो|तस्वीर'],
  [
    'amenities',
    'amenit\\w+|facilit\\w+|gym|(?:swimming )?pool|lift|elevator|power ?-?backup|security|club ?-?house|garden|play area|balcony|laundry|washer|सुविधा\\S*',
  ],
  ['price', '(?:price|cost|rent|rate|asking|monthly|daam|kimat|keemat|kiraya|कीमत|दाम|किराया)'],
  ['description', '(?:more )?details?|tell me (?:more )?about|describe|more info\\w*|जानकारी|iske baare'],
]

const question =
  /\?|^(?:(?:yes|ok(?:ay)?|great|and|also|but|so|hey|oh|sure|nice|yeah|yep|hmm|alright|perfect|good|cool|no|that is correct|right)[,.!\s-]+)*(?:is|are|do|does|did|what|whats|what's|which|where|when|how|can|could|will|would|has|have|any|may|tell|give|share|send|provide|let me know|i(?:'d| would)? (?:like|want|need|also)(?: to)? (?:know|ask|see|find out|have|get|the|their|its)|i (?:need|want) (?:to know|the|their|its)|kya|kitn\w+|kaun\w*|kahan?|kab|क्या|कितन\S*|कहाँ|कहां|कब)(?![\p{L}\p{M}])|(?:^|[\s,])(?:kya|kab|kahan|hai kya|kitn[aei]|batao|bataiye|bata do|please tell|tell me|let me know|wondering|i wonder|want to know|like to know|need to know|know if|whether|confirm (?:about|if|that)|क्या|बताओ|बताइए|बताएं)(?![\p{L}\p{M}])/iu

const numberWanted =
  /(?<!\bmy )(?<![\p{L}])(?:phone|contact|telephone|mobile) (?:number|no|details|info\w*)(?![\p{L}\p{M}])(?! is)/iu

/** Makes the reader of questions about one home: which of its fields a text asks for; none when it asks nothing. */
export function createFieldReader(): (text: string) => {
  readonly fields: readonly Field[]
  readonly spans: readonly { readonly start: number; readonly end: number }[]
} {
  const patterns = words.map(([field, source]) => [field, new RegExp(`${begin}(?:${source})${end}`, 'giu')] as const)
  return (text) => {
    // «And give the contact number» asks without a question's words.
    if (!question.test(text) && !numberWanted.test(text)) return { fields: [], spans: [] }
    const found = patterns.flatMap(([field, pattern]) =>
      [...text.matchAll(pattern)].map((match) => ({ field, start: match.index, end: match.index + match[0].length })),
    )
    return { fields: [...new Set(found.map(({ field }) => field))], spans: found }
  }
}
