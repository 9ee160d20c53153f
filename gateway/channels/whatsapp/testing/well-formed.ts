import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { WhatsAppUpdate } from '../update.ts'

/** What is wrong with updates by their contract: an unknown field, a wrong one, or something JSON would not keep. */
export function problemsOf(updates: readonly WhatsAppUpdate[]): readonly string[] {
  return updates.flatMap((update) => {
    const { error } = schema.safeParse(update)
    const kept = isDeepStrictEqual(JSON.parse(JSON.stringify(update)), update)
    return [...(error?.issues.map((each) => each.message) ?? []), ...(kept ? [] : ['it is not the same after JSON'])]
  })
}

const words = z.string().refine((text) => text.isWellFormed(), 'it is not well-formed Unicode')
const id = z.string().regex(/^[\x21-\x7e]{1,512}$/)
const text = words.max(4096)
const ms = z.int().positive().max(8.64e15)
const userId = z.string().regex(/^[A-Z]{2}\.(ENT\.)?[0-9A-Za-z]{1,128}$/)
const reached = {
  phone: z
    .string()
    .regex(/^\d{5,20}$/)
    .optional(),
  userId: userId.optional(),
}
const person = z.strictObject({ ...reached, name: words.min(1).optional(), username: words.min(1).optional() })
const isNamed = (each: { phone?: string | undefined; userId?: string | undefined }) =>
  each.phone !== undefined || each.userId !== undefined
const somebody = person.refine(isNamed, 'it is nobody')
/** Of what is about an account. */
const toldAt = { toldAtMs: z.number().positive().optional() }
const at = { business: id, account: id }
const head = { ...at, id, sentAtMs: ms, person: somebody }
const error = z.strictObject({ code: z.int(), action: z.string().min(1), reason: words.min(1).max(300) })

const attachment = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.enum(['image', 'video', 'audio', 'voice', 'document', 'sticker']),
    mediaId: id,
    mimeType: words.min(1),
    sha256: id.optional(),
    filename: words.min(1).optional(),
  }),
  z.strictObject({
    kind: z.literal('location'),
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
    name: words.optional(),
    address: words.optional(),
    url: words.optional(),
  }),
  z.strictObject({
    kind: z.literal('contacts'),
    contacts: z.array(z.strictObject({ name: words, phones: z.array(words) })).min(1),
  }),
  z.strictObject({
    kind: z.literal('order'),
    items: z
      .array(
        z.strictObject({
          productId: words.min(1),
          quantity: z.number(),
          price: z.number().optional(),
          currency: words.optional(),
        }),
      )
      .min(1),
  }),
  z.strictObject({ kind: z.literal('form'), name: words.min(1), answers: z.record(words, words.max(1000)) }),
  z.strictObject({ kind: z.literal('unsupported'), what: words.min(1) }),
])
const contents = { text, attachments: z.array(attachment) }
const isFull = (each: { text: string; attachments: readonly unknown[] }) =>
  each.text !== '' || each.attachments.length > 0

const referral = z.strictObject({
  sourceType: id,
  sourceId: z.string(),
  sourceUrl: words.optional(),
  headline: words.optional(),
  body: words.optional(),
  clickId: z.string().optional(),
})

const schema = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('message'),
      ...head,
      ...contents,
      replyTo: id.optional(),
      referral: referral.optional(),
    })
    .refine(isFull, 'it holds nothing'),
  z.strictObject({ kind: z.literal('echo'), ...head, ...contents }).refine(isFull, 'it holds nothing'),
  z.strictObject({ kind: z.literal('reaction'), ...head, to: id, emoji: words }),
  z.strictObject({ kind: z.literal('revoked'), ...head, original: id }),
  z.strictObject({ kind: z.literal('moved'), ...head, now: z.strictObject(reached).refine(isNamed, 'it is nowhere') }),
  z.strictObject({
    kind: z.literal('status'),
    ...at,
    id,
    status: z.enum(['sent', 'delivered', 'read', 'played', 'failed']),
    toldAtMs: ms,
    person,
    opaque: id.optional(),
    error: error.optional(),
    category: words.optional(),
    billable: z.boolean().optional(),
  }),
  z.strictObject({
    kind: z.literal('preference'),
    ...at,
    person: somebody,
    value: z.enum(['stop', 'resume']),
    sentAtMs: ms,
    proof: words.min(1).max(500),
  }),
  z.strictObject({ kind: z.literal('account-error'), ...at, ...toldAt, errors: z.array(error).min(1) }),
  z.strictObject({
    kind: z.literal('template'),
    ...toldAt,
    business: id,
    what: z.enum(['status', 'quality', 'category']),
    templateId: id,
    name: words.min(1),
    language: words.min(1),
    value: words.min(1),
    reason: words.min(1).max(500).optional(),
  }),
  z.strictObject({
    kind: z.literal('notice'),
    ...toldAt,
    business: id,
    field: z.string().min(1),
    details: words.max(2000),
  }),
  z.strictObject({
    kind: z.literal('unread'),
    business: z.union([id, z.literal('')]),
    reason: z.string().min(1).max(200),
    raw: words.max(32 * 1024),
  }),
])
