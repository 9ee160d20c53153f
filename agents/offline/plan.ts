import { isDeepStrictEqual } from 'node:util'
import type { Json, JsonObject } from '#runtime/json.ts'
import type { ChatMessage, ToolCall } from '#runtime/ports/models.ts'
import { jsonObject, type ToolShape } from '../tools/tool.ts'

/** A tool a plan wants called. */
export interface Ask {
  readonly name: string
  readonly arguments: JsonObject
}

/** What a call brought, or why it was refused. `callId` is what claims point to. */
export type Told<Result> =
  | { readonly ok: true; readonly callId: string; readonly tool: string; readonly value: Result }
  | { readonly ok: false; readonly error: string }

interface Brought {
  readonly callId: string
  readonly result: Json
}

/** A specialist of the offline model: yields the tools it wants and returns its answer. Pure, so it can be run again from the start. */
export type Plan<Answer> = Generator<Ask, Answer, Brought>

/** Asks for a tool within a plan. */
export function* ask<Parameters extends object, Result>(
  tool: ToolShape<Parameters, Result>,
  parameters: Parameters,
): Generator<Ask, Told<Result>, Brought> {
  const { callId, result } = yield { name: tool.name, arguments: jsonObject(parameters) }
  const parsed = tool.result.safeParse(result)
  if (parsed.success) return { ok: true, callId, tool: tool.name, value: parsed.data }
  const error =
    typeof result === 'object' && result !== null && 'error' in result ? JSON.stringify(result['error']) : 'no result'
  return { ok: false, error }
}

/**
 * Runs a plan over the calls made so far, found by name and arguments; so it may take over a turn another model began.
 * Answers the next call it wants, or the plan's answer.
 */
export function advance<Answer>(
  plan: Plan<Answer>,
  messages: readonly ChatMessage[],
): { readonly call: ToolCall } | { readonly answer: Answer } {
  let step = plan.next()
  let asked = 0
  while (step.done !== true) {
    const wanted = step.value
    const made = messages.find(
      (each) =>
        each.role === 'tool' && each.name === wanted.name && isDeepStrictEqual(each.arguments, wanted.arguments),
    )
    if (made?.role !== 'tool') return { call: { id: `${wanted.name}-${asked + 1}`, ...wanted } }
    asked += 1
    step = plan.next({ callId: made.callId, result: made.result })
  }
  return { answer: step.value }
}
