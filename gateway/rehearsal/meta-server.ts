import multipart from '@fastify/multipart'
import Fastify, { type FastifyError, type FastifyInstance } from 'fastify'
import { ZodError } from 'zod'
import { accountBody, numberBody } from './changes.ts'
import type { GraphCall } from './call-log.ts'
import type { Control, ControlState } from './controls.ts'
import { graphRoutes } from './graph-routes.ts'
import type { Lead, NewLead } from './leads.ts'
import { submitLead } from './lead-routes.ts'
import { attachmentRoutes } from './media-routes.ts'
import { pageRoutes } from './page-routes.ts'
import { writeToPage, type PageWriting } from './page-writing.ts'
import type { NewPerson, Person } from './people.ts'
import { phoneOf, type Phone } from './phone.ts'
import type { Callbacks } from './subscriptions.ts'
import type { NewTemplate } from './template-shape.ts'
import type { Template, TemplateStatus } from './templates.ts'
import type { Webhook, WebhookBody } from './webhook-sender.ts'
import { createWorld, type World, type WorldOptions } from './world.ts'

export interface MetaServerOptions extends WorldOptions {
  /** 0 takes a free one. */
  readonly port: number
  /** Default `127.0.0.1`: the page has no sign-in. */
  readonly host?: string
}

/** Meta, as far as the product can tell: the Graph API and the page under `url`, and in the hands of a test. */
export interface MetaServer {
  /** Without a slash at the end, in the place of `https://graph.facebook.com`. */
  readonly url: string
  /** The phone of a customer: by phone number (a new one is made when nobody has it), or user id. */
  phone(person: string): Phone
  people(): readonly Person[]
  addPerson(person: NewPerson): Phone
  press(control: Control): void
  release(control: Control): void
  controls(): readonly ControlState[]
  /** As on the app's dashboard: the address must answer the challenge, else this throws. */
  setCallback(of: keyof Callbacks, url: string, verifyToken: string): Promise<void>
  templates(): readonly Template[]
  addTemplate(template: NewTemplate, status?: TemplateStatus): Template
  /** Tells it by webhook. */
  setTemplateStatus(id: string, status: TemplateStatus): void
  /** Somebody fills in the form of the advertisement. */
  submitLead(lead: NewLead): Lead
  /** Somebody comments on a post or an advertisement, or writes a message, to the Page or its Instagram account: the id of what was written. */
  writeToPage(writing: PageWriting): string
  /** Sends any other field of the account: quality, limits, notices. */
  announce(field: string, value: object): void
  /** The same of the number: product and metadata are added. */
  announceOnNumber(field: string, parts: object): void
  webhooks(): readonly Webhook[]
  calls(): readonly GraphCall[]
  /** Resolves when no step is due later, no status is outstanding and each webhook has arrived or was given up. */
  idle(): Promise<void>
  close(): Promise<void>
}

/** Starts the emulator. Rejects when the port is taken. */
export async function startMetaServer(options: MetaServerOptions): Promise<MetaServer> {
  const world = createWorld(options)
  const app = await createApp(world)
  const url = await app.listen({ port: options.port, host: options.host ?? '127.0.0.1' })
  return {
    url,
    phone: (person) => phoneOf(world, person),
    people: () => world.people.all(),
    addPerson: (person) => phoneOf(world, world.people.add(person).id),
    press: (control) => world.controls.press(control),
    release: (control) => world.controls.release(control),
    controls: () => world.controls.states(),
    setCallback: (of, callback, verifyToken) => world.subscriptions.setApp(of, { url: callback, verifyToken }),
    templates: () => world.templates.all(),
    addTemplate: (template, status = 'APPROVED') => world.templates.add(template, status),
    setTemplateStatus: (id, status) => world.templates.setStatus(id, status),
    submitLead: (lead) => submitLead(world, lead),
    writeToPage: (writing) => writeToPage(world, writing),
    announce: (field, value) =>
      announce(world, field, accountBody(world.business, field, { value, atMs: world.clock.nowMs() })),
    announceOnNumber: (field, parts) => announce(world, field, numberBody(world.business, field, parts)),
    webhooks: () => world.sender.log(),
    calls: () => world.calls.all(),
    idle: () => world.agenda.idle(),
    async close() {
      world.close()
      await app.close()
    },
  }
}

const megabyte = 1024 * 1024

async function createApp(world: World): Promise<FastifyInstance> {
  const app = Fastify({ bodyLimit: megabyte, forceCloseConnections: true })
  await app.register(multipart, { limits: { fileSize: 100 * megabyte, files: 1, fields: 10 } })
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_, body, done) => {
    done(null, Object.fromEntries(new URLSearchParams(String(body))))
  })
  app.setErrorHandler<FastifyError>((error, _, reply) => {
    const status = error instanceof ZodError ? 400 : (error.statusCode ?? 500)
    return reply.status(status).send({ message: error.message })
  })
  await app.register(async (inner) => pageRoutes(inner, world))
  await app.register(async (inner) => attachmentRoutes(inner, world))
  await app.register(async (inner) => graphRoutes(inner, world), { prefix: '/:version' })
  return app
}

function announce({ sender }: World, field: string, body: WebhookBody): void {
  sender.tell({ field, about: field, body })
}
