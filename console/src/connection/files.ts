/** Files of messages go over HTTP: up with progress, down by links that browsers' own elements can use. */
import type { FileLink, ProblemReport, UploadedFile } from '#gateway/protocol.ts'
import { problemOf, type HttpResult } from './http.ts'
import type { ImportClient } from './imports.ts'
import { asked } from './signed-in.ts'

/** An address of a file for some minutes. */
export function linkToFile(client: ImportClient, file: string): Promise<HttpResult<FileLink>> {
  return asked(client, { method: 'POST', path: '/v1/files/link', json: { file } })
}

/** Sends a file. `told` hears what share of it has gone, 0 to 1; `signal` calls it off. */
export function uploadFile(
  { session }: Pick<ImportClient, 'session'>,
  file: File,
  { told, signal }: { readonly told: (share: number) => void; readonly signal: AbortSignal },
): Promise<HttpResult<UploadedFile>> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest()
    const failed = (error: ProblemReport) => resolve({ ok: false, error })
    const away = () => failed({ code: 'unavailable', message: 'The server cannot be reached.', retry: 'later' })
    request.open('POST', '/v1/files')
    request.responseType = 'json'
    request.setRequestHeader('authorization', `Bearer ${session.token ?? ''}`)
    request.upload.addEventListener('progress', ({ loaded, total }) => told(total === 0 ? 0 : loaded / total))
    request.addEventListener('error', away)
    request.addEventListener('abort', away)
    request.addEventListener('load', () => {
      const { status } = request
      const body: unknown = request.response
      if (status === 201) resolve({ ok: true, value: body as UploadedFile })
      else failed(problemOf(status, body))
    })
    signal.addEventListener('abort', () => request.abort(), { once: true })
    const form = new FormData()
    form.append('file', file)
    request.send(form)
  })
}
