import type { Clock } from '#runtime/ports/clock.ts'
import type { Ids } from '#runtime/ports/ids.ts'
import type { Records } from '#runtime/ports/records.ts'
import { GatewayError } from '../errors.ts'
import { fingerprint, newSecret } from './secrets.ts'
import { textIn } from '../read-models/shape.ts'

/** A token other systems send leads with, as an admin sees it. The token itself is shown once, when it is made. */
export interface WorkspaceToken {
  readonly tokenId: string
  readonly name: string
  readonly createdAtMs: number
}

/** Tokens of a workspace, kept as fingerprints in records (`workspace-tokens`). */
export interface WorkspaceTokens {
  list(workspace: string): Promise<readonly WorkspaceToken[]>
  make(workspace: string, name: string): Promise<WorkspaceToken & { readonly token: string }>
  revoke(workspace: string, tokenId: string): Promise<void>
  /** The workspace and token behind an `Authorization` header. Throws `unauthenticated`. */
  verify(authorization: string | undefined): Promise<{ readonly workspace: string; readonly tokenId: string }>
}

/** Makes the workspace tokens over records. A token is `fa_<token id>.<secret>` so that it is found by key. */
export function createWorkspaceTokens({
  records,
  clock,
  ids,
}: {
  readonly records: Records
  readonly clock: Clock
  readonly ids: Ids
}): WorkspaceTokens {
  return {
    async list(workspace) {
      const stored = await records.list('workspace-tokens', '', 1000)
      return stored
        .filter((each) => each.value['workspace'] === workspace)
        .map(({ key, value }) => ({
          tokenId: key,
          name: textIn(value['name']),
          createdAtMs: Number(value['createdAtMs']),
        }))
    },
    async make(workspace, name) {
      const tokenId = ids.next('token')
      const secret = newSecret()
      const createdAtMs = clock.nowMs()
      await records.put('workspace-tokens', tokenId, { workspace, name, createdAtMs, print: fingerprint(secret) }, 0)
      return { tokenId, name, createdAtMs, token: `fa_${tokenId}.${secret}` }
    },
    async revoke(workspace, tokenId) {
      const stored = await records.get('workspace-tokens', tokenId)
      if (stored?.value['workspace'] !== workspace) throw new GatewayError('not-found', 'There is no such token.')
      await records.delete('workspace-tokens', tokenId)
    },
    async verify(authorization) {
      const [, tokenId = '', secret = ''] = /^Bearer fa_([^.]+)\.(.+)$/.exec(authorization ?? '') ?? []
      const stored = tokenId === '' ? undefined : await records.get('workspace-tokens', tokenId)
      if (stored === undefined || stored.value['print'] !== fingerprint(secret)) {
        throw new GatewayError('unauthenticated', 'Send a workspace token: «Authorization: Bearer fa_…».')
      }
      return { workspace: textIn(stored.value['workspace']), tokenId }
    },
  }
}
