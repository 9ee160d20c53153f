/**
 * Looks for forms that were sent and whose ping was lost.
 * Owns how far each form has been looked through (records `lead-sweeps` by `workspace/page`). One process at a time does it.
 * 1. A place moves on only after everything before it is durable: whoever dies in between looks again. 2. It begins a while before the place: Meta may
 * show a lead late. What is found twice, or was told by a ping, changes nothing. 3. A form that can't be read holds up no other.
 */
import { z } from 'zod'
import type { Clock } from '#runtime/ports/clock.ts'
import type { Log } from '#runtime/ports/log.ts'
import type { Records } from '#runtime/ports/records.ts'
import type { Runtime } from '#runtime/runtime.ts'
import type { PageConnection, PageConnections } from '../../connections/page-connection.ts'
import type { AdLead, GraphLeads } from '../whatsapp/graph-leads.ts'
import { adLeadAddress, announced } from './take-in-page.ts'

/** From the end of one look to the beginning of the next. */
export const sweepEveryMs = 15 * 60 * 1000

/** How far before a place is looked. */
const overlapMs = 60 * 60 * 1000
/** Where a form is begun: as far back as Meta itself tells of a lead. */
const firstMs = 36 * 60 * 60 * 1000

const collection = 'lead-sweeps'
const placesShape = z.object({ places: z.record(z.string(), z.number()) })

/** What the sweep is made of. */
export interface LeadSweepOptions {
  readonly pages: PageConnections
  readonly workspaces: readonly string[]
  readonly graph: Pick<GraphLeads, 'leadsOf' | 'formsOf'>
  readonly records: Records
  readonly runtime: Pick<Runtime, 'send'>
  readonly clock: Clock
  readonly log: Log
}

/** Looks once through every form of every Page. A Page that fails is logged, and looked at again next time. */
export async function sweepLeads(options: LeadSweepOptions, signal: AbortSignal): Promise<void> {
  for (const workspace of options.workspaces) {
    for (const page of await options.pages.pages(workspace)) {
      if (signal.aborted) return
      await sweepPage(page, options, signal)
    }
  }
}

/** Looks now, and again and again, until it is stopped. */
export function startLeadSweep(options: LeadSweepOptions): { stop(): Promise<void> } {
  const { clock, log } = options
  const stopping = new AbortController()
  let cancel = (): void => {}
  let underWay: Promise<void> = Promise.resolve()
  const sweep = async (): Promise<void> => {
    try {
      await sweepLeads(options, stopping.signal)
    } catch (error) {
      log.warn('leads could not be looked for', { reason: String(error) })
    }
    if (!stopping.signal.aborted) cancel = clock.schedule(clock.nowMs() + sweepEveryMs, begin)
  }
  const begin = (): void => {
    underWay = sweep()
  }
  begin()
  return {
    async stop() {
      stopping.abort()
      cancel()
      await underWay
    },
  }
}

async function sweepPage(connection: PageConnection, options: LeadSweepOptions, signal: AbortSignal): Promise<void> {
  const { workspace, page, accessToken: token } = connection
  const { graph, records, clock, log } = options
  const asked =
    connection.forms.length > 0
      ? { ok: true as const, value: connection.forms }
      : await graph.formsOf({ page, token, signal })
  if (!asked.ok) return log.warn('the forms of a Page could not be read', { page, reason: asked.failure.reason })
  const key = `${workspace}/${page}`
  const stored = await records.get(collection, key)
  const places = stored === undefined ? {} : placesShape.parse(stored.value).places
  const moved = new Map<string, number>()
  for (const form of asked.value) {
    const beganAtMs = clock.nowMs()
    const placeMs = places[form] ?? beganAtMs - firstMs
    const leads = await graph.leadsOf({ form, token, sinceMs: placeMs - overlapMs, signal })
    if (leads.ok) await announceAll(leads.value, { connection, form, runtime: options.runtime })
    else log.warn('the leads of a form could not be read', { page, form, reason: leads.failure.reason })
    // Also where one is begun that can't be read yet is kept: it does not move on with the time.
    moved.set(form, leads.ok ? beganAtMs : placeMs)
  }
  // Whoever swept beside us has looked as well: their places are as good.
  await records.put(collection, key, { places: { ...places, ...Object.fromEntries(moved) } }, stored?.revision ?? 0)
}

interface Announcing {
  readonly connection: PageConnection
  readonly form: string
  readonly runtime: Pick<Runtime, 'send'>
}

async function announceAll(leads: readonly AdLead[], announcing: Announcing): Promise<void> {
  // One after the other: a thousand of them are no reason to crowd out who writes just now.
  for (const { id } of leads) await announceOne(id, announcing)
}

async function announceOne(id: string, { connection, form, runtime }: Announcing): Promise<void> {
  if (!/^\d{1,40}$/u.test(id)) return
  const { workspace, page } = connection
  const value = { leadgen_id: id, page_id: page, form_id: form }
  const told = JSON.stringify({ object: 'page', entry: [{ id: page, changes: [{ field: 'leadgen', value }] }] })
  await runtime.send(announced(adLeadAddress(workspace, id), { page, form, by: 'sweep', told }, `sweep:${id}`))
}
