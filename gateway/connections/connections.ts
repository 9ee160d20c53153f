/**
 * Owns what workspaces are connected to (records `whatsapp-connections` by `workspace/account`), and what of it was read in the last seconds.
 * 1. A secret is kept sealed, and leaves this file in a `WhatsAppConnection` only. 2. Only the workspace that holds the claim on a number has it,
 * whatever records a process that died left behind. 3. What this process changes it sees at once, every other within `connectionsCacheMs`.
 */
import type { Clock } from '#runtime/ports/clock.ts'
import type { Records } from '#runtime/ports/records.ts'
import { newSecret } from '../auth/secrets.ts'
import { GatewayError } from '../errors.ts'
import { toJson } from '../read-models/shape.ts'
import { accountClaims, type AccountClaims } from './account-claims.ts'
import type { Connections, WhatsAppConnection } from './connection.ts'
import { RecentReads } from './recent-reads.ts'
import {
  openConnection,
  placeOf,
  rewrapConnection,
  sealedConnection,
  type Place,
  type SealedConnection,
} from './sealed-connection.ts'
import { openedOrWhy, rewrapAll } from './sealed-records.ts'
import type { Vault } from './vault.ts'

/** For how long a connection that was read is answered from memory. */
export const connectionsCacheMs = 10_000

const collection = 'whatsapp-connections'

/** What an admin gives. A secret left out stays as it is; a new number needs its access token. */
export interface ConnectionInput {
  readonly business: string
  readonly account: string
  readonly displayNumber?: string
  readonly accessToken?: string
  /** Takes the place of every app secret known so far. */
  readonly appSecret?: string
}

/** A number as it stands in the records. */
export interface HeldConnection {
  readonly business: string
  readonly account: string
  readonly displayNumber: string
  /** The connection, or why its secrets do not open. */
  readonly opened: WhatsAppConnection | GatewayError
}

/** Connections with the side that admins change. What is refused is a `GatewayError`; none of its words hold a secret. */
export interface ConnectionDesk extends Connections {
  /** As the records have it now, also what does not open. */
  list(workspace: string): Promise<readonly HeldConnection[]>
  /** Throws `conflict` for a number of another workspace, and when somebody else changes it at the same time. */
  save(workspace: string, input: ConnectionInput): Promise<void>
  remove(place: Place): Promise<void>
  /** The app secret of before goes on being believed, until it is removed. */
  rotateAppSecret(place: Place, appSecret: string): Promise<void>
  removeOldAppSecret(place: Place): Promise<void>
  /** Brings every secret under the master key that seals now. Answers why some could not be. */
  rewrap(): Promise<readonly string[]>
}

/** What connections are kept with. */
export interface ConnectionParts {
  readonly records: Records
  readonly vault: Vault
  readonly clock: Clock
}

/** Makes the connections over records and a vault. */
export function createConnections(parts: ConnectionParts): ConnectionDesk {
  return new RecordedConnections(parts)
}

class RecordedConnections implements ConnectionDesk {
  readonly #records: Records
  readonly #vault: Vault
  readonly #claims: AccountClaims
  readonly #recent: RecentReads<readonly HeldConnection[]>

  constructor({ records, vault, clock }: ConnectionParts) {
    this.#records = records
    this.#vault = vault
    const isConnected = async (workspace: string, account: string) =>
      (await records.get(collection, keyOf({ workspace, account }))) !== undefined
    this.#claims = accountClaims({ records, clock, isConnected })
    this.#recent = new RecentReads((workspace) => this.#load(workspace), clock, connectionsCacheMs)
  }

  async whatsapp(workspace: string): Promise<readonly WhatsAppConnection[]> {
    return (await this.#recent.get(workspace)).map(openedIn)
  }

  async whatsappAccount(workspace: string, account: string): Promise<WhatsAppConnection | undefined> {
    const found = (await this.#recent.get(workspace)).find((each) => each.account === account)
    return found === undefined ? undefined : openedIn(found)
  }

  list(workspace: string): Promise<readonly HeldConnection[]> {
    this.#recent.forget(workspace)
    return this.#recent.get(workspace)
  }

  async save(workspace: string, input: ConnectionInput): Promise<void> {
    const place = { workspace, account: input.account }
    const before = await this.#read(place)
    const change = await this.#sealed(place, input)
    const { accessToken } = { ...before?.value, ...change }
    if (accessToken === undefined) throw new GatewayError('invalid', 'accessToken: a new number needs one')
    const verifyToken = await this.#verifyToken(place, before?.value.verifyToken)
    const base = { displayNumber: '', appSecrets: [], ...before?.value, verifyToken }
    await this.#claims.claim(workspace, input.account, {
      write: () => this.#write(place, { ...base, ...change, accessToken }, before?.revision ?? 0),
      undo: () => this.#records.delete(collection, keyOf(place)),
    })
  }

