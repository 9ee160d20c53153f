import type { Clock } from '#runtime/ports/clock.ts'
import type { Ephemeral } from '#runtime/ports/ephemeral.ts'
import type { Asked } from '../channels/whatsapp/graph-answer.ts'
import type { TokenScopes } from '../channels/whatsapp/graph-account.ts'
import type { Finding, PageCheck } from '../protocol.ts'
import { failing, lastSigned, permissionsFinding, signatureFinding } from './meta-findings.ts'
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
  const { workspace, accessToken: token } = connection
  const asking = line.graph.tokenScopes({ token })
  const [scopes, callback, page, fields, sweep, seenAtMs] = await Promise.all([
    asking,
    asking.then((asked) => callbackOf(asked, parts)),
    line.page(connection),
    line.subscribedFields(connection),
    sweepOf(connection, parts),
    lastSigned(ephemeral, `page-webhook-seen/${workspace}/${connection.page}`),
  ])
  const checks: readonly PageCheck[] = [
    { id: 'token', ...tokenFinding(scopes, page) },
    { id: 'permissions', ...permissionsFinding(scopes, permissions) },
    { id: 'webhook', ...webhookFinding(callback, address) },
    { id: 'subscription', ...subscriptionFinding(fields) },
    { id: 'sweep', ...sweep },
    { id: 'signature', ...signatureFinding({ secrets, seenAtMs, nowMs: clock.nowMs() }, tryIt, agoOf) },
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

const permissions = {
  needed: ['leads_retrieval', 'pages_manage_metadata'],
  enough: 'It may read leads and subscribe to the Page.',
} as const

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

const tryIt = 'Send a test lead with Meta’s Lead Ads testing tool. If none comes, look at the app secret.'

function agoOf(ms: number): string {
  const minutes = Math.floor(Math.max(ms, 0) / 60_000)
  return minutes < 120 ? `${minutes} min ago` : `${Math.floor(minutes / 60)} hours ago`
}
