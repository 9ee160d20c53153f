import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { createManualClock, type ManualClock } from '#runtime/testing/manual-clock.ts'
import { createSeededIds } from '#runtime/testing/seeded-ids.ts'
import { startMetaServer, type MetaServer, type MetaServerOptions } from '../meta-server.ts'

export const secrets = { appSecret: 'an-app-secret', verifyToken: 'a-verify-token', accessToken: 'an-access-token' }
export const business = {
  wabaId: '102290129340398',
  phoneNumberId: '106540352242922',
  displayPhoneNumber: '15550783881',
  portfolioId: '900100200300',
}
export const startMs = 1_790_000_000_000

/** A webhook as the product's side gets it. */
export interface Heard {
  readonly raw: string
  readonly signature: string
  readonly body: unknown
}

/** The product's side: answers the challenge, and each webhook with what `answers` says (200 when it says nothing). */
export interface Listener {
  readonly url: string
  readonly heard: Heard[]
  readonly answers: number[]
  close(): void
}

export async function startListener(): Promise<Listener> {
  const heard: Heard[] = []
  const answers: number[] = []
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    if (request.method === 'GET') {
      const known = url.searchParams.get('hub.verify_token') === secrets.verifyToken
      response.writeHead(known ? 200 : 403).end(known ? url.searchParams.get('hub.challenge') : '')
      return
    }
    void take(request, heard).then(() => response.writeHead(answers.shift() ?? 200).end())
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${portOf(server.address())}/whatsapp`
  const close = (): void => {
    server.closeAllConnections()
    server.close()
  }
  return { url, heard, answers, close }
}

/** An emulator without delays, whose clock a test holds, and a listener to which the app is subscribed. */
export interface RehearsalHouse {
  readonly meta: MetaServer
  readonly clock: ManualClock
  readonly listener: Listener
  /** Calls Graph with the token; `path` without the version. */
  readonly graph: (method: string, path: string, body?: object) => Promise<Answer>
  readonly send: (message: object) => Promise<Answer>
  /** The `value` of each webhook heard with this field, after all have come. */
  readonly heard: (field?: string) => Promise<readonly Fields[]>
}

export interface Answer {
  readonly status: number
  readonly body: Fields
  readonly headers: Headers
}

/** JSON of which a test expects a form. */
export type Fields = { readonly [key: string]: unknown }

export async function startHouse(options: Partial<MetaServerOptions> = {}): Promise<RehearsalHouse> {
  const clock = createManualClock(startMs)
  const listener = await startListener()
  const meta = await startMetaServer({
    ...secrets,
    clock,
    ids: createSeededIds(7),
    business,
    port: 0,
    callbacks: { whatsapp: listener.url, page: listener.url },
    ...options,
    delays: { sentMs: 0, deliveredMs: 0, reviewMs: 0, lateMs: 1000, gatherMs: 1000, ...options.delays },
  })
  onTestFinished(async () => {
    await meta.close()
    listener.close()
  })
  const graph = (method: string, path: string, body?: object): Promise<Answer> =>
    callGraph(`${meta.url}/v24.0/${path}`, method, body)
  return {
    meta,
    clock,
    listener,
    graph,
    send: (message) =>
      graph('POST', `${business.phoneNumberId}/messages`, {
        messaging_product: 'whatsapp',
        recipient_type: 'individual',
        ...message,
      }),
    heard: async (field = 'messages') => {
      await meta.idle()
      return listener.heard.flatMap(({ body }) => valuesIn(body, field))
    },
  }
}

async function callGraph(url: string, method: string, body?: object): Promise<Answer> {
  const answer = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${secrets.accessToken}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: fieldsOf(await answer.json()), headers: answer.headers }
}

function valuesIn(body: unknown, field: string): readonly Fields[] {
  return listOf(fieldsOf(body)['entry'])
    .flatMap(({ changes }) => listOf(changes))
    .filter((change) => change['field'] === field)
    .map(({ value }) => fieldsOf(value))
}

export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

export function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : []
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function take(request: IncomingMessage, heard: Heard[]): Promise<void> {
  const raw = await textOf(request)
  heard.push({ raw, signature: String(request.headers['x-hub-signature-256']), body: JSON.parse(raw) })
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}
