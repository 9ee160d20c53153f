import type { Ephemeral } from '#runtime/ports/ephemeral.ts'
import type { SmsAccount } from '../channels/sms/sms-account.ts'
import type { SmsAsked, SmsNumber, TwilioClient } from '../channels/sms/twilio-client.ts'
import type { Finding, NamedFinding } from '../protocol.ts'
import { smsSeenKey } from '../http/sms-webhook-routes.ts'
import { unlessAway } from '../when-away.ts'

/** What a check of an SMS number needs to know. */
export interface SmsCheckParts {
  readonly client: TwilioClient
  readonly ephemeral: Ephemeral
  /** Where the provider is to send what happens. */
  readonly address: string
  /** Whether reports of what we send are asked for: only where we know our public address. */
  readonly reported: boolean
}

/** Looks at everything a number needs, all at once, and changes nothing. What the provider does not answer is a finding, too. */
export async function checkSms(account: SmsAccount, parts: SmsCheckParts): Promise<readonly NamedFinding[]> {
  const { client, ephemeral, address, reported } = parts
  const { workspace, settings } = account
  const key = smsSeenKey(workspace, settings.account)
  const [state, number, seen] = await Promise.all([
    client.state(account),
    client.number(account),
    unlessAway(ephemeral.get(key).then((found) => ({ found }))),
  ])
  return [
    { id: 'access', ...accessFinding(state) },
    { id: 'number', ...numberFinding(number) },
    { id: 'webhook', ...webhookFinding(number, { address, heard: seen?.found !== undefined }) },
    { id: 'reports', ...reportsFinding(reported) },
  ]
}

function accessFinding(asked: SmsAsked<string>): Finding {
  const whatToDo = 'Copy account SID and auth token from the provider’s console and save them here.'
  if (!asked.ok) return { ok: false, what: asked.reason, whatToDo: asked.status === 0 ? again : whatToDo }
  if (asked.value === 'active') return { ok: true, what: 'The account is active.' }
  return {
    ok: false,
    what: `The account is ${asked.value}.`,
    whatToDo: 'Look at its billing in the provider’s console.',
  }
}

const again = 'Check again in a minute.'

function numberFinding(asked: SmsAsked<SmsNumber>): Finding {
  if (!asked.ok) {
    const what = asked.status === 404 ? 'The account has no such number.' : asked.reason
    const whatToDo = 'Write it with + and country code, as the provider’s console shows it.'
    return { ok: false, what, whatToDo: asked.status === 0 ? again : whatToDo }
  }
  if (asked.value.canSend) return { ok: true, what: 'It can send and get SMS.' }
  return { ok: false, what: 'The number can not send SMS.', whatToDo: 'Take a number with the capability SMS.' }
}

function webhookFinding(
  asked: SmsAsked<SmsNumber>,
  { address, heard }: { readonly address: string; readonly heard: boolean },
): Finding {
  // Where the number belongs to a service, that says where messages go: what came is the better proof.
  if (heard) return { ok: true, what: 'Rightly signed messages have come in the last days.' }
  const whatToDo = `Set “A message comes in” of the number to ${address} (HTTP POST), then write to it.`
  if (!asked.ok) return { ok: false, what: 'Not known.', whatToDo }
  if (asked.value.address === address) return { ok: true, what: 'The provider sends messages to this server.' }
  if (asked.value.address === '') return { ok: false, what: 'Messages to the number go nowhere.', whatToDo }
  return { ok: false, what: `Messages go to another address: ${asked.value.address}`, whatToDo }
}

function reportsFinding(reported: boolean): Finding {
  if (reported) return { ok: true, what: 'Delivery is reported to this server.' }
  const whatToDo = 'Set FINEACERS_PUBLIC_URL to the https:// address this server is reached at.'
  return { ok: false, what: 'Without a public address nobody can report what was delivered.', whatToDo }
}
