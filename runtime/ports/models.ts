import type { Json, JsonObject } from '../json.ts'

/** Language models: chat with tools and a structured answer, and embeddings. Abortable; usage and cost are reported. */
export interface Models {
  chat(request: ChatRequest, options: ChatOptions): Promise<ChatReply>
  embed(texts: readonly string[], signal: AbortSignal): Promise<readonly (readonly number[])[]>
}

export interface ChatRequest {
  /** What is asked for: `route`, `pricing`, `property`, `scheduling`, `general`, … A rule-based model goes by this. */
  readonly task: string
  readonly instructions: string
  readonly messages: readonly ChatMessage[]
  readonly tools: readonly ToolDescription[]
  /** JSON Schema of the final answer. */
  readonly answerSchema: JsonObject
  /** Facts the model may use: the customer's profile, dialogue state, the present time. */
  readonly context: JsonObject
}

export type ChatMessage =
  | { readonly role: 'customer' | 'assistant' | 'member'; readonly text: string }
  | {
      readonly role: 'tool'
      readonly callId: string
      readonly name: string
      readonly arguments: JsonObject
      readonly result: Json
    }

export interface ToolDescription {
  readonly name: string
  readonly description: string
  /** JSON Schema of its arguments. */
  readonly parameters: JsonObject
}

export interface ChatOptions {
  readonly signal: AbortSignal
  /** Text of the answer as it forms, where the model streams. */
  onText?(text: string): void
}

export type ChatReply = { readonly usage: ModelUsage } & (
  { readonly kind: 'tools'; readonly calls: readonly ToolCall[] } | { readonly kind: 'answer'; readonly value: Json }
)

export interface ToolCall {
  readonly id: string
  readonly name: string
  readonly arguments: JsonObject
}

export interface ModelUsage {
  readonly model: string
  readonly inputTokens: number
  readonly outputTokens: number
  /** Millionths of a US dollar; 0 for a local model. */
  readonly costMicros: number
}
