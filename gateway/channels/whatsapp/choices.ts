import { timeLabel } from '#agents/calendar.ts'
import type { Card, Chip, SlotsCard } from '#machines/content-contract.ts'
import { isDevanagari } from '#rag/devanagari.ts'
import { listingFigures } from './card-lines.ts'
import type { FormWords } from './form-words.ts'
import { messageLimits } from './message-limits.ts'
import { oneLine } from './one-line.ts'
import { ownWords } from './own-words.ts'

/** Something the customer can tap, or type. */
export interface Choice {
  /** What it says when it is tapped: the id of a button or a row. */
  readonly send: string
  readonly label: string
  /** The same in fewer characters, where there is such a way. */
  readonly short?: string
  /** What may stand below it in a list, the most important first. */
  readonly details: readonly string[]
}

/** All that can be chosen in one message. No two send the same. */
export interface Choices {
  readonly homes: readonly Choice[]
  /** Where all the homes are, when it fits as a title. */
  readonly homesAt?: string
  readonly times: readonly Choice[]
  readonly chips: readonly Choice[]
}

/** The choices in cards and chips. One home alone is none: there is nothing to choose from. */
export function choicesIn(cards: readonly Card[], chips: readonly Chip[], words: FormWords): Choices {
  const listings = cards.filter((card) => card.kind === 'listing')
  const isNew = firsts()
  const several = listings.length > 1 ? listings : []
  const shorts = ownWords(several.map(({ title }) => oneLine(title)))
  const homes = several.map((card, index) => {
    const short = shorts[index] === '' || shorts[index] === undefined ? {} : { short: shorts[index] }
    return choice({ label: card.title, send: card.title }, { details: listingFigures(card, words), ...short })
  })
  const times = cards.flatMap((card) => (card.kind === 'slots' ? slotChoices(card) : []))
  const places = new Set(listings.map(({ locality }) => locality))
  const [place = ''] = places
  const isTitle = places.size === 1 && place.trim() !== '' && place.length <= messageLimits.sectionTitle
  return {
    homes: homes.filter(isNew),
    ...(isTitle ? { homesAt: place } : {}),
    times: times.filter(isNew),
    chips: chips.map((chip) => choice(chip)).filter(isNew),
  }
}

/** Tells of each choice whether it sends something that none before it did. */
function firsts(): (choice: Choice) => boolean {
  const seen = new Set([''])
  return ({ send }) => {
    const before = seen.size
    return seen.add(send).size > before
  }
}

function slotChoices({ slots, timeZone }: SlotsCard): readonly Choice[] {
  return slots.map((slot) => choice(slot, { short: shortTime(slot.startAtMs, timeZone, slot.label) }))
}

/** `Sat 28 Nov, 11:00 am`, `शनि 28 नवंबर, 11:00 am`: a time as it fits on a button or in a row. */
function shortTime(startAtMs: number, timeZone: string, label: string): string {
  const long = timeLabel(startAtMs, timeZone, isDevanagari(label) ? 'hi' : 'en')
  return long.replace(/^([a-z]{3})[a-z]* (\d+) ([a-z]{3})[a-z]* at/iu, '$1 $2 $3,').replace(/^(\S+)वार /u, '$1 ')
}

function choice(chip: Chip, more: Partial<Choice> = {}): Choice {
  const label = oneLine(chip.label)
  const send = chip.send.trim()
  return { details: [], ...more, label: label === '' ? oneLine(send) : label, send: send === '' ? label : send }
}
