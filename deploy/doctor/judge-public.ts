import { isIP } from 'node:net'
import { listText, timeText } from './amounts.ts'
import { well, type Finding, type Unwell } from './finding.ts'
import { aheadMs, judgeClocks } from './judge-clock.ts'
import type { Answer, CertificateSeen, PublicSeen } from './look-public.ts'

const about = 'public address'
const dayMs = 24 * 60 * 60 * 1000
/** Certificates that renew by themselves do so thirty days before their end. */
const leftMs = { advice: 21 * dayMs, wrong: 7 * dayMs } as const

function unwell(level: Unwell['level'], check: string, said: Pick<Unwell, 'found' | 'means' | 'todo'>): Unwell {
  return { level, check, about, ...said }
}

/** Whether customers, staff and other systems can come in by the public address. */
export function judgePublicAddress(seen: PublicSeen, nowMs: number): readonly Finding[] {
  const { url, problem, certificate, page, ready, socket, webhook } = seen
  if (problem !== undefined) return [unreachable(url, problem)]
  const clocks = page?.clock === undefined ? [] : [{ whose: 'the gateway', aheadMs: aheadMs(page.clock, 500) }]
  return [
    ...(page === undefined ? [] : judgePage(url, page)),
    ...(certificate === undefined ? judgePlain(url) : judgeCertificate(certificate, nowMs)),
    ...(page === undefined ? [] : judgeHeaders(url, page)),
    ...(ready === undefined ? [] : judgeReady(ready)),
    ...(socket === undefined ? [] : judgeSocket(socket)),
    ...(webhook === undefined ? [] : judgeWebhook(webhook)),
    ...judgeClocks(about, 'public.clock', clocks),
  ]
}

function unreachable(url: string, problem: string): Finding {
  return unwell('wrong', 'public.reachable', {
    found: `${url} does not answer from here: ${problem}`,
    means: 'Customers, staff and other systems do not get in, or this machine has no way out to it.',
    todo: 'Open it in a browser from elsewhere. If it answers there, this machine’s way is closed; else look at the proxy, the name and the firewall.',
  })
}

function judgePage(url: string, { status, headers }: Answer): readonly Finding[] {
  if (status === 200) return [well('public.reachable', about, `${url} answers`)]
  const to = headers['location']
  return [
    unwell(status >= 300 && status < 400 ? 'advice' : 'wrong', 'public.reachable', {
      found: `${url} answers ${status}${typeof to === 'string' ? ` and leads to ${to}` : ''}`,
      means:
        status === 503 || status === 502
          ? 'No gateway is behind the proxy, or the pages were not built.'
          : 'There is no page for customers.',
      todo: 'Look whether FINEACERS_PUBLIC_URL is this address exactly, whether gateways run, and whether the pages were built (npm run build).',
    }),
  ]
}

function judgePlain(url: string): readonly Finding[] {
  const { hostname } = new URL(url)
  if (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    (isIP(hostname) > 0 && hostname.startsWith('127.'))
  )
    return []
  return [
    unwell('wrong', 'public.tls', {
      found: 'the address is not https',
      means: 'Passwords, tokens and what customers say can be read and changed on the way.',
      todo: 'Put TLS in front (deploy/proxy/nginx.conf) and an https address into FINEACERS_PUBLIC_URL.',
    }),
  ]
}

function judgeCertificate({ endsAtMs, issuer, problem }: CertificateSeen, nowMs: number): readonly Finding[] {
  const check = 'public.tls'
  const left = endsAtMs - nowMs
  const ends = left > 0 ? `ends in ${timeText(left)}` : `has ended ${timeText(-left)} ago`
  if (problem !== undefined || left <= 0)
    return [
      unwell('wrong', check, {
        found: `browsers do not believe the certificate (${issuer}): it ${left > 0 ? `is refused, ${problem}` : ends}`,
        means: 'Nobody gets in without a warning, and widgets on other sites do not load.',
        todo: 'Install a certificate for this name from an authority that browsers know, with the whole chain.',
      }),
    ]
  if (left < leftMs.advice)
    return [
      unwell(left < leftMs.wrong ? 'wrong' : 'advice', check, {
        found: `the certificate ${ends}`,
        means: 'Afterwards nobody gets in. One that renews by itself would have done so by now.',
        todo: 'Renew it, load it into the proxy, and look why it was not renewed by itself.',
      }),
    ]
  return [well(check, about, `the certificate (${issuer}) is good and ${ends}`)]
}

const always = ['content-security-policy', 'x-content-type-options', 'x-frame-options', 'referrer-policy'] as const

function judgeHeaders(url: string, { headers }: Answer): readonly Finding[] {
  const wanted = url.startsWith('https:') ? [...always, 'strict-transport-security'] : always
  const missing = wanted.filter((name) => headers[name] === undefined)
  if (missing.length === 0) return [well('public.headers', about, 'security headers are there')]
  return [
    unwell('wrong', 'public.headers', {
      found: `its answers lack ${listText(missing)}`,
      means:
        'Browsers are not told what the gateway tells them: pages can be framed, scripts smuggled in, or plain http used.',
      todo: 'Let the proxy pass on the gateway’s headers, and tell the gateways the public address (FINEACERS_PUBLIC_URL).',
    }),
  ]
}

function judgeReady({ status, body }: Answer): readonly Finding[] {
  const check = 'public.ready'
  const said = statusIn(body)
  if (said === 'ready') return [well(check, about, 'the gateway says that it is ready')]
  if (said === undefined)
    return [
      well(
        check,
        about,
        `readiness is not shown outside (${status}), as it should be; doctor beside the servers sees more`,
      ),
    ]
  return [
    unwell(said === 'degraded' ? 'advice' : 'wrong', check, {
      found: `the gateway says that it is ${said}`,
      means: 'Something it depends on does not answer: it says which.',
      todo: `Read it: ${body.slice(0, 160)}`,
    }),
  ]
}

function statusIn(body: string): string | undefined {
  try {
    const said: unknown = JSON.parse(body)
    const status: unknown = typeof said === 'object' && said !== null ? Reflect.get(said, 'status') : undefined
    return typeof status === 'string' ? status : undefined
  } catch {
    return undefined
  }
}

function judgeSocket({ status }: Pick<Answer, 'status'>): readonly Finding[] {
  if (status === 101) return [well('public.socket', about, 'WebSockets come through')]
  return [
    unwell('wrong', 'public.socket', {
      found: `a WebSocket is answered ${status}`,
      means:
        'Clients fall back to long polling: slower, and many more requests. Where that is refused, too, nobody can chat.',
      todo: 'Let the proxy pass on Upgrade and Connection for /socket.io/ (deploy/proxy/nginx.conf).',
    }),
  ]
}

/** A webhook is reached when the gateway itself refuses a token that nobody has. */
function judgeWebhook({ status, body }: Answer): readonly Finding[] {
  const check = 'public.webhook'
  if (status === 401 && body.includes('unauthenticated'))
    return [well(check, about, 'webhooks are reached: a lead with a wrong token is refused by the gateway')]
  return [
    unwell('wrong', check, {
      found: `POST /v1/leads with a wrong token is answered ${status}, not 401 by the gateway`,
      means: 'Something before the gateway answers, or the gateway can not: leads of other systems do not come in.',
      todo: 'Let the proxy pass POST to /v1/ unchanged, with its Authorization; 429 means limits: try again in a minute.',
    }),
  ]
}
