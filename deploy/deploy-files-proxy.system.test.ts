import { Agent, request, type RequestOptions } from 'node:https'
import { connect, type ConnectionOptions } from 'node:tls'
import { io, type ManagerOptions, type Socket } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { protocolVersion } from '#gateway/protocol.ts'
import { onPath } from './services/find-server.ts'
import { startProxyHouse, type ProxyHouse } from './testing/proxy-house.ts'

const nginx = onPath('nginx', { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin` })

const securityHeaders = [
  'strict-transport-security',
  'content-security-policy',
  'x-content-type-options',
  'x-frame-options',
  'referrer-policy',
]

interface Answer {
  readonly status: number
  /** Names as sent, so that a doubled one shows. */
  readonly names: readonly string[]
  readonly headers: { readonly [name: string]: unknown }
  readonly text: string
}

// Needs nginx (Debian: nginx-light) and openssl.
describe.skipIf(nginx === undefined)('the proxy, between real clients and gateways', () => {
  let house: ProxyHouse
  beforeAll(async () => {
    house = await startProxyHouse(nginx ?? '')
  })
  afterAll(() => house.stop())

  const ask = (path: string, options: RequestOptions = {}, body = ''): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const to = {
        host: '127.0.0.1',
        port: house.port,
        path,
        ca: house.certificate,
        servername: 'localhost',
        ...options,
      }
      const sent = request(to, (answer) => {
        let text = ''
        answer.on('data', (chunk: Buffer) => void (text += chunk.toString('utf8')))
        answer.on('end', () => {
          const names = answer.rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase())
          resolve({ status: answer.statusCode ?? 0, names, headers: answer.headers, text })
        })
      })
      sent.on('error', reject)
      sent.end(body)
    })

  const customer = (transport: 'websocket' | 'polling', localAddress = '127.0.0.1'): Socket =>
    io(`${house.url}/customer`, {
      transports: [transport],
      forceNew: true,
      reconnectionDelay: 100,
      auth: { protocol: protocolVersion, workspace: 'demo', language: 'en', timeZone: 'Asia/Kolkata' },
      ...overTls({ localAddress, ca: house.certificate }),
    })

  it('is accepted by nginx -t without a warning', () => {
    expect(house.checked).toContain('test is successful')
    expect(house.checked).not.toMatch(/\[(?:warn|emerg|error)\]/)
  })

  it('sends whoever comes without TLS to the same place with it', async () => {
    const answer = await fetch(`${house.plainUrl}/console/?a=1`, { redirect: 'manual' })
    expect(answer.status).toBe(308)
    expect(answer.headers.get('location')).toBe('https://localhost/console/?a=1')
  })

  it('speaks TLS 1.2 and 1.3 and nothing older', async () => {
    const handshake = (version: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3') =>
      new Promise<string>((resolve) => {
        const options: ConnectionOptions = {
          host: '127.0.0.1',
          port: house.port,
          servername: 'localhost',
          ca: house.certificate,
          minVersion: version,
          maxVersion: version,
          ciphers: 'DEFAULT:@SECLEVEL=0',
        }
        const socket = connect(options, () => {
          resolve(socket.getProtocol() ?? 'none')
          socket.destroy()
        })
        socket.on('error', (error) => resolve('code' in error ? String(error.code) : error.message))
      })
    expect(await handshake('TLSv1.3')).toBe('TLSv1.3')
    expect(await handshake('TLSv1.2')).toBe('TLSv1.2')
    expect(await handshake('TLSv1.1')).toMatch(/PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/)
  })

  it('adds each security header once, to the gateway’s answers and to its own', async () => {
    const ofTheGateway = await ask('/docs')
    const ownRefusal = await ask('/metrics')
    expect([ofTheGateway.status, ownRefusal.status]).toEqual([200, 404])
    for (const { names } of [ofTheGateway, ownRefusal]) {
      expect(names.filter((name) => securityHeaders.includes(name)).sort()).toEqual([...securityHeaders].sort())
    }
    expect(ofTheGateway.headers['content-security-policy']).toContain("script-src 'self'")
    expect(ownRefusal.headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains')
    expect(ownRefusal.headers['server']).toBe('nginx')
  })

  it('keeps metrics and health inside', async () => {
    for (const path of ['/metrics', '/health/live', '/health/ready']) expect((await ask(path)).status).toBe(404)
    expect((await fetch(`${house.gateways[0]?.url ?? ''}/health/live`)).status).toBe(200)
  })

  it('bounds bodies as the gateway does, and lets imports through', async () => {
    const post = (type: string) => ({ method: 'POST', headers: { 'content-type': type } })
    const large = JSON.stringify({ name: 'x'.repeat(300 * 1024) })
    const refused = await ask('/v1/leads', post('application/json'), large)
    expect(refused.status).toBe(413)
    expect(refused.headers['server']).toBe('nginx')
    const upload = `--b\r\ncontent-disposition: form-data; name="file"; filename="homes.csv"\r\n\r\n${large.repeat(4)}\r\n--b--\r\n`
    const arrived = await ask('/v1/imports/preview', post('multipart/form-data; boundary=b'), upload)
    expect(arrived.status, 'refused by the gateway, for want of a token').toBe(401)
    const photo = await ask('/v1/files', post('multipart/form-data; boundary=b'), upload)
    expect(photo.status, 'refused by the gateway, for want of a token').toBe(401)
  })

  it('does not let a client choose the address it is counted under', async () => {
    const attempt = (n: number) =>
      ask(
        '/v1/auth/sign-in',
        { method: 'POST', headers: { 'content-type': 'application/json', 'x-forwarded-for': `203.0.113.${n}` } },
        JSON.stringify({ email: 'nobody@example.com', password: 'not the password' }),
      )
    const statuses: number[] = []
    // Ten a minute from one address on each of the two.
    for (let n = 0; n < 24; n++) statuses.push((await attempt(n)).status)
    expect(statuses.slice(0, 4)).not.toContain(429)
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(4)
  })

  it('carries WebSockets: a customer is welcomed and answered', async () => {
    const socket = customer('websocket')
    await expect(welcomed(socket)).resolves.toBe('websocket')
    const reply: unknown = await socket
      .timeout(30_000)
      .emitWithAck('command', { type: 'message.send', clientId: 'm-1', text: 'Hello' })
    expect(reply).toMatchObject({ ok: true, value: { n: expect.any(Number) } })
    socket.close()
  })

  it('keeps each long-polling client at one gateway, and uses both', async () => {
    const addresses = Array.from({ length: 12 }, (_, index) => `127.0.0.${index + 2}`)
    const sockets = addresses.map((address) => customer('polling', address))
    expect(await Promise.all(sockets.map(welcomed))).toEqual(addresses.map(() => 'polling'))
    for (const [index, socket] of sockets.entries()) {
      const reply: unknown = await socket
        .timeout(30_000)
        .emitWithAck('command', { type: 'message.send', clientId: `p-${index}`, text: 'Hello' })
      expect(reply).toMatchObject({ ok: true })
    }
    const held = await Promise.all(house.gateways.map(({ url }) => customersAt(url)))
    expect(held.reduce((sum, each) => sum + each, 0)).toBe(addresses.length)
    for (const each of held) expect(each).toBeGreaterThan(0)
    for (const socket of sockets) socket.close()
  })

  it('goes on with the other gateway when one is gone', async () => {
    await house.gateways[0]?.kill()
    const statuses = await Promise.all(Array.from({ length: 20 }, async () => (await ask('/docs')).status))
    expect(statuses.filter((status) => status !== 200)).toEqual([])
    const sockets = Array.from({ length: 6 }, (_, index) => customer('websocket', `127.0.0.${index + 2}`))
    await Promise.all(sockets.map(welcomed))
    for (const socket of sockets) socket.close()
  })
})

/** In Node the client hands these on to its requests; its types are made for browsers, where an agent is a name. */
function overTls(from: { readonly localAddress: string; readonly ca: string }): Partial<ManagerOptions> {
  const options: object = { agent: new Agent({ ...from, keepAlive: true }), ca: from.ca }
  return options
}

/** Resolves with the transport once the gateway has welcomed the customer. */
function welcomed(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('nobody welcomed the customer')), 60_000)
    socket.on('frame', (frame: { readonly type: string }) => {
      if (frame.type !== 'welcome') return
      clearTimeout(timer)
      resolve(socket.io.engine.transport.name)
    })
  })
}

async function customersAt(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(/^fineacers_sockets\{audience="customer"\} (\d+)/m.exec(text)?.[1] ?? 0)
}
