/** The words of the console in the reader's language. English is in the first load; Hindi comes when it is asked for. */
import { createInstance } from 'i18next'
import { en } from './en.ts'

export type Language = 'en' | 'hi'
type Base<K> = K extends `${infer B}_one` ? B : K extends `${string}_other` ? never : K
export type TextKey = Base<keyof typeof en>
export type T = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string

export interface Text {
  readonly language: Language
  /** For dates and numbers: the language as it is written in India. */
  readonly locale: string
  readonly t: T
}

export type Translator = (language: Language) => Promise<Text>

/** A translator of its own: asking for a language loads it once. */
export function createTranslator(): { readonly first: Text; readonly change: Translator } {
  const instance = createInstance()
  void instance.init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: { translation: en } },
    keySeparator: false,
    nsSeparator: false,
    initAsync: false,
    interpolation: { escapeValue: false },
  })
  const textOf = (language: Language): Text => {
    const fixed = instance.getFixedT(language)
    return { language, locale: `${language}-IN`, t: (key, values) => fixed(key, { ...values }) }
  }
  return {
    first: textOf('en'),
    change: async (language) => {
      if (language === 'hi' && !instance.hasResourceBundle('hi', 'translation')) {
        const { hi } = await import('./hi.ts')
        instance.addResourceBundle('hi', 'translation', hi)
      }
      return textOf(language)
    },
  }
}
