import type { Clock } from '#runtime/ports/clock.ts'
import type { Ephemeral } from '#runtime/ports/ephemeral.ts'
import type { Asked } from '../channels/whatsapp/graph-answer.ts'
import type { PhoneNumber, SubscribedApp, TokenScopes } from '../channels/whatsapp/graph-account.ts'
import type { ConnectionCheck, Finding } from '../protocol.ts'
import type { WhatsAppConnection } from './connection.ts'
import { failing, lastSigned, permissionsFinding, signatureFinding } from './meta-findings.ts'
import type { Callback, MetaLine } from './meta-line.ts'

/** What a check needs to know. */
export interface CheckParts {
  readonly line: MetaLine
  readonly ephemeral: Ephemeral
  readonly clock: Clock
  /** Where Meta is to send what happens. */
  readonly address: string
}

/** What was found, and how the number is written, where Meta said so. */
export interface Checked {
  readonly checks: readonly ConnectionCheck[]
  readonly displayNumber?: string
}

/** Looks at everything a connection needs, all at once, and changes nothing. What Meta does not answer is a finding, too. */
export async function checkConnection(connection: WhatsAppConnection, parts: CheckParts): Promise<Checked> {
  const { line, clock, address } = parts
  const { workspace, account, business, accessToken: token, appSecrets: secrets } = connection
  const [scopes, number, apps, callback, seenAtMs] = await Promise.all([
    line.graph.tokenScopes({ token }),
    line.graph.phoneNumber({ account, token }),
    line.graph.subscribedApps({ business, token }),
    line.callback(connection),
    lastSigned(parts.ephemeral, `webhook-seen/${workspace}/${account}`),
  ])
  const nowMs = clock.nowMs()
  const checks: readonly ConnectionCheck[] = [
    { id: 'token', ...tokenFinding(scopes, nowMs) },
    { id: 'permissions', ...permissionsFinding(scopes, permissions) },
    { id: 'number', ...numberFinding(number) },
    { id: 'webhook', ...webhookFinding(apps, callback, address) },
    { id: 'signature', ...signatureFinding({ secrets, seenAtMs, nowMs }, writeToIt, agoOf) },
    { id: 'clock', ...clockFinding(line.aheadMs()) },
  ]
  const displayNumber = number.ok ? number.value.displayNumber : undefined
  return { checks, ...(displayNumber === undefined ? {} : { displayNumber }) }
}

const newToken = 'Make an access token of a system user in Meta’s Business settings and save it here.'
const tokenEndsSoonMs = 7 * 24 * 60 * 60 * 1000

function tokenFinding(asked: Asked<TokenScopes>, nowMs: number): Finding {
  if (!asked.ok) return failing(asked.failure, newToken)
  const { valid, expiresAtMs } = asked.value
  if (!valid) return { ok: false, what: 'Meta does not accept the access token.', whatToDo: newToken }
  if (expiresAtMs === undefined) return { ok: true, what: 'Valid, without an end.' }
  const what = `Valid until ${new Date(expiresAtMs).toISOString().slice(0, 10)}.`
  if (expiresAtMs - nowMs > tokenEndsSoonMs) return { ok: true, what }
  return { ok: false, what, whatToDo: `It ends soon. ${newToken} Such a token does not end.` }
}

const permissions = {
  needed: ['whatsapp_business_messaging', 'whatsapp_business_management'],
  enough: 'It may send messages and manage the account.',
} as const

function numberFinding(asked: Asked<PhoneNumber>): Finding {
  if (!asked.ok) {
    const look =
      asked.failure.kind === 'missing'
        ? 'Copy the phone number ID, not the number itself, from WhatsApp › API setup of your app.'
        : 'Mend the access token first.'
    const what =
      asked.failure.kind === 'missing' ? 'Meta knows no number with this ID, or not for this token.' : undefined
    return failing({ ...asked.failure, ...(what === undefined ? {} : { reason: what }) }, look)
  }
  const { displayNumber = '', verifiedName, quality, status } = asked.value
  const what = [displayNumber, verifiedName, quality && `quality ${quality.toLowerCase()}`, status?.toLowerCase()]
    .filter((part) => part !== undefined && part !== '')
    .join(' · ')
  if (status !== undefined && status !== 'CONNECTED') {
    return { ok: false, what, whatToDo: 'Register the number in WhatsApp Manager: only a connected one sends.' }
  }
  if (quality === 'RED')
    return { ok: false, what, whatToDo: 'Send less, and only what customers asked for: Meta may limit the number.' }
  return { ok: true, what }
}

function webhookFinding(apps: Asked<readonly SubscribedApp[]>, callback: Asked<Callback>, address: string): Finding {
  const whatToDo =
    'Press «Subscribe», or put the address and the verify token of step 2 into the webhook settings of your app.'
  if (!apps.ok) return failing(apps.failure, 'Look whether the business account ID is right, then the access token.')
  if (apps.value.length === 0) return { ok: false, what: 'No app is subscribed to this business account.', whatToDo }
  const override = apps.value.find((app) => app.callback !== undefined)?.callback
  const told = (callback.ok ? callback.value.address : undefined) ?? override
  if (told === address) return { ok: true, what: 'Meta sends to this server.' }
  if (told === undefined) return { ok: false, what: 'Meta does not say where it sends what happens.', whatToDo }
  return { ok: false, what: `Meta sends to another address: ${told}`, whatToDo }
}

const writeToIt = 'Write a message to the number. If none comes, look whether the app secret is right.'

const aheadMaxMs = 60_000

function clockFinding(aheadMs: number | undefined): Finding {
  if (aheadMs === undefined) {
    return { ok: false, what: 'Not known: Meta did not tell its time.', whatToDo: 'Check again in a minute.' }
  }
  const seconds = Math.round(Math.abs(aheadMs) / 1000)
  if (Math.abs(aheadMs) <= aheadMaxMs) return { ok: true, what: `Within ${Math.max(seconds, 1)} s of Meta’s.` }
  const what = `This server's clock is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} Meta’s.`
  return { ok: false, what, whatToDo: 'Set it by NTP: times of messages and the 24-hour window depend on it.' }
}

function agoOf(ms: number): string {
  const minutes = Math.floor(Math.max(ms, 0) / 60_000)
  if (minutes < 1) return 'less than a minute ago'
  if (minutes < 120) return `${minutes} min ago`
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} hours ago` : `${Math.floor(minutes / (24 * 60))} days ago`
}
