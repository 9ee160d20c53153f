import { parseAddress, partsOf } from '#runtime/address.ts'
import type { SealedAccounts } from '../../connections/sealed-accounts.ts'
import type { ProviderSender } from '../transmit.ts'
import { composeSms } from './compose.ts'
import type { smsKind } from './sms-account.ts'
import type { TwilioClient } from './twilio-client.ts'

/**
 * Sends by SMS from the number a message names. The address at which its delivery is reported holds our own id and is signed by the provider, so that
 * a report finds its dispatch; without a public address of ours nothing is reported.
 */
export function createSmsSender({
  accounts,
  client,
  publicUrl,
}: {
  readonly accounts: SealedAccounts<typeof smsKind>
  readonly client: TwilioClient
  readonly publicUrl?: string
}): ProviderSender {
  return {
    async prepare({ dispatch, content, reach }) {
      const address = parseAddress(dispatch)
      const workspace = address === undefined ? '' : partsOf(address).workspace
      const account = await accounts.account(workspace, reach.account)
      if (account === undefined) {
        const reason = `the SMS number ${reach.account} is no longer connected: connect it again under Channels`
        return { outcome: 'refused', action: 'alert', code: 0, reason }
      }
      const composed = composeSms(content, reach)
      if (!composed.ok) return { outcome: 'refused', action: 'dead-letter', code: 0, reason: composed.reason }
      const { ok: _ok, ...message } = composed
      const callback = publicUrl === undefined ? {} : { callback: reportAddress(publicUrl, workspace, dispatch) }
      return (signal) => client.send(account, { ...message, ...callback }, signal)
    },
  }
}

/** Where the provider reports what became of a dispatch. */
function reportAddress(publicUrl: string, workspace: string, dispatch: string): string {
  return `${publicUrl}/webhooks/sms/${workspace}?${new URLSearchParams({ dispatch })}`
}
