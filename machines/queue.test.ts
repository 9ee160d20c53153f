import { describe, expect, it } from 'vitest'
import { conversation } from './conversation.ts'
import { message, opened, priya, ravi, takeOver } from './testing/conversation-script.ts'
import { after, onStage, said, type Stage, type StageEvent } from './testing/harness.ts'
import { queue } from './queue.ts'
import { Town } from './testing/town.ts'

const sales = 'acme/queue/sales'

function fresh(settings: { readonly [key: string]: number | string } = {}): Stage {
  return onStage(queue.machine, queue.input(sales, { queue: settings }))
}

function join(id: string, priority = 1): StageEvent {
  return { type: 'queue.join', conversation: `acme/conversation/${id}`, reason: 'complex', priority, summary: 's' }
}

function available(member: { readonly memberId: string; readonly name: string }, capacity = 2): StageEvent {
  return { type: 'member.available', ...member, capacity }
}

function line(stage: Stage): readonly string[] {
  return (stage.snapshot.context as { waiting: { conversation: string }[] }).waiting.map((each) => {
    return each.conversation.split('/')[2] ?? ''
  })
}

function held(stage: Stage): unknown {
  return (stage.snapshot.context as { held: unknown }).held
}

function sentTo(stage: Stage, id: string): readonly unknown[] {
  return stage.sends.filter((each) => each.to === `acme/conversation/${id}`).map((each) => each.event)
}

describe('the line', () => {
  it('[M15] is by priority, then by time, and nobody is in it twice', () => {
    const stage = ['a', 'b', 'c', 'a'].reduce((each, id) => after(each, join(id, id === 'c' ? 3 : 1)), fresh())
    expect(line(stage)).toEqual(['c', 'a', 'b'])
  })

  it('[M16] tells a conversation its position when it changes, and only the first', () => {
    let stage = fresh({ toldMax: 2 })
    for (const id of ['a', 'b', 'c']) stage = after(stage, join(id))
    expect(sentTo(stage, 'c')).toEqual([])
    stage = after(stage, { type: 'queue.leave', conversation: 'acme/conversation/a' })
    expect(sentTo(stage, 'b')).toContainEqual({ type: 'queue.position', position: 1, waiting: 2 })
    expect(sentTo(stage, 'c')).toContainEqual({ type: 'queue.position', position: 2, waiting: 2 })
    expect(said(stage, 'queue-changed').at(-1)).toMatchObject({ team: 'sales', total: 2 })
  })

  it('[M16] tells those who wait that nobody is on shift, with the time it opens, and when somebody is', () => {
    const late = { ...fresh(), atMs: Date.UTC(2026, 10, 23, 16, 0) }
    const stage = after(late, join('a'))
    const opensAtMs = Date.UTC(2026, 10, 24, 3, 30)
    expect(sentTo(stage, 'a').at(-1)).toEqual({ type: 'queue.nobody-on-shift', opensAtMs })
    expect(sentTo(after(stage, available(priya)), 'a').at(-1)).toMatchObject({ type: 'queue.position', position: 1 })
    const staffed = after(after(fresh(), available(priya)), join('a'))
    expect(sentTo(staffed, 'a')).toMatchObject([{ type: 'queue.position' }])
    expect(sentTo(after(staffed, { type: 'member.away', memberId: 'm1' }), 'a').at(-1)).toMatchObject({
      type: 'queue.nobody-on-shift',
    })
  })

  it('beyond its bound says a place and stays as long as it was', () => {
    const stage = ['a', 'b', 'c'].reduce((each, id) => after(each, join(id)), fresh({ waitingMax: 2 }))
    expect(line(stage)).toEqual(['a', 'b'])
    expect(sentTo(stage, 'c')).toEqual([{ type: 'queue.position', position: 3, waiting: 3 }])
  })
})

describe('assignment', () => {
  it('[M15] balanced gives to whom is least loaded, never beyond capacity, never to whom is away', () => {
    let stage = after(fresh({ assignment: 'balanced' }), available(priya))
    stage = after(after(stage, available(ravi, 1)), join('a'))
    for (const id of ['b', 'c', 'd']) stage = after(stage, join(id))
    expect(Object.values(held(stage) as object)).toEqual(expect.arrayContaining(['m1', 'm1', 'm2']))
    expect(line(stage)).toEqual(['d'])
    stage = after(stage, { type: 'member.away', memberId: 'm2' })
    stage = after(stage, { type: 'queue.released', conversation: 'acme/conversation/b', memberId: 'm2' })
    expect(line(stage)).toEqual(['d'])
    const back = after(stage, available(ravi, 1))
    expect(line(back)).toEqual([])
  })

  it('manual leaves everybody in the line until a member takes them', () => {
    const stage = after(after(fresh(), available(priya)), join('a'))
    expect(line(stage)).toEqual(['a'])
    const taken = after(stage, { type: 'queue.taken', conversation: 'acme/conversation/a', memberId: 'm1' })
    expect(line(taken)).toEqual([])
    expect(said(taken, 'queue-left')).toMatchObject([{ to: 'm1' }])
    expect(line(after(after(stage, { type: 'queue.settings', assignment: 'balanced' }), join('b')))).toEqual([])
  })

  it('[M15] and a take-over at the same moment end in one owner that the queue knows', () => {
    for (const order of [0, 1]) {
      const town = new Town({ queue: { assignment: 'balanced' } })
      const chat = 'acme/conversation/c'
      town.tell(chat, opened)
      town.tell(chat, message('a', 'hi'))
      town.tell(chat, { type: 'person.requested' })
      town.give(sales, available(priya))
      town.give(chat, takeOver(ravi))
      town.settle((pending) => (order === 0 ? 0 : pending.length - 1))
      const { owner } = town.at(chat).snapshot.context as { owner: { memberId: string } }
      expect(held(town.at(sales))).toEqual({ [chat]: owner.memberId })
      expect(owner.memberId).toBe('m2')
    }
  })

  it('gives back the place of a conversation that closes, whoever has it', () => {
    const town = new Town({ queue: { assignment: 'balanced' } })
    const chat = 'acme/conversation/c'
    town.tell(sales, available(priya))
    town.tell(chat, opened)
    town.tell(chat, { type: 'person.requested' })
    expect(held(town.at(sales))).toEqual({ [chat]: 'm1' })
    town.tell(chat, { type: 'member.close', ...priya, reason: 'done' })
    expect(held(town.at(sales))).toEqual({})
    expect(conversation.kind).toBe('conversation')
  })
})
