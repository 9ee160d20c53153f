import type { Knowledge } from '#rag/knowledge.ts'
import { findPassage } from './shapes.ts'
import { toolOf, type Tool } from './tool.ts'

const passagesMax = 3
const textMax = 900

/** The tool over the passages that our documents hold. */
export function knowledgeTool(knowledge: Pick<Knowledge, 'search'>): Tool {
  return toolOf(findPassage, async ({ question }) => {
    const passages = knowledge.search(question, passagesMax)
    return {
      passages: passages.map(({ id, title, text, source, score }) => ({
        documentId: id,
        passage: source,
        title,
        text: text.slice(0, textMax),
        score,
      })),
    }
  })
}
