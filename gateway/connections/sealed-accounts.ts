/**
 * Owns the accounts of one kind that workspaces are connected to, such as SMS numbers or mailboxes (records `<kind>-accounts` by
 * `workspace/account`), and what of them was read in the last seconds.
 * 1. A secret is kept sealed, bound to its account, and leaves this file in an `Account` only. 2. What this process changes it sees at once, every
 * other within `accountsCacheMs`. 3. An account is one workspace's at a time.
 */
import { z } from 'zod'
import type { Clock } from '#runtime/ports/clock.ts'
import type { Records, StoredRecord } from '#runtime/ports/records.ts'
import { GatewayError } from '../errors.ts'
import { toJson } from '../read-models/shape.ts'
import { RecentReads } from './recent-reads.ts'
import { accountClaims, type AccountClaims } from './account-claims.ts'
import { openedOrWhy, rewrapAll, sealedMax } from './sealed-records.ts'
import type { Vault } from './vault.ts'

/** For how long accounts that were read are answered from memory. */
export const accountsCacheMs = 10_000

/** What accounts of a kind consist of: `settings` anybody of the workspace's admins may see, and secrets by their names. */
export interface AccountKind {
  readonly kind: string
  readonly settings: z.ZodType<{ readonly account: string }>
  readonly secrets: readonly string[]
}

/** An account with its secrets opened: it never leaves the server, and no part of `secrets` is ever logged. */
export interface Account<Kind extends AccountKind> {
  readonly workspace: string
  readonly settings: z.infer<Kind['settings']>
  readonly secrets: { readonly [Name in Kind['secrets'][number]]: string }
}

/** An account as the records have it: opened, or why its secrets do not open. */
export interface HeldAccount<Kind extends AccountKind> {
  readonly settings: z.infer<Kind['settings']>
  readonly opened: Account<Kind> | GatewayError
}

/** What an admin gives. A secret left out stays as it is. */
export interface AccountInput<Kind extends AccountKind> {
  readonly settings: z.infer<Kind['settings']>
  readonly secrets: { readonly [Name in Kind['secrets'][number]]?: string }
}

/** The accounts of a kind. What is refused is a `GatewayError`; none of its words hold a secret. */
export interface SealedAccounts<Kind extends AccountKind> {
  /** Those whose secrets open. */
  of(workspace: string): Promise<readonly Account<Kind>[]>
  account(workspace: string, account: string): Promise<Account<Kind> | undefined>
  /** As the records have it now, also what does not open. */
  list(workspace: string): Promise<readonly HeldAccount<Kind>[]>
  /** Throws `invalid` when a new account lacks a secret, `conflict` when somebody else changes it at the same time. */
  save(workspace: string, input: AccountInput<Kind>): Promise<void>
  /** Throws `not-found`. */
  remove(workspace: string, account: string): Promise<void>
  /** Of every workspace, those whose secrets open: for what one process does for all. */
  all(): Promise<readonly Account<Kind>[]>
  /** Brings every secret under the master key that seals now. Answers why some could not be. */
  rewrap(): Promise<readonly string[]>
}

interface Parts {
  readonly records: Records
  readonly vault: Vault
  readonly clock: Clock
}

const perWorkspaceMax = 100

/** Makes the accounts of a kind over records and a vault. */
export function createSealedAccounts<Kind extends AccountKind>(kind: Kind, parts: Parts): SealedAccounts<Kind> {
  return new RecordedAccounts(kind, parts)
}

const sealedShape = z.object({ settings: z.unknown(), secrets: z.record(z.string(), z.string()) })

interface Sealed<Kind extends AccountKind> {
  readonly settings: z.infer<Kind['settings']>
  readonly secrets: { readonly [name: string]: string }
}

class RecordedAccounts<Kind extends AccountKind> implements SealedAccounts<Kind> {
  readonly #kind: Kind
  readonly #records: Records
  readonly #vault: Vault
  readonly #collection: string
  readonly #claims: AccountClaims
  readonly #recent: RecentReads<readonly HeldAccount<Kind>[]>

