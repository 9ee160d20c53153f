import type { ActorFeed } from './actor-feed.ts'
import type { FunnelFeed } from './funnel-feed.ts'
import type { InboxFeed } from './inbox-feed.ts'
import type { StaffSession } from './staff-session.ts'

/** What flows to consoles without being asked for each time. */
export interface Feeds {
  readonly inbox: InboxFeed
  readonly funnel: FunnelFeed
  readonly actors: ActorFeed
  /** Consoles of one workspace, connected to this node. */
  of(workspace: string): ReadonlySet<StaffSession>
}
