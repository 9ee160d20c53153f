import { timeLabel } from '#agents/calendar.ts'
import type { CalculationCard, Card, ListingCard, VisitCard } from '#machines/content-contract.ts'
import { formatArea, formatMoney } from '#rag/format.ts'
import type { FormWords } from './form-words.ts'
import { oneLine } from './one-line.ts'

/** `brief` leaves out the facts of a home that are not figures. */
export type CardLength = 'full' | 'brief'

/** A card in lines that can be read in a chat; nothing for times to choose from, which are choices. */
export function cardLines(card: Card, words: FormWords, length: CardLength): string {
  switch (card.kind) {
    case 'listing':
      return listingLines(card, words, length)
    case 'visit':
      return visitLines(card, words)
    case 'calculation':
      return calculationLines(card)
    case 'slots':
      return ''
  }
}

/** Price, bedrooms and area, each as people say it. */
export function listingFigures(card: ListingCard, words: FormWords): readonly string[] {
  const price = formatMoney(card.priceMinor, card.currency)
  return [
    card.purpose === 'rent' ? words.aMonth(price) : price,
    ...(card.bedrooms === undefined ? [] : [words.beds(card.bedrooms)]),
    formatArea(card.areaSqft),
  ]
}

function listingLines(card: ListingCard, words: FormWords, length: CardLength): string {
  const place = [...new Set([card.locality, card.city])].filter((each) => each !== '').join(', ')
  return written([
    bold(card.title),
    place,
    listingFigures(card, words).join(' · '),
    length === 'full' ? card.facts.join(' · ') : '',
  ])
}

function visitLines({ title, startAtMs, timeZone, place }: VisitCard, words: FormWords): string {
  return written([bold(`${words.visit}: ${title}`), timeLabel(startAtMs, timeZone, words.locale), place])
}

function calculationLines({ title, rows, assumptions }: CalculationCard): string {
  return written([bold(title), ...rows.map(({ label, value }) => `${label}: ${value}`), ...assumptions])
}

/** WhatsApp's own mark for bold; it would come out wrong around a star. */
function bold(text: string): string {
  const words = oneLine(text)
  return words === '' || words.includes('*') ? words : `*${words}*`
}

function written(lines: readonly string[]): string {
  return lines.filter((line) => line.trim() !== '').join('\n')
}
