/** SMS numbers and mailboxes of a workspace go over HTTP, for admins. Secrets go up and never come down. */
import type { ConnectedAccountsView, Finding, NamedChecksView } from '#gateway/protocol.ts'
import type { HttpResult } from './http.ts'
import type { ImportClient } from './imports.ts'
import { asked } from './signed-in.ts'

export type AccountKind = 'sms' | 'email'

/** What there is; `not-found` on a server that has none of the kind. */
export function readAccounts(client: ImportClient, kind: AccountKind): Promise<HttpResult<ConnectedAccountsView>> {
  return asked(client, { method: 'GET', path: `/v1/connections/${kind}` })
}

/** Connects an account, or changes it: a secret left out stays as it is. */
export function saveAccount(
  client: ImportClient,
  kind: AccountKind,
  account: Readonly<Record<string, string | number>>,
): Promise<HttpResult<unknown>> {
  return asked(client, { method: 'PUT', path: `/v1/connections/${kind}`, json: account })
}

/** Which account of which kind. */
export interface AccountPlace {
  readonly kind: AccountKind
  readonly account: string
}

/** Removes an account with its secrets. */
export function removeAccount(client: ImportClient, place: AccountPlace): Promise<HttpResult<unknown>> {
  return asked(client, { method: 'DELETE', path: pathOf(place) })
}

/** Asks the provider whether everything is right. */
export function checkAccount(client: ImportClient, place: AccountPlace): Promise<HttpResult<NamedChecksView>> {
  return asked(client, { method: 'POST', path: `${pathOf(place)}/check` })
}

/** Sends a short message, once. */
export function tryAccount(client: ImportClient, place: AccountPlace, to: string): Promise<HttpResult<Finding>> {
  return asked(client, { method: 'POST', path: `${pathOf(place)}/test-message`, json: { to } })
}

function pathOf({ kind, account }: AccountPlace): string {
  return `/v1/connections/${kind}/${encodeURIComponent(account)}`
}
