import { inLanguage, type Bits } from './bits.ts'
import type { Language } from './language.ts'
import * as words from './property-words.ts'
import type { Situation } from './specialist.ts'
import type { State } from './state.ts'

/** `a, b and c`. */
export function listed(names: readonly string[], language: Language): string {
  const and = { en: ' and ', hinglish: ' aur ', hi: ' और ' }[language]
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')}${and}${names.at(-1) ?? ''}`
}

/** What was let go, by its name where it has one: «swimming pool», not «the amenities». */
function relaxedWords(relaxed: readonly string[], { wishes }: State, language: Language): string {
  const named = relaxed.flatMap((each): readonly string[] => {
    const plain = words.relaxed[each]?.[language] ?? each
    if (language === 'hi') return [plain]
    if (each === 'amenities') return wishes.amenities?.map((name) => `“${name.toLowerCase()}”`) ?? [plain]
    return [each === 'furnishing' ? `“${wishes.furnishing ?? plain}”` : plain]
  })
  return listed(named, language)
}

/** The memory of what a search had to let go, and how often in a row; none once a search finds what was asked. */
export function withWidened(state: State, relaxed: readonly string[], language: Language): State {
  const { widened, ...rest } = state
  if (relaxed.length === 0) return rest
  const what = relaxedWords(relaxed, state, language).slice(0, 200)
  return { ...rest, widened: { what, times: ((widened?.times ?? 0) % 9) + 1 } }
}

/** Says what a search had to let go; another way each time it goes on. */
export function closest(relaxed: readonly string[], state: State, { language, said }: Situation): Bits {
  const what = relaxedWords(relaxed, state, language)
  const { widened } = state
  if (widened === undefined) return inLanguage(language, words.closest, what)
  if (widened.what === what.slice(0, 200))
    return inLanguage(language, said.acts.has('others') ? words.closestMore : words.closestStill, what)
  return inLanguage(language, widened.times % 2 === 1 ? words.closestNow : words.closestNext, what)
}
