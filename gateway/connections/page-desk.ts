/**
 * Owns which Pages workspaces are connected to: sealed accounts of the kind `page`, and who has claimed which (records `page-claims`).
 * 1. A Page belongs to one workspace at a time, which holds its claim. 2. It is claimed before it is written, so that what a process leaves behind that
 * dies in between is nobody's.
 */
import { z } from 'zod'
import type { ConsentScope } from '#machines/outreach-contract.ts'
import { newSecret } from '../auth/secrets.ts'
import { GatewayError } from '../errors.ts'
import { maybe } from '../read-models/shape.ts'
import { accountClaims, type AccountClaims } from './account-claims.ts'
import type { ConnectionParts } from './connections.ts'
import type { PageConnection, PageConnections } from './page-connection.ts'
import { createSealedAccounts, type Account, type AccountKind, type SealedAccounts } from './sealed-accounts.ts'

const metaId = z.string().regex(/^\d{1,32}$/u, 'has to be digits')
/** Boxes of forms and the channels that can be agreed to with them. */
const consents = z.record(
  z.string().min(1).max(120),
  z.array(z.enum(['whatsapp:marketing', 'email:marketing', 'sms:marketing'])).max(3),
)

/** A Page as it is kept. The app secret is empty where the app is that of the WhatsApp numbers. */
export const pageKind = {
  kind: 'page',
  settings: z.object({
    account: metaId,
    name: z.string().max(200),
    instagram: z.exactOptional(metaId),
    forms: z.array(metaId).max(100),
    consents,
  }),
  secrets: ['accessToken', 'appSecret', 'verifyToken'],
} as const satisfies AccountKind

/** What an admin gives. What is left out stays as it is; a new Page needs its access token. */
export interface PageInput {
  readonly page: string
  readonly name?: string
  readonly instagram?: string
  readonly accessToken?: string
  /** Empty where the app is that of the WhatsApp numbers. */
  readonly appSecret?: string
  readonly forms?: readonly string[]
  readonly consents?: { readonly [checkbox: string]: readonly ConsentScope[] }
}

/** A Page as it stands in the records. */
export interface HeldPage extends Pick<PageConnection, 'page' | 'name' | 'instagram' | 'forms' | 'consents'> {
  /** The connection, or why its secrets do not open. */
  readonly opened: PageConnection | GatewayError
}

/** Pages with the side that admins change. What is refused is a `GatewayError`; none of its words hold a secret. */
export interface PageDesk extends PageConnections {
  /** As the records have it now, also what does not open. */
  list(workspace: string): Promise<readonly HeldPage[]>
  /** Throws `conflict` for a Page of another workspace, and when somebody else changes it at the same time. */
  save(workspace: string, input: PageInput): Promise<void>
  remove(workspace: string, page: string): Promise<void>
  /** Brings every secret under the master key that seals now. Answers why some could not be. */
  rewrap(): Promise<readonly string[]>
}

/** Makes the Pages over records and a vault. */
export function createPageDesk(parts: ConnectionParts): PageDesk {
  const accounts = createSealedAccounts(pageKind, parts)
  const isConnected = async (workspace: string, page: string) => (await heldIn(accounts, workspace, page)) !== undefined
  const claims = accountClaims({ ...parts, isConnected, of: 'page' })
  const ours = async (workspace: string): Promise<readonly PageConnection[]> => {
    const opened = await accounts.of(workspace)
    const held = await Promise.all(opened.map(({ settings }) => claims.holds(workspace, settings.account)))
    return opened.filter((_, index) => held[index]).map(connectionOf)
  }
  return {
    pages: ours,
    page: async (workspace, page) => (await ours(workspace)).find((each) => each.page === page),
    async list(workspace) {
      const held = await accounts.list(workspace)
      const mine = await Promise.all(held.map(({ settings }) => claims.holds(workspace, settings.account)))
      return held.filter((_, index) => mine[index]).map(heldPageOf)
    },
    save: (workspace, input) => save({ accounts, claims }, workspace, input),
    async remove(workspace, page) {
      await accounts.remove(workspace, page)
      await claims.free(workspace, page)
    },
    rewrap: () => accounts.rewrap(),
  }
}

type Pages = SealedAccounts<typeof pageKind>

async function save(
  { accounts, claims }: { readonly accounts: Pages; readonly claims: AccountClaims },
  workspace: string,
  { page, accessToken, appSecret, ...change }: PageInput,
): Promise<void> {
  const before = await heldIn(accounts, workspace, page)
  const isNew = before === undefined
  if (isNew && accessToken === undefined) throw new GatewayError('invalid', 'accessToken: a new Page needs one')
  const base = before?.settings ?? { account: page, name: '', forms: [], consents: {} }
  const settings = pageKind.settings.parse({ ...base, ...change, account: page })
  const secrets = {
    ...maybe('accessToken', accessToken),
    ...maybe('appSecret', appSecret ?? (isNew ? '' : undefined)),
    ...maybe('verifyToken', isNew ? newSecret() : undefined),
  }
  await claims.claim(workspace, page, {
    write: () => accounts.save(workspace, { settings, secrets }),
    undo: () => accounts.remove(workspace, page),
  })
}

async function heldIn(accounts: Pages, workspace: string, page: string) {
  return (await accounts.list(workspace)).find(({ settings }) => settings.account === page)
}

function heldPageOf({ settings, opened }: Awaited<ReturnType<Pages['list']>>[number]): HeldPage {
  const { account: page, ...rest } = settings
  return { page, ...rest, opened: opened instanceof GatewayError ? opened : connectionOf(opened) }
}

function connectionOf({ workspace, settings, secrets }: Account<typeof pageKind>): PageConnection {
  const { account: page, ...rest } = settings
  const { accessToken, appSecret, verifyToken } = secrets
  return { workspace, page, ...rest, accessToken, appSecrets: appSecret === '' ? [] : [appSecret], verifyToken }
}
