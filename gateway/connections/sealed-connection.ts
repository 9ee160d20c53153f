import { z } from 'zod'
import type { WhatsAppConnection } from './connection.ts'
import type { Vault } from './vault.ts'

/** A connection as it is kept: what is secret is sealed. */
export const sealedConnection = z.object({
  business: z.string(),
  account: z.string(),
  displayNumber: z.string(),
  accessToken: z.string(),
  appSecrets: z.array(z.string()),
  verifyToken: z.string(),
})

/** A connection as it is kept: what is secret is sealed. */
export type SealedConnection = z.infer<typeof sealedConnection>

/** Where a connection's secrets belong, for the vault. */
export interface Place {
  readonly workspace: string
  readonly account: string
}

type Secret = 'access-token' | 'app-secret' | 'verify-token'

/** The vault's name of a secret of a connection. A new app secret and the one before it have the same place. */
export function placeOf({ workspace, account }: Place, secret: Secret): string {
  return `workspace/${workspace}/whatsapp/${account}/${secret}`
}

/** The connection with its secrets opened. Throws what the vault throws. */
export async function openConnection(
  vault: Vault,
  workspace: string,
  sealed: SealedConnection,
): Promise<WhatsAppConnection> {
  return { ...sealed, workspace, ...(await eachSecret(sealed, workspace, (text, where) => vault.open(text, where))) }
}

/** The connection with its secrets under the master key that seals now. Throws what the vault throws. */
export async function rewrapConnection(
  vault: Vault,
  workspace: string,
  sealed: SealedConnection,
): Promise<SealedConnection> {
  return { ...sealed, ...(await eachSecret(sealed, workspace, (text, where) => vault.rewrap(text, where))) }
}

async function eachSecret(
  sealed: SealedConnection,
  workspace: string,
  change: (text: string, where: string) => Promise<string>,
): Promise<Pick<SealedConnection, 'accessToken' | 'appSecrets' | 'verifyToken'>> {
  const place = { workspace, account: sealed.account }
  const [accessToken, verifyToken, ...appSecrets] = await Promise.all([
    change(sealed.accessToken, placeOf(place, 'access-token')),
    change(sealed.verifyToken, placeOf(place, 'verify-token')),
    ...sealed.appSecrets.map((each) => change(each, placeOf(place, 'app-secret'))),
  ])
  return { accessToken, verifyToken, appSecrets }
}
