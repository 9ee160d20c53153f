/**
 * The answer of one command, kept up to date: asked when somebody looks, asked again after every reconnect, changed by frames.
 * An answer that comes after nobody looks any more is dropped.
 */
import type { ProblemReport, StaffCommand, StaffFrame, StaffReply } from '#gateway/protocol.ts'
import type { Connection } from '../connection/connection.ts'
import { createStore } from '../connection/store.ts'

export interface Loaded<Value> {
  readonly value?: Value
  readonly problem?: ProblemReport
}

export interface LoadedOptions<C extends StaffCommand> {
  readonly command: C
  /** What a frame makes of the value we hold. */
  readonly onFrame?: (value: StaffReply<C['type']>, frame: StaffFrame) => StaffReply<C['type']>
  /** Frames of so long are taken together: for lists that many of them change. */
  readonly gatherMs?: number
  /** Told to the server when nobody looks any more. */
  readonly leave?: StaffCommand
}

export class LoadedStore<C extends StaffCommand> {
  readonly state = createStore<Loaded<StaffReply<C['type']>>>({})
  readonly #connection: Connection
  readonly #options: LoadedOptions<C>
  #followed = false
  #gathered: StaffFrame[] = []
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(connection: Connection, options: LoadedOptions<C>) {
    this.#connection = connection
    this.#options = options
  }

  /** Begins to look; returns the function that stops. */
  follow(): () => void {
    this.#followed = true
    void this.load()
    const stops = [
      this.#connection.onResume(() => void this.load()),
      this.#connection.onFrame((frame) => this.#take(frame)),
    ]
    return () => {
      this.#followed = false
      clearTimeout(this.#timer)
      this.#timer = undefined
      for (const stop of stops) stop()
      if (this.#options.leave !== undefined) void this.#connection.send(this.#options.leave)
    }
  }

  #take(frame: StaffFrame): void {
    this.#gathered.push(frame)
    const { gatherMs } = this.#options
    if (gatherMs === undefined) this.#applyGathered()
    else this.#timer ??= setTimeout(() => this.#applyGathered(), gatherMs)
  }

  #applyGathered(): void {
    this.#timer = undefined
    const frames = this.#gathered
    this.#gathered = []
    const { onFrame } = this.#options
    if (onFrame !== undefined) this.change((value) => frames.reduce((now, frame) => onFrame(now, frame), value))
  }

  async load(): Promise<void> {
    const reply = await this.#connection.send(this.#options.command)
    if (!this.#followed) return
    if (reply.ok) this.state.set({ value: reply.value })
    // Without a line the old value stays, and the reconnect asks again.
    else if (reply.error.code !== 'unavailable') this.state.update((now) => ({ ...now, problem: reply.error }))
  }

  change(change: (value: StaffReply<C['type']>) => StaffReply<C['type']>): void {
    const { value } = this.state.get()
    if (value === undefined) return
    const next = change(value)
    if (next !== value) this.state.set({ value: next })
  }
}
