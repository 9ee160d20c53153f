import type { ConsentScope } from '#machines/outreach-contract.ts'

/** A Facebook Page of a workspace with its secrets, opened: it never leaves the server, and no part of it is ever logged. */
export interface PageConnection {
  readonly workspace: string
  /** The Page's id. */
  readonly page: string
  /** As Meta calls it; empty until it has been asked. */
  readonly name: string
  /** Id of the Instagram account that belongs to the Page, where one does. */
  readonly instagram?: string
  /** A Page access token. */
  readonly accessToken: string
  /** The app's secret; empty where it is the same app as the workspace's WhatsApp numbers. */
  readonly appSecrets: readonly string[]
  readonly verifyToken: string
  /** Forms whose leads are looked for; every form of the Page when empty. */
  readonly forms: readonly string[]
  /** What a ticked box agrees to, by its key. A key that is not here speaks for itself when it names a channel. */
  readonly consents: { readonly [checkbox: string]: readonly ConsentScope[] }
}

/** The Pages of workspaces. Reads are answered from memory for some seconds. */
export interface PageConnections {
  pages(workspace: string): Promise<readonly PageConnection[]>
  page(workspace: string, page: string): Promise<PageConnection | undefined>
}
