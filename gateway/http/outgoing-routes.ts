import { z } from 'zod'
import type { DocumentQuery } from '#runtime/ports/documents.ts'
import type { DispatchReason, DispatchStatus } from '#machines/dispatch-contract.ts'
import type { House } from '../house.ts'
import { listed } from '../patience.ts'
import type { ConsentView, OutgoingView } from '../protocol.ts'
import { limits } from '../protocol.ts'
import { collections } from '../read-models/collections.ts'
import { outgoingView, type OutgoingDocument } from '../read-models/outgoing-document.ts'
import { fromJson, maybe } from '../read-models/shape.ts'
import type { App } from './app.ts'
import { memberOf } from './app.ts'
import { foreseeableReasons, outcome } from './reason-shapes.ts'

const channel = z.enum(['widget', 'whatsapp', 'email', 'sms'])
const purpose = z.enum(['service', 'utility', 'marketing'])
const sender = z.enum(['assistant', 'member', 'sequence', 'campaign', 'incident'])
const reason = z.enum({
  ...foreseeableReasons,
  'over-budget': 'over-budget',
  'content-blocked': 'content-blocked',
} satisfies { readonly [each in DispatchReason]: each })
const status = z.enum({
  waiting: 'waiting',
  sending: 'sending',
  accepted: 'accepted',
  'held-by-provider': 'held-by-provider',
  unknown: 'unknown',
  superseded: 'superseded',
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  played: 'played',
  failed: 'failed',
} satisfies { readonly [each in DispatchStatus]: each })

const consent: z.ZodType<ConsentView> = z.object({
  scope: z.templateLiteral([z.enum([...channel.options, '*']), ':', z.enum([...purpose.options, '*'])]),
  state: z.enum(['given', 'withdrawn']),
  atMs: z.number(),
  source: z.string(),
  proof: z.string(),
  channel: z.exactOptional(channel),
})
const decision = z.object({
  outcome,
  reason,
  untilMs: z.exactOptional(z.number()),
  atMs: z.number(),
  consent: z.exactOptional(consent),
})
const step = z.object({
  status,
  atMs: z.number(),
  attempt: z.number(),
  reason: z.exactOptional(z.string()),
  code: z.exactOptional(z.number()),
})
const message: z.ZodType<OutgoingView> = z.object({
  dispatch: z.string(),
  conversation: z.string(),
  lead: z.string(),
  n: z.number(),
  channel,
  purpose,
  sender,
  preview: z.string(),
  reaction: z.exactOptional(z.number().int()).describe('It is a reaction to message n.'),
  askedAtMs: z.number(),
  decisions: z.array(decision).readonly(),
  status,
  reason: z.exactOptional(z.string()),
  code: z.exactOptional(z.number()),
  category: z.exactOptional(z.string()),
  billable: z.exactOptional(z.boolean()),
  providerId: z.exactOptional(z.string()),
  cost: z.exactOptional(z.object({ micros: z.number(), currency: z.string() })),
  attempts: z.number(),
  steps: z.array(step).readonly(),
  updatedAtMs: z.number(),
})

const address = z.string().max(400)
const instant = z.coerce.number().int().min(0)
const asked = z.object({
  lead: z.exactOptional(address),
  conversation: z.exactOptional(address),
  providerId: z.exactOptional(z.string().max(400)),
  status: z.exactOptional(status),
  outcome: z.exactOptional(outcome),
  reason: z.exactOptional(reason),
  fromMs: z.exactOptional(instant),
  toMs: z.exactOptional(instant),
  limit: z.coerce.number().int().min(1).max(limits.pageMax).default(50),
  after: z.exactOptional(z.string().max(2000)),
})

/** `GET /v1/outgoing`: what went out to whom, what did not, and why, for every member. */
export function outgoingRoutes(app: App, house: House): void {
  app.route({
    method: 'GET',
    url: '/v1/outgoing',
    schema: {
      description:
        'Messages on their way out, the latest asked for first: what the gate said to each and why, with the customer’s word it rests on, and what became of ' +
        'it at the provider. `outcome` and `reason` are of the gate’s last word; `fromMs` and `toMs` bound when a message was asked for. Pass `next` as `after`.',
      security: [{ member: [] }],
      querystring: asked,
      response: { 200: z.object({ messages: z.array(message), next: z.exactOptional(z.string()) }) },
    },
    async handler(request) {
      const { workspace } = (await memberOf(house, request, 'outgoing.read')).member
      const page = await listed(house.clock, house.documents.query(queryOf(workspace, request.query)))
      const messages = page.documents.map(({ value }) => outgoingView(fromJson<OutgoingDocument>(value)))
      return { messages, ...maybe('next', page.next) }
    },
  })
}

function queryOf(workspace: string, query: z.infer<typeof asked>): DocumentQuery {
  const equal = {
    workspace,
    ...maybe('lead', query.lead),
    ...maybe('conversation', query.conversation),
    ...maybe('providerId', query.providerId),
    ...maybe('status', query.status),
    ...maybe('outcome', query.outcome),
    ...maybe('outcomeReason', query.reason),
  }
  return {
    collection: collections.outgoing,
    where: [
      ...Object.entries(equal).map(([field, value]) => ({ field, op: '=' as const, value })),
      ...(query.fromMs === undefined ? [] : [{ field: 'askedAtMs', op: '>=' as const, value: query.fromMs }]),
      ...(query.toMs === undefined ? [] : [{ field: 'askedAtMs', op: '<=' as const, value: query.toMs }]),
    ],
    order: [{ field: 'askedAtMs', direction: 'descending' }],
    limit: query.limit,
    ...maybe('after', query.after),
  }
}
