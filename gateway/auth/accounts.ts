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

/** What the accounts are kept with. */
export interface AccountParts {
  readonly records: Records
  readonly clock: Clock
  readonly ids: Ids
}

/** Makes the accounts over records. */
export function createAccounts(parts: AccountParts): Accounts {
  return new RecordedAccounts(parts)
}

interface Found {
  readonly account: Account
  readonly revision: number
}

class RecordedAccounts implements Accounts {
  readonly #records: Records
  readonly #clock: Clock
  readonly #ids: Ids

  constructor({ records, clock, ids }: AccountParts) {
    this.#records = records
    this.#clock = clock
    this.#ids = ids
  }

  async list(workspace: string): Promise<readonly (Member & { readonly passwordSet: boolean })[]> {
    const stored = await this.#records.list('members', `${workspace}/`, 1000)
    return stored
      .map(accountOf)
      .filter((each) => each.removedAtMs === undefined)
      .map((each) => ({ ...memberOf(each), passwordSet: each.passwordHash !== undefined }))
  }

  async get(workspace: string, memberId: string): Promise<Member | undefined> {
    const found = await this.#read(workspace, memberId)
    return found === undefined || found.account.removedAtMs !== undefined ? undefined : memberOf(found.account)
  }

  async invite(invitation: Omit<Member, 'memberId'>): Promise<{ readonly member: Member; readonly code: string }> {
    const { workspace, name, role } = invitation
    const email = invitation.email.trim()
    const memberId = await this.#claim(email, workspace)
    // Also when it was not there yet: whoever claimed the address may have died before it wrote the account.
    const { account, revision } = (await this.#read(workspace, memberId)) ?? {
      account: { memberId, workspace, email },
      revision: 0,
    }
    const { removedAtMs: _, ...kept } = account
    const invited = { ...kept, name, role }
    await this.#keep(invited, revision)
    const member = memberOf(invited)
    return { member, code: await this.#newCode(member) }
  }

  async remove(workspace: string, memberId: string): Promise<void> {
    const found = await this.#read(workspace, memberId)
    if (found === undefined) throw new GatewayError('not-found', 'There is no such member.')
    const { passwordHash: _, ...rest } = found.account
    await this.#keep({ ...rest, removedAtMs: this.#clock.nowMs() }, found.revision)
  }

  async byPassword(email: string, password: string): Promise<Member> {
    const found = await this.#byEmail(email)
    const expected = found?.account.passwordHash ?? (await nobodysHash())
    const right = await verify(expected, password.normalize('NFKC'))
    if (!right || found?.account.passwordHash === undefined || found.account.removedAtMs !== undefined) {
      throw new GatewayError('unauthenticated', 'The e-mail address or the password is wrong.')
    }
    return memberOf(found.account)
  }

  async byCode(code: string): Promise<{ readonly member: Member; readonly passwordNeeded: boolean }> {
    const key = fingerprint(code)
    const stored = await this.#records.get('codes', key)
    const { workspace, memberId, expiresAtMs, usedAtMs } = stored?.value ?? {}
    const nowMs = this.#clock.nowMs()
    const usable = stored !== undefined && usedAtMs === undefined && Number(expiresAtMs) > nowMs
    // 2. A code signs in once: of two at the same time the record lets one through.
    const first = usable
      ? await this.#records.put('codes', key, { ...stored.value, usedAtMs: nowMs }, stored.revision)
      : undefined
    const found = first === undefined ? undefined : await this.#read(textIn(workspace), textIn(memberId))
    if (found === undefined || found.account.removedAtMs !== undefined) {
      throw new GatewayError('unauthenticated', 'This code has been used, has run out or was never given.')
    }
    return { member: memberOf(found.account), passwordNeeded: found.account.passwordHash === undefined }
  }

  async setPassword(member: Member, password: string, name: string | undefined): Promise<Member> {
    const found = await this.#read(member.workspace, member.memberId)
    if (found === undefined) throw new GatewayError('not-found', 'There is no such member.')
    const account = { ...found.account, name: name ?? found.account.name, passwordHash: await hashOf(password) }
    await this.#keep(account, found.revision)
    return memberOf(account)
  }

  async #read(workspace: string, memberId: string): Promise<Found | undefined> {
    const stored = await this.#records.get('members', `${workspace}/${memberId}`)
    return stored === undefined ? undefined : { account: accountOf(stored), revision: stored.revision }
  }

  async #byEmail(email: string): Promise<Found | undefined> {
    const stored = await this.#records.get('emails', emailKey(email))
    return stored && this.#read(textIn(stored.value['workspace']), textIn(stored.value['memberId']))
  }

  /** 1. An address belongs to one member: the record lets one claim it. Answers the member's id. */
  async #claim(email: string, workspace: string): Promise<string> {
    const known = await this.#records.get('emails', emailKey(email))
    if (known === undefined) {
      const memberId = this.#ids.next('member')
      const claimed = await this.#records.put('emails', emailKey(email), { workspace, memberId }, 0)
      if (claimed === undefined) throw new GatewayError('conflict', `${email} has just been invited.`)
      return memberId
    }
    if (known.value['workspace'] !== workspace)
      throw new GatewayError('conflict', `${email} already belongs to another workspace.`)
    return textIn(known.value['memberId'])
  }

  async #newCode({ workspace, memberId }: Member): Promise<string> {
    const code = newSecret().slice(0, 24)
    const expiresAtMs = this.#clock.nowMs() + codeLifetimeMs
    await this.#records.put('codes', fingerprint(code), { workspace, memberId, expiresAtMs }, 0)
    return code
  }

  async #keep(account: Account, revision: number): Promise<void> {
    const value: JsonObject = { ...account }
    const kept = await this.#records.put('members', `${account.workspace}/${account.memberId}`, value, revision)
    if (kept === undefined) throw new GatewayError('conflict', 'This account has just been changed: try again.')
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
