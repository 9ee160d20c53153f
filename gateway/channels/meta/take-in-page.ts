import { createHash } from 'node:crypto'
import { addressOf, type Address } from '#runtime/address.ts'
import type { NewEvent } from '#runtime/event.ts'
import { identityId } from '#machines/contact-key.ts'
import type { LeadAdEvent } from '#machines/lead-ad-contract.ts'
import type { LeadProfile } from '#machines/lead-contract.ts'
import type { PageConnection } from '../../connections/page-connection.ts'
import { maybe } from '../../read-models/shape.ts'
import { eventOf } from '../../submit.ts'
import type { PageUpdate } from './page-update.ts'

/** The subject under which what of a Page could not be taken in is kept. */
export const pageSubject = 'meta-page'

export interface PageTakingIn {
  readonly workspace: string
  /** Those in whose name the delivery was signed. */
  readonly pages: readonly Pick<PageConnection, 'page' | 'instagram'>[]
  /** Who tells: a webhook, or a person who tells again what was kept, by the letter's address. */
  readonly by: 'ping' | { readonly letter: string }
}

/**
 * What a delivery about a Page tells, as events of the actors it concerns. Each has an id made of Meta's, so that the same told again changes nothing. What
 * can't be taken in is an event too: it is kept with its reason.
 */
export function pageEventsOf(updates: readonly PageUpdate[], taking: PageTakingIn): readonly NewEvent[] {
  return updates.map((update) => eventFor(update, taking))
}

function eventFor(update: PageUpdate, taking: PageTakingIn): NewEvent {
  if (update.kind === 'unread') return kept(update.told, update.reason, taking.workspace)
  const isOurs = taking.pages.some(({ page, instagram }) => [page, instagram].includes(update.page))
  if (!isOurs) return kept(update.told, `the Page ${update.page} is not connected to this workspace`, taking.workspace)
  if (update.kind === 'written') return writtenBy(update, taking.workspace)
  const { id, page, form, told } = update
  const { by } = taking
  const to = adLeadAddress(taking.workspace, id)
  if (by === 'ping') return announced(to, { page, told, by, ...maybe('form', form) }, `leadgen:${id}`)
  return announced(to, { page, told, by: 'person', ...maybe('form', form) }, `replayed:${by.letter}`)
}

/** The actor of a form that was sent. Its id is Meta's, digits. */
export function adLeadAddress(workspace: string, id: string): Address {
  return addressOf(workspace, 'lead-ad', id)
}

/** What tells such an actor that there is something to read. */
export function announced(to: Address, lead: Omit<LeadAdEvent, 'type'>, id: string): NewEvent {
  return { to, event: eventOf({ type: 'ad-lead.announced', ...lead }), id }
}

/**
 * Whoever writes is a lead, the same one each time: by the id that the network gives a person, else by the comment's own.
 * They left no phone and no address, so that the person is known as a visitor.
 */
function writtenBy(update: Extract<PageUpdate, { readonly kind: 'written' }>, workspace: string): NewEvent {
  const { source, id, person, text, post, page } = update
  const network = source.startsWith('facebook') ? 'facebook' : 'instagram'
  const key = `${network}:${person.id ?? id}`
  const profile: LeadProfile = {
    source,
    visitorId: key,
    ...maybe('name', person.name),
    ...(text === '' ? {} : { message: text }),
    extra: { 'meta-page': page, 'meta-id': id, ...maybe('meta-post', post) },
  }
  const to = addressOf(workspace, 'lead', identityId(key))
  return { to, event: eventOf({ type: 'lead.captured', profile }), id: `${source}:${id}` }
}

function kept(told: string, reason: string, workspace: string): NewEvent {
  const hash = createHash('sha256').update(told).digest('hex').slice(0, 32)
  const message = { subject: pageSubject, headers: {}, body: told, encoding: 'text' } as const
  const to = addressOf(workspace, 'refused-event', `page-${hash}`)
  return { to, event: eventOf({ type: 'event.refused', message, reasons: [reason] }), id: 'refused' }
}
