/** A workspace's connections go over HTTP, for admins. Secrets go up and never come down. */
import type { ChecksView, ConnectionsView, Finding } from '#gateway/protocol.ts'
import type { HttpResult } from './http.ts'
import type { ImportClient } from './imports.ts'
import { asked } from './signed-in.ts'

/** A number as an admin gives it. A secret left out stays as it is. */
export interface NumberInput {
  readonly business: string
  readonly account: string
  readonly accessToken?: string
  readonly appSecret?: string
}

/** What there is. */
export function readConnections(client: ImportClient): Promise<HttpResult<ConnectionsView>> {
  return asked(client, { method: 'GET', path: '/v1/connections' })
}

/** Connects a number, or changes it. */
export function saveNumber(client: ImportClient, number: NumberInput): Promise<HttpResult<unknown>> {
  return asked(client, { method: 'PUT', path: '/v1/connections/whatsapp', json: number })
}

/** Removes a number with its secrets. */
export function removeNumber(client: ImportClient, account: string): Promise<HttpResult<unknown>> {
  return asked(client, { method: 'DELETE', path: pathOf(account) })
}

/** Sets a new app secret beside the old one. */
export function rotateAppSecret(
  client: ImportClient,
  account: string,
  appSecret: string,
): Promise<HttpResult<unknown>> {
  return asked(client, { method: 'POST', path: `${pathOf(account)}/rotate-app-secret`, json: { appSecret } })
}

/** Believes the new app secret alone. */
export function removeOldAppSecret(client: ImportClient, account: string): Promise<HttpResult<unknown>> {
  return asked(client, { method: 'DELETE', path: `${pathOf(account)}/old-app-secret` })
}

/** Asks Meta whether everything is right; within 15 seconds. */
export function checkNumber(client: ImportClient, account: string): Promise<HttpResult<ChecksView>> {
  return asked(client, { method: 'POST', path: `${pathOf(account)}/check` })
}

/** Lets an account send again that was stopped or kept back. */
export function resumeAccount(
  client: ImportClient,
  { channel, account }: { readonly channel: string; readonly account: string },
): Promise<HttpResult<unknown>> {
  return asked(client, { method: 'POST', path: `/v1/accounts/${channel}/${encodeURIComponent(account)}/resume` })
}

/** Has Meta send what happens to this server. */
export function subscribeNumber(client: ImportClient, account: string): Promise<HttpResult<Finding>> {
  return asked(client, { method: 'POST', path: `${pathOf(account)}/subscribe` })
}

/** Sends Meta's sample to a phone, once. */
export function sendTestMessage(client: ImportClient, account: string, to: string): Promise<HttpResult<Finding>> {
  return asked(client, { method: 'POST', path: `${pathOf(account)}/test-message`, json: { to } })
}

function pathOf(account: string): string {
  return `/v1/connections/whatsapp/${encodeURIComponent(account)}`
}
