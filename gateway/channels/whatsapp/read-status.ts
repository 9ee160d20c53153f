import { maybe } from '../../read-models/shape.ts'
import { providerErrorOf } from './error-actions.ts'
import { fieldsIn, idIn, listIn, timeIn, wordsIn, type Fields } from './json-fields.ts'
import { peopleIn, personOf } from './people.ts'
import type { Scope } from './read-message.ts'
import type { WhatsAppPerson, WhatsAppUpdate } from './update.ts'

const statuses = ['sent', 'delivered', 'read', 'played', 'failed'] as const

/** An item of `statuses`, or why it can't be read. The message's id is enough: the person may be unknown. */
export function readStatus(item: unknown, scope: Scope): WhatsAppUpdate | string {
  const told = fieldsIn(item)
  const id = idIn(told.id)
  if (id === undefined) return 'it names no message'
  const status = statuses.find((each) => each === told.status)
  if (status === undefined) return 'it is a status that is not known'
  const toldAtMs = timeIn(told.timestamp)
  if (toldAtMs === undefined) return 'it has no usable timestamp'
  const person = recipientOf(told, scope)
  return { kind: 'status', ...scope.number, id, status, toldAtMs, person, ...detailsOf(told) }
}

/** The contacts stand beside the statuses or within one. With a group, `recipient_id` is the group's. */
function recipientOf(told: Fields, { people }: Scope): WhatsAppPerson {
  const phone = told.recipient_type === 'group' ? told.recipient_participant_id : told.recipient_id
  const known = told.contacts === undefined ? people : peopleIn(told.contacts)
  return personOf(known, { phone, userId: told.recipient_user_id }) ?? {}
}

function detailsOf(
  told: Fields,
): Pick<WhatsAppUpdate & { kind: 'status' }, 'opaque' | 'error' | 'category' | 'billable'> {
  const [error] = listIn(told.errors)
  const { category, billable } = fieldsIn(told.pricing)
  return {
    ...maybe('opaque', idIn(told.biz_opaque_callback_data)),
    ...(error === undefined ? {} : { error: providerErrorOf(error) }),
    ...maybe('category', wordsIn(category, 60)),
    ...(typeof billable === 'boolean' ? { billable } : {}),
  }
}
