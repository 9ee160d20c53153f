import { hash, verify } from '@node-rs/argon2'
import { z } from 'zod'
import type { JsonObject } from '#runtime/json.ts'
import type { Clock } from '#runtime/ports/clock.ts'
import type { Ids } from '#runtime/ports/ids.ts'
import type { Records, StoredRecord } from '#runtime/ports/records.ts'
import { GatewayError } from '../errors.ts'
import type { Member, Role } from '../protocol.ts'
import { fingerprint, newSecret } from './secrets.ts'
import { textIn } from '../read-models/shape.ts'

const accountShape = z.object({
  memberId: z.string(),
  workspace: z.string(),
  name: z.string(),
  email: z.string(),
  role: z.enum(['admin', 'manager', 'sales-agent']),
  passwordHash: z.exactOptional(z.string()),
  removedAtMs: z.exactOptional(z.number()),
})

type Account = z.infer<typeof accountShape>

/** A one-time code lasts a week: an invitation may lie in somebody's mailbox. */
export const codeLifetimeMs = 7 * 24 * 60 * 60 * 1000

export const passwordRule = { min: 10, max: 200 } as const

/**
 * Members' accounts. Records: `members` by `workspace/memberId`, `emails` from an address to its member, `codes` by the fingerprint
 * of a one-time code. 1. An e-mail address belongs to one member. 2. A code signs in once. 3. Passwords are kept as argon2id only.
 */
export interface Accounts {
  list(workspace: string): Promise<readonly (Member & { readonly passwordSet: boolean })[]>
  get(workspace: string, memberId: string): Promise<Member | undefined>
  /** Adds a member, or makes a new code for one whose address is known here; `conflict` when it is known elsewhere. */
  invite(invitation: Omit<Member, 'memberId'>): Promise<{ readonly member: Member; readonly code: string }>
  /** From now on the member can't sign in. */
  remove(workspace: string, memberId: string): Promise<void>
  /** Throws `unauthenticated` with the same words, after the same work, whatever was wrong. */
  byPassword(email: string, password: string): Promise<Member>
  byCode(code: string): Promise<{ readonly member: Member; readonly passwordNeeded: boolean }>
  setPassword(member: Member, password: string, name: string | undefined): Promise<Member>
}

