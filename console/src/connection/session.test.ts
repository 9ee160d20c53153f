import { describe, expect, it } from 'vitest'
import type { SignedIn } from '#gateway/protocol.ts'
import type { Http, HttpRequest, HttpResult } from './http.ts'
import { Session } from './session.ts'

const signedIn: SignedIn = {
  accessToken: 'a1',
  expiresAtMs: 900_000,
  member: { memberId: 'm', name: 'Asha', email: 'a@b.c', role: 'admin', workspace: 'w' },
  passwordNeeded: false,
}

function world(answers: HttpResult<unknown>[]) {
  const asked: HttpRequest[] = []
  const timers: { delayMs: number; work: () => void }[] = []
  const http = ((request: HttpRequest) => {
    asked.push(request)
    return Promise.resolve(
      answers.shift() ?? { ok: false, error: { code: 'unavailable', message: '', retry: 'later' } },
    )
  }) as Http
  const session = new Session({
    http,
    nowMs: () => 0,
    exclusively: (work) => work(),
    after: (delayMs, work) => {
      timers.push({ delayMs, work })
      return () => undefined
    },
  })
  return { session, asked, timers }
}

describe('the session', () => {
  it('resumes by the cookie and refreshes before the token runs out', async () => {
    const { session, timers } = world([{ ok: true, value: signedIn }])
    await session.start()
    expect(session.token).toBe('a1')
    expect(timers.at(-1)?.delayMs).toBe(840_000)
  })

  it('refreshes once however many ask at the same time', async () => {
    const { session, asked } = world([{ ok: true, value: signedIn }])
    await Promise.all([session.refresh(), session.refresh(), session.refresh()])
    expect(asked).toHaveLength(1)
  })

  it('stays signed in when the network fails, and tries again', async () => {
    const { session, timers } = world([{ ok: true, value: signedIn }])
    await session.start()
    expect(await session.refresh()).toBe(false)
    expect(session.token).toBe('a1')
    expect(timers.at(-1)?.delayMs).toBe(3000)
  })

  it('signs out when the cookie is refused', async () => {
    const { session } = world([
      { ok: true, value: signedIn },
      { ok: false, error: { code: 'unauthenticated', message: 'used twice', retry: 'never' } },
    ])
    await session.start()
    await session.refresh()
    expect(session.state.get()).toEqual({ kind: 'signed-out', reason: 'used twice' })
  })
})
