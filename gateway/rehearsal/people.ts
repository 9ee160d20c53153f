import type { Minting } from './minting.ts'

/** A customer of the emulator. `shows` is what the business learns: the phone, an id in its place, or both. */
export interface Person {
  /** The name by which the emulator's own API calls them: the phone's digits, else the user id. */
  readonly id: string
  readonly name: string
  readonly phone?: string
  readonly userId: string
  readonly username?: string
  readonly shows: 'phone' | 'both' | 'user-id'
  /** `absent`: an addressee to whom nothing can be delivered. */
  readonly onWhatsApp: 'present' | 'absent'
}

/** A customer to be added: digits of a phone, or a username and no phone. */
export interface NewPerson {
  readonly name: string
  readonly phone?: string
  readonly userId?: string
  readonly username?: string
  /** Default `present`. */
  readonly onWhatsApp?: Person['onWhatsApp']
}

/** Three to begin with: one as of old, one with both ids, one who hides the number. */
export const firstPeople: readonly NewPerson[] = [
  { name: 'Ana Ruiz', phone: '34600111222' },
  { name: 'Ravi Nair', phone: '919812345678', userId: 'IN.40718293650417283950' },
  { name: 'Mei Tan', userId: 'SG.13491208655302741918', username: '@meitan' },
]

const peopleMax = 10_000

/**
 * The customers, and by what they can be found.
 * Owns the people. 1. An id, a phone and a user id each name at most one person. 2. A number nobody has is not on WhatsApp, also after something was
 * sent to it.
 */
export class People {
  readonly #minting: Minting
  readonly #people = new Map<string, Person>()

  constructor(minting: Minting) {
    this.#minting = minting
  }

  all(): readonly Person[] {
    return [...this.#people.values()]
  }

  /** By id, phone (a plus sign allowed) or user id. */
  find(name: string): Person | undefined {
    const digits = name.replace(/^\+/, '')
    return this.#people.get(digits) ?? this.all().find((each) => each.userId === name || each.phone === digits)
  }

  /** Answers the one who is there already when the phone or user id is known. Throws when there are too many. */
  add(person: NewPerson): Person {
    const known = this.find(person.phone ?? person.userId ?? '')
    if (known !== undefined) return known
    if (this.#people.size >= peopleMax) throw new Error(`there are ${peopleMax} customers already`)
    const userId = person.userId ?? this.#minting.userId('ES')
    const shows = person.phone === undefined ? 'user-id' : person.userId === undefined ? 'phone' : 'both'
    const { onWhatsApp = 'present' } = person
    const added: Person = { ...person, id: person.phone ?? userId, userId, shows, onWhatsApp }
    this.#people.set(added.id, added)
    return added
  }

  /** The person keeps the id by which the emulator knows them. */
  change(id: string, to: Partial<Pick<Person, 'phone' | 'userId' | 'onWhatsApp'>>): Person {
    const person = this.#people.get(id)
    if (person === undefined) throw new Error(`there is no customer ${id}`)
    const changed = { ...person, ...to }
    this.#people.set(id, changed)
    return changed
  }
}