/** Makes the accounts over records. */
export function createAccounts({
  records,
  clock,
  ids,
}: {
  readonly records: Records
  readonly clock: Clock
  readonly ids: Ids
}): Accounts {
  const keyOf = (workspace: string, memberId: string): string => `${workspace}/${memberId}`

  const read = async (
    workspace: string,
    memberId: string,
  ): Promise<{ account: Account; revision: number } | undefined> => {
    const stored = await records.get('members', keyOf(workspace, memberId))
    return stored === undefined ? undefined : { account: accountOf(stored), revision: stored.revision }
  }

  const byEmail = async (email: string): Promise<{ account: Account; revision: number } | undefined> => {
    const stored = await records.get('emails', emailKey(email))
    if (stored === undefined) return undefined
    return read(textIn(stored.value['workspace']), String(stored.value['memberId']))
  }

  const newCode = async (member: Member): Promise<string> => {
    const code = newSecret().slice(0, 24)
    const { workspace, memberId } = member
    await records.put(
      'codes',
      fingerprint(code),
      { workspace, memberId, expiresAtMs: clock.nowMs() + codeLifetimeMs },
      0,
    )
    return code
  }

  return {
    async list(workspace) {
      const stored = await records.list('members', `${workspace}/`, 1000)
      return stored
        .map(accountOf)
        .filter((each) => each.removedAtMs === undefined)
        .map((each) => ({ ...memberOf(each), passwordSet: each.passwordHash !== undefined }))
    },

    async get(workspace, memberId) {
      const found = await read(workspace, memberId)
      return found === undefined || found.account.removedAtMs !== undefined ? undefined : memberOf(found.account)
    },

    async invite({ workspace, name, email, role }) {
      const known = await byEmail(email)
      if (known !== undefined && known.account.workspace !== workspace) {
        throw new GatewayError('conflict', `${email} already belongs to another workspace.`)
      }
      if (known !== undefined) {
        const { removedAtMs: _, ...kept } = known.account
        const account = { ...kept, name, role }
        await keep(records, keyOf(workspace, account.memberId), account, known.revision)
        return { member: memberOf(account), code: await newCode(memberOf(account)) }
      }
      const account: Account = { memberId: ids.next('member'), workspace, name, email: email.trim(), role }
      const claimed = await records.put('emails', emailKey(email), { workspace, memberId: account.memberId }, 0)
      if (claimed === undefined) throw new GatewayError('conflict', `${email} has just been invited.`)
      await keep(records, keyOf(workspace, account.memberId), account, 0)
      return { member: memberOf(account), code: await newCode(memberOf(account)) }
    },

    async remove(workspace, memberId) {
      const found = await read(workspace, memberId)
      if (found === undefined) throw new GatewayError('not-found', 'There is no such member.')
      const { passwordHash: _, ...rest } = found.account
      await keep(records, keyOf(workspace, memberId), { ...rest, removedAtMs: clock.nowMs() }, found.revision)
    },

    async byPassword(email, password) {
      const found = await byEmail(email)
      const expected = found?.account.passwordHash ?? (await nobodysHash())
      const right = await verify(expected, password.normalize('NFKC'))
      if (!right || found?.account.passwordHash === undefined || found.account.removedAtMs !== undefined) {
        throw new GatewayError('unauthenticated', 'The e-mail address or the password is wrong.')
      }
      return memberOf(found.account)
    },

    async byCode(code) {
      const key = fingerprint(code)
      const stored = await records.get('codes', key)
      const { workspace, memberId, expiresAtMs, usedAtMs } = stored?.value ?? {}
      const usable = stored !== undefined && usedAtMs === undefined && Number(expiresAtMs) > clock.nowMs()
      // 2. A code signs in once: of two at the same time the record lets one through.
      const first = usable
        ? await records.put('codes', key, { ...stored.value, usedAtMs: clock.nowMs() }, stored.revision)
        : undefined
      const found = first === undefined ? undefined : await read(textIn(workspace), textIn(memberId))
      if (found === undefined || found.account.removedAtMs !== undefined) {
        throw new GatewayError('unauthenticated', 'This code has been used, has run out or was never given.')
      }
      return { member: memberOf(found.account), passwordNeeded: found.account.passwordHash === undefined }
    },

    async setPassword(member, password, name) {
      const found = await read(member.workspace, member.memberId)
      if (found === undefined) throw new GatewayError('not-found', 'There is no such member.')
      const account = { ...found.account, name: name ?? found.account.name, passwordHash: await hashOf(password) }
      await keep(records, keyOf(member.workspace, member.memberId), account, found.revision)
      return memberOf(account)
    },
  }
}

/**
 * Makes the first admin of a workspace when it has no members, and answers the one-time code to sign in with. Answers a fresh code, too, while
 * no admin has set a password (the first may have been lost); `undefined` once one has.
 */
export async function ensureAdmin(
  records: Records,
  options: {
    readonly workspace: string
    readonly email: string
    readonly name?: string
    readonly clock: Clock
    readonly ids: Ids
  },
): Promise<{ readonly code: string; readonly email: string } | undefined> {
  const { workspace, email, name = 'Admin', clock, ids } = options
  const accounts = createAccounts({ records, clock, ids })
  const members = await accounts.list(workspace)
  const admins = members.filter((each) => each.role === 'admin')
  if (admins.some((each) => each.passwordSet)) return undefined
  const admin = admins[0] ?? { workspace, email, name, role: 'admin' as const }
  const { code } = await accounts.invite(admin)
  return { code, email: admin.email }
}

async function keep(records: Records, key: string, account: Account, revision: number): Promise<void> {
  const value: JsonObject = { ...account }
  const kept = await records.put('members', key, value, revision)
  if (kept === undefined) throw new GatewayError('conflict', 'This account has just been changed: try again.')
}

function accountOf(stored: StoredRecord): Account {
  return accountShape.parse(stored.value)
}

function memberOf({ memberId, workspace, name, email, role }: Account): Member {
  const known: Role = role
  return { memberId, workspace, name, email, role: known }
}

function emailKey(email: string): string {
  return email.trim().toLowerCase()
}

/** argon2id with OWASP's second choice of parameters: 19 MiB, 2 passes, 1 lane. */
function hashOf(password: string): Promise<string> {
  return hash(password.normalize('NFKC'), { memoryCost: 19_456, timeCost: 2, parallelism: 1 })
}

/** A hash nobody's password has, so that an unknown address takes as long as a wrong password. */
function nobodysHash(): Promise<string> {
  return hashOf(newSecret())
}
