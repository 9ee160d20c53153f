import { createHash } from 'node:crypto'
import { addressOf, parseAddress, partsOf } from '#runtime/address.ts'
import type { NewEvent } from '#runtime/event.ts'
import { contactId } from '#machines/contact-writing.ts'
import { maybe } from '../../read-models/shape.ts'
import { eventOf } from '../../submit.ts'
import { placeOfPhone } from '../place-of-phone.ts'
import { spokenIn } from '../spoken-language.ts'
import type { SmsUpdate } from './read-sms.ts'
import type { FormFields } from './twilio-signature.ts'

export interface TakingSmsIn {
  readonly workspace: string
  /** Our numbers whose auth token signed it. */
  readonly accounts: ReadonlySet<string>
  /** The dispatch that the signed address names, of a report. */
  readonly dispatch?: string
  /** The form as it came, to keep what can't be taken in. */
  readonly raw: string
  readonly timeZone: string
  readonly nowMs: number
  readonly isComplete: (text: string) => boolean
}

/**
 * What the provider tells, as events of the actors it concerns. Each has an id made of the provider's, so that the same told again changes nothing.
 * What can't be taken in is an event too: it is kept with its reason. The provider tells no time of its own: it is when we heard it.
 */
export function smsEventsOf(update: SmsUpdate, taking: TakingSmsIn): readonly NewEvent[] {
  if (update.kind === 'nothing') return []
  if (update.kind === 'unread') return [kept(update.reason, taking)]
  if (!taking.accounts.has(update.account)) {
    return [kept(`the number ${update.account.slice(0, 40)} is not connected to this workspace`, taking)]
  }
  return update.kind === 'status' ? reported(update, taking) : [heard(update, taking)]
}

function heard(
  { id, account, phone, text, attachments, wish }: Extract<SmsUpdate, { readonly kind: 'message' }>,
  { workspace, timeZone, nowMs, isComplete }: TakingSmsIn,
): NewEvent {
  const event = {
    type: 'contact.heard',
    channel: 'sms',
    reach: { account, phone },
    language: 'en',
    ...maybe('spoken', spokenIn(text)),
    ...placeOfPhone(phone, { nowMs, otherwise: timeZone }),
    told: {
      news: 'message',
      messageId: id,
      text,
      complete: attachments.length > 0 || isComplete(text),
      attachments,
      ...maybe('wish', wish),
      sentAtMs: nowMs,
    },
  } as const
  const to = addressOf(workspace, 'contact', contactId('sms', account, phone))
  return { to, event: eventOf(event), id: `sms:message:${id}` }
}

/** A report is its dispatch's, which our own address names; of a message we did not send there is nobody to tell. */
function reported(
  { id: providerId, account, status, error }: Extract<SmsUpdate, { readonly kind: 'status' }>,
  { workspace, dispatch, nowMs }: TakingSmsIn,
): readonly NewEvent[] {
  const to = dispatch === undefined ? undefined : parseAddress(dispatch)
  if (to === undefined || partsOf(to).workspace !== workspace || partsOf(to).kind !== 'dispatch') return []
  const event = {
    type: 'provider.told',
    status,
    providerId,
    account,
    toldAtMs: nowMs,
    ...maybe('error', error),
  } as const
  return [{ to, event: eventOf(event), id: `sms:${providerId}:${status}` }]
}

/** The subject of a kept form. */
export const smsSubject = 'sms'

/** In a kept form: the dispatch its address named, which is no field of the provider's. */
const dispatchField = 'x-dispatch'

/** A form that was kept, as it came. */
export function keptForm(text: string): { readonly fields: FormFields; readonly dispatch?: string } {
  const form = new URLSearchParams(text.trim())
  const dispatch = form.get(dispatchField) ?? undefined
  form.delete(dispatchField)
  return { fields: [...form], ...maybe('dispatch', dispatch) }
}

function kept(reason: string, { workspace, raw, dispatch }: TakingSmsIn): NewEvent {
  const hash = createHash('sha256').update(raw).digest('hex').slice(0, 32)
  const named = dispatch === undefined ? '' : `&${String(new URLSearchParams({ [dispatchField]: dispatch }))}`
  const message = { subject: smsSubject, headers: {}, body: raw.slice(0, rawMax) + named, encoding: 'text' } as const
  const to = addressOf(workspace, 'refused-event', `sms-${hash}`)
  return { to, event: eventOf({ type: 'event.refused', message, reasons: [reason] }), id: 'refused' }
}

/** Characters of a kept item: an event has to hold it. */
const rawMax = 32 * 1024
