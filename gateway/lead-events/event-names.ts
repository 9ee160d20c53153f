import type { BusTopic } from '#runtime/ports/event-bus.ts'

/** The first word of every subject. */
export const defaultPrefix = 'fineacers'

/** The one type that is taken in. */
export const leadCapturedType = typeOf('lead.captured')

/** Bytes of one message on the way in, headers included: what is refused fits into an event of ours, and a mended one into a console's frame. */
export const messageMaxBytes = 32 * 1024

/** A type's name: `com.fineacers.`, what it is about, and its version, which rises only with a change that would break a reader. */
export function typeOf(name: string, version = 1): string {
  return `com.fineacers.${name}.v${version}`
}

/** The `source` of what we publish about a workspace. */
export function sourceOf(workspace: string): string {
  return `/fineacers/${workspace}`
}

/** Where a schema is served, beneath the gateway's address. */
export function schemaPathOf(type: string): string {
  return `/schemas/lead-events/${type}.json`
}

/** The `dataschema` of what we publish: the schema's address where the house has a public one, else a name that stays the same. */
export function dataSchemaOf(type: string, publicUrl: string | undefined): string {
  return publicUrl === undefined ? `urn:fineacers:schema:${type}` : new URL(schemaPathOf(type), publicUrl).href
}

/** Where other systems publish leads. */
export function leadsSubject(prefix: string, workspace: string): string {
  return `${prefix}.${workspace}.leads.captured`
}

/** Where what could not be taken in is said. */
export function deadLetterSubject(prefix: string, workspace: string): string {
  return `${prefix}.${workspace}.leads.dead-letter`
}

/** Where a public fact is said: `lead.temperature-changed` on `fineacers.acme.facts.lead.temperature-changed`. */
export function factSubject(prefix: string, workspace: string, name: string): string {
  return `${prefix}.${workspace}.facts.${name}`
}

/** How much a cluster keeps for other systems. */
export interface LeadEventBounds {
  /** Leads not yet taken in, of all workspaces and of one. */
  readonly leadsMaxBytes: number
  readonly leadsMaxPerWorkspace: number
  readonly leadsMaxAgeMs: number
  readonly factsMaxBytes: number
  readonly factsMaxAgeMs: number
}

const dayMs = 24 * 60 * 60 * 1000

export const defaultBounds: LeadEventBounds = {
  leadsMaxBytes: 1024 ** 3,
  leadsMaxPerWorkspace: 200_000,
  leadsMaxAgeMs: 30 * dayMs,
  factsMaxBytes: 2 * 1024 ** 3,
  factsMaxAgeMs: 7 * dayMs,
}

/** A repeated publish within this is dropped by the bus itself; beyond it a reader goes by `source` and `id`. */
const duplicatesMs = 2 * 60 * 1000

/** Leads wait here until they are taken in; a full topic tells its publishers so. Only subjects of workspaces there are: a typing error is an error. */
export function leadsTopic(prefix: string, workspaces: readonly string[], bounds: LeadEventBounds): BusTopic {
  return {
    name: 'leads',
    subjects: workspaces.map((workspace) => leadsSubject(prefix, workspace)),
    keeps: 'until-acknowledged',
    maxAgeMs: bounds.leadsMaxAgeMs,
    maxBytes: bounds.leadsMaxBytes,
    maxPerSubject: bounds.leadsMaxPerWorkspace,
    maxMessageBytes: messageMaxBytes,
    whenFull: 'refuse',
    duplicatesMs,
  }
}

/** Facts and dead letters stay here for other systems to read, and to read again. Each workspace has a place of its own, called after it. */
export function factsTopic(prefix: string, workspaces: readonly string[], bounds: LeadEventBounds): BusTopic {
  const readers = workspaces.map((name) => {
    return { name, subjects: [`${prefix}.${name}.facts.*.*`, deadLetterSubject(prefix, name)] }
  })
  return {
    name: 'facts',
    subjects: readers.flatMap(({ subjects }) => subjects),
    keeps: 'for-a-time',
    maxAgeMs: bounds.factsMaxAgeMs,
    maxBytes: bounds.factsMaxBytes,
    maxMessageBytes: 16 * messageMaxBytes,
    whenFull: 'drop-oldest',
    duplicatesMs,
    readers,
  }
}
