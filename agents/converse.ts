import type { z } from 'zod'
import type { Evidence } from '#machines/conversation-contract.ts'
import type { Json, JsonObject } from '#runtime/json.ts'
import type { ChatMessage, ChatReply, Models, ToolDescription } from '#runtime/ports/models.ts'
import type { AgentSettings } from './settings.ts'

/** One piece of work for a model: it may use tools, and must end in an answer of the schema. */
export interface Talk<Answer> {
  readonly task: string
  readonly instructions: string
  readonly messages: readonly ChatMessage[]
  readonly tools: readonly ToolDescription[]
  readonly schema: z.ZodType<Answer>
  readonly answerSchema: JsonObject
  readonly context: JsonObject
  /** What is wrong with an answer of the right shape; it is told to the model once. */
  problems?(answer: Answer, evidence: readonly Evidence[]): Promise<readonly string[]>
}

export interface TalkParts {
  readonly models: Models
  readonly settings: Pick<AgentSettings, 'roundsMax' | 'callsMax' | 'costMaxMicros'>
  readonly signal: AbortSignal
  call(call: { readonly name: string; readonly arguments: JsonObject }): Promise<Json>
  onText?(text: string): void
}

export interface Talked<Answer> {
  readonly answer: Answer
  readonly evidence: readonly Evidence[]
  readonly model: string
  readonly costMicros: number
}

/** The model spent its rounds, calls or money, or its answer has no use. */
export class TalkFailed extends Error {
  override readonly name = 'TalkFailed'
}

/** Runs a model to its answer: bounded in rounds, calls and cost; an answer of the wrong shape gets one more chance. */
export async function converse<Answer>(talk: Talk<Answer>, parts: TalkParts): Promise<Talked<Answer>> {
  const { settings, signal } = parts
  const evidence: Evidence[] = []
  const messages: ChatMessage[] = [...talk.messages]
  let instructions = talk.instructions
  let costMicros = 0
  let mended = false
  for (let round = 0; round <= settings.roundsMax; round++) {
    signal.throwIfAborted()
    const reply: ChatReply = await parts.models.chat(
      { ...talk, instructions, messages, tools: round < settings.roundsMax ? talk.tools : [] },
      { signal, ...(parts.onText === undefined ? {} : { onText: (text: string) => parts.onText?.(text) }) },
    )
    costMicros += reply.usage.costMicros
    if (costMicros > settings.costMaxMicros)
      throw new TalkFailed(`${talk.task}: the turn cost more than ${settings.costMaxMicros} micros`)
    if (reply.kind === 'tools') {
      await callAll(reply.calls, { parts, evidence, messages })
      continue
    }
    const parsed = talk.schema.safeParse(reply.value)
    const problems = parsed.success
      ? ((await talk.problems?.(parsed.data, evidence)) ?? [])
      : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
    if (parsed.success && (problems.length === 0 || mended))
      return { answer: parsed.data, evidence, model: reply.usage.model, costMicros }
    if (mended) throw new TalkFailed(`${talk.task}: the answer is not of the schema`)
    mended = true
    instructions = `${talk.instructions}\n\nYour last answer could not be used: ${problems.slice(0, 8).join('; ')}. Answer again.`
  }
  throw new TalkFailed(`${talk.task}: no answer within ${settings.roundsMax} rounds`)
}

async function callAll(
  calls: Extract<ChatReply, { readonly kind: 'tools' }>['calls'],
  into: { readonly parts: TalkParts; readonly evidence: Evidence[]; readonly messages: ChatMessage[] },
): Promise<void> {
  for (const call of calls) {
    if (into.evidence.length >= into.parts.settings.callsMax)
      throw new TalkFailed(`more than ${into.parts.settings.callsMax} calls of tools`)
    into.parts.signal.throwIfAborted()
    const result = await into.parts.call(call)
    into.evidence.push({ callId: call.id, tool: call.name, arguments: call.arguments, result })
    into.messages.push({ role: 'tool', callId: call.id, name: call.name, arguments: call.arguments, result })
  }
}