  constructor(kind: Kind, { records, vault, clock }: Parts) {
    this.#kind = kind
    this.#records = records
    this.#vault = vault
    this.#collection = `${kind.kind}-accounts`
    const isConnected = async (workspace: string, account: string) =>
      (await records.get(this.#collection, keyOf(workspace, account))) !== undefined
    const of = { collection: `${kind.kind}-claims`, noun: 'The account' }
    this.#claims = accountClaims({ records, clock, isConnected, of })
    this.#recent = new RecentReads((workspace) => this.#load(workspace), clock, accountsCacheMs)
  }

  async of(workspace: string): Promise<readonly Account<Kind>[]> {
    return openedIn(await this.#recent.get(workspace))
  }

  async account(workspace: string, account: string): Promise<Account<Kind> | undefined> {
    const found = (await this.#recent.get(workspace)).find(({ settings }) => settings.account === account)
    if (found?.opened instanceof GatewayError) throw found.opened
    return found?.opened
  }

  list(workspace: string): Promise<readonly HeldAccount<Kind>[]> {
    this.#recent.forget(workspace)
    return this.#recent.get(workspace)
  }

  async save(workspace: string, { settings, secrets }: AccountInput<Kind>): Promise<void> {
    const key = keyOf(workspace, settings.account)
    const stored = await this.#records.get(this.#collection, key)
    const kept = stored === undefined ? {} : this.#read(stored.value).secrets
    const sealed: { [name: string]: string } = {}
    for (const [name, secret] of this.#secretsIn(secrets)) {
      const before = kept[name]
      if (secret === undefined && before === undefined) {
        throw new GatewayError('invalid', `${name}: a new account needs one`)
      }
      sealed[name] = secret === undefined ? (before ?? '') : await this.#vault.seal(secret, this.#place(key, name))
    }
    await this.#mustBeFree(workspace, settings.account)
    await this.#claims.claim(workspace, settings.account, {
      write: async () => {
        const value = toJson({ settings, secrets: sealed })
        const written = await this.#records.put(this.#collection, key, value, stored?.revision ?? 0)
        this.#recent.forget(workspace)
        if (written === undefined) throw new GatewayError('conflict', `${settings.account} has just been changed.`)
      },
      undo: async () => {
        await this.#records.delete(this.#collection, key)
        this.#recent.forget(workspace)
      },
    })
  }

  /** 3. What was connected before there were claims has none. */
  async #mustBeFree(workspace: string, account: string): Promise<void> {
    const stored = await this.#records.list(this.#collection, '', sealedMax)
    const isElsewhere = stored.some(({ key }) => key.endsWith(`/${account}`) && !key.startsWith(`${workspace}/`))
    if (isElsewhere) throw this.#claims.taken(account)
  }

  async remove(workspace: string, account: string): Promise<void> {
    const key = keyOf(workspace, account)
    if ((await this.#records.get(this.#collection, key)) === undefined) {
      throw new GatewayError('not-found', `${account} is not connected here.`)
    }
    await this.#records.delete(this.#collection, key)
    this.#recent.forget(workspace)
    await this.#claims.free(workspace, account)
  }

  async all(): Promise<readonly Account<Kind>[]> {
    const stored = await this.#records.list(this.#collection, '', sealedMax)
    return openedIn(await Promise.all(stored.map((each) => this.#opened(each))))
  }

  rewrap(): Promise<readonly string[]> {
    return rewrapAll<Sealed<Kind>>(this.#records, {
      collection: this.#collection,
      read: (value) => this.#read(value),
      rewrap: async ({ settings, secrets }, key) => ({
        settings,
        secrets: await this.#each(secrets, (text, name) => this.#vault.rewrap(text, this.#place(key, name))),
      }),
    })
  }

  async #load(workspace: string): Promise<readonly HeldAccount<Kind>[]> {
    const stored = await this.#records.list(this.#collection, `${workspace}/`, perWorkspaceMax)
    return Promise.all(stored.map((each) => this.#opened(each)))
  }

  async #opened({ key, value }: StoredRecord): Promise<HeldAccount<Kind>> {
    const { settings, secrets } = this.#read(value)
    const opened = await openedOrWhy(
      this.#each(secrets, (text, name) => this.#vault.open(text, this.#place(key, name))),
    )
    if (opened instanceof GatewayError) return { settings, opened }
    return { settings, opened: { workspace: key.slice(0, key.indexOf('/')), settings, secrets: opened } }
  }

  async #each(
    secrets: Sealed<Kind>['secrets'],
    change: (text: string, name: string) => Promise<string>,
  ): Promise<Account<Kind>['secrets']> {
    const names = this.#kind.secrets.filter((name) => secrets[name] !== undefined)
    const changed = await Promise.all(names.map(async (name) => [name, await change(secrets[name] ?? '', name)]))
    return Object.fromEntries(changed)
  }

  #secretsIn(secrets: AccountInput<Kind>['secrets']): readonly (readonly [name: string, secret: string | undefined])[] {
    const given = new Map<string, string | undefined>(Object.entries(secrets))
    return this.#kind.secrets.map((name) => [name, given.get(name)])
  }

  #read(value: unknown): Sealed<Kind> {
    const { settings, secrets } = sealedShape.parse(value)
    return { settings: this.#kind.settings.parse(settings) as z.infer<Kind['settings']>, secrets }
  }

  /** The vault's name of a secret. */
  #place(key: string, name: string): string {
    return `${this.#kind.kind}/${key}/${name}`
  }
}

function openedIn<Kind extends AccountKind>(held: readonly HeldAccount<Kind>[]): readonly Account<Kind>[] {
  return held.flatMap(({ opened }) => (opened instanceof GatewayError ? [] : [opened]))
}

function keyOf(workspace: string, account: string): string {
  return `${workspace}/${account}`
}
