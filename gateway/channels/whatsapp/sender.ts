import type { Ephemeral } from '#runtime/ports/ephemeral.ts'
import { partsOf, parseAddress } from '#runtime/address.ts'
import type { Connections } from '../../connections/connection.ts'
import type { ProviderSender } from '../transmit.ts'
import { composeMessage } from './compose.ts'
import type { GraphClient } from './graph-client.ts'

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
}: {
  readonly connections: Connections
  readonly graph: GraphClient
  /** Counts the pace for all processes; without it nobody does. */
  readonly ephemeral?: Pick<Ephemeral, 'limit'>
}): ProviderSender {
  return {
    async prepare({ dispatch, content, reach, replyTo }) {
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
      return (signal) => graph.send({ ...message, signal })
    },
  }
}

const budget = { limit: pacePerSecond, windowMs: 1000, whenAway: 'alone' } as const
