import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { coveredScore, createKnowledge } from './knowledge.ts'
import { writtenPassages } from './knowledge-passages.ts'

const knowledge = createKnowledge()

describe('general passages', () => {
  it.each([
    ['What is RERA and why does it matter?', 'rera-what'],
    ['is the project rera approved? how do i check', 'rera-check'],
    ['which documents do i need for a home loan', 'loan-documents'],
    ['difference between carpet area and super built up area', 'area-kinds'],
    ['stamp duty kitna lagega', 'stamp-duty'],
    ['builder is late with possession, can i get a refund', 'rera-delay'],
    ['is there a prepayment penalty on floating loan', 'loan-prepay'],
    ['gst on under construction flat', 'gst'],
    ['do you charge brokerage', 'brokerage'],
    ['can an NRI buy property', 'nri'],
    ['what is occupancy certficate', 'occupancy-certificate'],
    ['is the site visit free', 'visits'],
    ['Flat available for vegetarians only', 'fair'],
  ])('“%s” is answered by %s', (question, id) => {
    const [best] = knowledge.search(question, 3)
    expect(best?.id).toBe(id)
    expect(best?.score).toBeGreaterThanOrEqual(coveredScore)
  })

  it.each([
    'house on the moon',
    'what is the capital of france',
    'who won the cricket match yesterday',
    'can you write me a poem about monsoon',
    'my refrigerator is broken, which brand should i buy',
    'how do i change the oil in my car',
    '',
  ])('“%s” is not covered', (question) => {
    expect(knowledge.search(question, 1)[0]?.score ?? 0).toBeLessThan(coveredScore)
  })

  it('every passage is short, dated and sourced, and found by its own title', () => {
    for (const passage of writtenPassages) {
      expect(passage.text.length).toBeLessThan(620)
      expect(passage.asOf).toMatch(/^20\d\d-\d\d$/)
      expect(passage.source).not.toBe('')
      expect(knowledge.search(passage.title, 1)[0]?.id).toBe(passage.id)
    }
    expect(new Set(writtenPassages.map((each) => each.id)).size).toBe(writtenPassages.length)
  })
})

const file = '../shared/data/realestate-faq/faq.json'
const absent = !existsSync(file)
if (absent) process.stderr.write('skipped: ../shared/data/realestate-faq is absent\n')

describe.skipIf(absent)('questions that others have written', () => {
  it('most are covered by a passage', () => {
    const faq = z.object({ items: z.array(z.object({ id: z.string(), question: z.string() })) })
    const { items } = faq.parse(JSON.parse(readFileSync(file, 'utf8')))
    const covered = items.filter((item) => (knowledge.search(item.question, 1)[0]?.score ?? 0) >= coveredScore)
    expect(covered.length / items.length).toBeGreaterThanOrEqual(0.6)
  })
})
