import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { House } from '../house.ts'
import type { ConnectionsView } from '../protocol.ts'

/** Where Meta is to send, and why it can't. */
export const webhook = z.object({ address: z.string(), problem: z.exactOptional(z.string()) })

/** Meta takes no address that is longer. */
const addressMax = 200

/** Where Meta is to send, below `/webhooks/`; `problem` says why it can't, where that is known. */
export function webhookOf({ config }: House, request: FastifyRequest, path: string): ConnectionsView['webhook'] {
  const base = config.publicUrl ?? `${request.protocol}://${request.host}`
  const address = `${base}/webhooks/${path}`
  if (!address.startsWith('https://')) {
    const problem =
      'Meta sends to https:// addresses only: set FINEACERS_PUBLIC_URL to the one this server is reached at.'
    return { address, problem }
  }
  if (address.length > addressMax) return { address, problem: 'Meta takes addresses of 200 characters at most.' }
  return { address }
}
