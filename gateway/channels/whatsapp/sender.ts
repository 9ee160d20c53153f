import { partsOf, parseAddress } from '#runtime/address.ts'
import type { Connections } from '../../connections/connection.ts'
import type { ProviderSender } from '../transmit.ts'
import { composeMessage } from './compose.ts'
import type { GraphClient } from './graph-client.ts'

/** Sends through the WhatsApp number a message names, with that number's token. Our own id travels with it, and comes back with every status. */
export function createWhatsAppSender({
  connections,
  graph,
}: {
  readonly connections: Connections
  readonly graph: GraphClient
}): ProviderSender {
  return {
    async send({ dispatch, content, reach, replyTo }, signal) {
      const address = parseAddress(dispatch)
      const workspace = address === undefined ? '' : partsOf(address).workspace
      const number = await connections.whatsappAccount(workspace, reach.account)
      if (number === undefined) {
        const reason = `the WhatsApp number ${reach.account} is no longer connected: connect it again under Channels`
        return { outcome: 'refused', action: 'alert', code: 0, reason }
      }
      const composed = composeMessage(content, reach, {
        opaque: dispatch,
        ...(replyTo === undefined ? {} : { replyTo }),
      })
      if (!composed.ok) return { outcome: 'refused', action: 'dead-letter', code: 0, reason: composed.reason }
      return graph.send({ account: reach.account, token: number.accessToken, body: composed.body, signal })
    },
  }
}
