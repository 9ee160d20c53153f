import type { Clock } from '#runtime/ports/clock.ts'
import type { Ephemeral } from '#runtime/ports/ephemeral.ts'
import type { Asked, GraphFailure } from '../channels/whatsapp/graph-answer.ts'
import type { TokenScopes } from '../channels/whatsapp/graph-account.ts'
import type { Finding, PageCheck } from '../protocol.ts'
import { unlessAway } from '../when-away.ts'
import type { Callback } from './meta-line.ts'
import type { PageConnection } from './page-connection.ts'
import { pageFields, type KnownPage, type PageLine } from './page-line.ts'

/** What a check needs to know. */
export interface PageCheckParts {
  readonly line: PageLine
  readonly ephemeral: Ephemeral
  readonly clock: Clock
  /** Secrets that what comes for the Page may be signed with: its own, else those of the WhatsApp numbers. */
  readonly secrets: readonly string[]
  /** Where Meta is to send what happens. */
  readonly address: string
}

/** What was found, and the Page as Meta knows it, where it said so. */
export interface CheckedPage {
  readonly checks: readonly PageCheck[]
  readonly known?: KnownPage
}

/** Looks at everything a Page needs, all at once, and changes nothing. What Meta does not answer is a finding, too. */
export async function checkPage(connection: PageConnection, parts: PageCheckParts): Promise<CheckedPage> {
  const { line, clock, ephemeral, secrets, address } = parts
  const { accessToken: token } = connection
  const asking = line.graph.tokenScopes({ token })
  const [scopes, callback, page, fields, sweep, seenAtMs] = await Promise.all([
    asking,
    asking.then((asked) => callbackOf(asked, parts)),
    line.page(connection),
    line.subscribedFields(connection),
    sweepOf(connection, parts),
    lastSigned(connection, ephemeral),
  ])
  const checks: readonly PageCheck[] = [
    { id: 'token', ...tokenFinding(scopes, page) },
    { id: 'permissions', ...permissionsFinding(scopes) },
    { id: 'webhook', ...webhookFinding(callback, address) },
    { id: 'subscription', ...subscriptionFinding(fields) },
    { id: 'sweep', ...sweep },
    { id: 'signature', ...signatureFinding(secrets, seenAtMs, clock.nowMs()) },
  ]
  return { checks, ...(page.ok ? { known: page.value } : {}) }
}

const newToken = 'Make a Page access token of a system user in Meta’s Business settings and save it here.'

function tokenFinding(scopes: Asked<TokenScopes>, page: Asked<KnownPage>): Finding {
  if (!scopes.ok) return failing(scopes.failure, newToken)
  if (!scopes.value.valid) return { ok: false, what: 'Meta does not accept the access token.', whatToDo: newToken }
  if (page.ok) return { ok: true, what: `Valid for the Page ${page.value.name ?? ''}`.trimEnd() }
  if (page.failure.kind !== 'missing') return failing(page.failure, newToken)
  const what = 'Meta knows no Page with this ID, or not for this token.'
  return { ok: false, what, whatToDo: 'Copy the ID from the Page’s settings › About, and take a token of that Page.' }
}

const neededScopes = ['leads_retrieval', 'pages_manage_metadata'] as const

function permissionsFinding(asked: Asked<TokenScopes>): Finding {
  if (!asked.ok || !asked.value.valid) {
    const what = 'Not known while the access token is not valid.'
    return { ok: false, what, whatToDo: 'Mend the access token first.' }
  }
  const missing = neededScopes.filter((scope) => !asked.value.scopes.includes(scope))
  if (missing.length === 0) return { ok: true, what: 'It may read leads and subscribe to the Page.' }
  const whatToDo = 'Make a new token with these permissions ticked.'
  return { ok: false, what: `Missing: ${missing.join(', ')}.`, whatToDo }
}

/** The app may be asked only by its secret. */
async function callbackOf(
  scopes: Asked<TokenScopes>,
  { line, secrets: [appSecret] }: PageCheckParts,
): Promise<Asked<Callback> | undefined> {
  const app = scopes.ok ? scopes.value.app : undefined
  return app === undefined || appSecret === undefined ? undefined : line.callback({ app, appSecret })
}

