/**
 * Place names written in Devanagari: how they sound, so that «व्हाइटफील्ड» is found as Whitefield. Sounds, not spelling: vowels, doubled
 * letters, breaths (th, kh) and the likes of v and w do not count.
 */

const consonants: { readonly [letter: string]: string } = {
  क: 'k',
  ख: 'k',
  ग: 'g',
  घ: 'g',
  ङ: 'n',
  च: 'ch',
  छ: 'ch',
  ज: 'j',
  झ: 'j',
  ञ: 'n',
  ट: 't',
  ठ: 't',
  ड: 'd',
  ढ: 'd',
  ण: 'n',
  त: 't',
  थ: 't',
  द: 'd',
  ध: 'd',
  न: 'n',
  प: 'p',
  फ: 'f',
  ब: 'b',
  भ: 'b',
  म: 'm',
  य: 'y',
  र: 'r',
  ल: 'l',
  ळ: 'l',
  व: 'v',
  श: 's',
  ष: 's',
  स: 's',
  ह: 'h',
  'ं': 'n',
  'ँ': 'n',
}
const vowels: { readonly [sign: string]: string } = {
  अ: 'a',
  आ: 'a',
  'ा': 'a',
  इ: 'i',
  ई: 'i',
  'ि': 'i',
  'ी': 'i',
  उ: 'u',
  ऊ: 'u',
  'ु': 'u',
  'ू': 'u',
  ए: 'e',
  ऐ: 'e',
  'े': 'e',
  'ै': 'e',
  ऑ: 'o',
  ओ: 'o',
  औ: 'o',
  'ॉ': 'o',
  'ो': 'o',
  'ौ': 'o',
}

/** Whether there is any Devanagari letter in a text. */
export function isDevanagari(text: string): boolean {
  return /\p{Script=Devanagari}/u.test(text)
}

/** A word in Latin letters, roughly as people write it: `पुणे` → `pune`. Latin letters and digits stay. */
export function romanised(word: string): string {
  const letters = Array.from(
    word.normalize('NFD').replaceAll('\u093c', '').replaceAll('गांव', 'गान').replaceAll('गाँव', 'गान'),
  )
  return letters
    .map((letter, index) => {
      const consonant = consonants[letter]
      if (consonant === undefined) return vowels[letter] ?? (/[a-z\d]/u.test(letter) ? letter : '')
      const next = letters[index + 1]
      const bare = next === undefined || next === '\u094d' || /[\u093e-\u094c]/u.test(next) || /[ंँ]/u.test(letter)
      return bare ? consonant : `${consonant}a`
    })
    .join('')
}

/** What a name sounds like, whichever its script: `whitefield` and `व्हाइटफील्ड` → `vtfld`. */
export function soundOf(word: string): string {
  const latin = isDevanagari(word) ? romanised(word) : word.toLowerCase()
  return latin
    .replace(/ow(?=[^aeiou]|$)/gu, 'o')
    .replace(/ph/gu, 'f')
    .replace(/ck|q/gu, 'k')
    .replace(/ch/gu, 'č')
    .replace(/c(?=[eiy])/gu, 's')
    .replace(/c/gu, 'k')
    .replace(/x/gu, 'ks')
    .replace(/z/gu, 'j')
    .replace(/w/gu, 'v')
    .replace(/n(?=[bpm])/gu, 'm')
    .replace(/(?<=.)h/gu, '')
    .replace(/[aeiouy]/gu, '')
    .replace(/(.)\1+/gu, '$1')
}
