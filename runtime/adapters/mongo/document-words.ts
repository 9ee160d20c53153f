import { searchWords, textIn } from '../document-rules.ts'
import type { JsonObject } from '../../json.ts'

/** Of a longer word the beginning is kept, and of a document the first so many. */
const wordMax = { characters: 64, count: 5000 } as const

/**
 * The words of a document's text fields, sorted: small, without accents. Each part of a word that punctuation divides begins one too:
 * «o'neil» is «o neil» and «neil».
 */
export function wordsOf(value: JsonObject, fields: readonly string[]): readonly string[] {
  if (fields.length === 0) return []
  const words = new Set<string>()
  for (const piece of textIn(value, fields).split(/\s+/u)) {
    const parts = partsOf(piece)
    parts.forEach((_, index) => words.add(joined(parts.slice(index, index + wordMax.characters))))
    if (words.size >= wordMax.count) break
  }
  return [...words].slice(0, wordMax.count).sort()
}

/** The beginnings that a search looks for; all of them must begin a word. */
export function beginningsIn(text: string): readonly string[] {
  return [...new Set(searchWords(text).map((word) => joined(partsOf(word))))].filter((word) => word !== '')
}

function joined(parts: readonly string[]): string {
  return parts.join(' ').slice(0, wordMax.characters)
}

/** Letters, digits and the marks that scripts write vowels with; accents of Latin, Greek and Cyrillic are left out. */
function partsOf(word: string): readonly string[] {
  const plain = word
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/gu, '')
  return plain.match(/[\p{L}\p{N}\p{Mn}\p{Mc}\p{Co}]+/gu) ?? []
}