function webhookFinding(asked: Asked<Callback> | undefined, address: string): Finding {
  const whatToDo = 'Press «Subscribe», or put the address and the verify token into the webhook settings of your app.'
  if (asked === undefined)
    return { ok: false, what: 'Not known without the access token and the app secret.', whatToDo: 'Mend these first.' }
  if (!asked.ok) return failing(asked.failure, 'Look whether the app secret is that of the token’s app.')
  const { address: told } = asked.value
  if (told === address) return { ok: true, what: 'Meta sends to this server.' }
  if (told === undefined) return { ok: false, what: 'Your app has no address for the object Page.', whatToDo }
  return { ok: false, what: `Meta sends to another address: ${told}`, whatToDo }
}

function subscriptionFinding(fields: Asked<readonly string[]>): Finding {
  const whatToDo = 'Press «Subscribe».'
  if (!fields.ok) return failing(fields.failure, 'Mend the access token first.')
  const missing = pageFields.filter((field) => !fields.value.includes(field))
  if (missing.length === 0) return { ok: true, what: 'Meta tells your app of leads, comments and messages.' }
  return { ok: false, what: `Meta does not tell your app of: ${missing.join(', ')}.`, whatToDo }
}

const lookBackMs = 24 * 60 * 60 * 1000

/** The sweep's own calls: the forms, and the leads of the first one. */
async function sweepOf(
  { page, forms, accessToken: token }: PageConnection,
  { line, clock }: PageCheckParts,
): Promise<Finding> {
  const whatToDo = 'Look whether the token may read leads, and whether your system user may access leads of the Page.'
  const asked = forms.length > 0 ? { ok: true as const, value: forms } : await line.graph.formsOf({ page, token })
  if (!asked.ok) return failing(asked.failure, whatToDo)
  const [form] = asked.value
  if (form === undefined) return { ok: true, what: 'The Page has no forms yet.' }
  const leads = await line.graph.leadsOf({ form, token, sinceMs: clock.nowMs() - lookBackMs })
  if (!leads.ok) return failing(leads.failure, whatToDo)
  const count = `${asked.value.length} ${asked.value.length === 1 ? 'form' : 'forms'}`
  return {
    ok: true,
    what: `Leads can be looked for: ${count}, ${leads.value.length} in the first one since yesterday.`,
  }
}

type Seen = number | 'never' | 'unknown'

function signatureFinding(secrets: readonly string[], seenAtMs: Seen, nowMs: number): Finding {
  if (secrets.length === 0) {
    const what = 'No app secret is saved, so everything that comes is refused.'
    return { ok: false, what, whatToDo: 'Copy the app secret from App settings › Basic of your app and save it here.' }
  }
  if (seenAtMs === 'unknown')
    return { ok: false, what: 'Not known at the moment.', whatToDo: 'Check again in a minute.' }
  if (seenAtMs === 'never') {
    const whatToDo = 'Send a test lead with Meta’s Lead Ads testing tool. If none comes, look at the app secret.'
    return { ok: false, what: 'Nothing with the right signature has come in the last days.', whatToDo }
  }
  const minutes = Math.floor(Math.max(nowMs - seenAtMs, 0) / 60_000)
  const ago = minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} hours`
  return { ok: true, what: `Last correctly signed: ${ago} ago.` }
}

/** What did not come back from Meta: wait where that helps, else what to do. */
function failing({ kind, reason }: GraphFailure, whatToDo: string): Finding {
  return { ok: false, what: reason, whatToDo: kind === 'later' ? 'Check again in a minute.' : whatToDo }
}

/** When the last correctly signed delivery came; the webhook's route says so. */
async function lastSigned({ workspace, page }: PageConnection, ephemeral: Ephemeral): Promise<Seen> {
  const stamp = await unlessAway(ephemeral.get(`page-webhook-seen/${workspace}/${page}`).then((found) => ({ found })))
  if (stamp === undefined) return 'unknown'
  const seenAtMs = Number(stamp.found ?? Number.NaN)
  return Number.isNaN(seenAtMs) ? 'never' : seenAtMs
}
