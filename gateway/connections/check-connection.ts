import type { Clock } from '#runtime/ports/clock.ts'
import type { Ephemeral } from '#runtime/ports/ephemeral.ts'
import type { Asked, GraphFailure } from '../channels/whatsapp/graph-answer.ts'
import type { PhoneNumber, SubscribedApp, TokenScopes } from '../channels/whatsapp/graph-account.ts'
import type { ConnectionCheck, Finding } from '../protocol.ts'
import { unlessAway } from '../when-away.ts'
import type { WhatsAppConnection } from './connection.ts'
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
  const { account, business, accessToken: token } = connection
  const [scopes, number, apps, callback, seenAtMs] = await Promise.all([
    line.graph.tokenScopes({ token }),
    line.graph.phoneNumber({ account, token }),
    line.graph.subscribedApps({ business, token }),
    line.callback(connection),
    lastSigned(connection, parts.ephemeral),
  ])
  const nowMs = clock.nowMs()
  const checks: readonly ConnectionCheck[] = [
    { id: 'token', ...tokenFinding(scopes, nowMs) },
    { id: 'permissions', ...permissionsFinding(scopes) },
    { id: 'number', ...numberFinding(number) },
    { id: 'webhook', ...webhookFinding(apps, callback, address) },
    { id: 'signature', ...signatureFinding(connection, seenAtMs, nowMs) },
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

const neededScopes = ['whatsapp_business_messaging', 'whatsapp_business_management'] as const

function permissionsFinding(asked: Asked<TokenScopes>): Finding {
  if (!asked.ok || !asked.value.valid) {
    return {
      ok: false,
      what: 'Not known while the access token is not valid.',
      whatToDo: 'Mend the access token first.',
    }
  }
  const missing = neededScopes.filter((scope) => !asked.value.scopes.includes(scope))
  if (missing.length === 0) return { ok: true, what: 'It may send messages and manage the account.' }
  return {
    ok: false,
    what: `Missing: ${missing.join(', ')}.`,
    whatToDo: 'Make a new token with these permissions ticked.',
  }
}

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

function signatureFinding({ appSecrets }: WhatsAppConnection, seenAtMs: Seen, nowMs: number): Finding {
  if (appSecrets.length === 0) {
    const what = 'No app secret is saved, so everything that comes is refused.'
    return { ok: false, what, whatToDo: 'Copy the app secret from App settings › Basic of your app and save it here.' }
  }
  if (seenAtMs === 'unknown')
    return { ok: false, what: 'Not known at the moment.', whatToDo: 'Check again in a minute.' }
  if (seenAtMs === 'never') {
    const whatToDo = 'Write a message to the number. If none comes, look whether the app secret is right.'
    return { ok: false, what: 'Nothing with the right signature has come in the last days.', whatToDo }
  }
  return { ok: true, what: `Last correctly signed: ${agoOf(nowMs - seenAtMs)}.` }
}

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

/** What did not come back from Meta: wait where that helps, else what to do. */
function failing({ kind, reason }: GraphFailure, whatToDo: string): Finding {
  return { ok: false, what: reason, whatToDo: kind === 'later' ? 'Check again in a minute.' : whatToDo }
}

type Seen = number | 'never' | 'unknown'

/** When the last correctly signed delivery came; the webhook's route says so. */
async function lastSigned({ workspace, account }: WhatsAppConnection, ephemeral: Ephemeral): Promise<Seen> {
  const stamp = await unlessAway(ephemeral.get(`webhook-seen/${workspace}/${account}`).then((found) => ({ found })))
  if (stamp === undefined) return 'unknown'
  const seenAtMs = Number(stamp.found ?? Number.NaN)
  return Number.isNaN(seenAtMs) ? 'never' : seenAtMs
}

function agoOf(ms: number): string {
  const minutes = Math.floor(Math.max(ms, 0) / 60_000)
  if (minutes < 1) return 'less than a minute ago'
  if (minutes < 120) return `${minutes} min ago`
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} hours ago` : `${Math.floor(minutes / (24 * 60))} days ago`
}
