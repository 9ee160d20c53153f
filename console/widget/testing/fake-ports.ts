/** A session's world in memory: manual time, one store shared by several "tabs", and a link settled by hand. */
import type {
  CustomerCommand,
  CustomerFrame,
  CustomerHandshake,
  ProblemReport,
  PublicMessage,
  Transcript,
} from '#gateway/protocol.ts'
import type { Link, LinkListener, SessionPorts } from '../ports.ts'
import { memoryStore, type KeyValueStore } from '../storage.ts'

/** One browser: what its tabs share. */
export class FakeBrowser {
  readonly store: KeyValueStore = memoryStore()
  readonly #watchers = new Set<() => void>()

  /** What the browser tells the tabs other than the one that wrote. */
  storageChanged(): void {
    for (const watcher of this.#watchers) watcher()
  }

  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }
}

/** A command that waits for its answer. */
export interface Asked {
  readonly command: CustomerCommand
  ok(value: unknown): Promise<void>
  fail(problem: Partial<ProblemReport>): Promise<void>
}

/** One tab's ports. */
export class FakeTab {
  readonly asked: Asked[] = []
  readonly ports: SessionPorts
  reconnects = 0
  #listener: LinkListener | undefined
  #handshake: (() => CustomerHandshake) | undefined
  #nowMs = 1_000_000
  #ids = 0
  #timers: { dueAtMs: number; run: () => void }[] = []

  constructor(browser: FakeBrowser, name = 'tab') {
    this.ports = {
      openLink: (handshake, listener) => this.#open(handshake, listener),
      store: browser.store,
      onStoreChanged: (run) => browser.watch(run),
      now: () => this.#nowMs,
      random: () => 0.5,
      newId: () => `${name}-${(this.#ids += 1)}`,
      after: (delayMs, run) => this.#after(delayMs, run),
      timeZone: () => 'Asia/Kolkata',
      page: () => 'https://example.org/',
    }
  }

  get handshake(): CustomerHandshake | undefined {
    return this.#handshake?.()
  }

  frame(frame: CustomerFrame): void {
    this.#listener?.frame(frame)
  }

  status(...status: Parameters<LinkListener['status']>): void {
    this.#listener?.status(...status)
  }

  welcome(conversation: string, messages: readonly PublicMessage[] = [], more: Partial<Transcript> = {}): void {
    const brand = { name: 'Acre & Oak', assistantName: 'Oak', greeting: 'Hello', questions: [], accent: '#123456' }
    const transcript = transcriptOf(messages, more)
    this.frame({ type: 'welcome', token: `token of ${conversation}`, conversation, brand, transcript, serverTimeMs: 0 })
  }

  /** The commands of a type that were asked, oldest first. */
  commands(type: CustomerCommand['type']): readonly Asked[] {
    return this.asked.filter(({ command }) => command.type === type)
  }

  advance(byMs: number): void {
    const untilMs = this.#nowMs + byMs
    for (;;) {
      const next = this.#timers.toSorted((a, b) => a.dueAtMs - b.dueAtMs)[0]
      if (next === undefined || next.dueAtMs > untilMs) break
      this.#timers = this.#timers.filter((timer) => timer !== next)
      this.#nowMs = Math.max(this.#nowMs, next.dueAtMs)
      next.run()
    }
    this.#nowMs = untilMs
  }

  #open(handshake: () => CustomerHandshake, listener: LinkListener): Link {
    this.#handshake = handshake
    this.#listener = listener
    return {
      send: (command) =>
        new Promise((resolve) => {
          const settle = async (reply: unknown) => {
            resolve(reply as Awaited<ReturnType<Link['send']>> as never)
            for (let turn = 0; turn < 5; turn += 1) await Promise.resolve()
          }
          this.asked.push({
            command,
            ok: (value) => settle({ ok: true, value }),
            fail: (problem) =>
              settle({ ok: false, error: { code: 'busy', message: 'Busy.', retry: 'later', ...problem } }),
          })
        }),
      reconnect: () => {
        this.reconnects += 1
      },
      close: () => undefined,
    }
  }

  #after(delayMs: number, run: () => void): () => void {
    const timer = { dueAtMs: this.#nowMs + delayMs, run }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer)
    }
  }
}

/** A page of a transcript with nothing special about it. */
export function transcriptOf(messages: readonly PublicMessage[], more: Partial<Transcript> = {}): Transcript {
  return {
    messages,
    lastN: messages.at(-1)?.n ?? 0,
    more: false,
    owner: { kind: 'assistant' },
    receipts: { ours: { deliveredTo: 0, readTo: 0 }, theirs: { readTo: 0 } },
    status: 'open',
    ...more,
  }
}

/** Message `n` of the assistant, or the customer's own when it has a clientId. */
export function messageOf(n: number, clientId?: string): PublicMessage {
  const text = `message ${n}`
  if (clientId === undefined) return { n, author: { kind: 'assistant' }, text, atMs: n * 1000 }
  return { n, author: { kind: 'customer' }, text, atMs: n * 1000, clientId }
}
