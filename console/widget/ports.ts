import type {
  CustomerCommand,
  CustomerFrame,
  CustomerHandshake,
  CustomerReplies,
  ProblemReport,
  Reply,
} from '#gateway/protocol.ts'
import type { KeyValueStore } from './storage.ts'

export type Cancel = () => void

/** How the link to the gateway is. `offline` is the device's own word; `refused` will not mend itself. */
export type LinkStatus = 'connecting' | 'online' | 'reconnecting' | 'offline' | 'refused'

/** One link to the gateway that keeps itself up. */
export interface Link {
  /** Always settles: with the server's reply, `timeout`, or `unavailable` when the link is down. Never buffers. */
  send<C extends CustomerCommand>(command: C): Promise<Reply<CustomerReplies[C['type']]>>
  /** Drops and makes the connection again, with a fresh handshake. */
  reconnect(): void
  close(): void
}

export interface LinkListener {
  status(status: LinkStatus, problem?: ProblemReport): void
  frame(frame: CustomerFrame): void
}

/** What a session needs from the world. */
export interface SessionPorts {
  openLink(handshake: () => CustomerHandshake, listener: LinkListener): Link
  readonly store: KeyValueStore
  /** Another tab changed the store. */
  onStoreChanged(run: () => void): Cancel
  now(): number
  random(): number
  newId(): string
  after(delayMs: number, run: () => void): Cancel
  timeZone(): string
  page(): string
}
