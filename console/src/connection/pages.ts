/** A workspace's Facebook Pages go over HTTP, for admins. Secrets go up and never come down. */
import type { Finding, PageChecksView, PagesView } from '#gateway/protocol.ts'
import type { HttpResult } from './http.ts'
import type { ImportClient } from './imports.ts'
import { asked } from './signed-in.ts'

/** A Page as an admin gives it. What is left out stays as it is. */
export interface PageInput {
  readonly page: string
  readonly accessToken?: string
  readonly appSecret?: string
  readonly forms: readonly string[]
  /** What a ticked box of a form agrees to, such as `whatsapp:marketing`. */
  readonly consents: { readonly [checkbox: string]: readonly string[] }
}

/** What there is; `not-found` on a server that knows no Pages. */
export function readPages(client: ImportClient): Promise<HttpResult<PagesView>> {
  return asked(client, { method: 'GET', path: '/v1/connections/pages' })
}

/** Connects a Page, or changes it. */
export function savePage(client: ImportClient, page: PageInput): Promise<HttpResult<unknown>> {
  return asked(client, { method: 'PUT', path: '/v1/connections/pages', json: page })
}

/** Removes a Page with its secrets. */
export function removePage(client: ImportClient, page: string): Promise<HttpResult<unknown>> {
  return asked(client, { method: 'DELETE', path: pathOf(page) })
}

/** Asks Meta whether everything is right; within 15 seconds. */
export function checkPage(client: ImportClient, page: string): Promise<HttpResult<PageChecksView>> {
  return asked(client, { method: 'POST', path: `${pathOf(page)}/check` })
}

/** Has Meta tell the app of the Page's leads, comments and messages. */
export function subscribePage(client: ImportClient, page: string): Promise<HttpResult<Finding>> {
  return asked(client, { method: 'POST', path: `${pathOf(page)}/subscribe` })
}

function pathOf(page: string): string {
  return `/v1/connections/pages/${encodeURIComponent(page)}`
}
