import { createServer, type IncomingMessage } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { createManualClock } from '#runtime/testing/manual-clock.ts'
import { createTestLog, until } from '../../testing/test-house.ts'
import { createVault } from '../vault.ts'
import { heldMasterKeys, masterKey } from '../master-keys.ts'
import { openVaultKeys, type VaultKeys, type VaultPlace } from './vault-keys.ts'

const ending: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ending.splice(0).toReversed()) await end()
})

const [first, second] = [1, 2].map((byte) => Buffer.alloc(32, byte).toString('base64'))
const token = 'hvs.an-invented-token'

/** A server that speaks as much of Vault as is asked of it. */
async function startVault() {
  const state = { keys: first ?? '', sealed: false, renewals: 0, ttl: 60, namespace: '' }
  const server = createServer((request, response) => {
    const [status, body] = answer(request)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  function answer({ url, headers, method }: IncomingMessage): readonly [number, object] {
    if (state.sealed) return [503, { errors: ['Vault is sealed'] }]
    if (headers['x-vault-token'] !== token) return [403, { errors: ['permission denied'] }]
    if ((headers['x-vault-namespace'] ?? '') !== state.namespace) return [403, { errors: ['permission denied'] }]
    if (url === '/v1/secret/data/fineacers') {
      return [200, { data: { data: { keys: state.keys }, metadata: { version: 1 } } }]
    }
    if (url === '/v1/auth/token/lookup-self') return [200, { data: { ttl: state.ttl, renewable: state.ttl > 0 } }]
    if (url === '/v1/auth/token/renew-self' && method === 'POST') {
      state.renewals += 1
      return [200, { auth: { lease_duration: state.ttl, renewable: true } }]
    }
    return [404, { errors: [] }]
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`
  const close = () => new Promise<void>((resolve) => (server.closeAllConnections(), server.close(() => resolve())))
  ending.push(close)
  return { state, url, close }
}

async function opened(url: string, more: Partial<VaultPlace> = {}, clock = createManualClock(0)): Promise<VaultKeys> {
  const place = { url, token: async () => token, mount: 'secret', path: 'fineacers', ...more }
  const keys = await openVaultKeys(place, { clock, log: createTestLog([]), timeoutMs: 2000 })
  ending.push(() => keys.stop())
  return keys
}

describe('master keys in HashiCorp Vault', () => {
  it('are read at the start, also in a namespace, and the vault that is opened with them needs it no more', async () => {
    const { state, url, close } = await startVault()
    state.namespace = 'sales'
    const { keys } = await opened(url, { namespace: 'sales' })
    const vault = createVault({ keys: heldMasterKeys(keys.map(masterKey)) })
    const sealed = await vault.seal('a secret', 'here')
    await close()
    expect(await vault.open(sealed, 'here')).toBe('a secret')
  })

  it('are rotated by a new one before the old one: what the old sealed is brought under the new', async () => {
    const { state, url } = await startVault()
    const before = createVault({ keys: heldMasterKeys((await opened(url)).keys.map(masterKey)) })
    const sealed = await before.seal('a secret', 'here')
    state.keys = `${second}, ${first}`
    const during = createVault({ keys: heldMasterKeys((await opened(url)).keys.map(masterKey)) })
    const again = await during.rewrap(sealed, 'here')
    expect(again).not.toBe(sealed)
    state.keys = second ?? ''
    const after = createVault({ keys: heldMasterKeys((await opened(url)).keys.map(masterKey)) })
    expect(await after.open(again, 'here')).toBe('a secret')
    await expect(after.open(sealed, 'here')).rejects.toThrow('which this server does not have')
  })

  it('that can not be had end the start with what to do, and without any secret', async () => {
    const { state, url, close } = await startVault()
    const failing = async (more: Partial<VaultPlace> = {}): Promise<string> => {
      const error: unknown = await opened(url, more).catch((reason: unknown) => reason)
      const text = String(error)
      expect(text).not.toContain(token)
      return text
    }
    expect(await failing({ token: async () => 'another' })).toContain('does not let us read the master keys')
    expect(await failing({ path: 'elsewhere' })).toContain('nothing at secret/elsewhere')
    state.keys = 'c2hvcnQ='
    expect(await failing()).toContain('has to be 32 bytes in base64')
    state.sealed = true
    expect(await failing()).toContain('is sealed')
    await close()
    expect(await failing()).toContain('could not be reached')
  })

  it('are read with a token that is kept alive, and a Vault that is away meanwhile breaks nothing', async () => {
    const { state, url } = await startVault()
    const clock = createManualClock(0)
    await opened(url, {}, clock)
    const renewed = async (count: number, passedMs: number): Promise<void> => {
      await until(
        async () => {
          await clock.advance(passedMs)
          return state.renewals
        },
        (renewals) => renewals >= count,
      )
    }
    await renewed(1, 30_000)
    state.sealed = true
    for (let times = 0; times < 5; times++) await clock.advance(60_000)
    state.sealed = false
    await renewed(2, 60_000)
  })
})
