import { z } from 'zod'
import type { TurnInput } from '#machines/conversation-contract.ts'
import type { Json, JsonObject } from '#runtime/json.ts'
import type { ToolDescription } from '#runtime/ports/models.ts'

/** Where a tool works: one turn of one conversation. */
export interface ToolContext {
  readonly workspace: string
  readonly turn: TurnInput
  readonly timeZone: string
  readonly nowMs: number
  readonly signal: AbortSignal
  /** Whether the turn is still wanted: asked right before anything that can't be taken back. */
  wanted(): boolean
}

/** A tool of the specialists: how a model sees it, and its work behind a check of the arguments. */
export interface Tool {
  readonly description: ToolDescription
  /** A bad argument or a refusal comes back as `{ error }` for the model to read; a failure of ours is thrown. */
  call(given: JsonObject, context: ToolContext): Promise<Json>
}

/** A tool as its name and shapes, without the work: what the offline model plans with. */
export interface ToolShape<Parameters = unknown, Result = unknown> {
  readonly name: string
  readonly description: string
  readonly parameters: z.ZodType<Parameters>
  readonly result: z.ZodType<Result>
}

/** A refusal that the model may read and act on. */
export class ToolRefusal extends Error {
  override readonly name = 'ToolRefusal'
}

/** Gives a shape its work. */
export function toolOf<Parameters, Result extends object>(
  shape: ToolShape<Parameters, Result>,
  run: (parameters: Parameters, context: ToolContext) => Promise<Result>,
): Tool {
  return {
    description: describeTool(shape),
    call: async (given, context) => {
      const parsed = shape.parameters.safeParse(given)
      if (!parsed.success) return { error: problemsOf(parsed.error) }
      try {
        return jsonObject(await run(parsed.data, context))
      } catch (error) {
        if (error instanceof ToolRefusal || error instanceof RangeError) return { error: error.message }
        throw error
      }
    },
  }
}

function problemsOf(error: z.ZodError): string {
  return `arguments: ${error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('; ')}`.slice(
    0,
    400,
  )
}

function describeTool(tool: ToolShape): ToolDescription {
  const { $schema: _dialect, ...parameters } = z.toJSONSchema(tool.parameters, { io: 'input' })
  return { name: tool.name, description: tool.description, parameters: jsonObject(parameters) }
}

/** A value as plain JSON: `undefined` is dropped. */
export function jsonObject(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject
}
