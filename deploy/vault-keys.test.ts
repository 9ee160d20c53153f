import { mkdtemp, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createManualClock } from '#runtime/testing/manual-clock.ts'
import { readConfig } from './config.ts'
import { withVaultKeys } from './vault-keys.ts'

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const [inVault, inEnvironment] = [1, 2].map((byte) => Buffer.alloc(32, byte).toString('base64'))

async function keysOf(variables: { readonly [name: string]: string }): Promise<readonly string[]> {
  await using closing = new AsyncDisposableStack()
  const config = await withVaultKeys(readConfig(variables), { clock: createManualClock(0), log }, closing)
  return (config.secretKeys ?? []).map((key) => Buffer.from(key).toString('base64'))
}

describe('master keys at the start', () => {
  it('come from Vault first, with the token of a file, and those of the environment go on opening', async () => {
    const server = createServer((request, response) => {
      const isOurs = request.headers['x-vault-token'] === 'hvs.of-a-file'
      const secret = request.url === '/v1/kv/data/sales/fineacers'
      const body = secret ? { data: { data: { keys: inVault } } } : { data: { ttl: 0, renewable: false } }
      response.writeHead(isOurs ? 200 : 403, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0
    const file = join(await mkdtemp(join(tmpdir(), 'vault-')), 'token')
    await writeFile(file, 'hvs.of-a-file\n')
    const keys = await keysOf({
      VAULT_ADDR: `http://127.0.0.1:${port}`,
      VAULT_TOKEN_FILE: file,
      FINEACERS_VAULT_PATH: 'kv/sales/fineacers',
      FINEACERS_SECRET_KEY: inEnvironment ?? '',
    })
    expect(keys).toEqual([inVault, inEnvironment])
    server.closeAllConnections()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  })

  it('that can not be read end the start with what to do; without Vault nothing is asked', async () => {
    expect(await keysOf({ FINEACERS_SECRET_KEY: inEnvironment ?? '' })).toEqual([inEnvironment])
    await expect(keysOf({ VAULT_ADDR: 'http://127.0.0.1:9', VAULT_TOKEN: 'hvs.x' })).rejects.toThrow(
      'Vault at http://127.0.0.1:9 could not be reached to read the master keys',
    )
    await expect(keysOf({ VAULT_ADDR: 'http://127.0.0.1:9' })).rejects.toThrow('set VAULT_TOKEN, or VAULT_TOKEN_FILE')
  })
})
