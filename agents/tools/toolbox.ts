import type { Knowledge } from '#rag/knowledge.ts'
import type { ListingSearch } from '#rag/listing.ts'
import type { Json, JsonObject } from '#runtime/json.ts'
import type { ToolDescription } from '#runtime/ports/models.ts'
import { financeTools, type Finance } from './finance-tools.ts'
import { knowledgeTool } from './knowledge-tools.ts'
import { listingTools } from './listing-tools.ts'
import type { Tool, ToolContext } from './tool.ts'
import { visitTools, type VisitToolParts } from './visit-tools.ts'

/** All tools by name. */
export interface Toolbox {
  describe(names: readonly string[]): readonly ToolDescription[]
  /** An unknown tool is answered as an error for the model to read. */
  call(call: { readonly name: string; readonly arguments: JsonObject }, context: ToolContext): Promise<Json>
}

export interface ToolboxParts extends VisitToolParts {
  readonly search: ListingSearch
  readonly finance: Finance
  readonly knowledge: Pick<Knowledge, 'search'>
}

/** Makes the tools of all specialists. */
export function createToolbox(parts: ToolboxParts): Toolbox {
  const all: readonly Tool[] = [
    ...listingTools(parts.search),
    ...financeTools(parts),
    ...visitTools(parts),
    knowledgeTool(parts.knowledge),
  ]
  const tools = new Map(all.map((tool) => [tool.description.name, tool]))
  return {
    describe: (names) => names.flatMap((name) => tools.get(name)?.description ?? []),
    call: async ({ name, arguments: given }, context) =>
      (await tools.get(name)?.call(given, context)) ?? { error: `there is no tool ${name.slice(0, 60)}` },
  }
}
