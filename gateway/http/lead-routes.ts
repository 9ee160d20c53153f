import { createHash } from 'node:crypto'
import { z } from 'zod'
import { addressOf, type Address } from '#runtime/address.ts'
import type { LeadFacts } from '#machines/lead-contract.ts'
import { fingerprint } from '../auth/secrets.ts'
import type { WorkspaceTokens } from '../auth/workspace-tokens.ts'
import { GatewayError } from '../errors.ts'
import type { House } from '../house.ts'
import { leadCaptured, readLead } from '../lead-intake.ts'
import { fromJson } from '../read-models/shape.ts'
import { submit } from '../submit.ts'
import { unlessAway } from '../when-away.ts'
import type { App } from './app.ts'

const created = z.object({
  lead: z.string(),
  status: z.enum(['captured', 'repeated']),
  /** What was not understood: it is kept as it came, beside the rest. */
  warnings: z.array(z.string()),
})

const idempotencyKey = z.exactOptional(z.string().min(1).max(200))

/** Keys are remembered as long as anybody retries; a repeat beyond it is still the same lead, by its address. */
const keyLifetimeMs = 24 * 60 * 60 * 1000

/**
 * `POST /v1/leads`: other systems send leads, with a workspace token. A lead nobody could work with is answered 422 with what is wrong, and kept,
 * so that staff can mend it. With an `Idempotency-Key` a retry is the same lead.
 */
export function leadRoutes(app: App, house: House, tokens: WorkspaceTokens): void {
  app.route({
    method: 'POST',
    url: '/v1/leads',
    schema: {
      description:
        'Takes a lead in. Fields: name, phone, email, source, message, budgetMinMinor, budgetMaxMinor (minor units), currency, city, ' +
        'localities, bedrooms, propertyType, purpose, timeline, extra. Others are kept as extras.',
      security: [{ workspace: [] }],
      headers: z.looseObject({ 'idempotency-key': idempotencyKey }),
      body: z.record(z.string().max(120), z.unknown()),
      response: { 200: created, 201: created },
    },
    async handler(request, reply) {
      const { workspace, tokenId } = await tokens.verify(request.headers.authorization)
      const budget = { limit: house.limits.leadsPerMinute, windowMs: 60_000, whenAway: 'alone' } as const
      const spent = await house.ephemeral.limit(`leads/${tokenId}`, budget)
      if (!spent.allowed) throw new GatewayError('rate-limited', undefined, { retryAfterMs: spent.retryAfterMs })
      const to = await leadAddress(house, workspace, { key: request.headers['idempotency-key'], body: request.body })
      const { profile, warnings } = readLead(request.body)
      const facts = await submit(house.runtime, leadCaptured(to, profile, 'api'))
      const invalid = facts.find((each) => each.type === 'lead-invalid')
      const problems =
        invalid === undefined
          ? await earlierProblems(house, to, facts.length)
          : fromJson<LeadFacts['lead-invalid']>(invalid.data).problems
      if (problems.length > 0) {
        const message = `Nobody could work with this lead; it is kept as ${to} so that it can be mended.`
        throw new GatewayError('invalid', message, { details: [...problems, ...warnings] })
      }
      const repeated = facts.length === 0
      return reply
        .status(repeated ? 200 : 201)
        .send({ lead: to, status: repeated ? 'repeated' : 'captured', warnings: [...warnings] })
    },
  })
}

/**
 * Under a key, the same address each time. The same key with another body is a mistake that must not pass for a retry; while that can't be looked up
 * it is taken for one, and changes nothing.
 */
async function leadAddress(
  house: House,
  workspace: string,
  { key, body }: { readonly key: string | undefined; readonly body: unknown },
): Promise<Address> {
  if (key === undefined) return addressOf(workspace, 'lead', house.ids.next('lead'))
  const id = createHash('sha256').update(`${workspace}\n${key}`).digest('hex').slice(0, 32)
  const print = fingerprint(JSON.stringify(body))
  const known = await unlessAway(house.ephemeral.get(`lead-key/${workspace}/${id}`))
  if (known !== undefined && known !== print) {
    throw new GatewayError('conflict', 'This Idempotency-Key was used for another lead: take a new key.')
  }
  await unlessAway(house.ephemeral.set(`lead-key/${workspace}/${id}`, print, keyLifetimeMs))
  return addressOf(workspace, 'lead', `api-${id}`)
}

/** A repeat has no facts of its own: what was wrong the first time, and has not been mended since, is in the lead's. */
async function earlierProblems(house: House, lead: Address, factCount: number): Promise<readonly string[]> {
  if (factCount > 0) return []
  const facts = await house.runtime.journal.facts(0, earlierFactsMax, lead)
  const last = facts.findLast(
    ({ type }) => type === 'lead-invalid' || type === 'lead-repaired' || type === 'lead-captured',
  )
  return last?.type === 'lead-invalid' ? fromJson<LeadFacts['lead-invalid']>(last.data).problems : []
}

/** A lead nobody could work with says little until it is mended. */
const earlierFactsMax = 100
