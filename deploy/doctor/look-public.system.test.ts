import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '#runtime/adapters/system/clock.ts'
import { onPath } from '../services/find-server.ts'
import { startProxyHouse } from '../testing/proxy-house.ts'
import { worstOf } from './finding.ts'
import { judgePublicAddress } from './judge-public.ts'
import { lookAtPublicAddress } from './look-public.ts'

const nginx = onPath('nginx')
const dayMs = 24 * 60 * 60 * 1000
const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const each of undo.splice(0).reverse()) await each()
})

const guarded = {
  'content-security-policy': "default-src 'self'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  undo.push(() => new Promise((resolve) => void server.close(resolve)))
  const address = server.address()
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

/** A gateway of which as much is there as the doctor asks. */
const gateway: RequestListener = (request, response) => {
  const lead = request.method === 'POST' && request.url === '/v1/leads'
  response.writeHead(lead ? 401 : request.url === '/' ? 200 : 404, guarded)
  response.end(
    lead ? JSON.stringify({ code: 'unauthenticated', authorization: request.headers.authorization }) : 'page',
  )
}

function selfSigned(): { readonly key: Buffer; readonly cert: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), 'fineacers-tls-'))
  undo.push(() => rmSync(folder, { recursive: true, force: true }))
  const [key, cert] = [join(folder, 'key'), join(folder, 'cert')]
  const words = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '3', '-subj', '/O=Homes/CN=localhost']
  execFileSync('openssl', ['req', ...words, '-keyout', key, '-out', cert], { stdio: 'ignore' })
  return { key: readFileSync(key), cert: readFileSync(cert) }
}

describe('a look at a public address', () => {
  it('sees page, headers, webhook, socket and clock', async () => {
    const server = createServer(gateway)
    server.on('upgrade', (_, socket) =>
      socket.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'),
    )
    const url = `http://127.0.0.1:${await listening(server)}`
    const seen = await lookAtPublicAddress(url, systemClock())
    expect(seen).toMatchObject({
      page: { status: 200 },
      ready: { status: 404 },
      socket: { status: 101 },
      webhook: { status: 401 },
    })
    expect(worstOf(judgePublicAddress(seen, Date.now()))).toBe('ok')
  })

  it('sees everything also behind a certificate that nobody believes, and says that nobody does', async () => {
    const server = createSecureServer(selfSigned(), gateway)
    const seen = await lookAtPublicAddress(`https://localhost:${await listening(server)}`, systemClock())
    expect(seen).toMatchObject({ page: { status: 200 }, webhook: { status: 401 }, certificate: { issuer: 'Homes' } })
    expect(seen.certificate?.problem).toContain('SELF_SIGNED')
    expect(seen.certificate?.endsAtMs).toBeGreaterThan(Date.now() + 2 * dayMs)
    expect(
      judgePublicAddress(seen, Date.now())
        .filter(({ level }) => level === 'wrong')
        .map(({ check }) => check),
    ).toEqual(['public.tls', 'public.headers', 'public.socket'])
  })

  it('says why nothing answers', async () => {
    expect(await lookAtPublicAddress('http://127.0.0.1:1', systemClock())).toEqual({
      url: 'http://127.0.0.1:1',
      problem: expect.stringContaining('ECONNREFUSED'),
    })
  })
})

// Needs nginx.
describe.skipIf(nginx === undefined)('a look at the gateways behind the shipped proxy', () => {
  it('finds nothing but a certificate that browsers do not know', async () => {
    const house = await startProxyHouse(nginx ?? '')
    undo.push(() => house.stop())
    const findings = judgePublicAddress(await lookAtPublicAddress(house.url, systemClock()), Date.now())
    expect(findings.filter(({ level }) => level !== 'ok').map(({ check }) => check)).toEqual(['public.tls'])
    expect(findings.map(({ found }) => found)).toContain('WebSockets come through')
  })
})
