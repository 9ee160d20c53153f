/** Actor `queue`: one a team; who waits, and who takes them. And when a team works, which its calendar goes by as well. */

/** When a team works. Days count from Sunday, 0; minutes from midnight, in the zone `zoneOffsetMinutes` east of UTC. */
export interface BusinessHours {
  readonly opensMinute: number
  readonly closesMinute: number
  readonly days: readonly number[]
  readonly zoneOffsetMinutes: number
}

export const businessHoursDefaults: BusinessHours = {
  opensMinute: 9 * 60,
  closesMinute: 20 * 60,
  days: [0, 1, 2, 3, 4, 5, 6],
  zoneOffsetMinutes: 330,
}

/** Settings of the workspace for a team's queue. */
export interface QueueSettings extends BusinessHours {
  readonly assignment: 'manual' | 'balanced'
  /** Conversations told their position, and listed in `queue-changed`: the first ones. */
  readonly toldMax: number
  /** Beyond this a conversation waits without a place in the line. */
  readonly waitingMax: number
  readonly membersMax: number
}

export const queueDefaults: QueueSettings = {
  ...businessHoursDefaults,
  assignment: 'manual',
  toldMax: 50,
  waitingMax: 1000,
  membersMax: 200,
}

export interface QueueInput {
  /** The queue's own address, `workspace/queue/team`. */
  readonly address: string
  readonly settings: QueueSettings
}

export type QueueEvent =
  | {
      readonly type: 'queue.join'
      readonly conversation: string
      readonly reason: string
      readonly priority: number
      readonly summary: string
    }
  | { readonly type: 'queue.leave'; readonly conversation: string }
  | { readonly type: 'queue.taken'; readonly conversation: string; readonly memberId: string }
  /** A conversation a member owned is closed or handed on. */
  | { readonly type: 'queue.released'; readonly conversation: string; readonly memberId: string }
  | { readonly type: 'member.available'; readonly memberId: string; readonly name: string; readonly capacity: number }
  | { readonly type: 'member.away'; readonly memberId: string }
  | { readonly type: 'queue.settings'; readonly assignment: 'manual' | 'balanced' }

export interface QueueFacts {
  'queue-joined': {
    readonly conversation: string
    readonly position: number
    readonly reason: string
    readonly summary: string
  }
  'queue-left': { readonly conversation: string; readonly waitedMs: number; readonly to?: string }
  'queue-changed': {
    readonly team: string
    readonly assignment: 'manual' | 'balanced'
    /** How many wait; `waiting` holds the first of them. */
    readonly total?: number
    readonly waiting: readonly {
      readonly conversation: string
      readonly sinceMs: number
      readonly reason: string
      readonly priority: number
    }[]
    readonly members: readonly {
      readonly memberId: string
      readonly name: string
      readonly load: number
      readonly capacity: number
      readonly available: boolean
    }[]
  }
}
