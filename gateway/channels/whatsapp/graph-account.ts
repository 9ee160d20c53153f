import { z } from 'zod'
import { maybe } from '../../read-models/shape.ts'
import { askedOf, type Asked } from './graph-answer.ts'
import type { GraphCall, GraphRequest } from './graph-call.ts'
import { exactId } from './graph-ids.ts'

interface With {
  readonly token: string
  readonly signal?: AbortSignal
}

/** A number of ours, as Meta knows it. Words such as `GREEN` are Meta's own. */
export interface PhoneNumber {
  readonly id: string
  /** As people read it, such as `+1 555-078-3881`. */
  readonly displayNumber?: string
  readonly verifiedName?: string
  /** `GREEN`, `YELLOW`, `RED` or `UNKNOWN`. */
  readonly quality?: string
  /** `CONNECTED`, `PENDING`, `BANNED`, … */
  readonly status?: string
  /** `STANDARD` is 80 messages a second, `HIGH` 1,000. */
  readonly throughput?: string
}

/** An app that hears the webhooks of a WhatsApp business account. */
export interface SubscribedApp {
  readonly id: string
  readonly name?: string
  /** Where its webhooks go when that is not the app's own address. */
  readonly callback?: string
}

/** What Meta says of a token. */
export interface TokenScopes {
  readonly valid: boolean
  readonly scopes: readonly string[]
  /** Absent for one that does not end. */
  readonly expiresAtMs?: number
  readonly app?: string
}

/** What the checks of a set-up ask about the account. */
export interface GraphAccount {
  phoneNumber(what: With & { readonly account: string }): Promise<Asked<PhoneNumber>>
  subscribedApps(what: With & { readonly business: string }): Promise<Asked<readonly SubscribedApp[]>>
  /** The id of the portfolio a business account belongs to; '' when Meta does not tell this token. */
  portfolio(what: With & { readonly business: string }): Promise<Asked<string>>
  /** What the token itself may do. */
  tokenScopes(what: With): Promise<Asked<TokenScopes>>
}

/** The calls for a set-up, over a way to make calls. */
export function graphAccount(call: GraphCall): GraphAccount {
  const get = async <Value>(request: Omit<GraphRequest, 'method'>, schema: z.ZodType<Value>): Promise<Asked<Value>> =>
    askedOf(await call.json({ ...request, method: 'GET' }), schema, call.nowMs())
  return {
    phoneNumber: ({ account, ...how }) => get({ path: [account], query: { fields: phoneFields }, ...how }, phoneSchema),
    subscribedApps: ({ business, ...how }) => get({ path: [business, 'subscribed_apps'], ...how }, appsSchema),
    portfolio: ({ business, ...how }) =>
      get({ path: [business], query: { fields: 'owner_business_info' }, ...how }, ownerSchema),
    tokenScopes: (how) => get({ path: ['debug_token'], query: { input_token: how.token }, ...how }, scopesSchema),
  }
}

const phoneFields = 'id,display_phone_number,verified_name,quality_rating,status,throughput'
const word = z.string().optional().catch(undefined)

const phoneSchema = z
  .object({
    id: exactId,
    display_phone_number: word,
    verified_name: word,
    quality_rating: word,
    status: word,
    throughput: z.object({ level: word }).optional().catch(undefined),
  })
  .transform((phone): PhoneNumber => ({
    id: phone.id,
    ...maybe('displayNumber', phone.display_phone_number),
    ...maybe('verifiedName', phone.verified_name),
    ...maybe('quality', phone.quality_rating),
    ...maybe('status', phone.status),
    ...maybe('throughput', phone.throughput?.level),
  }))

const appsSchema = z
  .object({
    data: z.array(
      z.object({ whatsapp_business_api_data: z.object({ id: exactId, name: word }), override_callback_uri: word }),
    ),
  })
  .transform(({ data }): readonly SubscribedApp[] =>
    data.map(({ whatsapp_business_api_data: { id, name }, override_callback_uri: callback }) => ({
      id,
      ...maybe('name', name),
      ...maybe('callback', callback),
    })),
  )

const ownerSchema = z
  .object({ owner_business_info: z.object({ id: exactId }).optional().catch(undefined) })
  .transform(({ owner_business_info: owner }): string => owner?.id ?? '')

const scopesSchema = z
  .object({
    data: z.object({
      is_valid: z.boolean(),
      scopes: z.array(z.string()).catch([]),
      /** Seconds; 0 for never. */
      expires_at: z.int().nonnegative().catch(0),
      app_id: exactId.optional().catch(undefined),
    }),
  })
  .transform(({ data: { is_valid: valid, scopes, expires_at: seconds, app_id: app } }): TokenScopes => ({
    valid,
    scopes,
    ...(seconds === 0 ? {} : { expiresAtMs: seconds * 1000 }),
    ...maybe('app', app),
  }))
