/** The HTTP side of the fake gateway: sign-in with a rotating cookie, imports, members, and the built files. */
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, normalize } from 'node:path'
import type { ImportView, Member, SignedIn } from '#gateway/protocol.ts'
import { isRecord } from '../src/connection/http.ts'
import { members } from './fake-people.ts'

export interface FakeHttp {
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>
  readonly memberOf: (accessToken: string) => Member | undefined
  /** Makes every access token so far invalid. */
  readonly expireTokens: () => void
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly path: string
  readonly body: Buffer
}

const statuses = { unauthenticated: 401, 'not-found': 404 } as const
const oneTimeCode = 'FIRST-CODE'
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
}

/** Answers under `/v1/`, and serves `dist`. */
export function createFakeHttp(dist: string): FakeHttp {
  const tokens = new Map<string, Member>()
  const refreshTokens = new Map<string, Member>()
  let imported: ImportView | undefined
  const signIn = (member: Member, passwordNeeded: boolean, response: ServerResponse): SignedIn => {
    const accessToken = randomUUID()
    const refresh = randomUUID()
    tokens.set(accessToken, member)
    refreshTokens.set(refresh, member)
    response.setHeader('set-cookie', `refresh=${refresh}; HttpOnly; SameSite=Strict; Path=/`)
    return { accessToken, expiresAtMs: Date.now() + 900_000, member, passwordNeeded }
  }
  const auth = ({ request, response, path, body }: Exchange): unknown => {
    const said = parse(body)
    const asha = plain(members[0])
    if (path === '/v1/auth/sign-in') {
      if (said['code'] === oneTimeCode) return signIn(asha, true, response)
      const member = members.find((each) => each.email === said['email'])
      if (member !== undefined && said['password'] === 'correct horse') return signIn(plain(member), false, response)
      return problem(response, 'unauthenticated', 'Wrong email or password.')
    }
    if (path === '/v1/auth/refresh') {
      const cookie = /refresh=([^;]+)/.exec(request.headers.cookie ?? '')?.[1] ?? ''
      const member = refreshTokens.get(cookie)
      refreshTokens.delete(cookie)
      return member === undefined
        ? problem(response, 'unauthenticated', 'Sign in again.')
        : signIn(member, false, response)
    }
    if (path === '/v1/auth/password') return null
    if (path === '/v1/auth/sign-out') {
      response.setHeader('set-cookie', 'refresh=; Max-Age=0; Path=/')
      return null
    }
    return undefined
  }
  const rest = ({ request, response, path, body }: Exchange): unknown => {
    if (path === '/v1/members' && request.method === 'POST')
      return { code: 'INVITE-4821', member: { ...plain(members[1]), ...parse(body), memberId: 'new' } }
    if (path.startsWith('/v1/members/')) return null
    if (path === '/v1/imports/preview') {
      imported = previewImport()
      return imported
    }
    if (path === '/v1/imports') {
      imported = { ...previewImport(), status: 'running' }
      return imported
    }
    if (path.endsWith('/rejects')) {
      response.setHeader('content-type', 'text/csv')
      response.end('name,phone,reason\nX,12,too short\n')
      return response
    }
    if (path.startsWith('/v1/imports/') && imported !== undefined) {
      imported = stepImport(imported)
      return imported
    }
    return undefined
  }
  return {
    memberOf: (token) => tokens.get(token),
    expireTokens: () => tokens.clear(),
    handle: async (request, response) => {
      const path = new URL(request.url ?? '/', 'http://x').pathname
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array))
      if (!path.startsWith('/v1/')) return serveFile(dist, path, response)
      const exchange = { request, response, path, body: Buffer.concat(chunks) }
      const answer = auth(exchange) ?? rest(exchange)
      if (response.writableEnded) return
      if (answer === undefined && !path.startsWith('/v1/auth/')) problem(response, 'not-found', `nothing at ${path}`)
      else {
        response.setHeader('content-type', 'application/json')
        response.end(JSON.stringify(answer ?? null))
      }
    },
  }
}

function problem(response: ServerResponse, code: keyof typeof statuses, message: string): ServerResponse {
  response.statusCode = statuses[code]
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ code, message, retry: 'never' }))
  return response
}

function plain(member: (typeof members)[number] | undefined): Member {
  const { memberId = '', name = '', email = '', role = 'sales-agent', workspace = 'demo' } = member ?? {}
  return { memberId, name, email, role, workspace }
}

function parse(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    return isRecord(value) ? value : {}
  } catch {
    return {}
  }
}

function previewImport(): ImportView {
  return {
    id: 'import-1',
    kind: 'leads',
    fileName: 'leads.csv',
    status: 'preview',
    columns: [
      { index: 0, header: 'Customer', field: 'name', confidence: 0.98, examples: ['Vikram Shetty', 'Neha Gupta'] },
      { index: 1, header: 'Mobile No', field: 'phone', confidence: 0.96, examples: ['98450 12345', '+91 98860 22110'] },
      { index: 2, header: 'Budget', field: 'budgetMaxMinor', confidence: 0.71, examples: ['65 Lac', '1.2 Cr'] },
      { index: 3, header: 'Remarks', confidence: 0.2, examples: ['call after 6', 'wants a garden'] },
    ],
    choices: [
      { field: 'name', label: 'Name' },
      { field: 'phone', label: 'Phone' },
      { field: 'budgetMaxMinor', label: 'Budget, at most' },
      { field: 'message', label: 'Message' },
    ],
    sample: [['Vikram Shetty', '98450 12345', '65 Lac', 'call after 6']],
    rows: 240,
    done: 0,
    created: 0,
    updated: 0,
    unchanged: 0,
    rejected: 0,
  }
}

function stepImport(now: ImportView): ImportView {
  const done = Math.min(now.rows, now.done + 120)
  const over = done === now.rows
  return {
    ...now,
    done,
    status: over ? 'done' : 'running',
    created: Math.round(done * 0.8),
    updated: Math.round(done * 0.05),
    unchanged: Math.round(done * 0.1),
    rejected: Math.round(done * 0.05),
  }
}

async function serveFile(dist: string, path: string, response: ServerResponse): Promise<void> {
  const wanted = path.endsWith('/') ? `${path}index.html` : path
  const file = join(dist, normalize(wanted))
  try {
    const content = await readFile(file)
    response.setHeader('content-type', types[extname(file)] ?? 'application/octet-stream')
    response.end(content)
  } catch {
    response.statusCode = 404
    response.end()
  }
}
