import { z } from 'zod'
import type { CustomerCommand, CustomerHandshake, StaffCommand, StaffHandshake } from './protocol.ts'
import { filesAtOnceMax } from '#machines/outgoing-files.ts'
import { limits } from './protocol.ts'
import { GatewayError } from './errors.ts'

const optional = z.exactOptional
const words = (max: number) => z.string().max(max)
const id = z.string().regex(/^[A-Za-z0-9_~:@+-]{1,128}$/, 'must be an id')
const address = z.string().max(400)
/** Longer text is refused as `too-large` by `cleanText`, which can say so; here only what a frame could hold. */
const text = words(limits.frameMaxBytes)
const count = z.number().int().min(0)
const timeMs = z.number().int().min(0).max(8.64e15)
const page = z.number().int().min(1).max(limits.pageMax)
const name = words(120)
const phone = words(40)
const email = words(254)
const temperature = z.enum(['cold', 'warm', 'hot'])
const stage = z.enum(['new', 'contacted', 'qualified', 'visit', 'negotiation', 'won', 'lost'])
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

const fileKey = z.string().regex(/^[\w-]{1,128}(?:\/[\w-]{1,160}){1,3}$/, 'must be the key of a file')

export const customerHandshake: z.ZodType<CustomerHandshake> = z.object({
  protocol: z.number(),
  workspace: id,
  token: optional(words(2000)),
  language: words(35),
  timeZone: words(64),
  page: optional(words(2000)),
  pageListing: optional(id),
})

export const staffHandshake: z.ZodType<StaffHandshake> = z.object({
  protocol: z.number(),
  accessToken: words(4000),
})

export const customerCommand = z.discriminatedUnion('type', [
  z.object({ type: z.literal('message.send'), clientId: id, text }),
  z.object({ type: z.literal('resume'), after: count }),
  z.object({ type: z.literal('file.link'), n: z.number().int().min(1), file: fileKey }),
  z.object({ type: z.literal('typing'), on: z.boolean() }),
  z.object({ type: z.literal('read'), upTo: count }),
  z.object({ type: z.literal('person.request') }),
  z.object({
    type: z.literal('identify'),
    name: optional(name),
    phone: optional(phone),
    email: optional(z.email().max(254)),
  }),
])

const filledTemplate = z.object({
  name: words(512),
  language: words(35),
  variables: z.array(words(1024)).max(50),
  header: optional(words(2000)),
})

/** Lengths that only WhatsApp has are checked where the channel is known. */
const offer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('location-request'), text }),
  z.object({ kind: z.literal('contact-request'), text }),
  z.object({
    kind: z.literal('location'),
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
    name: optional(words(200)),
    address: optional(words(300)),
  }),
  z.object({ kind: z.literal('link'), text, label: words(200), url: words(2000) }),
  z.object({ kind: z.literal('flow'), text, flowId: words(64), label: words(200), screen: optional(words(80)) }),
])

const inboxQuery = z.object({
  view: z.enum(['mine', 'waiting', 'assistant', 'all', 'closed']),
  search: optional(words(200)),
  temperature: optional(z.array(temperature).max(3)),
  channel: optional(z.array(words(40)).max(20)),
  memberId: optional(id),
  unreadOnly: optional(z.boolean()),
  handOffReason: optional(handOffReason),
  limit: page,
  after: optional(words(1000)),
})

