import { maybe } from '../../read-models/shape.ts'
import { fieldsIn, idIn, listIn, wordsIn } from './json-fields.ts'
import type { WhatsAppPerson } from './update.ts'

/** The people of a webhook's `contacts`, by phone and by business-scoped id. The two can't be mistaken for one another. */
export type People = ReadonlyMap<string, WhatsAppPerson>

const nameMax = 200

/** Everybody `contacts` tells of. */
export function peopleIn(contacts: unknown): People {
  const people = listIn(contacts).map(contactIn)
  return new Map(people.flatMap((each) => keysOf(each).map((key) => [key, each] as const)))
}

/**
 * Who is meant by a phone, an id or both, with what the contacts tell beside it. Undefined when neither is usable. Where they disagree,
 * the message is right about itself.
 */
export function personOf(people: People, named: { phone?: unknown; userId?: unknown }): WhatsAppPerson | undefined {
  const person = { ...maybe('phone', phoneIn(named.phone)), ...maybe('userId', userIdIn(named.userId)) }
  const keys = keysOf(person)
  if (keys.length === 0) return undefined
  const told = keys.map((key) => people.get(key)).find((each) => each !== undefined)
  return { ...told, ...person }
}

/** Digits of a phone as Meta writes them, without a plus. */
export function phoneIn(value: unknown): string | undefined {
  return /^\+?(\d{5,20})$/.exec(idIn(value) ?? '')?.[1]
}

/** A business-scoped user id, `ES.1349…`. Source of the shape: reference 6.10. */
export function userIdIn(value: unknown): string | undefined {
  const id = idIn(value)
  return id !== undefined && /^[A-Z]{2}\.(ENT\.)?[0-9A-Za-z]{1,128}$/.test(id) ? id : undefined
}

function contactIn(value: unknown): WhatsAppPerson {
  const contact = fieldsIn(value)
  const profile = fieldsIn(contact.profile)
  return {
    ...maybe('phone', phoneIn(contact.wa_id)),
    ...maybe('userId', userIdIn(contact.user_id)),
    ...maybe('name', wordsIn(profile.name, nameMax)),
    ...maybe('username', wordsIn(profile.username, nameMax)),
  }
}

/** The id first: a phone can pass to somebody else, an id can't. */
function keysOf({ userId, phone }: WhatsAppPerson): readonly string[] {
  return [userId, phone].filter((key) => key !== undefined)
}
