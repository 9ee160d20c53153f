import { readFile } from 'node:fs/promises'
import { openVaultKeys } from '#gateway/connections/hashicorp-vault/vault-keys.ts'
import type { Clock } from '#runtime/ports/clock.ts'
import type { Log } from '#runtime/ports/log.ts'
import type { Config } from './config.ts'

/**
 * The configuration with master keys from Vault, where one is set: they come before those of the environment, which go on opening. Throws an `Error` that says
 * what is wrong with Vault.
 */
export async function withVaultKeys(
  config: Config,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  closing: AsyncDisposableStack,
): Promise<Config> {
  const { vault, secretKeys = [] } = config
  if (vault === undefined) return config
  const { token, tokenFile, ...place } = vault
  const read = async (): Promise<string> => token ?? (await readFile(tokenFile ?? '', 'utf8'))
  const held = await openVaultKeys({ ...place, token: read }, { clock, log })
  closing.defer(() => held.stop())
  return { ...config, secretKeys: [...held.keys, ...secretKeys] }
}
