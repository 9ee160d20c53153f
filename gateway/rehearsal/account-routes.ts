import type { FastifyInstance, FastifyRequest } from 'fastify'
import { appId } from './business.ts'
import { GraphError, UnknownObject } from './graph-error.ts'
import { idOf, objectOf, textIn, valuesOf } from './graph-request.ts'
import { numberAnswer } from './number-answer.ts'
import type { World } from './world.ts'

/** What the token may do, as the set-up wizard looks for it. */
const scopes = [
  'whatsapp_business_messaging',
  'whatsapp_business_management',
  'leads_retrieval',
  'pages_manage_metadata',
  'pages_show_list',
  'pages_read_engagement',
  'ads_management',
] as const

/** The account, its number and what the app is subscribed to. */
export function accountRoutes(app: FastifyInstance, world: World): void {
  const { business, subscriptions } = world

  app.get('/debug_token', (request, reply) => {
    const token = textIn(valuesOf(request), 'input_token')
    return reply.send({ data: tokenData(token === world.options.accessToken) })
  })

  app.get('/:id/phone_numbers', (request, reply) => {
    if (idOf(request) !== business.wabaId) throw new UnknownObject(idOf(request))
    return reply.send({ data: [numberAnswer(world)] })
  })

  app.get('/:id/subscriptions', (request, reply) => {
    if (idOf(request) !== appId) throw new UnknownObject(idOf(request))
    return reply.send({ data: subscriptions.ofApp() })
  })

  app.route({ method: 'POST', url: '/:id/subscriptions', handler: (request) => setCallback(world, request) })

  app.route({ method: 'POST', url: '/:id/subscribed_apps', handler: (request) => subscribe(world, request) })

  app.get('/:id/subscribed_apps', (request, reply) => {
    if (idOf(request) === world.leadAds.pageId) return reply.send(pageApps(subscriptions.pageFields()))
    if (idOf(request) !== business.wabaId) throw new UnknownObject(idOf(request))
    const { subscribed, account } = subscriptions.state()
    const override = account === undefined ? {} : { override_callback_uri: account }
    const entry = { whatsapp_business_api_data: { id: appId, name: 'Rehearsal', link: '' }, ...override }
    return reply.send({ data: subscribed ? [entry] : [] })
  })

  app.delete('/:id/subscribed_apps', (request, reply) => {
    if (idOf(request) !== business.wabaId) throw new UnknownObject(idOf(request))
    subscriptions.unsubscribeAccount()
    return reply.send({ success: true })
  })

  app.route({ method: 'POST', url: '/:id', handler: (request) => configureNumber(world, request) })
}

async function subscribe(world: World, request: FastifyRequest): Promise<object> {
  if (idOf(request) === world.leadAds.pageId)
    return subscribePage(world, textIn(valuesOf(request), 'subscribed_fields'))
  if (idOf(request) !== world.business.wabaId) throw new UnknownObject(idOf(request))
  const url = textIn(valuesOf(request), 'override_callback_uri')
  const verifyToken = textIn(valuesOf(request), 'verify_token') ?? ''
  await world.subscriptions.subscribeAccount(url === undefined ? undefined : { url, verifyToken })
  return { success: true }
}

/** Where the app is told of Pages, or of Instagram accounts, as on its dashboard. */
async function setCallback({ subscriptions }: World, request: FastifyRequest): Promise<object> {
  if (idOf(request) !== appId) throw new UnknownObject(idOf(request))
  const values = valuesOf(request)
  const object = textIn(values, 'object')
  if (object !== 'page' && object !== 'instagram')
    throw new GraphError(100, 'The parameter object must be page or instagram here.')
  const [url = '', verifyToken = ''] = [textIn(values, 'callback_url'), textIn(values, 'verify_token')]
  await subscriptions.setApp(object, { url, verifyToken })
  return { success: true }
}

async function configureNumber({ business, subscriptions }: World, request: FastifyRequest): Promise<object> {
  if (idOf(request) !== business.phoneNumberId) throw new UnknownObject(idOf(request))
  const wanted = objectOf(valuesOf(request)['webhook_configuration'])
  const url = textIn(wanted, 'override_callback_uri')
  if (url === undefined) throw new GraphError(100, 'The parameter webhook_configuration is required.')
  await subscriptions.overrideNumber(url, textIn(wanted, 'verify_token') ?? '')
  return { success: true }
}

function subscribePage({ subscriptions }: World, fields: string | undefined): object {
  const wanted = (fields ?? '').split(',').filter((field) => field !== '')
  if (wanted.length === 0) throw new GraphError(100, 'The parameter subscribed_fields is required.')
  subscriptions.subscribePage(wanted)
  return { success: true }
}

/** With a Page's token, of the app it is of alone. */
function pageApps(fields: readonly string[]): object {
  return { data: fields.length === 0 ? [] : [{ id: appId, name: 'Rehearsal', subscribed_fields: fields }] }
}

function tokenData(known: boolean): object {
  const data = { app_id: appId, type: 'SYSTEM_USER', application: 'Rehearsal', expires_at: 0, is_valid: known }
  return known ? { ...data, user_id: '100200300400500', scopes } : { is_valid: false, scopes: [] }
}
