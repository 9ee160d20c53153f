import type { Clock } from '#runtime/ports/clock.ts'
import type { Ephemeral } from '#runtime/ports/ephemeral.ts'
import type { EventBus } from '#runtime/ports/event-bus.ts'
import type { Journal } from '#runtime/ports/journal.ts'
import type { Log } from '#runtime/ports/log.ts'
import type { Records } from '#runtime/ports/records.ts'
import type { Runtime } from '#runtime/runtime.ts'
import { Egress, type EgressStats } from './egress.ts'
import { defaultBounds, defaultPrefix, type LeadEventBounds } from './event-names.ts'
import { Ingress, ingressLimits, type IngressLimits, type IngressStats } from './ingress.ts'
import type { ContentMode } from './write-cloud-event.ts'

export interface LeadEventsOptions {
  readonly bus: EventBus
  readonly clock: Clock
  readonly log: Log
  /** The first word of every subject: `fineacers`. */
  readonly prefix?: string
  readonly bounds?: Partial<LeadEventBounds>
  /** Those that other systems may send leads for and read facts of. */
  readonly workspaces: readonly string[]
  /** Takes leads in; any number of processes may, they share the work. */
  readonly ingress?: {
    readonly runtime: Pick<Runtime, 'send'>
    readonly ephemeral: Pick<Ephemeral, 'limit'>
    readonly limits?: Partial<IngressLimits>
  }
  /** Publishes facts; one process at a time should: a second one repeats them under the same ids. */
  readonly egress?: {
    readonly journal: Pick<Journal, 'facts' | 'watch'>
    readonly records: Records
    /** The house's address, under which `dataschema` is served. */
    readonly publicUrl?: string
    readonly mode?: ContentMode
  }
}

/** Counted since the start; what a process has no part in is absent. */
export type LeadEventStats = IngressStats & EgressStats

export interface LeadEvents {
  stats(): Partial<LeadEventStats>
  /** Takes and publishes nothing more; resolves when what was under way is settled. The bus stays open. */
  stop(): Promise<void>
}

/** Begins to take lead events in, to publish facts, or both. Never fails for a bus that is away: it begins as soon as it can. */
export function startLeadEvents(options: LeadEventsOptions): LeadEvents {
  const { bus, clock, log, workspaces, prefix = defaultPrefix } = options
  const shared = { bus, clock, log, workspaces, prefix, bounds: { ...defaultBounds, ...options.bounds } }
  const { ingress: incoming, egress: outgoing } = options
  const ingress =
    incoming === undefined
      ? undefined
      : new Ingress({ ...shared, ...incoming, limits: { ...ingressLimits, ...incoming.limits } })
  const egress = outgoing === undefined ? undefined : new Egress({ ...shared, mode: 'structured', ...outgoing })
  ingress?.start()
  egress?.start()
  return {
    stats: () => ({ ...ingress?.stats(), ...egress?.stats() }),
    async stop() {
      await Promise.all([ingress?.stop(), egress?.stop()])
    },
  }
}
