import type { Ephemeral } from '#runtime/ports/ephemeral.ts'
import { partsOf, parseAddress } from '#runtime/address.ts'
import type { OutgoingContent, Transmitted } from '#machines/dispatch-contract.ts'
import type { Connections, WhatsAppConnection } from '../../connections/connection.ts'
import type { ProviderSender } from '../transmit.ts'
import { composeMessage } from './compose.ts'
import type { GraphClient } from './graph-client.ts'
import type { Uploads } from './uploads.ts'

/**
 * Messages of a number a second, whichever process sends them. Meta takes 80, of what comes and goes together: the rest is left for what comes.
 * Source: whatsapp-and-lead-ads 6.12.
 */
export const pacePerSecond = 60

/** Sends through the WhatsApp number a message names, with that number's token. Our own id travels with it, and comes back with every status. */
export function createWhatsAppSender({
  connections,
  graph,
  ephemeral,
  uploads,
}: {
  readonly connections: Connections
  readonly graph: GraphClient
  /** Counts the pace for all processes; without it nobody does. */
  readonly ephemeral?: Pick<Ephemeral, 'limit'>
  /** Our files at Meta; without it none of ours goes out. */
  readonly uploads?: Uploads
}): ProviderSender {
  return {
    async prepare({ dispatch, content: asked, reach, replyTo, attempt }) {
      const address = parseAddress(dispatch)
      const workspace = address === undefined ? '' : partsOf(address).workspace
      const number = await connections.whatsappAccount(workspace, reach.account)
      if (number === undefined) {
        const reason = `the WhatsApp number ${reach.account} is no longer connected: connect it again under Channels`
        return { outcome: 'refused', action: 'alert', code: 0, reason }
      }
      const content = await withUpload(asked, number, uploads)
      if ('outcome' in content) return content
      const composed = composeMessage(content, reach, {
        opaque: dispatch,
        ...(replyTo === undefined ? {} : { replyTo }),
      })
      if (!composed.ok) return { outcome: 'refused', action: 'dead-letter', code: 0, reason: composed.reason }
      const pace = await ephemeral?.limit(`whatsapp-pace/${workspace}/${reach.account}`, budget)
      if (pace?.allowed === false) {
        return {
          outcome: 'later',
          afterMs: pace.retryAfterMs,
          reason: 'the number sends as fast as it may',
          whose: 'pace',
        }
      }
      const message = { account: reach.account, token: number.accessToken, body: composed.body }
      return async (signal) => {
        const sent = await graph.send({ ...message, signal })
        const file = asked.kind === 'media' ? asked.file : undefined
        const fileRefused = sent.outcome === 'refused' && sent.action === 'retry-media'
        if (!fileRefused || file === undefined) return sent
        await uploads?.forget(number, file)
        if (attempt >= fileAttemptsMax) return sent
        return { outcome: 'later', afterMs: fileAgainMs, reason: sent.reason, code: sent.code }
      }
    },
  }
}

/** Meta could not pass the file on, which may be the upload's fault: it goes up anew, and after so many tries that is told. */
const fileAttemptsMax = 3
const fileAgainMs = 5000

/** The content with Meta's id in the place of our file, or why it has none. */
async function withUpload(
  content: OutgoingContent,
  number: WhatsAppConnection,
  uploads: Uploads | undefined,
): Promise<OutgoingContent | Extract<Transmitted, { readonly outcome: 'later' | 'refused' }>> {
  if (content.kind !== 'media' || content.file === undefined || uploads === undefined) return content
  const mediaId = await uploads.idOf(number, { ...content, file: content.file })
  return typeof mediaId === 'string' ? { ...content, mediaId } : mediaId
}

const budget = { limit: pacePerSecond, windowMs: 1000, whenAway: 'alone' } as const
