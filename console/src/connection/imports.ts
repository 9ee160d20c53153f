/** Imports go over HTTP: a file up, a mapping back, progress, rejected rows down. */
import type { ImportView } from '#gateway/protocol.ts'
import type { Http, HttpResult } from './http.ts'
import type { Session } from './session.ts'

export interface ImportClient {
  readonly http: Http
  readonly session: Pick<Session, 'token'>
}

/** Sends the file and gets back how its columns are understood. Nothing is saved yet. */
export function previewImport(
  { http, session }: ImportClient,
  file: File,
  kind: ImportView['kind'],
): Promise<HttpResult<ImportView>> {
  const form = new FormData()
  form.append('kind', kind)
  form.append('file', file)
  return http({ method: 'POST', path: '/v1/imports/preview', form, ...withToken(session) })
}

export interface ImportStart {
  readonly id: string
  /** What each column means; one without a field is kept as it came. */
  readonly columns: readonly { readonly index: number; readonly field?: string }[]
  /** Where all of the listings are, when no column says so. */
  readonly city?: string
}

/** Runs it with a mapping. Running it twice changes nothing. */
export function startImport({ http, session }: ImportClient, start: ImportStart): Promise<HttpResult<ImportView>> {
  return http({ method: 'POST', path: '/v1/imports', json: start, ...withToken(session) })
}

/** How far it is. */
export function readImport({ http, session }: ImportClient, id: string): Promise<HttpResult<ImportView>> {
  return http({ method: 'GET', path: `/v1/imports/${encodeURIComponent(id)}`, ...withToken(session) })
}

/** The rejected rows with their reasons, as a file. */
export async function downloadRejects(
  { session }: Pick<ImportClient, 'session'>,
  id: string,
): Promise<Blob | undefined> {
  const response = await fetch(`/v1/imports/${encodeURIComponent(id)}/rejects`, {
    headers: { authorization: `Bearer ${session.token ?? ''}` },
  })
  return response.ok ? response.blob() : undefined
}

function withToken({ token }: Pick<Session, 'token'>): { readonly token?: string } {
  return token === undefined ? {} : { token }
}
