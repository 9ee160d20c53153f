/**
 * One actor and its history, for the actor page.
 * 1. `instants` are consecutive steps, oldest first, without a hole: a frame that skips one makes the page ask again.
 * 2. `at` is absent while following the newest step.
 */
import { limits, type ActorView, type InstantView, type ProblemReport, type StaffFrame } from '#gateway/protocol.ts'
import type { Connection } from '../connection/connection.ts'
import { createStore } from '../connection/store.ts'

export interface ActorState {
  readonly actor?: ActorView
  readonly problem?: ProblemReport
  readonly instants: readonly InstantView[]
  readonly at?: number
}

/** The server answers at most this many steps at once; half of them lie before the one looked at. */
const pageSize = limits.pageMax / 2
/** Pages from the instant looked at to the newest; beyond that the newest ones are loaded when one goes there. */
const pagesMax = 20

export class ActorStore {
  readonly state = createStore<ActorState>({ instants: [] })
  readonly #connection: Connection
  readonly #address: string

  constructor(connection: Connection, address: string, at?: number) {
    this.#connection = connection
    this.#address = address
    if (at !== undefined) this.state.set({ instants: [], at })
  }

  /** Begins to follow; returns the function that stops. */
  follow(): () => void {
    void this.#load()
    const stops = [
      this.#connection.onResume(() => void this.#load()),
      this.#connection.onFrame((frame) => this.#take(frame)),
    ]
    return () => {
      for (const stop of stops) stop()
      void this.#connection.send({ type: 'actor.leave', address: this.#address })
    }
  }

  select(revision: number | undefined): void {
    this.state.update((now) => {
      const { at: _at, ...rest } = now
      const last = now.instants.at(-1)?.revision
      return revision === undefined || revision === last ? rest : { ...rest, at: revision }
    })
  }

  /** One step back or forth. */
  step(by: number): void {
    const { instants, at } = this.state.get()
    const index = at === undefined ? instants.length - 1 : instants.findIndex((each) => each.revision === at)
    const next = instants[Math.max(0, Math.min(instants.length - 1, index + by))]
    if (next !== undefined) this.select(next.revision)
  }

  async older(): Promise<void> {
    const first = this.state.get().instants[0]?.revision ?? 1
    if (first <= 1) return
    const after = Math.max(0, first - 1 - pageSize)
    const older = await this.#ask(after, first - 1 - after)
    if (older === undefined) return
    this.state.update((now) => ({
      ...now,
      instants: [...older.filter((each) => each.revision < first), ...now.instants],
    }))
  }

  async #load(): Promise<void> {
    const opened = await this.#connection.send({ type: 'actor.open', address: this.#address })
    if (!opened.ok) {
      if (opened.error.code !== 'unavailable') this.state.update((now) => ({ ...now, problem: opened.error }))
      return
    }
    const { at } = this.state.get()
    const { revision } = opened.value
    const instants: InstantView[] = []
    let after = Math.max(0, Math.min(revision, at ?? revision) - pageSize)
    for (let page = 0; page < pagesMax && after < revision; page++) {
      const history = await this.#ask(after, pageSize)
      if (history === undefined) return
      instants.push(...history)
      // Fewer than asked for: what is older was let go of.
      after = history.at(-1)?.revision ?? revision
    }
    this.state.update(({ problem: _problem, ...now }) => ({ ...now, actor: opened.value, instants }))
  }

  async #ask(afterRevision: number, limit: number): Promise<readonly InstantView[] | undefined> {
    const reply = await this.#connection.send({ type: 'actor.history', address: this.#address, afterRevision, limit })
    if (reply.ok) return reply.value
    if (reply.error.code !== 'unavailable') this.state.update((now) => ({ ...now, problem: reply.error }))
    return undefined
  }

  #take(frame: StaffFrame): void {
    if (frame.type !== 'actor' || frame.actor.address !== this.#address) return
    const { instants } = this.state.get()
    const last = instants.at(-1)?.revision ?? 0
    // 1
    if (frame.instant.revision > last + 1) void this.#load()
    if (frame.instant.revision !== last + 1) return
    this.state.update((now) => ({ ...now, actor: frame.actor, instants: [...now.instants, frame.instant] }))
  }
}
