import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sessionLimits } from './auth/sessions.ts'
import type { ImportView, SignedIn } from './protocol.ts'
import { signIn } from './testing/test-clients.ts'
import { startTestHouse, until, type TestHouse } from './testing/test-house.ts'

describe('the HTTP side', () => {
  let house: TestHouse
  let folder: string
  let url: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gateway-'))
    const staticRoot = join(folder, 'dist')
    await mkdir(join(staticRoot, 'widget'), { recursive: true })
    await mkdir(join(staticRoot, 'demo'), { recursive: true })
    await writeFile(join(staticRoot, 'widget', 'panel-abcd1234.js'), 'export {}')
    await writeFile(join(staticRoot, 'demo', 'index.html'), '<!doctype html><title>Demo</title>')
    house = await startTestHouse({ importFolder: folder, staticRoot })
    url = `http://127.0.0.1:${house.port}`
  })
  afterAll(async () => {
    await house.stop()
    await rm(folder, { recursive: true })
  })

  const call = async (
    method: string,
    path: string,
    options: { body?: unknown; headers?: Record<string, string> } = {},
  ) => {
    const { body, headers } = options
    const sent = body === undefined ? {} : { body: JSON.stringify(body) }
    const type = body === undefined ? {} : { 'content-type': 'application/json' }
    const response = await fetch(`${url}${path}`, { method, headers: { ...type, ...headers }, ...sent })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) as never }
  }
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

  it('a one-time code signs in once; a password set with it signs in from then on', async () => {
    const { member, code } = await house.accounts.invite({
      workspace: 'acme',
      name: 'Ada',
      email: 'ada@acme.example',
      role: 'admin',
    })
    const first = await call('POST', '/v1/auth/sign-in', { body: { code } })
    expect(first.status).toBe(200)
    const session: SignedIn = first.json()
    expect(session).toMatchObject({ member, passwordNeeded: true })
    expect((await call('POST', '/v1/auth/sign-in', { body: { code } })).status).toBe(401)

    const weak = await call('POST', '/v1/auth/password', {
      body: { password: 'short' },
      headers: bearer(session.accessToken),
    })
    expect(weak).toMatchObject({ status: 422 })
    const password = 'correct horse battery'
    expect(
      (await call('POST', '/v1/auth/password', { body: { password }, headers: bearer(session.accessToken) })).status,
    ).toBe(200)
    const again = await call('POST', '/v1/auth/sign-in', { body: { email: 'ADA@acme.example', password } })
    expect(again.status).toBe(200)
    const wrong = await call('POST', '/v1/auth/sign-in', {
      body: { email: 'ada@acme.example', password: 'wrong horse' },
    })
    const unknown = await call('POST', '/v1/auth/sign-in', {
      body: { email: 'nobody@acme.example', password: 'wrong horse' },
    })
    expect([wrong.status, unknown.status]).toEqual([401, 401])
    expect(wrong.text).toBe(unknown.text)
  })

  it('the schemas of lead events are public: a list of types, each with its schema, and the AsyncAPI document', async () => {
    const listed: { readonly asyncapi: string; readonly types: readonly { type: string; schema: string }[] } = (
      await call('GET', '/schemas/lead-events')
    ).json()
    expect(listed.types.map(({ type }) => type)).toContain('com.fineacers.lead.temperature-changed.v1')
    for (const { type, schema } of listed.types) {
      const answer = await call('GET', schema)
      expect(answer.headers.get('content-type')).toContain('application/schema+json')
      expect(answer.json()).toMatchObject({ title: type, $id: `urn:fineacers:schema:${type}` })
    }
    const asyncapi = await call('GET', listed.asyncapi)
    expect([asyncapi.status, asyncapi.text.split('\n', 1)[0]]).toEqual([200, 'asyncapi: 3.0.0'])
    expect((await call('GET', '/schemas/lead-events/com.fineacers.nothing.v1.json')).status).toBe(404)
  })

  it('the refresh cookie rotates, is out of reach of scripts and other sites, and reuse ends the session', async () => {
    const { cookie, member } = await signIn(house, { name: 'Rita', role: 'manager', workspace: 'acme' })
    const first = await call('POST', '/v1/auth/refresh', { headers: { cookie }, body: {} })
    expect(first.status).toBe(200)
    const set = first.headers.getSetCookie()[0] ?? ''
    expect(set).toMatch(/HttpOnly/)
    expect(set).toMatch(/SameSite=Strict/)
    expect(set).toMatch(/Path=\/v1\/auth/)
    const second = set.split(';', 1)[0] ?? ''
    expect(second).not.toBe(cookie)

    // Another tab, a moment later, with the cookie of before: an access token, but no way to go on from it.
    const twin = await call('POST', '/v1/auth/refresh', { headers: { cookie }, body: {} })
    expect(twin.status).toBe(200)
    expect(twin.headers.getSetCookie()).toEqual([])

    const family = cookie.split('=')[1]?.split('.')[0] ?? ''
    const stored = await house.records.get('sessions', family)
    if (stored === undefined) throw new Error(`no session of ${member.name}`)
    const rotatedAtMs = Number(stored.value['rotatedAtMs']) - sessionLimits.graceMs - 1
    await house.records.put('sessions', family, { ...stored.value, rotatedAtMs }, stored.revision)
    expect((await call('POST', '/v1/auth/refresh', { headers: { cookie }, body: {} })).status).toBe(401)
    expect((await call('POST', '/v1/auth/refresh', { headers: { cookie: second }, body: {} })).status).toBe(401)
  })

  it('roles hold: a sales agent invites nobody, an admin does, and workspaces do not meet', async () => {
    const agent = await signIn(house, { name: 'Sam', role: 'sales-agent', workspace: 'acme' })
    const admin = await signIn(house, { name: 'Amy', role: 'admin', workspace: 'acme' })
    const other = await signIn(house, { name: 'Gus', role: 'admin', workspace: 'globex' })
    const body = { name: 'New', email: 'new@acme.example', role: 'sales-agent' }
    expect((await call('POST', '/v1/members', { body, headers: bearer(agent.accessToken) })).status).toBe(403)
    expect((await call('POST', '/v1/members', { body })).status).toBe(401)
    const invited = await call('POST', '/v1/members', { body, headers: bearer(admin.accessToken) })
    expect(invited.status).toBe(201)
    const { member } = invited.json() as { member: { memberId: string } }
    const listed = (await call('GET', '/v1/members', { headers: bearer(other.accessToken) })).text
    expect(listed).not.toContain('acme')
    const path = `/v1/members/${member.memberId}`
    expect((await call('DELETE', path, { headers: bearer(other.accessToken) })).status).toBe(404)
    expect((await call('DELETE', path, { headers: bearer(admin.accessToken) })).status).toBe(204)
  })

  it('leads come in by token; a retry is the same lead; an invalid one is refused with reasons and kept', async () => {
    const admin = await signIn(house, { name: 'Tess', role: 'admin', workspace: 'acme' })
    const made = await call('POST', '/v1/tokens', { body: { name: 'site' }, headers: bearer(admin.accessToken) })
    const { token } = made.json() as { token: string }
    const headers = { ...bearer(token), 'idempotency-key': 'order-1' }
    const body = { name: 'Meera', phone: '+919845012345', bedrooms: 'three', campaign: 'monsoon' }
    const first = await call('POST', '/v1/leads', { body, headers })
    expect(first.status).toBe(201)
    expect(first.json()).toMatchObject({ status: 'captured', warnings: [expect.stringContaining('bedrooms')] })
    const again = await call('POST', '/v1/leads', { body, headers })
    expect(again.status).toBe(200)
    const { lead } = first.json() as { lead: string }
    expect(again.json()).toMatchObject({ lead, status: 'repeated' })
    expect((await call('POST', '/v1/leads', { body: { name: 'Other', phone: '+919845012346' }, headers })).status).toBe(
      409,
    )
    const stored = await until(
      () => house.documents.get('leads', lead),
      (found) => found !== undefined,
    )
    expect(stored?.value).toMatchObject({
      profile: { name: 'Meera', extra: { campaign: 'monsoon', bedrooms: 'three' } },
    })

    const bad = await call('POST', '/v1/leads', { body: { name: 'Nobody' }, headers: bearer(token) })
    expect(bad.status).toBe(422)
    const report = bad.json() as { message: string; details: string[] }
    expect(report.details.length).toBeGreaterThan(0)
    const kept = report.message.match(/acme\/lead\/[\w-]+/)?.[0] ?? ''
    const invalid = await until(
      () => house.documents.get('leads', kept),
      (found) => found !== undefined,
    )
    expect(invalid?.value['status']).toBe('invalid')
    expect((await call('POST', '/v1/leads', { body, headers: bearer('fa_x.y') })).status).toBe(401)
  })

  it('a file is previewed, imported in the background, and its rejects can be fetched', async () => {
    const { accessToken } = await signIn(house, { name: 'Ivy', role: 'manager', workspace: 'acme' })
    const form = new FormData()
    form.set('kind', 'leads')
    form.set('file', new Blob(['Name,Mobile\nAnil,98450 12399\nNobody,12\n']), 'leads.csv')
    const response = await fetch(`${url}/v1/imports/preview`, {
      method: 'POST',
      headers: bearer(accessToken),
      body: form,
    })
    expect(response.status).toBe(200)
    const preview = (await response.json()) as ImportView
    expect(preview).toMatchObject({ kind: 'leads', status: 'preview', rows: 2 })
    expect(preview.columns.map((each) => each.field)).toEqual(['name', 'phone'])
    const started = await call('POST', '/v1/imports', { body: { id: preview.id }, headers: bearer(accessToken) })
    expect(started.status).toBe(202)
    const done = await until(
      async () =>
        (await call('GET', `/v1/imports/${preview.id}`, { headers: bearer(accessToken) })).json() as ImportView,
      (view) => view.status !== 'running',
    )
    expect(done).toMatchObject({ status: 'done', rows: 2, done: 2, created: 1, rejected: 1 })
    const rejects = await call('GET', `/v1/imports/${preview.id}/rejects`, { headers: bearer(accessToken) })
    expect(rejects.headers.get('content-type')).toContain('text/csv')
    expect(rejects.text).toContain('Nobody')
    expect((await call('GET', '/v1/imports', { headers: bearer(accessToken) })).text).toContain(preview.id)
  })

  it('health, metrics, description and pages answer; errors have one shape and security headers', async () => {
    expect((await call('GET', '/health/live')).json()).toEqual({ status: 'live' })
    expect((await call('GET', '/health/ready')).json()).toMatchObject({
      status: 'ready',
      dependencies: { journal: 'answers', documents: 'answers', ephemeral: 'answers' },
    })
    expect((await call('GET', '/metrics')).text).toMatch(/fineacers_runtime_steps \d+/)
    const api = (await call('GET', '/openapi.json')).json() as { paths: Record<string, unknown> }
    expect(Object.keys(api.paths)).toEqual(
      expect.arrayContaining(['/v1/leads', '/v1/auth/sign-in', '/v1/imports/{id}/rejects']),
    )
    const docs = await call('GET', '/docs')
    expect(docs.text).toContain('/v1/leads')
    expect(docs.text).not.toContain('<script')
    const page = await call('GET', '/console/')
    expect(page.status).toBe(503)
    expect(page.text).toContain('npm run build')
    const missing = await call('GET', '/nothing/here')
    expect(missing).toMatchObject({ status: 404 })
    expect(missing.json()).toMatchObject({ code: 'not-found', retry: 'never' })
    expect(missing.headers.get('content-security-policy')).toContain("script-src 'self';")
    expect(missing.headers.get('x-content-type-options')).toBe('nosniff')
    const large = await call('POST', '/v1/auth/sign-in', { body: { code: 'x'.repeat(300_000) } })
    expect(large.status).toBe(413)
    expect(large.json()).toMatchObject({ code: 'too-large' })
    const cut = await fetch(`${url}/v1/auth/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"co',
    })
    expect(cut.status).toBe(422)
    expect(await cut.json()).toMatchObject({ code: 'invalid', retry: 'never' })
  })

  it('built pages are served: the demo at the root, the widget to any site and for ever where its name has a hash', async () => {
    expect((await call('GET', '/')).text).toContain('<title>Demo</title>')
    const widget = await call('GET', '/widget/panel-abcd1234.js')
    expect(widget.status).toBe(200)
    expect(widget.headers.get('access-control-allow-origin')).toBe('*')
    expect(widget.headers.get('cross-origin-resource-policy')).toBe('cross-origin')
    expect(widget.headers.get('cache-control')).toContain('immutable')
    for (const path of [
      '/widget/../../package.json',
      '/widget/%2e%2e%2f%2e%2e%2fpackage.json',
      '/media/listings/ghost.svg',
    ]) {
      expect((await call('GET', path)).status, path).toBe(404)
    }
  })

  it('a page that is built again while the server runs is served as it is now', async () => {
    await writeFile(join(folder, 'dist', 'widget', 'panel-efgh5678.js'), 'export const built = 2')
    expect((await call('GET', '/widget/panel-efgh5678.js')).text).toBe('export const built = 2')
    await rm(join(folder, 'dist', 'widget', 'panel-efgh5678.js'))
    expect((await call('GET', '/widget/panel-efgh5678.js')).status).toBe(404)
    for (const path of [
      '/widget/.hidden',
      '/widget//panel-abcd1234.js',
      '/widget/x/../panel-abcd1234.js%00',
      '/etc/passwd',
    ])
      expect((await call('GET', path)).status, path).toBeGreaterThanOrEqual(400)
  })
})
