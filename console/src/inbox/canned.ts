/** Canned replies and what is typed to find them. Pure. */
import type { CannedReply, Card } from '#gateway/protocol.ts'
import { count, money } from '../text/format.ts'

/** What the composer looks for, from what stands before the caret. */
export type Lookup =
  | { readonly kind: 'canned'; readonly words: string; readonly from: number }
  | { readonly kind: 'listing'; readonly words: string; readonly from: number }

/** `/word` at the start of a line or after a space; `@words` likewise, up to four words. */
export function lookupAt(text: string, caret: number): Lookup | undefined {
  const before = text.slice(0, caret)
  const canned = /(?:^|\s)\/([\p{L}\p{N}_-]*)$/u.exec(before)
  if (canned !== null) return { kind: 'canned', words: canned[1] ?? '', from: caret - (canned[1] ?? '').length - 1 }
  const listing = /(?:^|\s)@((?:[\p{L}\p{N}.-]+ ?){0,4})$/u.exec(before)
  if (listing !== null) return { kind: 'listing', words: listing[1] ?? '', from: caret - (listing[1] ?? '').length - 1 }
  return undefined
}

/** Replies whose shortcut or text has the words; those whose shortcut begins with them first. */
export function findCanned(replies: readonly CannedReply[], words: string): readonly CannedReply[] {
  const wanted = words.toLowerCase()
  const begins = replies.filter((each) => each.shortcut.toLowerCase().startsWith(wanted))
  const has = replies.filter((each) => !begins.includes(each) && each.text.toLowerCase().includes(wanted))
  return [...begins, ...has]
}

/** Fills `{{name}}`, `{{agent}}`, `{{listing}}`; what is not known stays as it is, so that it is seen before it is sent. */
export function fillCanned(text: string, values: { readonly [name: string]: string | undefined }): string {
  return text.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) => values[name] ?? whole)
}

/** A listing in one line, every figure copied from the card. */
export function listingLine(card: Extract<Card, { readonly kind: 'listing' }>): string {
  const price = `${money(card.priceMinor, card.currency)}${card.purpose === 'rent' ? ' a month' : ''}`
  const place = [card.locality, card.city].filter((each) => !card.title.includes(each))
  return `${[card.title, ...place].join(', ')}: ${price}, ${count(card.areaSqft)} sq ft`
}
