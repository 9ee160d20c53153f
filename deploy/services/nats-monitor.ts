import { z } from 'zod'

/** What a NATS server tells over HTTP about itself and its streams. Whoever does not answer within a second has told nothing. */
export interface NatsMonitor {
  readonly url: string
  /** `started`: it serves and has JetStream. `caught-up`: it also knows the cluster's leader, and its streams are as the others'. */
  is(state: 'started' | 'caught-up'): Promise<boolean>
  /** Whether the server itself holds that it leads a stream, of whatever account. */
  leads(server: string, stream: string): Promise<boolean>
}

const answerWithinMs = 1000

const jetStream = z.object({
  account_details: z
    .array(
      z.object({
        stream_detail: z
          .array(z.object({ name: z.string(), cluster: z.object({ leader: z.string().optional() }).optional() }))
          .optional(),
      }),
    )
    .optional(),
})

/** The monitoring at a port of the loopback address. */
export function natsMonitor(port: number): NatsMonitor {
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    is: async (state) => {
      const answer = await asked(`${url}/healthz${state === 'started' ? '?js-enabled-only=true' : ''}`)
      return answer !== undefined
    },
    leads: async (server, stream) => {
      const known = jetStream.safeParse(await asked(`${url}/jsz?streams=true&accounts=true`))
      const details = (known.data?.account_details ?? []).flatMap((account) => account.stream_detail ?? [])
      return details.some(
        ({ name, cluster }) => name === stream && (cluster === undefined || cluster.leader === server),
      )
    },
  }
}

async function asked(url: string): Promise<unknown> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(answerWithinMs) })
    const body: unknown = await answer.json()
    return answer.ok ? body : undefined
  } catch {
    return undefined
  }
}
