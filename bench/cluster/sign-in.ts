import { z } from 'zod'
import { until } from './until.ts'

/** Somebody of the staff who is signed in, on any gateway. */
export interface SignedInMember {
  readonly name: string
  /** An access token that is good for a while; a new one when the last runs out. Rejects when the gateway can't be reached or refuses. */
  accessToken(door: string): Promise<string>
}

const signedIn = z.object({ accessToken: z.string(), expiresAtMs: z.number() })
const invited = z.object({ code: z.string() })

const answerWithinMs = 30_000
/** Before it runs out. */
const earlierMs = 2 * 60_000

/** The admin's one-time code, once a process has printed it. */
export async function adminCodeOf(printed: () => string): Promise<string> {
  const code = (): string | undefined => /sign-in code:\s+([\w-]{6,})/.exec(printed())?.[1]
  await until(() => code() !== undefined, { withinMs: 60_000, otherwise: () => `no one-time code:\n${printed()}` })
  return code() ?? ''
}

/** Signs the admin in at a gateway, invites members and signs them in. */
export async function signInStaff(
  door: string,
  adminCode: string,
  names: readonly string[],
): Promise<readonly SignedInMember[]> {
  const admin = await signIn(door, 'Admin', adminCode)
  const token = await admin.accessToken(door)
  const members: SignedInMember[] = []
  for (const name of names) {
    const body = { name, email: `${name.toLowerCase()}@example.com`, role: 'sales-agent' }
    const { json } = await post(`${door}/v1/members`, { body, headers: { authorization: `Bearer ${token}` } })
    members.push(await signIn(door, name, invited.parse(json).code))
  }
  return members
}

/** Owns the session: each refresh makes the next cookie. */
async function signIn(door: string, name: string, code: string): Promise<SignedInMember> {
  let session = sessionOf(await post(`${door}/v1/auth/sign-in`, { body: { code } }))
  return {
    name,
    async accessToken(at) {
      if (session.expiresAtMs - Date.now() > earlierMs) return session.accessToken
      const { cookie } = session
      const renewed = sessionOf(await post(`${at}/v1/auth/refresh`, { body: {}, headers: { cookie } }))
      session = { ...renewed, cookie: renewed.cookie === '' ? cookie : renewed.cookie }
      return session.accessToken
    },
  }
}

interface Posted {
  readonly json: unknown
  readonly cookie: string
}

function sessionOf({ json, cookie }: Posted): z.infer<typeof signedIn> & { readonly cookie: string } {
  return { ...signedIn.parse(json), cookie }
}

async function post(
  url: string,
  { body, headers = {} }: { readonly body: object; readonly headers?: { readonly [name: string]: string } },
): Promise<Posted> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(answerWithinMs),
  })
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`)
  const json: unknown = await answer.json()
  return { json, cookie: answer.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '' }
}
