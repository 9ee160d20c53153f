/** What messages cost, over HTTP: for whoever leads; the limit is an admin's to set. */
import type { SpendView } from '#gateway/protocol.ts'
import type { HttpResult } from './http.ts'
import type { ImportClient } from './imports.ts'
import { asked } from './signed-in.ts'

/** This month of the workspace. */
export function readSpend(client: ImportClient): Promise<HttpResult<SpendView>> {
  return asked(client, { method: 'GET', path: '/v1/spend' })
}

/** From now on messages may cost so much a month, in millionths; `null` for as much as there is. */
export function limitSpend(client: ImportClient, limitMicros: number | null): Promise<HttpResult<unknown>> {
  return asked(client, { method: 'PUT', path: '/v1/spend/limit', json: { limitMicros } })
}
