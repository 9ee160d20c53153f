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

/** The server's word for a page without a message. Asked for many subjects it says otherwise, and this is one that is there and could not be read. */
const noneFound = 'message not found'

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
      const asked = subjects.slice(from, from + subjectsMax)
      for (const message of await this.#lastsOf(asked)) lasts.set(message.subject, message)
    }
    return lasts
  }

  /** Messages of a filter after a sequence, oldest first. Fewer than `limit` only at the end. */
  async after(sequence: number, filter: string, limit: number): Promise<readonly Found[]> {
    return this.#paged({ from: sequence + 1, limit, none: noneFound }, (callback, seq, batch) =>
      this.#manager.direct.getBatch(this.#stream, {
        seq,
        next_by_subj: filter,
        batch,
        max_bytes: answerBytesMax,
        callback,
      }),
    )
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

  #lastsOf(subjects: readonly string[]): Promise<readonly Found[]> {
    return this.#paged({ from: 1, limit: Number.POSITIVE_INFINITY }, (callback, seq) => {
      // The client's type knows nothing of `seq`, by which the server goes on (NATS ADR-31).
      const asked: DirectLastFor & { readonly seq: number } = {
        multi_last: [...subjects],
        max_bytes: answerBytesMax,
        seq,
        callback,
      }
      return this.#manager.direct.getLastMessagesFor(this.#stream, asked)
    })
  }

  /** One answer after the other: the server ends each early when its bytes are many, and says how many messages are left. */
  async #paged(
    { from, limit, none }: { readonly from: number; readonly limit: number; readonly none?: string },
    ask: (take: Take, seq: number, left: number) => Promise<unknown>,
  ): Promise<readonly Found[]> {
    const all: Found[] = []
    let seq = from
    while (all.length < limit) {
      const page = await this.#reading(async () => collect((take) => ask(take, seq, limit - all.length), none))
      all.push(...page)
      const last = page.at(-1)
      if (last === undefined || last.pending <= 0) break
      seq = last.sequence + 1
    }
    return all
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

type Take = NonNullable<DirectLastFor['callback']>
type Paged = Found & { readonly pending: number }

/** By callback: of an answer that is iterated the client keeps the subscription, and what came by it, for five seconds. */
async function collect(ask: (take: Take) => Promise<unknown>, none: string | undefined): Promise<readonly Paged[]> {
  const all: Paged[] = []
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const take: Take = (done, message: StoredMsg & { readonly pending?: number }) => {
    if (done === null) all.push({ ...found(message), pending: message.pending ?? 0 })
    else if (done.err === undefined || done.err.message === none) resolve()
    else reject(done.err)
  }
  await Promise.all([ask(take), promise])
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
