import { isDevanagari } from '#rag/devanagari.ts'

/** The few words that a form has of its own, beside what is said in it. At most 20 characters for openers, 24 for titles. */
export interface FormWords {
  readonly locale: 'en' | 'hi'
  readonly seeHomes: string
  readonly seeTimes: string
  readonly choose: string
  readonly homes: string
  readonly times: string
  readonly choices: string
  readonly visit: string
  readonly beds: (count: number) => string
  readonly aMonth: (price: string) => string
}

/** In the script the message is written in. */
export function formWords(text: string): FormWords {
  return isDevanagari(text) ? hindi : english
}

const english: FormWords = {
  locale: 'en',
  seeHomes: 'See homes',
  seeTimes: 'See times',
  choose: 'Choose',
  homes: 'Homes',
  times: 'Times',
  choices: 'More',
  visit: 'Visit',
  beds: (count) => `${count} bed`,
  aMonth: (price) => `${price} a month`,
}

const hindi: FormWords = {
  locale: 'hi',
  seeHomes: 'घर देखें',
  seeTimes: 'समय देखें',
  choose: 'चुनें',
  homes: 'घर',
  times: 'समय',
  choices: 'और',
  visit: 'विज़िट',
  beds: (count) => `${count} बेडरूम`,
  aMonth: (price) => `${price} प्रति माह`,
}
