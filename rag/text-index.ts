import { indexWords, searchWords } from './words.ts'

/**
 * Words of texts with BM25 scores (k1 1.2, b 0.75; Robertson and Zaragoza 2009). Owned by one listing index, used from one thread.
 * 1. A slot is written once; removing it only stops it from scoring, until `rebuilt` by its owner.
 * 2. `wordsMax` words of each text are kept, so that a text of a megabyte costs what a long one does.
 */
export class TextIndex {
  readonly #postings = new Map<string, { readonly slots: number[]; readonly counts: number[] }>()
  readonly #lengths: number[] = []
  #total = 0
  readonly wordsMax = 400

  add(slot: number, text: string): void {
    const words = indexWords(text, this.wordsMax)
    const counts = new Map<string, number>()
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
    for (const [word, count] of counts) {
      const posting = this.#postings.get(word) ?? { slots: [], counts: [] }
      posting.slots.push(slot)
      posting.counts.push(count)
      this.#postings.set(word, posting)
    }
    this.#lengths[slot] = words.length
    this.#total += words.length
  }

  /** Scores by slot for the words of a query, 0 for a slot without any of them. */
  score(query: string): Float64Array {
    const documents = this.#lengths.length
    const average = documents === 0 ? 1 : this.#total / documents
    const scores = new Float64Array(documents)
    for (const word of new Set(searchWords(query))) {
      const posting = this.#postings.get(word)
      if (posting === undefined) continue
      const { slots, counts } = posting
      const rarity = Math.log(1 + (documents - slots.length + 0.5) / (slots.length + 0.5))
      for (let index = 0; index < slots.length; index++) {
        const slot = slots[index] ?? 0
        const count = counts[index] ?? 0
        const length = this.#lengths[slot] ?? average
        const gain = (rarity * count * 2.2) / (count + 1.2 * (0.25 + (0.75 * length) / average))
        scores[slot] = (scores[slot] ?? 0) + gain
      }
    }
    return scores
  }
}
