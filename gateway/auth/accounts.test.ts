import { describe, expect, it } from 'vitest'
import { openSqliteRecords } from '#runtime/adapters/sqlite/records.ts'
import type { Records } from '#runtime/ports/records.ts'
import { createManualClock } from '#runtime/testing/manual-clock.ts'
import { createSeededIds } from '#runtime/testing/seeded-ids.ts'
import { GatewayError } from '../errors.ts'
import { codeLifetimeMs, createAccounts, ensureAdmin } from './accounts.ts'
import { signingKey } from './secrets.ts'
import { createSessions, sessionLimits } from './sessions.ts'
import { createTokens, tokenLifetimes } from './tokens.ts'

function scene() {
  const parts = {
    records: openSqliteRecords({ file: ':memory:' }),
    clock: createManualClock(1_800_000_000_000),
    ids: createSeededIds(7),
  }
  return { ...parts, accounts: createAccounts(parts) }
}

async function codeOf(doing: Promise<unknown>): Promise<string> {
  try {
    await doing
    return 'done'
  } catch (error) {
    return error instanceof GatewayError ? error.problem.code : String(error)
  }
}

const ada = { workspace: 'acme', name: 'Ada', email: 'ada@acme.example', role: 'admin' } as const

describe('accounts', () => {
  it('the first start makes an admin; until one has a password each start gives a code, after that none', async () => {
    const { records, accounts, clock, ids } = scene()
    const options = { workspace: 'acme', email: ada.email, clock, ids }
    const first = await ensureAdmin(records, options)
    const second = await ensureAdmin(records, options)
    expect(first?.code).not.toBe(second?.code)
    expect(await accounts.list('acme')).toHaveLength(1)
    const { member, passwordNeeded } = await accounts.byCode(second?.code ?? '')
    expect(passwordNeeded).toBe(true)
    await accounts.setPassword(member, 'correct horse battery', 'Ada')
    expect(await ensureAdmin(records, options)).toBeUndefined()
  })

  it('an invitation that was cut off after any of its writes is made whole by the next', async () => {
    for (const writes of [0, 1, 2]) {
      const { records, accounts, clock, ids } = scene()
      let left = writes
      const dying: Records = {
        get: (...record) => records.get(...record),
        put: async (...record) => {
          if (left-- === 0) throw new Error('the process is gone')
          return records.put(...record)
        },
        delete: (...record) => records.delete(...record),
        list: (...range) => records.list(...range),
        close: () => records.close(),
      }
      await expect(createAccounts({ records: dying, clock, ids }).invite(ada)).rejects.toThrow('gone')
      const { member, code } = await accounts.invite(ada)
      expect(await accounts.byCode(code)).toEqual({ member, passwordNeeded: true })
      expect(await accounts.list('acme')).toEqual([{ ...member, passwordSet: false }])
    }
  })

  it('of two who use a code at once one is let in, and an old code lets nobody in', async () => {
    const { accounts, clock } = scene()
    const { code } = await accounts.invite(ada)
    const answers = await Promise.all([codeOf(accounts.byCode(code)), codeOf(accounts.byCode(code))])
    expect(answers.sort()).toEqual(['done', 'unauthenticated'])
    const { code: late } = await accounts.invite(ada)
    await clock.advance(codeLifetimeMs)
    expect(await codeOf(accounts.byCode(late))).toBe('unauthenticated')
  })

  it('an address belongs to one member, and one who was removed cannot come in by any door', async () => {
    const { accounts } = scene()
    const { member, code } = await accounts.invite(ada)
    expect(await codeOf(accounts.invite({ ...ada, workspace: 'globex', email: 'ADA@acme.example ' }))).toBe('conflict')
    await accounts.setPassword(member, 'correct horse battery', undefined)
    await accounts.remove('acme', member.memberId)
    expect(await codeOf(accounts.byCode(code))).toBe('unauthenticated')
    expect(await codeOf(accounts.byPassword(ada.email, 'correct horse battery'))).toBe('unauthenticated')
    expect(await accounts.get('acme', member.memberId)).toBeUndefined()
  })

  it('nothing that signs anybody in is kept as it is', async () => {
    const { accounts, records } = scene()
    const { member, code } = await accounts.invite(ada)
    await accounts.setPassword(member, 'correct horse battery', undefined)
    const kept = await Promise.all(['members', 'emails', 'codes'].map((each) => records.list(each, '', 100)))
    expect(JSON.stringify(kept)).not.toContain(code)
    expect(JSON.stringify(kept)).not.toContain('correct horse')
    expect(JSON.stringify(kept)).toContain('$argon2id$')
  })
})

describe('sessions and tokens', () => {
  it('a session ends with its lifetime, and revoking holds against a refresh at the same time', async () => {
    const { records, clock, ids, accounts } = scene()
    const ended: string[] = []
    const sessions = createSessions({ records, clock, ids, revoked: (family) => void ended.push(family) })
    const { member } = await accounts.invite(ada)
    const { family, token } = await sessions.begin(member)
    await Promise.all([sessions.end(token), codeOf(sessions.refresh(token))])
    expect(await codeOf(sessions.refresh(token))).toBe('unauthenticated')
    expect(ended).toEqual([family])
    const later = await sessions.begin(member)
    await clock.advance(sessionLimits.lifetimeMs)
    expect(await codeOf(sessions.refresh(later.token))).toBe('unauthenticated')
    expect(await codeOf(sessions.refresh('nonsense'))).toBe('unauthenticated')
  })

  it('an access token ends after ten minutes, and is no visitor token', async () => {
    const { records, clock, accounts } = scene()
    const [access, visitor] = [await signingKey(records, 'access'), await signingKey(records, 'visitor')]
    expect(await signingKey(records, 'access')).toEqual(access)
    const tokens = createTokens({ access, visitor, clock })
    const { member } = await accounts.invite(ada)
    const { accessToken } = await tokens.access(member, 'f1')
    expect(await tokens.verifyAccess(accessToken)).toMatchObject({ member, family: 'f1' })
    expect(await codeOf(tokens.verifyVisitor(accessToken))).toBe('unauthenticated')
    const mine = { workspace: 'acme', visitorId: 'v1', conversation: 'acme/conversation/c1' }
    expect(await tokens.verifyVisitor(await tokens.visitor(mine))).toEqual(mine)
    await clock.advance(tokenLifetimes.accessMs)
    expect(await codeOf(tokens.verifyAccess(accessToken))).toBe('unauthenticated')
  })
})
