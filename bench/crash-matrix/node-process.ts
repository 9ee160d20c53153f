import { fork, type ChildProcess } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readReport, type About, type Job, type Order, type Report } from './protocol.ts'
import type { Scripted } from './script.ts'

/** How a start ended. `died`: the process was killed meanwhile. */
export type Started = { readonly status: 'started' | 'died' } | { readonly status: 'refused'; readonly code: string }

/** What a process has told of its journals, over all its jobs. */
export interface Noticed {
  /** Commits refused because another owns the partition. */
  readonly refused: number
  readonly claimed: number
  /** Calls that failed. */
  readonly failed: number
}

export interface Looked {
  /** What is still waited for; absent when everything has settled. */
  readonly waiting?: string
  /** Actors with work outside that has not settled. */
  readonly busy: number
}

const main = fileURLToPath(new URL('./node-main.ts', import.meta.url))

/**
 * A node in a process of its own, as its parent holds it.
 * 1. One job at a time: `start` begins it, `stop` ends it, `kill` ends both.
 * 2. Nobody waits for a process that has gone: what it was asked is answered as undone.
 */
export class NodeProcess {
  readonly #child: ChildProcess
  readonly #gone: Promise<void>
  readonly #answers = new Map<number, (report: Report | undefined) => void>()
  readonly #watchers = new Set<() => void>()
  #asked = 0
  #ended = false
  #held: ((about: About) => void) | undefined
  #started = Promise.withResolvers<Started>()
  #stopped = Promise.withResolvers<void>()
  readonly #noticed = { refused: 0, claimed: 0, failed: 0 }

  private constructor(child: ChildProcess) {
    this.#child = child
    this.#gone = new Promise((resolve) => void child.once('exit', () => resolve()))
    void this.#gone.then(() => this.#end())
    child.on('message', (message) => this.#report(readReport(message)))
    // A channel that breaks is the end of the process, and is told as that.
    child.on('error', () => {})
  }

  /** Resolves when the process takes orders. */
  static async launch(): Promise<NodeProcess> {
    // What takes longest about a start is reading the code.
    const env = { NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'), ...process.env }
    const child = fork(main, [], { execArgv: [], env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    const endWithParent = (): void => void child.kill('SIGKILL')
    process.once('exit', endWithParent)
    child.once('exit', () => void process.off('exit', endWithParent))
    const node = new NodeProcess(child)
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve())
      child.once('exit', (code) => reject(new Error(`a node process ended with ${String(code)} before it was ready`)))
    })
    return node
  }

  get ended(): boolean {
    return this.#ended
  }

  get noticed(): Noticed {
    return { ...this.#noticed }
  }

  /** Begins a job. Resolves when the node serves, or can't. `held` is called when it stands where its job told it to. */
  start(job: Job, held?: (about: About) => void): Promise<Started> {
    if (this.#ended) return Promise.resolve({ status: 'died' })
    this.#held = held
    this.#started = Promise.withResolvers()
    this.#stopped = Promise.withResolvers()
    this.#order({ kind: 'start', job })
    return this.#started.promise
  }

  own(owned: readonly number[]): void {
    this.#order({ kind: 'own', owned: [...owned] })
  }

  /** On from where it stands. With `lose` the answer of what it has just done is lost. */
  go(lose: boolean): void {
    this.#order({ kind: 'go', lose })
  }

  /** Whether the event is durable. `false`: nobody knows. */
  async send({ id, to, event }: Scripted): Promise<boolean> {
    const report = await this.#ask((n) => ({ kind: 'send', n, id, to, event }))
    return report?.kind === 'answered' && report.durable
  }

  async look(): Promise<Looked> {
    const report = await this.#ask((n) => ({ kind: 'look', n }))
    if (report?.kind !== 'looked') return { waiting: 'the node has gone', busy: 0 }
    const { waiting, busy } = report
    return { busy, ...(waiting === undefined ? {} : { waiting }) }
  }

  /** Resolves once what the node has told fulfils the condition, or the process has gone. */
  async until(condition: (noticed: Noticed) => boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (!this.#ended && !condition(this.#noticed)) return
        this.#watchers.delete(look)
        resolve()
      }
      this.#watchers.add(look)
      look()
    })
  }

  pause(): void {
    this.#child.kill('SIGSTOP')
  }

  resume(): void {
    this.#child.kill('SIGCONT')
  }

  /** SIGKILL; resolves when the process is gone. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#gone
  }

  /** Ends the job; the process stays for another. */
  async stop(): Promise<void> {
    if (this.#ended) return
    this.#order({ kind: 'stop' })
    await Promise.race([this.#stopped.promise, this.#gone])
  }

  #order(order: Order): void {
    if (this.#child.connected) this.#child.send(order)
  }

  #ask(orderOf: (n: number) => Order): Promise<Report | undefined> {
    if (this.#ended) return Promise.resolve(undefined)
    const n = ++this.#asked
    return new Promise((resolve) => {
      this.#answers.set(n, resolve)
      this.#order(orderOf(n))
    })
  }

  #report(report: Report): void {
    switch (report.kind) {
      case 'ready':
        return
      case 'started':
        return this.#started.resolve({ status: 'started' })
      case 'not-started':
        return this.#started.resolve({ status: 'refused', code: report.code })
      case 'held':
        return this.#held?.(report.about)
      case 'noticed':
        this.#noticed[report.what] += 1
        return this.#tell()
      case 'answered':
      case 'looked':
        this.#answers.get(report.n)?.(report)
        this.#answers.delete(report.n)
        return
      case 'stopped':
        return this.#stopped.resolve()
    }
  }

  /** 2 */
  #end(): void {
    this.#ended = true
    this.#started.resolve({ status: 'died' })
    for (const answer of this.#answers.values()) answer(undefined)
    this.#answers.clear()
    this.#tell()
  }

  #tell(): void {
    for (const look of this.#watchers) look()
  }
}
