/** Forecasts go over HTTP: asked for, followed, stopped, and their lists fetched as files. */
import type { ForecastAsk, ForecastView, TemplateView } from '#gateway/protocol.ts'
import type { HttpResult } from './http.ts'
import type { ImportClient } from './imports.ts'
import { asked } from './signed-in.ts'

const path = '/v1/forecasts'

/** Begins to count. Nothing is sent. */
export function askForecast(client: ImportClient, json: ForecastAsk): Promise<HttpResult<ForecastView>> {
  return asked(client, { method: 'POST', path, json })
}

/** How far it is, or what came of it. */
export function readForecast(client: ImportClient, id: string): Promise<HttpResult<ForecastView>> {
  return asked(client, { method: 'GET', path: `${path}/${encodeURIComponent(id)}` })
}

/** The last ones, newest first. */
export function listForecasts(client: ImportClient): Promise<HttpResult<readonly ForecastView[]>> {
  return asked(client, { method: 'GET', path })
}

/** Stops one that is counted; takes one that is done away. */
export function endForecast(client: ImportClient, id: string): Promise<HttpResult<null>> {
  return asked(client, { method: 'DELETE', path: `${path}/${encodeURIComponent(id)}` })
}

/** The people of a forecast as a file: of one reason, or all. Absent when the server does not have it. */
export async function downloadPeople(
  { session }: Pick<ImportClient, 'session'>,
  id: string,
  reason?: string,
): Promise<Blob | undefined> {
  const query = reason === undefined ? '' : `?reason=${encodeURIComponent(reason)}`
  const response = await fetch(`${path}/${encodeURIComponent(id)}/people.csv${query}`, {
    headers: { authorization: `Bearer ${session.token ?? ''}` },
  })
  return response.ok ? response.blob() : undefined
}

const pagesMax = 10

/** The approved templates of the workspace's numbers for campaigns. */
export async function listTemplates(client: ImportClient): Promise<HttpResult<readonly TemplateView[]>> {
  const all: TemplateView[] = []
  let after: string | undefined
  for (let page = 0; page < pagesMax; page++) {
    const query: string = after === undefined ? '' : `&after=${encodeURIComponent(after)}`
    const answer: HttpResult<{ readonly templates: readonly TemplateView[]; readonly next?: string }> = await asked(
      client,
      {
        method: 'GET',
        path: `/v1/templates?limit=100${query}`,
      },
    )
    if (!answer.ok) return answer
    all.push(...answer.value.templates)
    after = answer.value.next
    if (after === undefined) break
  }
  const isOurs = ({ status, category }: TemplateView) => status === 'APPROVED' && category !== 'authentication'
  return { ok: true, value: all.filter(isOurs) }
}
