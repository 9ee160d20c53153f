import type { enJoined } from './en-joined.ts'

/** जोड़ी और फिर अलग की गई लीड। */
export const hiJoined: { readonly [key in keyof typeof enJoined]: string } = {
  'joined.title': 'इनसे जोड़ी गई',
  'joined.apart': 'अलग रखी गई',
  'joined.by.phone': 'वही फ़ोन {{key}}, {{day}}',
  'joined.by.email': 'वही ईमेल {{key}}, {{day}}',
  'joined.by.visitor': 'वेबसाइट का वही आगंतुक, {{day}}',
  'joined.by.contact': 'वही संपर्क, {{day}}',
  'joined.by.by-hand': '{{who}} ने जोड़ा, {{day}}',
  'joined.apart-by': '{{who}} ने अलग किया, {{day}}',
  'joined.separate': 'अलग करें…',
  'joined.separate-go': 'अलग करें',
  'joined.join-again': 'फिर जोड़ें',
  'joined.this-lead': 'यह लीड',
  'joined.the-other': 'जिस लीड में यह जोड़ी गई',
  'joined.dialog': '{{who}} को अलग करें?',
  'joined.dialog-hint': 'जब ये दो अलग लोग हों। इन्हें फिर जोड़ा जा सकता है।',
  'joined.will.history': '{{who}} को वह सब वापस मिलेगा जो वहाँ से आया: प्रोफ़ाइल, बातचीत, चरण। बाक़ी {{other}} के पास रहेगा।',
  'joined.will.consents': 'किसी एक का STOP या मना करना दोनों पर लागू रहेगा। एक की हाँ दूसरे की नहीं मानी जाएगी।',
  'joined.will.again': 'इनमें कुछ भी समान हो, ये अपने आप फिर नहीं जुड़ेंगे।',
  'joined.whose': '{{key}} किसका है?',
  'joined.whose-hint': 'इससे आने वाले नए फ़ॉर्म और नई बातचीत उसी को मिलेंगे। मौजूदा बातचीत अपनी जगह रहेगी।',
  'joined.done-separated': '{{who}} फिर अपनी अलग लीड है।',
  'joined.done-joined': 'फिर जोड़ दिया।',
}
