/**
 * Owns the reading of master keys from HashiCorp Vault (KV version 2), and the renewal of the token it is done with.
 * 1. Keys are read once, before anything is opened: Vault that goes away later takes nothing away. 2. Neither a key nor the token is in any error or
 * log. 3. A token that can't be renewed is said and tried again; what was read goes on.
 * Source: developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2 and …/auth/token.
 */
import { z } from 'zod'
import { pause } from '#runtime/backoff.ts'
import type { Clock } from '#runtime/ports/clock.ts'
import type { Log } from '#runtime/ports/log.ts'

/** Where the keys are, and as whom they are asked for. */
export interface VaultPlace {
  /** Such as `https://vault.example:8200`. */
  readonly url: string
  /** Reads the token, each time anew: an agent may write it to a file. */
  readonly token: () => Promise<string>
  readonly namespace?: string
  /** The mount of the KV engine, and the secret's path in it. */
  readonly mount: string
  readonly path: string
}

interface Parts {
  readonly clock: Clock
  readonly log: Log
  readonly fetch?: typeof fetch
  readonly timeoutMs?: number
}

/** The keys of the secret's field `keys`, the first of which seals, and what keeps the token alive. */
export interface VaultKeys {
  readonly keys: readonly Uint8Array[]
  stop(): Promise<void>
}

const timeoutMsByDefault = 10_000
const keyBytes = 32
const renewEarliestMs = 1000
const renewLatestMs = 24 * 60 * 60 * 1000
const retryMs = 60_000

const secretShape = z.object({ data: z.object({ data: z.object({ keys: z.string() }).nullable() }) })
const tokenShape = z.object({ data: z.object({ ttl: z.number(), renewable: z.boolean() }) })
const renewedShape = z.object({ auth: z.object({ lease_duration: z.number(), renewable: z.boolean() }) })

/** Reads the keys and begins to keep the token alive. Throws an `Error` that says what is wrong with Vault, and what to do. */
export async function openVaultKeys(place: VaultPlace, parts: Parts): Promise<VaultKeys> {
  const asking = { place, parts }
  const secret = `${place.mount}/data/${place.path}`
  const told = secretShape.safeParse(await ask(asking, { method: 'GET', path: secret, what: 'read the master keys' }))
  const text = told.success ? told.data.data.data?.keys : undefined
  if (text === undefined) throw new Error(`Vault has no field "keys" in ${secretOf(place)}: put it there.`)
  const keys = text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
    .map((each) => Buffer.from(each, 'base64'))
  if (keys.length === 0 || keys.some((key) => key.length !== keyBytes)) {
    throw new Error(
      `The field "keys" in ${secretOf(place)} has to be 32 bytes in base64, as "openssl rand -base64 32" makes them; several with commas between.`,
    )
  }
  const stopping = new AbortController()
  const done = keepAlive(asking, stopping.signal)
  return {
    keys,
    async stop() {
      stopping.abort()
      await done
    },
  }
}

interface Asking {
  readonly place: VaultPlace
  readonly parts: Parts
}

/** Renews the token at half of its life until it is stopped, or there is nothing to renew. Never rejects. */
async function keepAlive(asking: Asking, signal: AbortSignal): Promise<void> {
  const { clock, log } = asking.parts
  let ttlMs: number | undefined
  while (!signal.aborted) {
    try {
      ttlMs = ttlMs === undefined ? await lifeOf(asking) : await renewed(asking)
      if (ttlMs === undefined) return
      await pause(clock, Math.min(renewLatestMs, Math.max(renewEarliestMs, ttlMs / 2)), signal)
    } catch (error) {
      // 3. Whoever starts anew needs it; who runs does not.
      log.warn('the token of Vault can not be renewed now', { error: error instanceof Error ? error.message : '' })
      await pause(clock, retryMs, signal)
    }
  }
}

/** How long the token lives; absent when it needs no renewal, or takes none. */
async function lifeOf(asking: Asking): Promise<number | undefined> {
  const told = await ask(asking, { method: 'GET', path: 'auth/token/lookup-self', what: 'look at its token' })
  const { ttl, renewable } = tokenShape.parse(told).data
  return ttl === 0 || !renewable ? undefined : ttl * 1000
}

async function renewed(asking: Asking): Promise<number | undefined> {
  const told = await ask(asking, { method: 'POST', path: 'auth/token/renew-self', what: 'renew its token' })
  const { lease_duration: ttl, renewable } = renewedShape.parse(told).auth
  return renewable ? ttl * 1000 : undefined
}

async function ask(
  { place, parts }: Asking,
  { method, path, what }: { readonly method: 'GET' | 'POST'; readonly path: string; readonly what: string },
): Promise<unknown> {
  const { fetch: fetchIt = fetch, timeoutMs = timeoutMsByDefault } = parts
  const token = (await place.token()).trim()
  const namespace = place.namespace === undefined ? {} : { 'x-vault-namespace': place.namespace }
  let response: Response
  try {
    response = await fetchIt(`${place.url.replace(/\/+$/u, '')}/v1/${path}`, {
      method,
      headers: { 'x-vault-token': token, 'x-vault-request': 'true', ...namespace },
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'error',
    })
  } catch {
    throw new Error(`Vault at ${place.url} could not be reached to ${what}: look at VAULT_ADDR, and whether it runs.`)
  }
  if (!response.ok) throw new Error(whyNot(response.status, place, what))
  try {
    return await response.json()
  } catch {
    throw new Error(`What answers at ${place.url} is no Vault: look at VAULT_ADDR.`)
  }
}

/** What a status means and what to do. Of the answer's words nothing is told: they could hold anything. */
function whyNot(status: number, place: VaultPlace, what: string): string {
  switch (status) {
    case 403:
      return (
        `Vault does not let us ${what}: the token is not valid, or its policy does not allow "read" on ` +
        `${place.mount}/data/${place.path}. Mend VAULT_TOKEN, VAULT_NAMESPACE or the policy.`
      )
    case 404:
      return `Vault has nothing at ${secretOf(place)}: write the master keys there, in a KV version 2 engine.`
    case 429:
    case 472:
    case 473:
      return `Vault at ${place.url} is a standby or has too many requests (${status}): point VAULT_ADDR at the active one.`
    case 503:
      return `Vault at ${place.url} is sealed or in maintenance: unseal it, then start again.`
    default:
      return `Vault at ${place.url} could not ${what}: it answered ${status}.`
  }
}

function secretOf({ mount, path }: VaultPlace): string {
  return `${mount}/${path}`
}
