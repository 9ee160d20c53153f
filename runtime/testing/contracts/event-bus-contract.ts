import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BusDelivery, BusSubscription, BusTopic, EventBus } from '../../ports/event-bus.ts'

/** An adapter under test, and a way to let time pass for it: a manual clock, or real waiting for a server. */
export interface EventBusBench {
  /** A bus on an empty server. */
  open(): Promise<EventBus>
  /** Another client of the same server, or the same one in a new process. */
  again(): Promise<EventBus>
  pass(ms: number): Promise<void>
  /** A word that no other test on this server uses: subjects begin with it. */
  word(): string
}

const text = new TextEncoder()
const second = 1000

/** Remembers what it was handed, and acknowledges unless told otherwise. */
class Taker {
  readonly taken: BusDelivery[] = []
  readonly take: (delivery: BusDelivery) => void

  constructor(then: (delivery: BusDelivery) => void = (delivery) => delivery.acknowledge()) {
    this.take = (delivery) => {
      this.taken.push(delivery)
      then(delivery)
    }
  }

  get words(): readonly string[] {
    return this.taken.map(({ body }) => new TextDecoder().decode(body))
  }
}

/** The `B` rules, for every adapter of the event bus port. */
export function describeEventBus(name: string, bench: EventBusBench): void {
  describe(`the event bus ${name}`, () => {
    let bus: EventBus
    let word: string
    let topic: BusTopic
    let reading: BusSubscription
    const opened: EventBus[] = []
    beforeEach(async () => {
      word = bench.word()
      bus = await bench.open()
      opened.push(bus)
      topic = topicOf(word)
      reading = { name: 'reader', topic: word, subject: `${word}.acme.in`, inFlightMax: 16, ackWaitMs: 400 }
      await bus.define(topic)
    })
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((each) => each.close()))
    })

    const say = (body: string, id = body, workspace = 'acme') =>
      bus.publish({ subject: `${word}.${workspace}.in`, headers: {}, body: text.encode(body), id })
    const seen = async (taker: Taker, count: number) => {
      await expect.poll(() => bench.pass(5).then(() => taker.taken.length), { timeout: 5000 }).toBe(count)
    }

    it('[B1] a message comes back unchanged: subject, headers and every byte', async () => {
      const headers = { 'ce-id': 'a%20b', 'content-type': 'application/json' }
      const body = Uint8Array.from([0, 255, 10, 13, 128, ...text.encode('नमस्ते')])
      await bus.publish({ subject: `${word}.acme.in`, headers, body, id: 'one' })
      await bus.publish({ subject: `${word}.acme.in`, headers: {}, body: new Uint8Array(), id: 'two' })
      const taker = new Taker()
      await bus.subscribe(reading, taker.take)
      await seen(taker, 2)
      expect(taker.taken[0]).toMatchObject({ subject: `${word}.acme.in`, headers, deliveries: 1 })
      expect([...(taker.taken[0]?.body ?? [])]).toEqual([...body])
      expect(taker.taken[1]?.body.length).toBe(0)
    })

    it('[B2] the same id again within its time writes nothing, and after it is a new message', async () => {
      expect(await say('a', 'one')).toEqual({ duplicate: false })
      expect(await say('b', 'one')).toEqual({ duplicate: true })
      const taker = new Taker()
      await bus.subscribe(reading, taker.take)
      await seen(taker, 1)
      expect(await say('c', 'one')).toEqual({ duplicate: true })
      await bench.pass(topic.duplicatesMs + 100)
      expect(await say('d', 'one')).toEqual({ duplicate: false })
      await seen(taker, 2)
      expect(taker.words).toEqual(['a', 'd'])
    })

    it('[B10] several are written in their order, those that are known left out, and the same again does no harm', async () => {
      const said = (body: string) => ({ subject: `${word}.acme.in`, headers: {}, body: text.encode(body), id: body })
      const taker = new Taker()
      await bus.subscribe(reading, taker.take)
      await bus.publishAll([])
      await bus.publishAll([said('a')])
      await bus.publishAll(['b', 'c', 'd'].map(said))
      await bus.publishAll(['c', 'd', 'e', 'f'].map(said))
      await bus.publishAll(['c', 'd', 'e', 'f'].map(said))
      await seen(taker, 6)
      expect(taker.words).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
      const large = { ...said('large'), body: new Uint8Array(topic.maxMessageBytes + 1) }
      await expect(bus.publishAll([said('g'), large, said('h')])).rejects.toMatchObject({ code: 'message-refused' })
      const nowhere = { ...said('nowhere'), subject: `${word}.acme.out` }
      await expect(bus.publishAll([said('i'), nowhere])).rejects.toMatchObject({ code: 'message-refused' })
    })

    it('[B10] many are all there', async () => {
      const many = Array.from({ length: 900 }, (_, n) => `m${n}`)
      await bus.publishAll(
        many.map((body) => ({ subject: `${word}.acme.in`, headers: {}, body: text.encode(body), id: body })),
      )
      const taker = new Taker()
      await bus.subscribe(reading, taker.take)
      await seen(taker, 900)
      expect(taker.words).toEqual(many)
    })

    it('[B3] a reader gets every message of its subject and no other, in order, from before it came too', async () => {
      await say('before')
      await say('elsewhere', 'x', 'globex')
      const taker = new Taker()
      const stop = await bus.subscribe(reading, taker.take)
      for (let n = 0; n < 40; n++) await say(`m${n}`)
      await seen(taker, 41)
      expect(taker.words).toEqual(['before', ...Array.from({ length: 40 }, (_, n) => `m${n}`)])
      await stop()
      await say('after')
      await bench.pass(100)
      expect(taker.taken).toHaveLength(41)
    })

    it('[B3] a name keeps its place when its reader has gone, and those who share it share the messages', async () => {
      const first = new Taker()
      const stop = await bus.subscribe(reading, first.take)
      await say('a')
      await seen(first, 1)
      await stop()
      await say('b')
      const other = await bench.again()
      opened.push(other)
      await other.define(topic)
      const [one, two] = [new Taker(), new Taker()]
      await other.subscribe(reading, one.take)
      await bus.subscribe(reading, two.take)
      for (let n = 0; n < 20; n++) await say(`m${n}`)
      await expect.poll(() => bench.pass(5).then(() => one.taken.length + two.taken.length), { timeout: 5000 }).toBe(21)
      await bench.pass(500)
      expect([...one.words, ...two.words].sort()).toEqual(
        ['b', ...Array.from({ length: 20 }, (_, n) => `m${n}`)].sort(),
      )
    })

    it('[B4] what is not acknowledged comes again with its count, what is never does', async () => {
      const taker = new Taker((delivery) => (delivery.deliveries === 3 ? delivery.acknowledge() : undefined))
      await bus.subscribe(reading, taker.take)
      await say('a')
      await seen(taker, 1)
      await bench.pass(500)
      await seen(taker, 2)
      await bench.pass(500)
      await seen(taker, 3)
      expect(taker.taken.map(({ deliveries }) => deliveries)).toEqual([1, 2, 3])
      await bench.pass(2 * second)
      expect(taker.taken).toHaveLength(3)
    })

    it('[B4] a retry comes after the time asked for, and who says that it is working is left to work', async () => {
      const taker = new Taker((delivery) => (delivery.deliveries === 1 ? delivery.retry(900) : undefined))
      await bus.subscribe(reading, taker.take)
      await say('a')
      await seen(taker, 1)
      await bench.pass(500)
      expect(taker.taken).toHaveLength(1)
      await bench.pass(500)
      await seen(taker, 2)
      for (let n = 0; n < 4; n++) {
        await bench.pass(200)
        taker.taken[1]?.working()
      }
      expect(taker.taken).toHaveLength(2)
      taker.taken[1]?.acknowledge()
      await bench.pass(second)
      expect(taker.taken).toHaveLength(2)
    })

    it('[B5] no more are out at a time than the bound, over all who share the name', async () => {
      const other = await bench.again()
      opened.push(other)
      await other.define(topic)
      const [one, two] = [new Taker(() => {}), new Taker(() => {})]
      const slow = { ...reading, inFlightMax: 3, ackWaitMs: 30 * second }
      await bus.subscribe(slow, one.take)
      await other.subscribe(slow, two.take)
      for (let n = 0; n < 9; n++) await say(`m${n}`)
      const out = () => [...one.taken, ...two.taken]
      await expect.poll(() => bench.pass(5).then(() => out().length)).toBe(3)
      await bench.pass(200)
      expect(out()).toHaveLength(3)
      out()[0]?.acknowledge()
      await expect.poll(() => bench.pass(5).then(() => out().length)).toBe(4)
    })

    it('[B6] refuses a subject of no topic, and more bytes than the topic takes', async () => {
      const body = text.encode('a')
      await expect(bus.publish({ subject: `${word}.acme.out`, headers: {}, body, id: 'x' })).rejects.toMatchObject({
        code: 'message-refused',
        retry: 'never',
      })
      const large = new Uint8Array(topic.maxMessageBytes + 1)
      await expect(
        bus.publish({ subject: `${word}.acme.in`, headers: {}, body: large, id: 'y' }),
      ).rejects.toMatchObject({ code: 'message-refused', retry: 'never' })
    })

    it('[B6] a full topic refuses until its reader has caught up, and one subject never fills it for another', async () => {
      await bus.define({ ...topic, maxPerSubject: 3 })
      for (const each of ['a', 'b', 'c']) await say(each)
      await expect(say('d')).rejects.toMatchObject({ code: 'disk-full', retry: 'later' })
      await say('e', 'e', 'globex')
      const taker = new Taker()
      await bus.subscribe(reading, taker.take)
      await seen(taker, 3)
      await expect.poll(() => bench.pass(5).then(() => say('d').then(({ duplicate }) => duplicate, String))).toBe(false)
      await seen(taker, 4)
    })

    it('[B6] a topic kept for a time drops the oldest when it is full, and what is too old', async () => {
      const news = { ...topicOf(`${word}-news`), subjects: [`${word}-news.*.out`], ...forATime, maxBytes: 20_000 }
      await bus.define(news)
      const tell = (body: string) =>
        bus.publish({ subject: `${word}-news.acme.out`, headers: {}, body: text.encode(body), id: body })
      for (let n = 0; n < 30; n++) await tell(`${n} ${'x'.repeat(1000)}`)
      const [late, later] = [new Taker(), new Taker()]
      const from = { ...reading, topic: news.name, subject: `${word}-news.acme.out` }
      const stop = await bus.subscribe({ ...from, name: 'late' }, late.take)
      await expect.poll(() => bench.pass(20).then(() => late.words.at(-1)?.slice(0, 2))).toBe('29')
      expect(late.words[0]?.startsWith('0 ')).toBe(false)
      expect(late.taken.length).toBeLessThan(21)
      await stop()
      await bench.pass(news.maxAgeMs + 300)
      await tell('fresh')
      // Somebody else's acknowledgement takes nothing away from who comes later; time does.
      await bus.subscribe({ ...from, name: 'later' }, later.take)
      await seen(later, 1)
      expect(later.words).toEqual(['fresh'])
    })

    it('[B7] a topic defined again gains subjects and bounds, and keeps what it holds', async () => {
      await say('a')
      const other = await bench.again()
      opened.push(other)
      await other.define({ ...topic, subjects: [`${word}.*.in`, `${word}.*.more`] })
      await bus.define(topic)
      const taker = new Taker()
      await bus.subscribe(reading, taker.take)
      await seen(taker, 1)
      const body = text.encode('b')
      expect(await other.publish({ subject: `${word}.acme.more`, headers: {}, body, id: 'b' })).toEqual({
        duplicate: false,
      })
    })

    it('[B8] a closed bus refuses, and hands out nothing more', async () => {
      const taker = new Taker()
      await bus.subscribe(reading, taker.take)
      const other = await bench.again()
      opened.push(other)
      await other.define(topic)
      await bus.close()
      await other.publish({ subject: `${word}.acme.in`, headers: {}, body: text.encode('a'), id: 'a' })
      await expect(say('b')).rejects.toMatchObject({ code: 'store-closed' })
      await expect(bus.subscribe(reading, taker.take)).rejects.toMatchObject({ code: 'store-closed' })
      await bench.pass(200)
      expect(taker.taken).toEqual([])
      const heir = new Taker()
      await other.subscribe(reading, heir.take)
      await seen(heir, 1)
    })
  })
}

const forATime = { keeps: 'for-a-time', maxAgeMs: 2 * second, whenFull: 'drop-oldest' } as const

function topicOf(name: string): BusTopic {
  return {
    name,
    subjects: [`${name}.*.in`],
    keeps: 'until-acknowledged',
    maxAgeMs: 60 * second,
    maxBytes: 1024 * 1024,
    maxPerSubject: 1000,
    maxMessageBytes: 4096,
    whenFull: 'refuse',
    duplicatesMs: second,
  }
}
