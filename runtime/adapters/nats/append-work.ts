import type { EventEnvelope } from '../../event.ts'
import type { Appended } from '../../ports/journal.ts'
import type { StorageError } from '../../ports/storage-error.ts'
import { isDuplicate } from '../journal-rules.ts'
import type { BatchMessage } from './batch.ts'
import type { Work, WorkLeft } from './group-writer.ts'
import type { JournalLayout, JournalRetention } from './journal-layout.ts'
import { readEntry } from './journal-messages.ts'
import type { Found } from './stream-reads.ts'

/** The most recent event of a subject that is known to be in the stream. */
interface Known {
  readonly position: number
  readonly atMs: number
}

interface Item {
  readonly index: number
  readonly envelope: EventEnvelope
  readonly subject: string
  readonly data: string
}

/**
 * Events on their way into their inboxes. An event's subject follows from its receiver and id, and is written only where nothing is (J2);
 * what has been there for 8 days of the events' own time is written after (J3). Owns the answers it collects.
 */
export class AppendWork implements Work {
  readonly appended: Promise<readonly Appended[]>
  readonly #retention: JournalRetention
  readonly #author: string
  readonly #settle: { resolve(appended: readonly Appended[]): void; reject(error: StorageError): void }
  readonly #answers: Appended[] = []
  readonly #known = new Map<string, Known>()
  #left: readonly Item[]
  #writing: readonly Item[] = []

  /** `author` is the same for every try of the same events: an entry of that author is this work's own, its acknowledgement lost. */
  constructor(
    events: readonly EventEnvelope[],
    tools: { readonly layout: JournalLayout; readonly retention: JournalRetention; readonly author: string },
  ) {
    const { promise, resolve, reject } = Promise.withResolvers<readonly Appended[]>()
    this.appended = promise
    this.#settle = { resolve, reject }
    this.#retention = tools.retention
    this.#author = tools.author
    this.#left = events.map((envelope, index) => {
      const subject = tools.layout.inbox(envelope.to, envelope.id)
      return { index, envelope, subject, data: JSON.stringify(envelope) }
    })
  }

  prepare(): readonly BatchMessage[] {
    this.#answerKnown()
    const once = new Set<string>()
    this.#writing = this.#left.filter(({ subject }) => !once.has(subject) && once.add(subject))
    if (this.#writing.length === 0) this.#settle.resolve(this.#answers)
    return this.#writing.map(({ subject, data }) => ({
      subject,
      data,
      expect: this.#known.get(subject)?.position ?? 0,
      ttlMs: this.#retention.inboxMs,
      author: this.#author,
    }))
  }

  written(firstSequence: number): WorkLeft {
    this.#writing.forEach(({ index, envelope, subject }, place) => {
      const position = firstSequence + place
      this.#answers[index] = { id: envelope.id, duplicate: false, position }
      this.#known.set(subject, { position, atMs: envelope.atMs })
    })
    const written = new Set(this.#writing)
    this.#left = this.#left.filter((item) => !written.has(item))
    // Repeats within the call: duplicates, unless 8 days lie between them.
    this.#answerKnown()
    if (this.#left.length > 0) return 'again'
    this.#settle.resolve(this.#answers)
    return 'done'
  }

  conflicted(found: ReadonlyMap<string, Found>): void {
    for (const { index, envelope, subject } of this.#writing) {
      const there = found.get(subject)
      if (there === undefined || there.sequence <= (this.#known.get(subject)?.position ?? 0)) continue
      const { envelope: first } = readEntry(there)
      this.#known.set(subject, { position: there.sequence, atMs: first.atMs })
      // A lost acknowledgement: it was written by this very call.
      if (there.author === this.#author)
        this.#answers[index] = { id: envelope.id, duplicate: false, position: there.sequence }
    }
    this.#left = this.#left.filter(({ index }) => this.#answers[index] === undefined)
  }

  failed(error: StorageError): void {
    this.#settle.reject(error)
  }

  #answerKnown(): void {
    this.#left = this.#left.filter(({ index, envelope, subject }) => {
      const known = this.#known.get(subject)
      if (known === undefined || !isDuplicate(known.atMs, envelope.atMs)) return true
      this.#answers[index] = { id: envelope.id, duplicate: true, position: known.position }
      return false
    })
  }
}
