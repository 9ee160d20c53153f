import { systemClock } from '#runtime/adapters/system/clock.ts'
import { createSystemIds } from '#runtime/adapters/system/ids.ts'
import { createSystemLog } from '#runtime/adapters/system/log.ts'
import { createRuntime } from '#runtime/host.ts'
import { errorAsJson } from '#runtime/plain.ts'
import type { Log } from '#runtime/ports/log.ts'
import type { Runtime } from '#runtime/runtime.ts'
import { overriding, changingMembership, noDocuments } from '#runtime/testing/small-host.ts'
import { clerk } from './clerk-machine.ts'
import { busyActors, waitingFor } from './evidence.ts'
import { Gate } from './gate.ts'
import { gatedJournal } from './gated-journal.ts'
import { LateDrafts } from './late-drafts.ts'
import { openJournal, type OpenedJournal } from './open-journal.ts'
import { outsideHandlers } from './outside.ts'
import type { Job, Order, Report } from './protocol.ts'

type Say = (report: Report) => void

/**
 * The node of a cell: a whole runtime on a journal whose calls pass a gate. Does what the parent orders, one job after the other, so that a
 * process outlives the runs that do not kill it. Owns the runtime of the present job.
 */
export class Node {
  readonly #say: Say
  readonly #log: Log
  #gate: Gate | undefined
  #membership: ReturnType<typeof changingMembership> | undefined
  #opened: OpenedJournal | undefined
  #runtime: Runtime | undefined

  constructor(say: Say, level: 'silent' | 'debug') {
    this.#say = say
    this.#log = createSystemLog({ level, fields: { pid: process.pid } })
  }

  async take(order: Order): Promise<void> {
    switch (order.kind) {
      case 'start':
        return this.#start(order.job)
      case 'own':
        this.#membership?.set(order.owned)
        return undefined
      case 'send':
        return this.#send(order)
      case 'go':
        this.#gate?.open(order.lose ? 'lose' : 'on')
        return undefined
      case 'look':
        return this.#look(order.n)
      case 'stop':
        await this.#stop()
        return this.#say({ kind: 'stopped' })
    }
  }

  async #start(job: Job): Promise<void> {
    try {
      const gate = new Gate(job.watch, (about) => this.#say({ kind: 'held', about }))
      this.#gate = gate
      const { journal: place, node: name, timeoutMs } = job
      const beforeWrite = gate.passWire.bind(gate)
      this.#opened = await openJournal({ place, name, timeoutMs, log: this.#log, beforeWrite })
      this.#runtime = await this.#host(job, this.#opened, gate)
      this.#say({ kind: 'started' })
    } catch (error) {
      await this.#stop()
      const { code = 'none', message } = errorAsJson(error)
      this.#say({ kind: 'not-started', code, message })
    }
  }

  #host(job: Job, { journal }: OpenedJournal, gate: Gate): Promise<Runtime> {
    const membership = changingMembership(job.node, job.owned)
    this.#membership = membership
    const drafts = new LateDrafts(journal)
    const gated = gatedJournal(journal, gate, (what) => this.#say({ kind: 'noticed', what }))
    return createRuntime({
      journal: overriding(gated, drafts.around(gated)),
      documents: noDocuments,
      membership,
      clock: systemClock(),
      ids: createSystemIds(),
      log: this.#log,
      machines: [clerk],
      settings: () => ({}),
      effects: outsideHandlers({
        file: job.outside,
        node: job.node,
        gate,
        drafts,
        idle: job.idle ?? false,
      }),
      projections: [],
    })
  }

  async #send({ n, id, to, event }: Order & { readonly kind: 'send' }): Promise<void> {
    try {
      await this.#runtime?.send({ id, to, event })
      this.#say({ kind: 'answered', n, durable: this.#runtime !== undefined })
    } catch {
      this.#say({ kind: 'answered', n, durable: false })
    }
  }

  /** Looks past the gate. */
  async #look(n: number): Promise<void> {
    const journal = this.#opened?.journal
    try {
      if (journal === undefined) throw new Error('the node has no journal')
      const waiting = await waitingFor(journal)
      const busy = await busyActors(journal)
      this.#say({ kind: 'looked', n, busy, ...(waiting === undefined ? {} : { waiting }) })
    } catch (error) {
      this.#say({ kind: 'looked', n, busy: 0, waiting: `it can't be seen: ${errorAsJson(error).message}` })
    }
  }

  async #stop(): Promise<void> {
    // Whoever still stands at the gate has to come through before the host can end.
    this.#gate?.open('on')
    await this.#runtime?.stop()
    await this.#opened?.close()
    this.#runtime = undefined
    this.#opened = undefined
    this.#membership = undefined
    this.#gate = undefined
  }
}
