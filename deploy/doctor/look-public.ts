import { randomBytes } from 'node:crypto'
import { request as requestPlain, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as requestSecure } from 'node:https'
import { isIP } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'
import type { Clock } from '#runtime/ports/clock.ts'
import type { ClockSeen } from './judge-clock.ts'

/** What the public address shows to somebody from outside. */
export interface PublicSeen {
  readonly url: string
  readonly certificate?: CertificateSeen
  /** Why nothing answers there. */
  readonly problem?: string
  readonly page?: Answer & { readonly clock?: ClockSeen }
  readonly ready?: Answer
  /** What asking for a WebSocket was answered with; 101 is yes. */
  readonly socket?: Pick<Answer, 'status'>
  /** What a lead with a token that nobody has was answered with. */
  readonly webhook?: Answer
}

export interface CertificateSeen {
  readonly endsAtMs: number
  readonly issuer: string
  /** Why a browser would not believe it. */
  readonly problem?: string
}

export interface Answer {
  readonly status: number
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined }
  readonly body: string
}

const answerWithinMs = 5000
const bodyBytesMax = 64 * 1024

/** Asks the address as a browser, a client and another system do. Sends no secret, and never rejects. */
export async function lookAtPublicAddress(url: string, clock: Clock): Promise<PublicSeen> {
  const at = (path: string): URL => new URL(path, url)
  try {
    const certificate = at('/').protocol === 'https:' ? { certificate: await certificateOf(at('/')) } : {}
    const beforeMs = clock.nowMs()
    const page = await ask(at('/'), {})
    const afterMs = clock.nowMs()
    const remoteMs = Date.parse(textOf(page.headers['date']))
    const [ready, socket, webhook] = await Promise.all([
      ask(at('/health/ready'), {}),
      ask(at('/socket.io/?EIO=4&transport=websocket'), { headers: upgrade() }),
      ask(at('/v1/leads'), { method: 'POST', headers: nobodysLead, body: '{}' }),
    ])
    const seen = { url, ...certificate, ready, socket, webhook }
    // A date is cut off to whole seconds.
    const told = Number.isNaN(remoteMs) ? {} : { clock: { remoteMs: remoteMs + 500, beforeMs, afterMs } }
    return { ...seen, page: { ...page, ...told } }
  } catch (error) {
    return { url, problem: whyNot(error) }
  }
}

const nobodysLead = { 'content-type': 'application/json', authorization: 'Bearer doctor-knows-no-token' }

function upgrade(): { readonly [name: string]: string } {
  return {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': randomBytes(16).toString('base64'),
  }
}

function textOf(header: string | readonly string[] | undefined): string {
  return typeof header === 'string' ? header : ''
}

interface Asking {
  readonly method?: string
  readonly headers?: { readonly [name: string]: string }
  readonly body?: string
}

/** One that shows a certificate nobody believes is asked all the same: that is told apart. */
function ask(url: URL, { method = 'GET', headers = {}, body = '' }: Asking): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options: RequestOptions & { readonly rejectUnauthorized: boolean } = {
      method,
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      signal: AbortSignal.timeout(answerWithinMs),
      rejectUnauthorized: false,
      agent: false,
    }
    const outgoing = url.protocol === 'https:' ? requestSecure(url, options) : requestPlain(url, options)
    outgoing.once('error', reject)
    outgoing.once('upgrade', ({ statusCode = 0, headers: said }, socket) => {
      socket.destroy()
      resolve({ status: statusCode, headers: said, body: '' })
    })
    outgoing.once('response', (incoming) => void read(incoming).then(resolve, reject))
    outgoing.end(body)
  })
}

async function read(incoming: IncomingMessage): Promise<Answer> {
  let body = ''
  for await (const chunk of incoming) {
    body += String(chunk)
    if (body.length > bodyBytesMax) break
  }
  incoming.destroy()
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, body: body.slice(0, bodyBytesMax) }
}

function certificateOf({ hostname, port }: URL): Promise<CertificateSeen> {
  const host = hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve, reject) => {
    const name = isIP(host) === 0 ? { servername: host } : {}
    const socket: TLSSocket = connect(
      { host, port: port === '' ? 443 : Number(port), ...name, rejectUnauthorized: false, timeout: answerWithinMs },
      () => {
        const { valid_to: endsAt, issuer } = socket.getPeerCertificate()
        const problem = socket.authorized ? {} : { problem: String(socket.authorizationError) }
        socket.destroy()
        resolve({ endsAtMs: Date.parse(endsAt), issuer: String(issuer?.O ?? issuer?.CN ?? 'unknown'), ...problem })
      },
    )
    socket.once('timeout', () => socket.destroy(new Error('no answer in time')))
    socket.once('error', reject)
  })
}

function whyNot(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'no answer in time'
  // Several addresses of one name were tried.
  return 'code' in error && error.message === '' ? String(error.code) : error.message
}
