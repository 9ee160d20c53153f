import { writtenPassages, type WrittenPassage } from './knowledge-passages.ts'
import { indexWords, likeness, searchWords } from './words.ts'

/** A passage that answers, with where it comes from. `score` 0 to 1; see `coveredScore`. */
export interface Passage {
  readonly id: string
  readonly title: string
  readonly text: string
  /** The month it was last read against its source: `2026-06`. */
  readonly asOf: string
  readonly source: string
  readonly score: number
}

export interface Knowledge {
  /** Passages by how much of the question they cover, best first. */
  search(question: string, limit: number): readonly Passage[]
  get(id: string): WrittenPassage | undefined
}

/** From here on a passage may be taken as an answer; below it say that it is not known. Set on our own questions in the test. */
export const coveredScore = 0.5

/** Words of asking, which no passage is about. */
const askingWords = new Set(
  'what is are how do does can could would should will who why when where which tell me explain please the it that this there my your about kya kaise kitna hota hai have has get be been was were much many any if not no yes and first one'.split(
    ' ',
  ),
)
/** Words that stand for others in our passages. */
const synonyms: { readonly [word: string]: string } = {
  paper: 'document',
  kagaz: 'document',
  registry: 'registration',
  regist: 'registration',
  register: 'registration',
  instalment: 'emi',
  installment: 'emi',
  builder: 'promoter',
  developer: 'promoter',
  percent: 'per',
  preclosure: 'foreclosure',
  broker: 'brokerage',
  commission: 'brokerage',
  lawyer: 'legal',
}
const titleWeight = 1
const askedWeight = 0.95
const textWeight = 0.75

/** The general passages, searchable by their words in English and common Hinglish. In memory, some 30 passages. */
export function createKnowledge(passages: readonly WrittenPassage[] = writtenPassages): Knowledge {
  const indexed = passages.map((passage) => ({
    passage,
    words: weightsOf(passage),
    title: indexWords(passage.title, 40).filter((word) => !askingWords.has(word)).length,
  }))
  const holding = new Map<string, number>()
  for (const { words } of indexed) for (const word of words.keys()) holding.set(word, (holding.get(word) ?? 0) + 1)
  const rarity = (word: string): number => Math.log(1 + indexed.length / (holding.get(word) ?? 0.5))
  return {
    get: (id) => passages.find((passage) => passage.id === id),
    search: (question, limit) => {
      const asked = questionWords(question)
      const weight = asked.reduce((sum, word) => sum + rarity(word), 0)
      if (weight === 0) return []
      return indexed
        .map(({ passage, words, title }) => {
          const weights = asked.map((word) => ({ word, weight: found(word, words) }))
          const covered = weights.reduce((sum, each) => sum + rarity(each.word) * each.weight, 0) / weight
          // Words that only happen to stand in the text («name», «come») are not its subject.
          const topical = weights.some((each) => each.weight > textWeight)
          return { passage, title, score: Math.round((topical ? covered : covered * 0.5) * 1000) / 1000 }
        })
        .filter(({ score }) => score > 0)
        .sort((a, b) => b.score - a.score || a.title - b.title || (a.passage.id < b.passage.id ? -1 : 1))
        .slice(0, limit)
        .map(({ passage, score }) => ({ ...shown(passage), score }))
    },
  }
}

function weightsOf(passage: WrittenPassage): ReadonlyMap<string, number> {
  const weights = new Map<string, number>()
  const add = (text: string, weight: number): void => {
    for (const word of indexWords(text, 400)) {
      const meant = synonyms[word] ?? word
      if (!askingWords.has(meant)) weights.set(meant, Math.max(weight, weights.get(meant) ?? 0))
    }
  }
  add(passage.text, textWeight)
  add(passage.alsoAsked, askedWeight)
  add(passage.title, titleWeight)
  return weights
}

function questionWords(question: string): readonly string[] {
  const words = searchWords(question)
    .filter((word) => !askingWords.has(word))
    .map((word) => synonyms[word] ?? word)
  return [...new Set(words)]
}

/** The weight of a word in a passage; a misspelled word finds its neighbour. */
function found(word: string, words: ReadonlyMap<string, number>): number {
  const exact = words.get(word)
  if (exact !== undefined) return exact
  let best = 0
  if (word.length < 5) return 0
  for (const [known, weight] of words) {
    const alike = likeness(word, known)
    if (alike >= 0.8) best = Math.max(best, alike * weight)
  }
  return best
}

function shown({ id, title, text, asOf, source }: WrittenPassage): Omit<Passage, 'score'> {
  return { id, title, text, asOf, source }
}
