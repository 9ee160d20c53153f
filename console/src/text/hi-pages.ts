/** Hindi words for Facebook Pages on the channels page. */
export const hiPages: Readonly<Record<string, string>> = {
  'pages.title': 'Facebook और Instagram की लीड',
  'pages.hint': 'आपके लीड विज्ञापनों के फ़ॉर्म सहमति के साथ लीड बनते हैं, और जो आपके पेज पर टिप्पणी करता है या उसे लिखता है, वह भी।',
  'pages.add': 'पेज जोड़ें',
  'pages.id': 'पेज ID',
  'pages.id-hint': 'पेज की सेटिंग › About से: केवल अंक।',
  'pages.token': 'पेज का एक्सेस टोकन',
  'pages.token-hint': 'सिस्टम यूज़र का, leads_retrieval और pages_manage_metadata के साथ।',
  'pages.secret': 'ऐप सीक्रेट (वैकल्पिक)',
  'pages.secret-hint': 'ऐप आपके WhatsApp नंबर वाला ही हो तो ख़ाली छोड़ें।',
  'pages.forms': 'फ़ॉर्म ID (वैकल्पिक)',
  'pages.forms-hint': 'जिन लीड की सूचना खो गई, उन्हें इनमें खोजा जाता है। ख़ाली हो तो पेज के सभी फ़ॉर्म में।',
  'pages.consents': 'टिक किए बॉक्स किससे सहमत हैं (वैकल्पिक)',
  'pages.consents-hint':
    'हर बॉक्स की एक पंक्ति: उसकी कुंजी, कोलन, और whatsapp, email या sms। जो बॉक्स यहाँ नहीं है, वह उसी चैनल के लिए गिना जाता है जिसका नाम उसकी कुंजी में है।',
  'pages.webhook-hint':
    'सब्सक्राइब करने पर Meta आपके ऐप को इस पेज के बारे में बताता है, और ऐप इस सर्वर को। या दोनों को अपने ऐप के वेबहुक में Page के लिए डालें।',
  'pages.remove-sure': 'इसके सीक्रेट मिटा दिए जाते हैं, और Meta इसके लिए जो भेजता है वह ठुकराया जाता है। लीड बनी रहती हैं।',
  'pages.check.token': 'एक्सेस टोकन',
  'pages.check.permissions': 'अनुमतियाँ',
  'pages.check.webhook': 'वेबहुक',
  'pages.check.subscription': 'सब्सक्रिप्शन',
  'pages.check.sweep': 'खोई हुई लीड',
  'pages.check.signature': 'हस्ताक्षर',
}