  async remove(place: Place): Promise<void> {
    await this.#existing(place)
    await this.#records.delete(collection, keyOf(place))
    await this.#claims.free(place.workspace, place.account)
    this.#recent.forget(place.workspace)
  }

  async rotateAppSecret(place: Place, appSecret: string): Promise<void> {
    const { value, revision } = await this.#existing(place)
    const { appSecrets } = await openConnection(this.#vault, place.workspace, value)
    if (appSecrets[0] === appSecret) {
      throw new GatewayError(
        'conflict',
        'This is the app secret already in use: take the new one from Meta’s app settings.',
      )
    }
    const sealed = await this.#vault.seal(appSecret, placeOf(place, 'app-secret'))
    await this.#write(place, { ...value, appSecrets: [sealed, ...value.appSecrets.slice(0, 1)] }, revision)
  }

  async removeOldAppSecret(place: Place): Promise<void> {
    const { value, revision } = await this.#existing(place)
    if (value.appSecrets.length < 2) throw new GatewayError('not-found', 'There is no old app secret.')
    await this.#write(place, { ...value, appSecrets: value.appSecrets.slice(0, 1) }, revision)
  }

  rewrap(): Promise<readonly string[]> {
    return rewrapAll(this.#records, {
      collection,
      read: (value) => sealedConnection.parse(value),
      rewrap: (sealed, key) => rewrapConnection(this.#vault, workspaceIn(key), sealed),
    })
  }

  async #load(workspace: string): Promise<readonly HeldConnection[]> {
    const stored = await this.#records.list(collection, `${workspace}/`, 100)
    const sealed = stored.map(({ value }) => sealedConnection.parse(value))
    const loaded = await Promise.all(
      sealed.map(async (each) => {
        // 2. What is left of a number that is another workspace's now is nobody's.
        if (!(await this.#claims.holds(workspace, each.account))) return []
        const { business, account, displayNumber } = each
        const opened = await openedOrWhy(openConnection(this.#vault, workspace, each))
        return [{ business, account, displayNumber, opened }]
      }),
    )
    return loaded.flat()
  }

  async #sealed(place: Place, input: ConnectionInput): Promise<SealedChange> {
    const { accessToken, appSecret, displayNumber, business, account } = input
    const seal = (secret: string, where: string) => this.#vault.seal(secret, where)
    return {
      business,
      account,
      ...(displayNumber === undefined ? {} : { displayNumber }),
      ...(accessToken === undefined ? {} : { accessToken: await seal(accessToken, placeOf(place, 'access-token')) }),
      ...(appSecret === undefined ? {} : { appSecrets: [await seal(appSecret, placeOf(place, 'app-secret'))] }),
    }
  }

  /** The one there is; a new one where there is none, or where it does not open any more. */
  async #verifyToken(place: Place, before: string | undefined): Promise<string> {
    const where = placeOf(place, 'verify-token')
    const opened = before === undefined ? undefined : await openedOrWhy(this.#vault.open(before, where))
    return before === undefined || opened instanceof GatewayError ? this.#vault.seal(newSecret(), where) : before
  }

  async #read(place: Place): Promise<{ readonly value: SealedConnection; readonly revision: number } | undefined> {
    const stored = await this.#records.get(collection, keyOf(place))
    return stored && { value: sealedConnection.parse(stored.value), revision: stored.revision }
  }

  async #existing(place: Place): Promise<{ readonly value: SealedConnection; readonly revision: number }> {
    const found = (await this.#claims.holds(place.workspace, place.account)) ? await this.#read(place) : undefined
    if (found === undefined) throw new GatewayError('not-found', `Number ${place.account} is not connected here.`)
    return found
  }

  async #write(place: Place, sealed: SealedConnection, expected: number): Promise<void> {
    const written = await this.#records.put(collection, keyOf(place), toJson(sealed), expected)
    this.#recent.forget(place.workspace)
    if (written === undefined) throw new GatewayError('conflict', `Number ${place.account} has just been changed.`)
  }
}

type SealedChange = Pick<SealedConnection, 'business' | 'account'> &
  Partial<Omit<SealedConnection, 'business' | 'account'>>

function openedIn({ opened }: HeldConnection): WhatsAppConnection {
  if (opened instanceof GatewayError) throw opened
  return opened
}

function keyOf({ workspace, account }: Place): string {
  return `${workspace}/${account}`
}

function workspaceIn(key: string): string {
  return key.slice(0, key.lastIndexOf('/'))
}
