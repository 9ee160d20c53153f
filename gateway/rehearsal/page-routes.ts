import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isControl } from './controls.ts'
import { objectOf, textIn } from './graph-request.ts'
import { submitLead } from './lead-routes.ts'
import { newPersonShape, pageAction } from './page-actions.ts'
import { writeToPage } from './page-writing.ts'
import { phoneOf } from './phone.ts'
import type { Change, World } from './world.ts'

/** The page `/` and what it calls. Not part of Meta's protocol, and with no token: it is for the person at this machine. */
export async function pageRoutes(app: FastifyInstance, world: World): Promise<void> {
  await app.register(fastifyStatic, {
    root: fileURLToPath(new URL('page', import.meta.url)),
    prefix: '/page/',
    cacheControl: false,
  })
  app.get('/', (_, reply) => reply.header('cache-control', 'no-cache').sendFile('index.html'))
  app.get('/rehearsal/api/events', (request, reply) => follow(world, request, reply))
  app.get('/rehearsal/api/state', (_, reply) => reply.send(stateOf(world)))

  app.post('/rehearsal/api/people', (request, reply) => {
    const person = world.people.add(newPersonShape.parse(request.body))
    world.feed.tell({ type: 'person', person })
    return reply.send(person)
  })

  app.post('/rehearsal/api/people/:name/actions', (request, reply) => {
    pageAction(phoneOf(world, nameOf(request)), request.body)
    return reply.status(204).send()
  })

  app.route({
    method: 'POST',
    url: '/rehearsal/api/people/:name/files',
    handler: (request, reply) => sendFile(world, request, reply),
  })

  app.post('/rehearsal/api/controls/:name', (request, reply) => {
    const name = nameOf(request)
    if (!isControl(name)) return reply.status(404).send({ message: `there is no control ${name}` })
    const { pressed } = z.object({ pressed: z.boolean() }).parse(request.body)
    if (pressed) world.controls.press(name)
    else world.controls.release(name)
    return reply.send(world.controls.states())
  })

  app.post('/rehearsal/api/writings', (request, reply) =>
    reply.send({ id: writeToPage(world, writingShape.parse(request.body)) }),
  )

  app.post('/rehearsal/api/leads', (request, reply) => reply.send(submitLead(world, leadOf(request.body))))

  app.get('/rehearsal/api/media/:name', (request, reply) => {
    const file = world.media.find(nameOf(request))
    return file === undefined ? reply.status(404).send() : reply.type(file.mimeType).send(file.bytes)
  })
}

const kindShape = z.enum(['image', 'video', 'audio', 'voice', 'document'])

async function sendFile(world: World, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const file = await request.file()
  if (file === undefined) return reply.status(400).send({ message: 'there is no file' })
  const kind = kindShape.parse(objectOf(request.query)['kind'])
  const named = kind === 'document' ? { filename: file.filename } : {}
  phoneOf(world, nameOf(request)).sendsFile(kind, await file.toBuffer(), { mimeType: file.mimetype, ...named })
  return reply.status(204).send()
}

const writingShape = z.object({
  network: z.enum(['facebook', 'instagram']),
  what: z.enum(['comment', 'message']),
  name: z.string().trim().min(1).max(100),
  text: z.string().trim().min(1).max(2000),
})

const formShape = z.object({
  name: z.string().min(1).max(100),
  phone: z.string().min(1).max(30),
  email: z.string().max(100).default(''),
  when: z.string().max(100).default(''),
  optIn: z.boolean().default(false),
})

function leadOf(body: unknown): Parameters<typeof submitLead>[1] {
  const { name, phone, email, when, optIn } = formShape.parse(body)
  const fields = [
    { name: 'full_name', values: [name] },
    { name: 'phone_number', values: [phone] },
    ...(email === '' ? [] : [{ name: 'email', values: [email] }]),
    ...(when === '' ? [] : [{ name: 'when_do_you_want_to_move?', values: [when] }]),
  ]
  const disclaimers = [{ checkbox_key: 'whatsapp_optin', is_checked: optIn ? '1' : '0' }] as const
  return { fields, disclaimers, platform: 'ig', from: 'advertisement' }
}

const waitingMaxBytes = 8 * 1024 * 1024

/** Everything at once, then each change; a page that connects again begins anew. */
function follow(world: World, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.hijack()
  const { raw } = reply
  raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  const say = (change: Change | { readonly type: 'state' }): void => {
    // A page that stopped reading is dropped: it comes back and begins anew.
    if (raw.writableLength > waitingMaxBytes) raw.destroy()
    else raw.write(`data: ${JSON.stringify(change)}\n\n`)
  }
  say({ type: 'state', ...stateOf(world) })
  const end = world.feed.listen(say)
  request.raw.on('close', end)
  return reply
}

function stateOf(world: World): object {
  const people = world.people.all().filter(({ onWhatsApp }) => onWhatsApp === 'present')
  return {
    business: { name: 'Riverside Homes', phone: world.business.displayPhoneNumber },
    people,
    messages: people.flatMap(({ id }) => world.phones.messages(id)),
    webhooks: world.sender.log(),
    calls: world.calls.all(),
    controls: world.controls.states(),
    leads: world.leads.all(),
  }
}

function nameOf(request: FastifyRequest): string {
  return textIn(objectOf(request.params), 'name') ?? ''
}
