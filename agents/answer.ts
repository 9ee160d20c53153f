import { z } from 'zod'

const source = z.union([
  z.object({ kind: z.literal('listing'), listingId: z.string(), version: z.number(), field: z.string() }),
  z.object({ kind: z.literal('tool'), callId: z.string(), tool: z.string(), path: z.string() }),
  z.object({ kind: z.literal('document'), documentId: z.string(), passage: z.string() }),
  z.object({ kind: z.literal('customer'), n: z.number().int() }),
])

const claim = z.object({
  text: z.string().min(1).max(200).describe('The exact words in the text'),
  kind: z.enum(['price', 'area', 'count', 'date', 'availability', 'rate', 'calculation', 'other']),
  value: z.union([z.number(), z.string()]).describe('The value exactly as the source holds it'),
  source,
})

const intent = z.enum(['price', 'property', 'booking', 'general'])
const handOffReason = z.enum([
  'low-confidence',
  'complex',
  'complaint',
  'legal',
  'negotiation',
  'asked-for-person',
  'ungrounded',
  'several-intents',
  'assistant-failed',
  'member-assigned',
])

/** A card the model asks for; its figures are filled in by us from the listing or the call. */
const cardWish = z.union([
  z.object({ kind: z.literal('listing'), listingId: z.string() }),
  z.object({ kind: z.enum(['slots', 'visit', 'calculation']), callId: z.string() }),
])
export type CardWish = z.infer<typeof cardWish>

const learned = z.object({
  budgetMaxMinor: z.number().optional(),
  budgetMinMinor: z.number().optional(),
  currency: z.string().optional(),
  city: z.string().optional(),
  localities: z.array(z.string()).optional(),
  bedrooms: z.number().optional(),
  propertyType: z.string().optional(),
  purpose: z.enum(['buy', 'rent', 'invest']).optional(),
  timeline: z.enum(['now', 'three-months', 'six-months', 'later']).optional(),
  name: z.string().max(80).optional(),
  phone: z.string().max(20).optional(),
  email: z.string().max(254).optional(),
})

/** What a specialist answers with, whatever the model. */
export const answerSchema = z.object({
  text: z.string().max(1200),
  claims: z.array(claim).max(40),
  intent,
  cards: z.array(cardWish).max(6).default([]),
  chips: z
    .array(z.object({ label: z.string().min(1).max(60), send: z.string().min(1).max(120) }))
    .max(5)
    .default([]),
  handOff: z.object({ reason: handOffReason, summary: z.string().max(400) }).optional(),
  learned: learned.optional(),
})

/** The offline model also keeps its memory and says how sure the rules are; another model's word for that is not taken. */
export const offlineAnswerSchema = answerSchema.extend({
  dialogue: z.record(z.string(), z.unknown()),
  certainty: z.number().min(0).max(1),
})
export type OfflineAnswer = z.infer<typeof offlineAnswerSchema>

/** What the router answers with. */
export const routeSchema = z.object({
  intent,
  handOff: handOffReason.optional(),
  confidence: z.number().min(0).max(1).default(0.5),
})
export type RouteAnswer = z.infer<typeof routeSchema>

/** What a model is told about the turn, beside the messages. */
export const contextSchema = z.object({
  atMs: z.number(),
  now: z.string(),
  timeZone: z.string(),
  language: z.string(),
  pageListing: z.string().optional(),
  messages: z.array(z.object({ n: z.number(), text: z.string() })),
  dialogue: z.record(z.string(), z.unknown()),
  customer: z.object({ name: z.string().optional(), phone: z.string().optional(), email: z.string().optional() }),
  guidance: z.array(z.string()),
})
export type ModelContext = z.infer<typeof contextSchema>
