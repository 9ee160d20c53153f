import { addressOf, type Address } from '#runtime/address.ts'
import type { JsonObject } from '#runtime/json.ts'
import { sleep, type World } from '#runtime/testing/simulator/world.ts'
import { contactId } from '#machines/contact-writing.ts'
import { account } from '../../channels/whatsapp/testing/payloads.ts'
import { workspace } from './door.ts'
import { timestamp, type Webhooks } from './webhooks.ts'

/** A customer: how webhooks name them, and how that changes. */
export interface Person {
  readonly phone: string
  readonly userId: string
  readonly named: 'by-phone' | 'by-id' | 'by-both' | 'in-turn'
}

/** What customers and the paired phone did, for the checkers to hold against the journal. */
export interface PeopleRecord {
  readonly people: readonly Person[]
  /** Ids of messages that Meta told of, with when they were written. */
  readonly written: { readonly id: string; readonly person: Person; readonly atMs: number }[]
  readonly echoes: { readonly id: string; readonly person: Person }[]
  finished: number
}

export interface PeopleOptions {
  readonly world: World
  readonly webhooks: Webhooks
  readonly actions: number
  readonly record: PeopleRecord
}

/** Four ways of being named, and people in zones whose nights are apart. */
export function somePeople(): readonly Person[] {
  const named = ['by-phone', 'by-id', 'by-both', 'in-turn', 'in-turn', 'by-phone'] as const
  return named.map((each, index) => ({
    named: each,
    phone: `${index % 3 === 2 ? '3460011122' : '91984501234'}${index}`,
    userId: `IN.1349120865530${index}`,
  }))
}

/** Customers write, each at their own pace: questions in bursts, now and then STOP or START. */
export function startPeople(options: PeopleOptions): void {
  for (const [index, person] of options.record.people.entries()) void write(options, person, index)
}

/** Somebody of ours answers a customer on the paired phone, at this instant. */
export function echo({ world, webhooks, record }: Omit<PeopleOptions, 'actions'>, person: Person): void {
  const id = `wamid.ECHO-${record.echoes.length}`
  record.echoes.push({ id, person })
  const to = whom(person, world.clock.nowMs())
  const what = { id, from: '15550783881', timestamp: timestamp(world.clock.nowMs()), type: 'text' }
  const named = {
    ...(to.phone === undefined ? {} : { to: to.phone }),
    ...(to.userId === undefined ? {} : { to_user_id: to.userId }),
  }
  const text = { body: `from the phone ${id}` }
  webhooks.tell('smb_message_echoes', { message_echoes: [{ ...what, ...named, text }] }, 'now')
}

/** Where what a person says ends up, as far as their names tell. */
export function conversationsOf({ phone, userId }: Person): readonly Address[] {
  return [phone, userId].map((key) => addressOf(workspace, 'conversation', contactId('whatsapp', account, key)))
}

async function write({ world, webhooks, actions, record }: PeopleOptions, person: Person, at: number): Promise<void> {
  const { clock, ids } = world
  for (let index = 0; index < actions; index++) {
    const pause = ids.random()
    await sleep(clock, Math.ceil(ids.random() * (pause < 0.4 ? 400 : pause < 0.9 ? 9_000 : 60_000)))
    const id = `wamid.IN-${at}-${index}`
    record.written.push({ id, person, atMs: clock.nowMs() })
    webhooks.tell('messages', saying(person, { id, body: words(ids.random(), id), atMs: clock.nowMs() }))
  }
  record.finished += 1
}

function words(chance: number, id: string): string {
  if (chance < 0.1) return 'STOP'
  if (chance < 0.18) return 'start'
  return chance < 0.6 ? `What does ${id} cost?` : `and ${id}`
}

interface Saying {
  readonly id: string
  readonly body: string
  readonly atMs: number
}

function saying(person: Person, { id, body, atMs }: Saying): JsonObject {
  const { phone, userId } = whom(person, atMs)
  const contact = {
    profile: { name: 'Ana Ruiz', ...(phone === undefined ? { username: '@ana' } : {}) },
    ...(phone === undefined ? {} : { wa_id: phone }),
    ...(userId === undefined ? {} : { user_id: userId }),
  }
  const from = {
    ...(phone === undefined ? {} : { from: phone }),
    ...(userId === undefined ? {} : { from_user_id: userId }),
  }
  const message = { ...from, id, timestamp: timestamp(atMs), type: 'text', text: { body } }
  return { contacts: [contact], messages: [message] }
}

/** How webhooks name them at this moment: some of a minute's turns by one key, some by the other, some by both. */
function whom({ named, phone, userId }: Person, atMs: number): { readonly phone?: string; readonly userId?: string } {
  const turn = named === 'in-turn' ? (['by-phone', 'by-both', 'by-id'] as const)[Math.floor(atMs / 20_000) % 3] : named
  if (turn === 'by-phone') return { phone }
  return turn === 'by-id' ? { userId } : { phone, userId }
}
