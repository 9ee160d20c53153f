import type { Ids } from '../../ports/ids.ts'
import { addressOf, type Address } from '../../address.ts'
import type { MachineEvent } from '../../event.ts'
import { sleep, type World } from './world.ts'

/** What the crowd did, for the checkers to hold against the journal. */
export interface CrowdRecord {
  readonly conversations: readonly Address[]
  /** Customer messages that were acknowledged as durable: conversation → client ids. */
  readonly sent: Map<Address, string[]>
  /** Finished customers and members. */
  finished: number
  readonly expected: number
}

const members = ['asha', 'ben', 'chitra'] as const
const workspace = 'sim'

/** Lets customers chat and members take over, hand back, close and go home, each at their own pace, until all have done what they came for. */
export function startCrowd(world: World, size: { readonly customers: number; readonly actions: number }): CrowdRecord {
  const conversations = Array.from({ length: size.customers }, (_, index) =>
    addressOf(workspace, 'conversation', `c${index}`),
  )
  const record: CrowdRecord = { conversations, sent: new Map(), finished: 0, expected: size.customers + members.length }
  for (const conversation of conversations) void customer({ world, record, conversation, actions: size.actions })
  for (const member of members) void staff({ world, record, member, actions: size.actions })
  return record
}

/** Customers go on, one message after the other somewhere in the company, until `untilMs`. */
export function keepTalking(world: World, record: CrowdRecord, untilMs: number): void {
  const talk = async (): Promise<void> => {
    for (let index = 0; world.clock.nowMs() < untilMs; index++) {
      await sleep(world.clock, Math.floor(world.ids.random() * 400))
      const conversation = record.conversations[index % record.conversations.length]
      if (conversation === undefined) return
      const clientId = `late${index}`
      record.sent.get(conversation)?.push(clientId)
      const event = { type: 'message.received', clientId, text: 'still there?', complete: true, channel: 'widget' }
      void world.send({ id: `${conversation}:${clientId}`, to: conversation, event })
    }
  }
  void talk()
}

interface CustomerPart {
  readonly world: World
  readonly record: CrowdRecord
  readonly conversation: Address
  readonly actions: number
}

async function customer({ world, record, conversation, actions }: CustomerPart): Promise<void> {
  const sent: string[] = []
  record.sent.set(conversation, sent)
  const say = (id: string, event: MachineEvent): Promise<void> => world.send({ id, to: conversation, event })
  await say(`${conversation}:open`, {
    type: 'conversation.opened',
    channel: 'widget',
    visitorId: conversation.split('/')[2] ?? '',
    language: 'en',
    timeZone: 'Asia/Kolkata',
  })
  for (let index = 0; index < actions; index++) {
    await sleep(world.clock, burstOrPause(world.ids))
    const clientId = `m${index}`
    const id = `${conversation}:${clientId}`
    const event = customerEvent(world.ids, clientId)
    await say(id, event)
    if (event.type === 'message.received') sent.push(clientId)
    if (world.ids.random() < world.faults().duplicate) await say(id, event)
    if (world.ids.random() < world.faults().duplicate) await say(`${id}:other-tab`, event)
  }
  record.finished += 1
}

function burstOrPause(ids: Ids): number {
  return ids.random() < 0.4 ? Math.floor(ids.random() * 300) : Math.floor(ids.random() * 6_000)
}

function customerEvent(ids: Ids, clientId: string): MachineEvent {
  const chance = ids.random()
  if (chance < 0.06) return { type: 'person.requested' }
  if (chance < 0.12) return { type: 'receipt.read', upTo: Math.floor(ids.random() * 6) }
  return {
    type: 'message.received',
    clientId,
    text: `message ${clientId}`,
    complete: ids.random() < 0.5,
    channel: 'widget',
  }
}

interface StaffPart {
  readonly world: World
  readonly record: CrowdRecord
  readonly member: string
  readonly actions: number
}

async function staff({ world, record, member, actions }: StaffPart): Promise<void> {
  const queue = addressOf(workspace, 'queue', 'sales')
  const who = { memberId: member, name: member }
  await world.send({ id: `${member}:on`, to: queue, event: { type: 'member.available', ...who, capacity: 3 } })
  for (let index = 0; index < actions; index++) {
    await sleep(world.clock, 1000 + Math.floor(world.ids.random() * 6_000))
    const conversation = record.conversations[Math.floor(world.ids.random() * record.conversations.length)]
    if (conversation === undefined) continue
    await world.send({
      id: `${member}:${index}`,
      to: conversation,
      event: { ...staffEvent(world.ids, `${member}-${index}`), ...who },
    })
  }
  await world.send({ id: `${member}:off`, to: queue, event: { type: 'member.away', memberId: member } })
  record.finished += 1
}

function staffEvent(ids: Ids, unique: string): MachineEvent {
  const chance = ids.random()
  if (chance < 0.35) return { type: 'member.take-over', via: 'console', ...(ids.random() < 0.2 ? { force: true } : {}) }
  if (chance < 0.55)
    return {
      type: 'member.message',
      via: ids.random() < 0.5 ? 'console' : 'phone',
      clientId: unique,
      text: `from ${unique}`,
    }
  if (chance < 0.75) return { type: 'member.hand-back' }
  if (chance < 0.82) return { type: 'member.hand-to-team', team: 'sales' }
  if (chance < 0.9) return { type: 'member.close', reason: 'done' }
  if (chance < 0.95) return { type: 'member.reopen' }
  return { type: 'member.note', noteId: unique, text: 'a note' }
}
