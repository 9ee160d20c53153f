import type { HttpRequest, HttpResult } from './http.ts'
import type { ImportClient } from './imports.ts'

/** Asks over HTTP as the member who is signed in. */
export function asked<Value>(
  { http, session: { token } }: ImportClient,
  request: HttpRequest,
): Promise<HttpResult<Value>> {
  return http({ ...request, ...(token === undefined ? {} : { token }) })
}
