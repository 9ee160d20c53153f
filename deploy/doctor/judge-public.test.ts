import { describe, expect, it } from 'vitest'
import { worstOf, type Finding } from './finding.ts'
import { judgePublicAddress } from './judge-public.ts'
import type { Answer, PublicSeen } from './look-public.ts'

const dayMs = 24 * 60 * 60 * 1000
const nowMs = Date.UTC(2026, 10, 25)
const answer = (status: number, body = '', headers: Answer['headers'] = {}): Answer => ({ status, body, headers })
const guarded = {
  'content-security-policy': "default-src 'self'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
}
const refused = answer(401, '{"code":"unauthenticated"}')
const good: PublicSeen = {
  url: 'https://homes.example',
  certificate: { endsAtMs: nowMs + 60 * dayMs, issuer: 'An Authority' },
  page: answer(200, '', guarded),
  ready: answer(404),
  socket: { status: 101 },
  webhook: refused,
}
const judged = (more: Partial<PublicSeen> = {}) => judgePublicAddress({ ...good, ...more }, nowMs)
const of = (findings: readonly Finding[], check: string) => findings.find((finding) => finding.check === check)

describe('a public address', () => {
  it('by which everybody comes in is well', () => {
    const findings = judged()
    expect(worstOf(findings)).toBe('ok')
    expect(of(findings, 'public.tls')?.found).toBe('the certificate (An Authority) is good and ends in 60 days')
    expect(of(findings, 'public.ready')?.found).toContain('not shown outside (404), as it should be')
  })

  it('that does not answer is one finding', () => {
    expect(judgePublicAddress({ url: good.url, problem: 'getaddrinfo ENOTFOUND' }, nowMs)).toEqual([
      expect.objectContaining({
        level: 'wrong',
        found: `${good.url} does not answer from here: getaddrinfo ENOTFOUND`,
      }),
    ])
  })

  it.each([
    [502, 'wrong'],
    [404, 'wrong'],
    [301, 'advice'],
  ])('that answers %i is %s', (status, level) => {
    expect(of(judged({ page: answer(status, '', guarded) }), 'public.reachable')?.level).toBe(level)
  })

  it.each([
    [21, 'ok'],
    [20, 'advice'],
    [6, 'wrong'],
    [-1, 'wrong'],
  ])('whose certificate has %i days left is %s', (days, level) => {
    const certificate = { issuer: 'An Authority', endsAtMs: nowMs + days * dayMs }
    expect(of(judged({ certificate }), 'public.tls')?.level).toBe(level)
  })

  it('whose certificate nobody believes is wrong', () => {
    const certificate = { issuer: 'Us', endsAtMs: nowMs + 99 * dayMs, problem: 'DEPTH_ZERO_SELF_SIGNED_CERT' }
    expect(of(judged({ certificate }), 'public.tls')).toMatchObject({
      level: 'wrong',
      found: expect.stringContaining('DEPTH_ZERO_SELF_SIGNED_CERT'),
    })
  })

  it.each([
    ['http://homes.example', 'wrong'],
    ['http://localhost:4600', undefined],
    ['http://127.0.0.1:4600', undefined],
  ])('without TLS, %s, is %s', (url, level) => {
    const { certificate: _, ...plain } = good
    expect(of(judgePublicAddress({ ...plain, url }, nowMs), 'public.tls')?.level).toBe(level)
  })

  it('lacks headers by name; the one for https only where it is https', () => {
    const { 'strict-transport-security': _, 'x-frame-options': __, ...some } = guarded
    const { certificate: ___, ...plain } = { ...good, page: answer(200, '', some) }
    expect(of(judged({ page: plain.page }), 'public.headers')?.found).toBe(
      'its answers lack x-frame-options and strict-transport-security',
    )
    const found = of(judgePublicAddress({ ...plain, url: 'http://127.0.0.1' }, nowMs), 'public.headers')
    expect(found?.found).toBe('its answers lack x-frame-options')
  })

  it.each([
    ['ready', 'ok'],
    ['degraded', 'advice'],
    ['not-ready', 'wrong'],
  ])('whose gateway says %s is %s', (status, level) => {
    expect(of(judged({ ready: answer(200, JSON.stringify({ status })) }), 'public.ready')?.level).toBe(level)
  })

  it('lets WebSockets through or is wrong', () => {
    expect(of(judged({ socket: { status: 400 } }), 'public.socket')).toMatchObject({
      level: 'wrong',
      found: 'a WebSocket is answered 400',
    })
  })

  it.each([
    [answer(200, 'welcome')],
    [answer(403, 'blocked')],
    [answer(401, 'sign in to the proxy')],
    [answer(503, '{"code":"unavailable"}')],
  ])('reaches webhooks only when the gateway itself refuses: not %j', (webhook) => {
    expect(of(judged({ webhook }), 'public.webhook')?.level).toBe('wrong')
  })

  it('whose clock is off is told, within the second that a date is cut off to', () => {
    const clock = (ahead: number) => ({ remoteMs: nowMs + ahead, beforeMs: nowMs, afterMs: nowMs })
    const at = (ahead: number) =>
      of(judged({ page: { ...answer(200, '', guarded), clock: clock(ahead) } }), 'public.clock')
    expect(at(1500)?.level).toBe('ok')
    expect(at(2000)?.level).toBe('advice')
    expect(at(-9000)?.level).toBe('wrong')
  })
})
