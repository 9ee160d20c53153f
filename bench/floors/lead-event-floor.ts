import { setTimeout as sleep } from 'node:timers/promises'
import { DeliverPolicy, jetstream, jetstreamManager, type JetStreamClient } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { batchMax, publishBatch, type BatchMessage } from '#runtime/adapters/nats/batch.ts'

export interface LeadEventLoad {
  readonly perSecond: number
  readonly seconds: number
  /** Processor spent on each lead beside the messages, milliseconds: how much of it the pace bears. */
  readonly busyMs?: number
}

/**
 * The raw floor of a lead event on this server: its messages with ready-made values, without expectations and without any code of the product. A lead is
 * published; delivered, it becomes an inbox entry; delivered, that becomes a step, and so on for the four steps of a new lead. One batch at a time, as large
 * as what has queued up. Milliseconds from publishing each lead to its first step being delivered.
 */
export async function leadEventFloor(connection: NatsConnection, load: LeadEventLoad): Promise<readonly number[]> {
  const manager = await jetstreamManager(connection)
  const run = new FloorRun(connection, load.busyMs ?? 0)
  const { journal, leads } = run.streams
  await manager.streams.add({
    name: journal,
    subjects: [`${journal}.>`],
    storage: 'file',
    allow_atomic: true,
    allow_rollup_hdrs: true,
    allow_msg_ttl: true,
  })
  await manager.streams.add({ name: leads, subjects: [`${leads}.>`], storage: 'file' })
  await run.follow()
  await run.publish({ perSecond: 100, seconds: 2 })
  run.took.splice(0)
  await run.publish(load)
  await Promise.all([manager.streams.delete(journal), manager.streams.delete(leads)])
  return run.took
}

const timeoutMs = 30_000
const everyMs = 10
const monthMs = 30 * 24 * 60 * 60 * 1000
/** Steps of one group, which have a cursor between them. */
const group = 3

interface Work {
  readonly messages: readonly BatchMessage[]
  readonly written: () => void
}

class FloorRun {
  readonly took: number[] = []
  readonly streams = { journal: `FLOOR_JOURNAL_${process.pid}`, leads: `FLOOR_LEADS_${process.pid}` } as const
  readonly #connection: NatsConnection
  readonly #client: JetStreamClient
  readonly #busyMs: number
  readonly #published = new Map<string, number>()
  readonly #queue: Work[] = []
  #running = false
  #steps = 0
  #leads = 0
  #finished = 0

  constructor(connection: NatsConnection, busyMs: number) {
    this.#connection = connection
    this.#client = jetstream(connection)
    this.#busyMs = busyMs
  }

  async follow(): Promise<void> {
    const { journal, leads } = this.streams
    await this.#consume(leads, `${leads}.>`, ([lead = '']) => this.#write([this.#inbox(lead, 1)]))
    await this.#consume(journal, `${journal}.in.>`, ([, lead = '', step = '']) => this.#step(lead, Number(step)))
    await this.#consume(journal, `${journal}.step.>`, ([, lead = '', step = '']) => {
      this.#work()
      if (step === '1') this.took.push(performance.now() - (this.#published.get(lead) ?? 0))
    })
  }

  /** Publishes at a pace and waits until all have taken their last step. */
  async publish({ perSecond, seconds }: LeadEventLoad): Promise<void> {
    const beganMs = performance.now()
    const sent: Promise<unknown>[] = []
    while (sent.length < perSecond * seconds) {
      const due = Math.min(perSecond * seconds, Math.floor(((performance.now() - beganMs) * perSecond) / 1000))
      while (sent.length < due) {
        const lead = String(++this.#leads)
        this.#published.set(lead, performance.now())
        sent.push(this.#client.publish(`${this.streams.leads}.${lead}`, text(250)))
      }
      await sleep(everyMs)
    }
    await Promise.all(sent)
    for (let waits = 0; this.#finished < this.#leads && waits < 200; waits++) await sleep(50)
  }

  async #consume(stream: string, filter: string, take: (parts: readonly string[]) => void): Promise<void> {
    const consumer = await this.#client.consumers.get(stream, {
      filter_subjects: filter,
      deliver_policy: DeliverPolicy.New,
    })
    await consumer.consume({ max_messages: 4096, callback: ({ subject }) => take(subject.split('.').slice(1)) })
  }

  /** What the steps of a new lead write: captured, its number claimed, owned, enriched. */
  #step(lead: string, step: number): void {
    this.#work()
    const { journal } = this.streams
    const cursor = { subject: `${journal}.cursor`, data: text(50) }
    const own = [
      ...(this.#steps++ % group === 0 ? [cursor] : []),
      { subject: `${journal}.step.${lead}.${step}`, data: text(1500), ttlMs: monthMs },
      {
        subject: `${journal}.actor.${step === 2 ? 'identity' : 'lead'}.${lead}`,
        data: text(1300),
        rollup: true as const,
      },
    ]
    const timer = { subject: `${journal}.timer.${lead}.${step}`, data: text(300), rollup: true as const }
    const busy = { subject: `${journal}.busy.${lead}`, data: '', rollup: true as const }
    if (step === 1) this.#write([...own, timer, this.#inbox(lead, 2)])
    if (step === 2) this.#write([...own, this.#inbox(lead, 3)])
    if (step === 3) this.#write([...own, timer, busy], () => this.#write([this.#inbox(lead, 4)]))
    if (step === 4) this.#write([...own, busy], () => void (this.#finished += 1))
  }

  #inbox(lead: string, step: number): BatchMessage {
    return { subject: `${this.streams.journal}.in.${lead}.${step}`, data: text(400), ttlMs: monthMs }
  }

  #work(): void {
    const untilMs = performance.now() + this.#busyMs / 8
    while (performance.now() < untilMs);
  }

  #write(messages: readonly BatchMessage[], written: () => void = () => {}): void {
    this.#queue.push({ messages, written })
    if (this.#running) return
    this.#running = true
    queueMicrotask(() => void this.#run())
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      const works: Work[] = []
      for (let count = 0; ;) {
        const [next] = this.#queue
        if (next === undefined || (count += next.messages.length) > batchMax) break
        works.push(next)
        this.#queue.shift()
      }
      await publishBatch(
        this.#connection,
        works.flatMap(({ messages }) => messages),
        timeoutMs,
      )
      for (const { written } of works) written()
      await new Promise((resolve) => void setImmediate(resolve))
    }
    this.#running = false
  }
}

function text(bytes: number): string {
  return 'y'.repeat(bytes)
}
