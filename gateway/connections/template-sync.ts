/**
 * Owns which accounts are being read now. Reads the templates of WhatsApp accounts from Meta and tells their actors, in parts that fit an event; and to
 * which portfolio they belong, whose numbers share a limit.
 * 1. An account is read once at a time in this process; who asks meanwhile gets a reading that begins after theirs. 2. What fails is told to the actor when
 * it is about our access, and never thrown.
 */
import { addressOf } from '#runtime/address.ts'
import type { Clock } from '#runtime/ports/clock.ts'
import type { Ids } from '#runtime/ports/ids.ts'
import type { Log } from '#runtime/ports/log.ts'
import type { Runtime } from '#runtime/runtime.ts'
import type { AccountEvent, AccountTemplate } from '#machines/account-contract.ts'
import { stopsSender } from '#machines/account-access.ts'
import { accountId } from '#machines/account-writing.ts'
import type { GraphClient } from '../channels/whatsapp/graph-client.ts'
import type { MessageTemplate } from '../channels/whatsapp/graph-templates.ts'
import { maybe, without } from '../read-models/shape.ts'
import { eventOf } from '../submit.ts'
import type { Connections } from './connection.ts'
import type { Place } from './sealed-connection.ts'

/** What came of a reading. */
export type SyncOutcome =
  { readonly ok: true; readonly count: number } | { readonly ok: false; readonly reason: string }

/** Keeps the account actors' templates as Meta has them. */
export interface TemplateSync {
  /** Reads one account's. */
  sync(place: Place): Promise<SyncOutcome>
}

/** Templates in an event, and how many of them are read of an account: as many as its actor keeps. */
const partSize = 20
const templatesMax = 500

/** Makes the sync over connections and a client of Meta's. */
export function createTemplateSync(parts: {
  readonly connections: Connections
  readonly graph: Pick<GraphClient, 'templates'> & Partial<Pick<GraphClient, 'portfolio'>>
  readonly runtime: Pick<Runtime, 'send'>
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
}): TemplateSync {
  const { log } = parts
  const running = new Map<string, { readonly done: Promise<SyncOutcome>; next?: Promise<SyncOutcome> }>()
  const begin = async (place: Place): Promise<SyncOutcome> => {
    try {
      return await read(place, parts)
    } catch (error) {
      log.warn('templates could not be read', { ...place, error: String(error) })
      return { ok: false, reason: 'The templates could not be read: look at the log of the server.' }
    }
  }
  const sync = (place: Place): Promise<SyncOutcome> => {
    const key = `${place.workspace}/${place.account}`
    const now = running.get(key)
    // 1
    if (now !== undefined) return (now.next ??= now.done.then(() => sync(place)))
    const done = begin(place).finally(() => running.delete(key))
    running.set(key, { done })
    return done
  }
  return { sync }
}

async function read(
  { workspace, account }: Place,
  { connections, graph, runtime, ids }: Parameters<typeof createTemplateSync>[0],
): Promise<SyncOutcome> {
  const number = await connections.whatsappAccount(workspace, account)
  if (number === undefined) return { ok: false, reason: `Number ${account} is not connected here.` }
  const to = addressOf(workspace, 'account', accountId('whatsapp', account))
  const tell = (event: AccountEvent): Promise<unknown> => runtime.send({ to, event: eventOf(event) })
  const asked = await graph.templates({ business: number.business, token: number.accessToken })
  if (!asked.ok) {
    const { reason, error } = asked.failure
    // 2
    if (error !== undefined && stopsSender(error)) await tell({ type: 'account.troubled', error })
    return { ok: false, reason }
  }
  const templates = asked.value.slice(0, templatesMax).map(templateOf)
  const reading = ids.next('reading')
  const parts = Math.max(1, Math.ceil(templates.length / partSize))
  for (let part = 0; part < parts; part++) {
    const some = templates.slice(part * partSize, (part + 1) * partSize)
    await tell({ type: 'account.templates-read', reading, part, templates: some, last: part === parts - 1 })
  }
  const portfolio = await graph.portfolio?.({ business: number.business, token: number.accessToken })
  if (portfolio?.ok === true && portfolio.value !== '') {
    await tell({ type: 'account.portfolio-told', portfolio: portfolio.value })
  }
  return { ok: true, count: templates.length }
}

function templateOf(template: MessageTemplate): AccountTemplate {
  const { category, quality, header, ...rest } = without(template, 'id')
  return { ...rest, category: category.toLowerCase(), ...maybe('header', header), ...maybe('quality', quality) }
}
