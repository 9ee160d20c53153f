import type { PriceList } from '#machines/message-price.ts'
import type { OutreachSettings } from '#machines/outreach-contract.ts'
import type { WidgetBrand } from './protocol.ts'

/** What a workspace shows its customers, and the team that answers them. */
export interface WorkspaceConfig {
  readonly brand: WidgetBrand
  /** IANA name, such as `Asia/Kolkata`: «today» of the funnel. */
  readonly timeZone: string
  readonly team: string
  /** Conversations a member takes at once. */
  readonly capacity: number
}

export interface GatewayConfig {
  readonly workspaces: { readonly [workspace: string]: WorkspaceConfig }
  /** The workspace pages without one belong to: demo page, pictures, sign-in. */
  readonly defaultWorkspace: string
  /** Holds `console/`, `widget/` and `demo/` as vite built them; absolute. */
  readonly staticRoot: string
  /** Uploads and rejected rows are kept here; absolute. */
  readonly importFolder: string
  /** Cookies are marked Secure: true behind HTTPS. */
  readonly secureCookies: boolean
  /** Whether a proxy in front sets X-Forwarded-For. */
  readonly trustProxy: boolean
  /** Where clients and providers reach this house, without a slash at the end; the host they asked for when absent. */
  readonly publicUrl?: string
  /** Where Meta's Graph API is, and which version of it is spoken. */
  readonly meta: { readonly graphUrl: string; readonly graphVersion: string }
  /** What of the gate's settings is another here; its leads are made with the same. */
  readonly outreach?: Partial<OutreachSettings>
  /** What messages cost, as contracts say; assumed when absent. */
  readonly prices?: PriceList
  /** What messages may cost a month until an admin says otherwise; absent for as much as there is. */
  readonly budgetMicros?: number
  /** When set, `/metrics` wants it as a bearer token. */
  readonly metricsToken?: string
  readonly limits?: Partial<GatewayLimits>
}

/** What protects the house from a crowd; tests and load tests change it. */
export interface GatewayLimits {
  /** New visitors one network address may bring a minute. */
  readonly visitorsPerMinute: number
  /** HTTP requests one network address may make a minute, of each gateway: it is the process that is protected. */
  readonly requestsPerMinute: number
  /** Sign-in attempts for one network address and e-mail address a minute. */
  readonly signInsPerMinute: number
  readonly leadsPerMinute: number
  /** Sockets of each gateway. */
  readonly socketsMax: number
  readonly uploadMaxBytes: number
  /** How long after a member's last socket has gone they count as away. */
  readonly awayGraceMs: number
}

/** The limits unless configured otherwise. */
export const gatewayLimits: GatewayLimits = {
  visitorsPerMinute: 1200,
  requestsPerMinute: 1200,
  signInsPerMinute: 10,
  leadsPerMinute: 600,
  socketsMax: 20_000,
  uploadMaxBytes: 256 * 1024 * 1024,
  awayGraceMs: 45_000,
}
