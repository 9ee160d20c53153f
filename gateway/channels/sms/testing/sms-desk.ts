import { openSqliteRecords } from '#runtime/adapters/sqlite/records.ts'
import { systemClock } from '#runtime/adapters/system/clock.ts'
import { openChannelDesks, type ChannelDesks } from '../../../connections/channel-desks.ts'
import { createTestLog } from '../../../testing/test-house.ts'
import type { ProviderSender } from '../../transmit.ts'
import { createSmsSender } from '../sender.ts'
import { startTwilioServer, type TwilioServer } from './twilio-server.ts'

/** Our number of the tests. */
export const smsNumber = {
  account: '+15550006789',
  accountSid: 'AC0123456789abcdef0123456789abcdef',
  authToken: 'invented-auth-token-0123456789ab',
} as const

/** A provider, the workspace `acme` connected to it, and the way out; for a house that is started with them. */
export interface SmsDesk {
  readonly twilio: TwilioServer
  readonly channelDesks: ChannelDesks
  readonly senders: { readonly sms: ProviderSender }
  /** Tells where the house is reached, once it is. */
  reachedAt(url: string): void
  /** A message from a phone to our number. */
  says(phone: string, text: string, more?: { readonly [name: string]: string }): Promise<Response>
  close(): Promise<void>
}

/** Starts a provider and connects `acme` to it. */
export async function openSmsDesk(): Promise<SmsDesk> {
  const { account, accountSid, authToken } = smsNumber
  const twilio = await startTwilioServer({ accountSid, authToken, number: account })
  const records = openSqliteRecords({ file: ':memory:' })
  const options = { records, clock: systemClock(), log: createTestLog([]), smsUrl: twilio.url }
  const channelDesks = await openChannelDesks(options)
  await channelDesks.sms.accounts.save('acme', { settings: { account, accountSid }, secrets: { authToken } })
  let publicUrl = ''
  let count = 0
  return {
    twilio,
    channelDesks,
    senders: { sms: { prepare: (each) => createSmsSender({ ...channelDesks.sms, publicUrl }).prepare(each) } },
    reachedAt: (url) => void (publicUrl = url),
    says(phone, text, more = {}) {
      count += 1
      const form = { MessageSid: `SMin${count}`, AccountSid: accountSid, From: phone, To: account, Body: text, ...more }
      return twilio.tell(`${publicUrl}/webhooks/sms/acme`, form)
    },
    async close() {
      await twilio.close()
      await records.close()
    },
  }
}
