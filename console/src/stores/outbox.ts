/**
 * Messages we have written and the server has not numbered yet.
 * 1. One `clientId` a message, for ever: sending it again, by hand or after a reconnect, is the same message to the server.
 * 2. A refusal is final and shown; a time-out or a dead line is tried again when the line is back.
 */
import type { FileToSend, FilledTemplate, Offer, ProblemReport, Reply, TranscriptMessage } from '#gateway/protocol.ts'
import { createStore } from '../connection/store.ts'

export interface PendingMessage {
  readonly conversation: string
  readonly clientId: string
  readonly text: string
  /** A filled template, of which `text` is what it reads like. */
  readonly template?: FilledTemplate
  /** Something to tap, likewise. */
  readonly offer?: Offer
  /** Uploaded before; the words go with the first. */
  readonly files?: readonly FileToSend[]
  readonly atMs: number
  readonly status: 'sending' | 'waiting' | 'failed'
  readonly problem?: ProblemReport
}

export interface OutboxEnvironment {
  readonly send: (message: PendingMessage) => Promise<Reply<{ readonly n: number }>>
  readonly nowMs: () => number
  readonly newId: () => string
}

export class Outbox {
  readonly state = createStore<readonly PendingMessage[]>([])
  readonly #environment: OutboxEnvironment

  constructor(environment: OutboxEnvironment) {
    this.#environment = environment
  }

  async submit(conversation: string, text: string, template?: FilledTemplate): Promise<Reply<{ readonly n: number }>> {
    return this.#begin({ conversation, text, ...(template === undefined ? {} : { template }) })
  }

  /** Words with files, or with none. */
  async submitFiles(
    conversation: string,
    text: string,
    files: readonly FileToSend[],
  ): Promise<Reply<{ readonly n: number }>> {
    return this.#begin({ conversation, text, ...(files.length === 0 ? {} : { files }) })
  }

  /** `text` is what it reads like until the server has it. */
  async submitOffer(conversation: string, text: string, offer: Offer): Promise<Reply<{ readonly n: number }>> {
    return this.#begin({ conversation, text, offer })
  }

  async retry(clientId: string): Promise<void> {
    const message = this.state.get().find((each) => each.clientId === clientId)
    if (message === undefined || message.status === 'sending') return
    await this.#deliver(message)
  }

  /** Takes a failed message away, giving back its text. */
  discard(clientId: string): string {
    const text = this.state.get().find((each) => each.clientId === clientId)?.text ?? ''
    this.state.update((now) => now.filter((each) => each.clientId !== clientId))
    return text
  }

  /** The line is back: everything that waits goes, oldest first, one after the other. */
  async flush(): Promise<void> {
    for (const message of this.state.get().filter((each) => each.status === 'waiting')) await this.#deliver(message)
  }

  /** The transcript has these: they are no longer pending. */
  settle(messages: readonly TranscriptMessage[]): void {
    const arrived = new Set(messages.map((each) => each.clientId))
    if (!this.state.get().some((each) => arrived.has(each.clientId))) return
    this.state.update((now) => now.filter((each) => !arrived.has(each.clientId)))
  }

  async #begin(
    written: Pick<PendingMessage, 'conversation' | 'text' | 'template' | 'offer' | 'files'>,
  ): Promise<Reply<{ readonly n: number }>> {
    const { newId, nowMs } = this.#environment
    const message: PendingMessage = { ...written, clientId: newId(), atMs: nowMs(), status: 'sending' }
    this.state.update((now) => [...now, message])
    return this.#deliver(message)
  }

  async #deliver(message: PendingMessage): Promise<Reply<{ readonly n: number }>> {
    this.#mark(message.clientId, { status: 'sending' })
    const reply = await this.#environment.send(message)
    if (!reply.ok) {
      const again = reply.error.code === 'unavailable' || reply.error.code === 'timeout'
      this.#mark(message.clientId, { status: again ? 'waiting' : 'failed', problem: reply.error })
    }
    return reply
  }

  #mark(clientId: string, change: Pick<PendingMessage, 'status'> & { readonly problem?: ProblemReport }): void {
    this.state.update((now) =>
      now.map((each) => {
        if (each.clientId !== clientId) return each
        const { problem: _old, ...rest } = each
        return { ...rest, ...change }
      }),
    )
  }
}
