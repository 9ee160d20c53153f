import { z } from 'zod'
import { partsOf } from '#runtime/address.ts'
import type { Json } from '#runtime/json.ts'
import type { EffectHandler } from '#runtime/runtime.ts'
import type { FetchedLead } from '#machines/lead-ad-contract.ts'
import type { PageConnections } from '../../connections/page-connection.ts'
import { GatewayError } from '../../errors.ts'
import { maybe } from '../../read-models/shape.ts'
import type { GraphFailure } from '../whatsapp/graph-answer.ts'
import type { GraphLeads } from '../whatsapp/graph-leads.ts'
import { capturedFrom } from './captured-ad-lead.ts'

const fetchShape = z.object({ id: z.string(), page: z.string() })

/** Longer than the call's own time-out, shorter than the machine's. */
const timeoutMs = 60_000

/** The effect `fetch-lead`: reads a form that was sent, with the token of its Page. Reading is harmless: whoever crashed in between reads again. */
export function createFetchLeadEffect(house: {
  readonly pages: PageConnections
  readonly graph: Pick<GraphLeads, 'lead'>
}): EffectHandler {
  return {
    policy: { timeoutMs, attemptsMax: 1, backoffMs: 1000, concurrency: 16 },
    async run({ address, input }, { signal }) {
      const { id, page } = fetchShape.parse(input)
      return asJson(await fetched({ workspace: partsOf(address).workspace, id, page, signal }, house))
    },
  }
}

interface Fetching {
  readonly workspace: string
  readonly id: string
  readonly page: string
  readonly signal: AbortSignal
}

async function fetched(
  { workspace, id, page, signal }: Fetching,
  { pages, graph }: Parameters<typeof createFetchLeadEffect>[0],
): Promise<FetchedLead> {
  const connection = await pages.page(workspace, page).catch((error: unknown) => {
    if (error instanceof GatewayError) return error
    throw error
  })
  if (connection instanceof GatewayError) return { outcome: 'refused', reason: connection.message }
  if (connection === undefined) return { outcome: 'refused', reason: `the Page ${page} is not connected` }
  const asked = await graph.lead({ lead: id, token: connection.accessToken, signal })
  return asked.ok ? capturedFrom(asked.value, connection) : unread(asked.failure)
}

function unread({ kind: outcome, reason, afterMs, error }: GraphFailure): FetchedLead {
  const words = error?.code === 190 ? 'Meta no longer accepts the access token of the Page' : reason
  return { outcome, reason: words, ...maybe('afterMs', afterMs) }
}

function asJson(lead: FetchedLead): Json {
  return { ...lead } as unknown as Json
}
