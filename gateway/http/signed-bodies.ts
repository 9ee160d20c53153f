import type { IncomingHttpHeaders } from 'node:http'
import type { App } from './app.ts'

/** Meta sends up to 3 MB; a little more is let in, so that what is refused is refused by us and with a reason. */
const bodyMax = 3 * 1024 * 1024 + 64 * 1024

/** Handshakes of one network address: Meta makes one when the address is set. */
export const handshakesPerMinute = 60

/** Has the routes get bodies as the bytes that came: a signature is over these. */
export function takeRawBodies(routes: App): void {
  routes.removeAllContentTypeParsers()
  routes.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: bodyMax }, (_request, body, done) => {
    done(null, body)
  })
}

/** The bytes of a body of such a route. */
export function rawBody(body: unknown): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0)
}

/** Meta's signature, where there is one. */
export function signatureIn(headers: IncomingHttpHeaders): string | undefined {
  const header = headers['x-hub-signature-256']
  return typeof header === 'string' ? header : undefined
}
