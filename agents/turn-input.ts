import { z } from 'zod'
import type { Draft, Route, TurnInput } from '#machines/conversation-contract.ts'
import type { Json } from '#runtime/json.ts'

const message = z.object({
  n: z.number(),
  by: z.enum(['customer', 'assistant', 'member']),
  text: z.string(),
  atMs: z.number(),
})
const turn = z.object({
  conversation: z.string(),
  lead: z.string(),
  turn: z.number(),
  epoch: z.number(),
  atMs: z.number(),
  language: z.string(),
  timeZone: z.string(),
  messages: z.array(message),
  recent: z.array(message),
  dialogue: z.record(z.string(), z.unknown()),
  guidance: z.array(z.string()),
  pageListing: z.string().optional(),
  customer: z.object({ name: z.string().optional(), phone: z.string().optional(), email: z.string().optional() }),
})
const route = z.looseObject({
  intent: z.string(),
  specialist: z.enum(['pricing', 'property', 'scheduling', 'general']),
  confidence: z.number(),
})
const draft = z.looseObject({
  text: z.string(),
  cards: z.array(z.unknown()),
  chips: z.array(z.unknown()),
  claims: z.array(z.unknown()),
  confidence: z.number(),
})

const routedTurn = turn.extend({ route })
const checked = z.object({ turn, draft })

/** Reads the input of `route`. Throws a `ZodError` for anything else. */
export function readTurn(input: Json): TurnInput {
  return turn.parse(input) as TurnInput
}

/** Reads the input of `answer`. */
export function readRoutedTurn(input: Json): TurnInput & { readonly route: Route } {
  return routedTurn.parse(input) as TurnInput & { readonly route: Route }
}

/** Reads the input of `check`. The draft is our own, journaled as it was made. */
export function readCheck(input: Json): { readonly turn: TurnInput; readonly draft: Draft } {
  const parsed = checked.parse(input)
  return { turn: parsed.turn as TurnInput, draft: parsed.draft as unknown as Draft }
}
