import type { Clock } from '#runtime/ports/clock.ts'
import type { Documents } from '#runtime/ports/documents.ts'
import type { Ephemeral } from '#runtime/ports/ephemeral.ts'
import type { Files } from '#runtime/ports/files.ts'
import type { Ids } from '#runtime/ports/ids.ts'
import type { Log } from '#runtime/ports/log.ts'
import type { Records } from '#runtime/ports/records.ts'
import type { Runtime } from '#runtime/runtime.ts'
import type { ListingSearch } from '#rag/listing.ts'
import type { Accounts } from './auth/accounts.ts'
import type { Sessions } from './auth/sessions.ts'
import type { Tokens } from './auth/tokens.ts'
import type { GatewayConfig, GatewayLimits } from './config.ts'
import type { Receipts } from './channels/whatsapp/receipts.ts'
import type { Connections } from './connections/connection.ts'
import type { ChannelDesks } from './connections/channel-desks.ts'
import type { ConnectionDesk } from './connections/connections.ts'
import type { PageDesk } from './connections/page-desk.ts'
import type { TemplateSync } from './connections/template-sync.ts'
import type { FileLinks } from './files/file-links.ts'
import type { Health } from './health.ts'
import type { LiveHub } from './live-hub.ts'
import type { GatewayMetrics } from './metrics.ts'
import type { Rooms } from './rooms.ts'
import type { Signals } from './signals.ts'

/** Everything the parts of the gateway share; made once in `server.ts`. */
export interface House {
  readonly runtime: Runtime
  readonly documents: Documents
  readonly records: Records
  readonly ephemeral: Ephemeral
  /** What people send each other. */
  readonly files: Files
  readonly fileLinks: FileLinks
  readonly search: ListingSearch
  readonly connections: Connections
  /** Where admins change them; absent where nobody may. */
  readonly connectionDesk?: ConnectionDesk
  /** Facebook Pages as sources of leads; absent where there are none. */
  readonly pages?: PageDesk
  /** SMS numbers and mailboxes; absent where there are none to be. */
  readonly channelDesks?: ChannelDesks
  /** Reads the templates of WhatsApp numbers from Meta. */
  readonly templateSync: TemplateSync
  /** Tells customers on WhatsApp that they were read, and that somebody types. */
  readonly receipts: Receipts
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  readonly config: GatewayConfig
  readonly limits: GatewayLimits
  readonly accounts: Accounts
  readonly sessions: Sessions
  readonly tokens: Tokens
  readonly hub: LiveHub
  readonly rooms: Rooms
  readonly signals: Signals
  readonly metrics: GatewayMetrics
  readonly health: Health
  /** Whether read models answer, where that is known without asking. */
  readonly documentsReachable?: () => boolean
  /** Whether a text is plainly a whole request, so that no burst window is needed. */
  isComplete(text: string): boolean
}
