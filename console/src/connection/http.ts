import type { ProblemReport } from '#gateway/protocol.ts'

/** An answer of the server's HTTP side: the value, or what went wrong in words for a person. */
export type HttpResult<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ProblemReport }

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly json?: unknown
  readonly form?: FormData
  readonly token?: string
}

/** What `Session` and the screens that use HTTP need of the network. */
export type Http = <T>(request: HttpRequest) => Promise<HttpResult<T>>

/** The browser's own fetch, with the refresh cookie along. A server that can't be reached is `unavailable`. */
export function createHttp(fetcher: typeof fetch): Http {
  return async <T>(request: HttpRequest): Promise<HttpResult<T>> => {
    try {
      const response = await fetcher(request.path, initOf(request))
      const body: unknown = await response.json().catch(() => null)
      if (response.ok) return { ok: true, value: body as T }
      return { ok: false, error: problemOf(response.status, body) }
    } catch {
      return { ok: false, error: { code: 'unavailable', message: 'The server cannot be reached.', retry: 'later' } }
    }
  }
}

function initOf(request: HttpRequest): RequestInit {
  const headers: Record<string, string> = {}
  if (request.token !== undefined) headers['authorization'] = `Bearer ${request.token}`
  if (request.json !== undefined) headers['content-type'] = 'application/json'
  const body = request.form ?? (request.json === undefined ? undefined : JSON.stringify(request.json))
  return {
    method: request.method,
    credentials: 'same-origin',
    headers,
    ...(body === undefined ? {} : { body }),
  }
}

/** Reads the server's problem report wherever it was put; falls back on the status. */
export function problemOf(status: number, body: unknown): ProblemReport {
  const holder = isRecord(body) && isRecord(body['error']) ? body['error'] : body
  if (isRecord(holder) && typeof holder['code'] === 'string' && typeof holder['message'] === 'string') {
    return { retry: 'never', ...holder } as ProblemReport
  }
  const message =
    isRecord(body) && typeof body['message'] === 'string' ? body['message'] : `The server answered ${status}.`
  return { code: codeOf(status), message, retry: status >= 500 || status === 429 ? 'later' : 'never' }
}

function codeOf(status: number): ProblemReport['code'] {
  if (status === 401) return 'unauthenticated'
  if (status === 403) return 'forbidden'
  if (status === 404) return 'not-found'
  if (status === 409) return 'conflict'
  if (status === 413) return 'too-large'
  if (status === 429) return 'rate-limited'
  return status >= 500 ? 'unavailable' : 'invalid'
}

/** Whether a value from outside is an object with fields. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
