import { findPassage } from './shapes.ts'
import { toolOf, type Tool } from './tool.ts'

/** A passage of a workspace's documents. */
export interface Passage {
  readonly documentId: string
  /** Names the passage within its document. */
  readonly passage: string
  readonly title: string
  readonly text: string
  /** 0 to 1. */
  readonly score: number
}

/** Finds passages that answer a question; empty when none is near enough. */
export interface Knowledge {
  find(workspace: string, question: string, limit: number): Promise<readonly Passage[]>
}

const passagesMax = 3
const textMax = 900

/** The tool over a workspace's documents. */
export function knowledgeTool(knowledge: Knowledge): Tool {
  return toolOf(findPassage, async ({ question }, { workspace }) => {
    const passages = await knowledge.find(workspace, question, passagesMax)
    return { passages: passages.map((each) => ({ ...each, text: each.text.slice(0, textMax) })) }
  })
}
