/**
 * The live line to the server: commands out, frames in. Owns the socket; the stores listen.
 * 1. A command never waits for a dead line: offline it fails at once as `unavailable`, and the caller decides what to keep.
 * 2. After every (re)connect and every `behind` frame the listeners of `onResume` run, so that each store asks for what it missed.
 */
import type { ProblemReport, Reply, StaffCommand, StaffFrame, StaffReply } from '#gateway/protocol.ts'
import { isRecord } from './http.ts'
import { createStore } from './store.ts'

export interface WireEvents {
  readonly up: () => void
  readonly down: () => void
  readonly frame: (frame: StaffFrame) => void
  /** The handshake was refused; `code` is the server's, or `unavailable`. */
  readonly refused: (code: string, message: string) => void
}

/** One socket. `send` resolves with the raw acknowledgement and rejects when none came in time. */
export interface Wire {
  readonly send: (command: StaffCommand) => Promise<unknown>
  readonly reconnect: () => void
  readonly close: () => void
}

export type OpenWire = (accessToken: () => string, events: WireEvents) => Wire

export interface Link {
  readonly state: 'connecting' | 'online' | 'offline'
  /** Set when the server will not talk to this page any more: reload. */
  readonly outdated?: string
}

export interface Connection {
  readonly link: ReturnType<typeof createStore<Link>>
  /** Server's clock minus ours, milliseconds. */
  readonly skewMs: () => number
  readonly start: () => void
  readonly stop: () => void
  /** There is a fresh token: tries at once when there is no line. */
  readonly nudge: () => void
  readonly send: <C extends StaffCommand>(command: C) => Promise<Reply<StaffReply<C['type']>>>
  readonly onFrame: (listener: (frame: StaffFrame) => void) => () => void
  readonly onResume: (listener: () => void) => () => void
}

export interface ConnectionEnvironment {
  readonly openWire: OpenWire
  readonly token: () => string | undefined
  readonly refresh: () => Promise<boolean>
  readonly nowMs: () => number
  readonly pause: (ms: number) => Promise<void>
}

const renewEveryMs = 3_000

/** Makes the line; nothing is opened before `start`. */
export function createConnection(environment: ConnectionEnvironment): Connection {
  const link = createStore<Link>({ state: 'connecting' })
  const frameListeners = new Set<(frame: StaffFrame) => void>()
  const resumeListeners = new Set<() => void>()
  let wire: Wire | undefined
  let skewMs = 0

  let renewedAtMs = -Infinity
  const renew = async () => {
    // A token refused right after it was renewed would go round and round.
    const waitMs = renewedAtMs + renewEveryMs - environment.nowMs()
    if (waitMs > 0) await environment.pause(waitMs)
    renewedAtMs = environment.nowMs()
    if (await environment.refresh()) wire?.reconnect()
  }
  const resume = () => resumeListeners.forEach((listener) => listener())
  const events: WireEvents = {
    up: () => {
      link.set({ state: 'online' })
      resume()
    },
    down: () => link.set({ state: 'offline' }),
    refused: (code, message) => {
      if (code === 'protocol-unsupported') link.set({ state: 'offline', outdated: message })
      else link.set({ state: 'offline' })
      if (code === 'unauthenticated') void renew()
    },
    frame: (frame) => {
      if (frame.type === 'welcome') skewMs = frame.serverTimeMs - environment.nowMs()
      for (const listener of frameListeners) listener(frame)
      if (frame.type === 'behind') resume()
      if (frame.type === 'signed-out') void renew()
    },
  }
  return {
    link,
    skewMs: () => skewMs,
    start: () => {
      wire ??= environment.openWire(() => environment.token() ?? '', events)
    },
    nudge: () => {
      if (link.get().state === 'offline') wire?.reconnect()
    },
    stop: () => {
      wire?.close()
      wire = undefined
      link.set({ state: 'connecting' })
    },
    send: async <C extends StaffCommand>(command: C): Promise<Reply<StaffReply<C['type']>>> => {
      if (wire === undefined || link.get().state !== 'online') return { ok: false, error: offlineProblem }
      try {
        return parseReply<StaffReply<C['type']>>(await wire.send(command))
      } catch {
        return { ok: false, error: timeoutProblem }
      }
    },
    onFrame: (listener) => listen(frameListeners, listener),
    onResume: (listener) => listen(resumeListeners, listener),
  }
}

/** What a command answers while there is no line. */
export const offlineProblem: ProblemReport = {
  code: 'unavailable',
  message: 'No connection to the server.',
  retry: 'later',
}

const timeoutProblem: ProblemReport = {
  code: 'timeout',
  message: 'The server did not answer in time.',
  retry: 'now',
}

function listen<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The acknowledgement as a reply; anything else is an `internal` problem. The values are the server's word. */
export function parseReply<T>(answer: unknown): Reply<T> {
  if (isRecord(answer) && typeof answer['ok'] === 'boolean') return answer as unknown as Reply<T>
  return {
    ok: false,
    error: { code: 'internal', message: 'The server answered something unexpected.', retry: 'later' },
  }
}
