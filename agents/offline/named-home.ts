import { searchListings } from '../tools/shapes.ts'
import { ask, type Plan } from './plan.ts'
import type { State } from './state.ts'

/** A message that may name a home by its title, with the title read as «it». More than one home when several bear the same title. */
export interface Named {
  readonly text: string
  readonly homes: readonly string[]
}

/** How «See it» and «Ask» of a card, and people who copy a title, name a home; the title is what stands in the group. */
const naming: readonly RegExp[] = [
  /^about (.{12,}?): /iu,
  /^(?:can i (?:visit|see)|i(?:'d| would)? (?:like|want) to (?:visit|see)|(?:show|tell) me (?:about |more about )?|visit |see )\s*(.{12,}?)(?:[?.!]|$)/iu,
  /^(.{12,}?)(?:: | देखने आना है)/u,
]
/** A title is a phrase with a comma or several words; shorter ones are searches. */
const wordsMin = 4
const askedMax = 10

/** Finds the home whose title stands in the message: among those shown, else by a search. What names none comes back as it is. */
export function* namedHome(text: string, state: State): Plan<Named> {
  const shown = among(text, state.shown)
  if (shown !== undefined) return shown
  const phrase = naming.map((pattern) => pattern.exec(text)?.[1]).find((each) => each !== undefined)
  if (phrase === undefined || phrase.split(' ').length < wordsMin) return { text, homes: [] }
  const told = yield* ask(searchListings, { text: phrase.slice(0, 200), limit: askedMax })
  return (told.ok ? among(text, told.value.listings) : undefined) ?? { text, homes: [] }
}

/** The longest title that stands in the text, and every home that bears it. */
function among(text: string, homes: readonly { readonly id: string; readonly title: string }[]): Named | undefined {
  const lower = text.toLowerCase()
  const title = homes
    .map((each) => each.title.toLowerCase())
    .filter((each) => each.length >= 8 && lower.includes(each))
    .sort((a, b) => b.length - a.length)[0]
  if (title === undefined) return undefined
  const at = lower.indexOf(title)
  return {
    text: `${text.slice(0, at)}it${text.slice(at + title.length)}`,
    homes: homes.filter((each) => each.title.toLowerCase() === title).map(({ id }) => id),
  }
}