/** A lead's profile as staff and other systems may give it. Money in minor units. */
export const leadProfile = z.object({
  name: optional(name),
  phone: optional(phone),
  email: optional(email),
  source: optional(words(80)),
  message: optional(words(limits.textMax)),
  visitorId: optional(id),
  budgetMaxMinor: optional(z.number().int().min(0)),
  budgetMinMinor: optional(z.number().int().min(0)),
  currency: optional(z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code')),
  city: optional(words(80)),
  localities: optional(z.array(words(80)).max(20)),
  bedrooms: optional(z.number().int().min(0).max(50)),
  propertyType: optional(words(40)),
  purpose: optional(z.enum(['buy', 'rent', 'invest'])),
  timeline: optional(z.enum(['now', 'three-months', 'six-months', 'later'])),
  extra: optional(z.record(words(120), words(2000))),
})

const conversation = address
export const staffCommand = z.discriminatedUnion('type', [
  z.object({ type: z.literal('inbox.open'), query: inboxQuery }),
  z.object({ type: z.literal('inbox.page'), query: inboxQuery }),
  z.object({ type: z.literal('conversation.open'), conversation, after: count, keep: optional(z.boolean()) }),
  z.object({ type: z.literal('conversation.leave'), conversation }),
  z.object({ type: z.literal('conversation.typing'), conversation, on: z.boolean() }),
  z.object({ type: z.literal('conversation.read'), conversation, upTo: count }),
  z.object({ type: z.literal('take-over'), conversation, force: optional(z.boolean()) }),
  z.object({
    type: z.literal('message.send'),
    conversation,
    clientId: id,
    text,
    template: optional(filledTemplate),
    offer: optional(offer),
    files: optional(
      z
        .array(z.object({ file: fileKey, filename: optional(words(200)) }))
        .min(1)
        .max(filesAtOnceMax),
    ),
  }),
  z.object({ type: z.literal('message.react'), conversation, n: z.number().int().min(1), emoji: words(40) }),
  z.object({ type: z.literal('template.list'), conversation }),
  z.object({ type: z.literal('form.list') }),
  z.object({ type: z.literal('place.search'), text: words(200) }),
  z.object({ type: z.literal('note.add'), conversation, noteId: id, text }),
  z.object({ type: z.literal('guidance.give'), conversation, text }),
  z.object({ type: z.literal('hand-back'), conversation, note: optional(text) }),
  z.object({ type: z.literal('hand-to-team'), conversation, note: optional(text) }),
  z.object({ type: z.literal('assign'), conversation, memberId: id }),
  z.object({ type: z.literal('snooze'), conversation, untilMs: timeMs }),
  z.object({ type: z.literal('close'), conversation, reason: words(200) }),
  z.object({ type: z.literal('reopen'), conversation }),
  z.object({ type: z.literal('contact.separate'), conversation }),
  z.object({ type: z.literal('lead.stage'), lead: address, stage, reason: optional(words(500)) }),
  z.object({ type: z.literal('lead.repair'), lead: address, profile: leadProfile }),
  z.object({
    type: z.literal('lead.separate'),
    lead: address,
    keys: z.enum(['here', 'there']),
    reason: optional(words(500)),
  }),
  z.object({ type: z.literal('lead.join'), lead: address, into: address }),
  z.object({
    type: z.literal('lead.list'),
    query: z.object({
      stage: optional(stage),
      temperature: optional(temperature),
      source: optional(words(80)),
      status: optional(z.enum(['invalid', 'active', 'merged'])),
      search: optional(words(200)),
      fromMs: optional(timeMs),
      limit: page,
      after: optional(words(1000)),
    }),
  }),
  z.object({ type: z.literal('lead.leave') }),
  z.object({ type: z.literal('lead.get'), lead: address }),
  z.object({
    type: z.literal('meeting.set'),
    meeting: address,
    to: z.enum(['confirmed', 'attended', 'missed', 'cancelled']),
    reason: optional(words(500)),
  }),
  z.object({ type: z.literal('presence.set'), available: z.boolean() }),
  z.object({ type: z.literal('members.list') }),
  z.object({ type: z.literal('canned.list') }),
  z.object({ type: z.literal('canned.save'), reply: z.object({ shortcut: id, text }) }),
  z.object({ type: z.literal('canned.delete'), shortcut: id }),
  z.object({ type: z.literal('listing.search'), text: words(200) }),
  z.object({
    type: z.literal('funnel.open'),
    query: z.object({
      fromMs: timeMs,
      channel: optional(words(40)),
      source: optional(words(80)),
      memberId: optional(id),
    }),
  }),
  z.object({ type: z.literal('funnel.leave') }),
  z.object({
    type: z.literal('actor.list'),
    kind: optional(id),
    status: optional(z.enum(['active', 'done', 'failed'])),
    beforeMs: optional(timeMs),
  }),
  z.object({ type: z.literal('actor.open'), address }),
  z.object({ type: z.literal('actor.leave'), address }),
  z.object({ type: z.literal('actor.history'), address, afterRevision: count, limit: page }),
  z.object({ type: z.literal('dead-letter.list'), before: optional(count) }),
  z.object({ type: z.literal('dead-letter.replay'), id: count, event: optional(z.record(words(200), z.json())) }),
  z.object({ type: z.literal('dead-letter.discard'), id: count }),
  z.object({ type: z.literal('lead-event.list'), after: optional(words(1000)) }),
  z.object({ type: z.literal('lead-event.replay'), letter: address, text }),
  z.object({ type: z.literal('lead-event.discard'), letter: address }),
])

/** Reads a command from outside. Throws `unknown-command` for a type nobody has, `invalid` naming the field that is wrong. */
export function readCommand<Command extends CustomerCommand | StaffCommand>(
  schema: z.ZodType<Command>,
  input: unknown,
): Command {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const [field] = issue?.path ?? []
  if (field === undefined || (field === 'type' && issue?.path.length === 1)) {
    throw new GatewayError('unknown-command', `There is no command ${named(input)}.`)
  }
  throw new GatewayError('invalid', wordsOf(issue))
}

function named(input: unknown): string {
  const type = typeof input === 'object' && input !== null && 'type' in input ? input.type : undefined
  return typeof type === 'string' ? `«${type.slice(0, 60)}»` : 'without a type'
}

/** What is wrong, for a person: the field's path and zod's words. */
export function wordsOf(
  issue: { readonly path: readonly PropertyKey[]; readonly message: string } | undefined,
): string {
  if (issue === undefined) return 'The request does not have the shape it must have.'
  const path = issue.path.map(String).join('.')
  return path === '' ? issue.message : `${path}: ${issue.message}`
}
