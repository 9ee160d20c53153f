import { z } from 'zod'
import type { Clock } from '#runtime/ports/clock.ts'
import { askedOf, type Asked } from '../channels/whatsapp/graph-answer.ts'
import { createGraphCall } from '../channels/whatsapp/graph-call.ts'
import { createGraphClient, type GraphClient } from '../channels/whatsapp/graph-client.ts'
import { exactId } from '../channels/whatsapp/graph-ids.ts'
import type { GatewayConfig } from '../config.ts'
import { maybe } from '../read-models/shape.ts'
import type { Callback } from './meta-line.ts'
import type { PageConnection } from './page-connection.ts'

/** How long one call of a set-up may take. Several run at once, so that a member has an answer within 15 s. */
const timeoutMs = 7_000

/** What the app is to be told of a Page. */
export const pageFields = ['leadgen', 'feed', 'messages'] as const

/** A Page as Meta knows it. */
export interface KnownPage {
  readonly name?: string
  /** The id of its Instagram account. */
  readonly instagram?: string
}

/** An app of the workspace, which may change its own settings by its secret. */
export interface OwnApp {
  readonly app: string
  readonly appSecret: string
}

/** A line to Meta for the set-up of one Page. */
export interface PageLine {
  readonly graph: GraphClient
  page(connection: PageConnection): Promise<Asked<KnownPage>>
  /** The fields of the Page that the token's app is told of. */
  subscribedFields(connection: PageConnection): Promise<Asked<readonly string[]>>
  /** Where the app is told of Pages. */
  callback(app: OwnApp): Promise<Asked<Callback>>
  /** Has the app told of Pages at this address. Meta calls it before it answers. */
  setCallback(app: OwnApp, to: { readonly address: string; readonly verifyToken: string }): Promise<Asked<true>>
  /** Has the app told of the Page. */
  subscribe(connection: PageConnection): Promise<Asked<true>>
}

/** Opens a line. */
export function openPageLine({
  meta,
  clock,
}: {
  readonly meta: GatewayConfig['meta']
  readonly clock: Clock
}): PageLine {
  const options = { baseUrl: meta.graphUrl, version: meta.graphVersion, clock, timeoutMs }
  const call = createGraphCall(options)
  return {
    graph: createGraphClient(options),
    async page({ page, accessToken: token }) {
      const query = { fields: 'id,name,instagram_business_account' }
      return askedOf(await call.json({ method: 'GET', path: [page], query, token }), pageSchema, call.nowMs())
    },
    async subscribedFields({ page, accessToken: token }) {
      const request = { method: 'GET', path: [page, 'subscribed_apps'], token } as const
      return askedOf(await call.json(request), fieldsSchema, call.nowMs())
    },
    async callback(own) {
      const request = { method: 'GET', path: [own.app, 'subscriptions'], token: tokenOf(own) } as const
      return askedOf(await call.json(request), callbackSchema, call.nowMs())
    },
    async setCallback(own, { address, verifyToken }) {
      const body = {
        object: 'page',
        callback_url: address,
        verify_token: verifyToken,
        fields: pageFields.join(','),
      }
      const request = { method: 'POST', path: [own.app, 'subscriptions'], body, token: tokenOf(own) } as const
      return askedOf(await call.json(request), doneSchema, call.nowMs())
    },
    async subscribe({ page, accessToken: token }) {
      const query = { subscribed_fields: pageFields.join(',') }
      const request = { method: 'POST', path: [page, 'subscribed_apps'], query, token } as const
      return askedOf(await call.json(request), doneSchema, call.nowMs())
    },
  }
}

function tokenOf({ app, appSecret }: OwnApp): string {
  return `${app}|${appSecret}`
}

const doneSchema = z.object({ success: z.literal(true) }).transform(({ success }) => success)

const pageSchema = z
  .object({
    id: exactId,
    name: z.string().optional().catch(undefined),
    instagram_business_account: z.object({ id: exactId }).optional().catch(undefined),
  })
  .transform(({ name, instagram_business_account: instagram }): KnownPage => ({
    ...maybe('name', name),
    ...maybe('instagram', instagram?.id),
  }))

/** A Page's token sees its own app alone. */
const fieldsSchema = z
  .object({ data: z.array(z.object({ subscribed_fields: z.array(z.string()).catch([]) })) })
  .transform(({ data }): readonly string[] => data.flatMap(({ subscribed_fields: fields }) => fields))

const callbackSchema = z
  .object({ data: z.array(z.object({ object: z.string(), callback_url: z.string() })) })
  .transform(({ data }): Callback => maybe('address', data.find(({ object }) => object === 'page')?.callback_url))
