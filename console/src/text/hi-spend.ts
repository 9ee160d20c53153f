import type { enSpend } from './en-spend.ts'

/** Hindi words for what messages cost. */
export const hiSpend: Readonly<Record<keyof typeof enSpend, string>> = {
  'spend.title': 'संदेशों का खर्च',
  'spend.hint':
    'इस महीने का, आपके अनुबंधों की दरों से। ग्राहकों के उत्तर हमेशा जाते हैं और गिने जाते हैं; सीमा पूरी होने पर बाकी संदेश रुकते हैं।',
  'spend.assumed': 'आपकी दरें अभी किसी ने नहीं दी हैं: रकमें अनुमानित हैं। सर्वर की सेटिंग FINEACERS_PRICES में अपने अनुबंध की दरें दें।',
  'spend.of-limit': '{{limit}} में से {{spent}}',
  'spend.no-limit': '{{spent}}, कोई सीमा नहीं',
  'spend.reserved': '{{amount}} रास्ते में',
  'spend.share': 'सीमा का कितना हिस्सा खर्च हुआ',
  'spend.holding': 'सीमा पूरी होने से संदेश रुके हैं। सीमा बढ़ाएँ, नहीं तो वे महीना बदलने पर जाएँगे।',
  'spend.nearly': 'सीमा का 80% से ज़्यादा खर्च हो चुका है।',
  'spend.none': 'इस महीने किसी संदेश पर खर्च नहीं हुआ।',
  'spend.channel': 'चैनल',
  'spend.category': 'प्रकार',
  'spend.messages': 'संदेश',
  'spend.cost': 'खर्च',
  'spend.category.service': 'उत्तर',
  'spend.category.utility': 'विज़िट या अनुरोध के बारे में',
  'spend.category.marketing': 'प्रचार',
  'spend.change': 'सीमा बदलें',
  'spend.limit': 'महीने की सीमा, {{currency}} में',
  'spend.limit-hint': 'सीमा न रखनी हो तो खाली छोड़ें। यह तुरंत लागू होती है और आगे के महीनों में भी रहती है।',
  'spend.limit-wrong': '5000 जैसी रकम दें, या खाली छोड़ें।',
}
