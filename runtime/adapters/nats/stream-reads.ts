import type { DirectLastFor, JetStreamManager, JsMsg, StoredMsg } from '@nats-io/jetstream'
import type { MsgHdrs } from '@nats-io/nats-core'
import { asStorageError, authorHeader } from './batch.ts'

/** A message of the stream. */
export interface Found {
  readonly sequence: number
  readonly subject: string
  /** When the server stored it, epoch milliseconds. */
  readonly atMs: number
  /** Who published it, where that was said. */
  readonly author?: string
  /** The server's scheduler wrote it. */
  readonly scheduled: boolean
  text(): string
}

/** Subjects asked for in one request. A limit of the server's is 1,024. */
const subjectsMax = 500

/** Bytes of one answer, far below what a server lets pile up for a slow reader before it hangs up. */
const answerBytesMax = 4 * 1024 * 1024

const notFound = 404

const schedulerHeader = 'Nats-Scheduler'

/**
 * Reads of one stream. Direct reads may be answered by a follower that is a little behind: always a whole beginning of the stream,
 * never one with a hole. `…OnLeader` asks the leader.
 */
export class StreamReads {
  readonly #manager: JetStreamManager
  readonly #stream: string
  /** What `last` is about to ask for. */
  #asked: { readonly subjects: Set<string>; readonly answer: Promise<ReadonlyMap<string, Found>> } | undefined

  constructor(manager: JetStreamManager, stream: string) {
    this.#manager = manager
    this.#stream = stream
  }

  /** The last message of a subject. What is asked for together is one request. */
  async last(subject: string): Promise<Found | undefined> {
    this.#asked ??= this.#lastsSoon()
    const { subjects, answer } = this.#asked
    subjects.add(subject)
    return (await answer).get(subject)
  }

  async lastOnLeader(subject: string): Promise<Found | undefined> {
    return this.#reading(async () => {
      const message = await this.#manager.streams.getMessage(this.#stream, { last_by_subj: subject })
      return message === null ? undefined : found(message)
    })
  }

  async atOnLeader(sequence: number): Promise<Found | undefined> {
    return this.#reading(async () => {
      const message = await this.#manager.streams.getMessage(this.#stream, { seq: sequence })
      return message === null ? undefined : found(message)
    })
  }

  /** The message of a sequence, where it is still there. */
  async at(sequence: number): Promise<Found | undefined> {
    return this.#reading(async () => {
      const message = await this.#manager.direct.getMessage(this.#stream, { seq: sequence })
      return message === null ? undefined : found(message)
    })
  }

  /** The last message of each subject, by subject. Subjects may be wildcards; at most a thousand messages. */
  async lasts(subjects: readonly string[]): Promise<ReadonlyMap<string, Found>> {
    const lasts = new Map<string, Found>()
    for (let from = 0; from < subjects.length; from += subjectsMax) {
      let asked = subjects.slice(from, from + subjectsMax)
      for (let isWhole = false; !isWhole && asked.length > 0;) {
        const page = await this.#lastsOf(asked)
        const isNews = page.some(({ subject }) => !lasts.has(subject))
        for (const message of page) lasts.set(message.subject, message)
        // The server ends early when its bytes are many, and says how many are left.
        isWhole = (page.at(-1)?.pending ?? 0) <= 0 || !isNews
        asked = asked.filter((subject) => !lasts.has(subject))
      }
    }
    return lasts
  }

  /** Messages of a filter after a sequence, oldest first. Fewer than `limit` only at the end. */
  async after(sequence: number, filter: string, limit: number): Promise<readonly Found[]> {
    const all: Found[] = []
    let seq = sequence + 1
    while (all.length < limit) {
      const batch = limit - all.length
      const page = await this.#reading(async () =>
        collect(
          await this.#manager.direct.getBatch(this.#stream, {
            seq,
            next_by_subj: filter,
            batch,
            max_bytes: answerBytesMax,
          }),
        ),
      )
      all.push(...page)
      const last = page.at(-1)
      // The server ends a page early when its bytes are many, and says how many are left.
      if (last === undefined || last.pending <= 0) break
      seq = last.sequence + 1
    }
    return all
  }

  /** Subjects beneath a filter that have a message. */
  async subjects(filter: string): Promise<readonly string[]> {
    return this.#reading(async () => {
      const { state } = await this.#manager.streams.info(this.#stream, { subjects_filter: filter })
      return Object.keys(state.subjects ?? {})
    })
  }

  async lastSequence(): Promise<number> {
    return this.#reading(async () => (await this.#manager.streams.info(this.#stream)).state.last_seq)
  }

  #lastsOf(subjects: readonly string[]): Promise<readonly Paged[]> {
    const asked: DirectLastFor = { multi_last: [...subjects], max_bytes: answerBytesMax }
    return this.#reading(async () =>
      collect(await this.#manager.direct.getLastMessagesFor(this.#stream, asked), (error) =>
        // Anything else of the same code is a message that is there and could not be read.
        error.message.includes('no results'),
      ),
    )
  }

  #lastsSoon() {
    const subjects = new Set<string>()
    const answer = new Promise<void>((resolve) => process.nextTick(resolve)).then(() => {
      this.#asked = undefined
      return this.lasts([...subjects])
    })
    return { subjects, answer }
  }

  async #reading<Value>(read: () => Promise<Value>): Promise<Value> {
    try {
      return await read()
    } catch (error) {
      throw asStorageError(error, 'the journal could not be read')
    }
  }
}

type Paged = Found & { readonly pending: number }

async function collect(
  messages: AsyncIterable<StoredMsg & { readonly pending?: number }>,
  saysThereIsNone: (error: Error) => boolean = () => true,
): Promise<readonly Paged[]> {
  const all: Paged[] = []
  try {
    for await (const message of messages) all.push({ ...found(message), pending: message.pending ?? 0 })
  } catch (error) {
    // The answer where there is none.
    const isNone = error instanceof Error && 'code' in error && error.code === notFound && saysThereIsNone(error)
    if (!isNone) throw error
  }
  return all
}

function found(message: StoredMsg): Found {
  return {
    sequence: message.seq,
    subject: message.subject,
    atMs: message.time.getTime(),
    ...marksIn(message.header),
    text: () => message.string(),
  }
}

/** A message as a consumer delivers it. */
export function foundDelivered(message: JsMsg): Found {
  return {
    sequence: message.seq,
    subject: message.subject,
    atMs: Math.floor(message.info.timestampNanos / 1_000_000),
    ...marksIn(message.headers),
    text: () => message.string(),
  }
}

function marksIn(marked: MsgHdrs | undefined): Pick<Found, 'author' | 'scheduled'> {
  const author = marked?.get(authorHeader) ?? ''
  return { scheduled: marked?.has(schedulerHeader) ?? false, ...(author === '' ? {} : { author }) }
}
