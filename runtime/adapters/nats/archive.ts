import { partsOf, type Address } from '../../address.ts'
import type { Fact } from '../../fact.ts'
import type { JsonObject } from '../../json.ts'
import type { CollectionDefinition, Condition, Document, Documents, DocumentWrite } from '../../ports/documents.ts'
import type { ActorQuery, ActorSummary, HistoryEntry } from '../../ports/journal.ts'
import type { Log } from '../../ports/log.ts'
import { Arrivals } from './arrivals.ts'
import { sequenceOf, type JournalLayout } from './journal-layout.ts'
import { factsIn, readStep, type SequencedStep } from './journal-messages.ts'
import type { StreamReads } from './stream-reads.ts'

export interface ArchiveOptions {
  readonly documents: Documents
  readonly reads: Pick<StreamReads, 'after'>
  readonly layout: JournalLayout
  readonly log: Log
  readonly pause: (ms: number) => Promise<void>
}

const collections = { steps: '_journal-steps', actors: '_journal-actors', place: '_journal-archive' } as const

/** What an archive keeps: the steps, each actor's last, and how far it has copied. */
export const archiveCollections: readonly CollectionDefinition[] = [
  { name: collections.place, indexes: [] },
  {
    name: collections.steps,
    indexes: [
      ['said', 'sequence'],
      ['address', 'sequence'],
    ],
  },
  {
    name: collections.actors,
    indexes: [
      ['workspace', 'updatedAtMs', 'address'],
      ['workspace', 'kind', 'updatedAtMs', 'address'],
    ],
  },
]

const batchMax = 400
const pageMax = 1000
const retryMs = { first: 500, most: 30_000 } as const

/** Steps told and not copied yet that are kept; who is further behind reads. */
const toldMax = 8000

/** Between two passes. */
const betweenMs = 250

/** How long a list waits for the steps that were committed before it was asked for. */
const listWaitMs = 1000

/**
 * Every step in the documents, from before the stream forgets it: history and facts past retention, and the list of actors, which a stream has no
 * index for. Owns the place up to which it has copied.
 * 1. Copies in order; a batch and its place are one write, and a repeated batch changes nothing.
 * 2. One process copies (`start`); the others only read. Two that copy at once do no harm.
 * 3. What it has been told of it need not read: of the steps told it keeps the newest, without a gap.
 */
export class Archive {
  readonly #options: ArchiveOptions
  readonly #arrivals: Arrivals
  #defined: Promise<void> | undefined
  #place = 0
  #copying: Promise<void> | undefined
  #again = false
  #copies = false
  #closed = false
  #told: SequencedStep[] = []

  constructor(options: ArchiveOptions) {
    this.#options = options
    this.#arrivals = new Arrivals(options.pause)
  }

  /** Begins to copy. */
  start(): void {
    this.#copies = true
    this.wake()
  }

  /** A new step; each is told, in order. */
  tell(step: SequencedStep): void {
    if (!this.#copies) return
    this.#told.push(step)
    // 3
    if (this.#told.length > toldMax) this.#told.splice(0, toldMax / 2)
    this.wake()
  }

  /** There are new steps. */
  wake(): void {
    if (!this.#copies || this.#closed) return
    this.#again = true
    this.#copying ??= this.#copy().finally(() => {
      this.#copying = undefined
      // Woken in the very moment in which it ended.
      if (this.#again) this.wake()
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#arrivals.arrived()
    await this.#copying
  }

  async facts(afterPosition: number, limit: number, address?: Address): Promise<readonly Fact[]> {
    const where: readonly Condition[] = [
      { field: 'sequence', op: '>=', value: Math.max(1, sequenceOf(afterPosition)) },
      { field: 'said', op: '=', value: true },
      ...(address === undefined ? [] : ([{ field: 'address', op: '=', value: address }] as const)),
    ]
    const facts: Fact[] = []
    let after: string | undefined
    do {
      const page = await this.#steps(where, after)
      facts.push(...page.steps.flatMap(factsIn).filter((fact) => fact.position > afterPosition))
      after = page.next
    } while (after !== undefined && facts.length < limit)
    return facts.slice(0, limit)
  }

  /** The position of the last fact it has; 0 for none. */
  async factsEnd(): Promise<number> {
    await this.#define()
    const { documents } = await this.#options.documents.query({
      collection: collections.steps,
      where: [{ field: 'said', op: '=', value: true }],
      order: [{ field: 'sequence', direction: 'descending' }],
      limit: 1,
    })
    return documents.flatMap((each) => factsIn(readArchived(each))).at(-1)?.position ?? 0
  }

  async history(address: Address, afterRevision: number, limit: number): Promise<readonly HistoryEntry[]> {
    const where: readonly Condition[] = [
      { field: 'address', op: '=', value: address },
      { field: 'revision', op: '>', value: afterRevision },
    ]
    const entries: HistoryEntry[] = []
    let after: string | undefined
    do {
      const page = await this.#steps(where, after)
      entries.push(...page.steps.map((step) => step.entry))
      after = page.next
    } while (after !== undefined && entries.length < limit)
    return entries.slice(0, limit)
  }

  /** Newest change first. `upTo`: steps of this process that the list should know, where it copies itself. */
  async list(query: ActorQuery, upTo: number): Promise<readonly ActorSummary[]> {
    await this.#define()
    if (this.#copies && this.#place < upTo) {
      this.wake()
      await this.#arrivals.within(listWaitMs, () => this.#place >= upTo || this.#closed)
    }
    const { workspace, kind, status, beforeMs, afterAddress, limit } = query
    const where: readonly Condition[] = [
      { field: 'workspace', op: '=', value: workspace },
      ...(kind === undefined ? [] : ([{ field: 'kind', op: '=', value: kind }] as const)),
      ...(status === undefined ? [] : ([{ field: 'status', op: '=', value: status }] as const)),
    ]
    if (beforeMs === undefined) return this.#actors(where, limit)
    const same = await this.#changedAt(where, {
      beforeMs,
      limit,
      ...(afterAddress === undefined ? {} : { afterAddress }),
    })
    if (same.length >= limit) return same
    const earlier = await this.#actors(
      [...where, { field: 'updatedAtMs', op: '<', value: beforeMs }],
      limit - same.length,
    )
    return [...same, ...earlier]
  }

  async #changedAt(
    where: readonly Condition[],
    page: { readonly beforeMs: number; readonly afterAddress?: Address; readonly limit: number },
  ): Promise<readonly ActorSummary[]> {
    const { beforeMs, afterAddress, limit } = page
    if (afterAddress === undefined) return []
    return this.#actors(
      [
        ...where,
        { field: 'updatedAtMs', op: '=', value: beforeMs },
        { field: 'address', op: '>', value: afterAddress },
      ],
      limit,
    )
  }

  async #actors(where: readonly Condition[], limit: number): Promise<readonly ActorSummary[]> {
    const order = [
      { field: 'updatedAtMs', direction: 'descending' },
      { field: 'address', direction: 'ascending' },
    ] as const
    const page = await this.#options.documents.query({ collection: collections.actors, where, order, limit })
    return page.documents.map(({ value }) => readSummary(value))
  }

  async #steps(
    where: readonly Condition[],
    after: string | undefined,
  ): Promise<{ readonly steps: readonly SequencedStep[]; readonly next?: string }> {
    await this.#define()
    const { documents, next } = await this.#options.documents.query({
      collection: collections.steps,
      where,
      order: [{ field: 'sequence', direction: 'ascending' }],
      limit: pageMax,
      ...(after === undefined ? {} : { after }),
    })
    return { steps: documents.map(readArchived), ...(next === undefined ? {} : { next }) }
  }

  async #copy(): Promise<void> {
    const { log } = this.#options
    let waitMs: number = retryMs.first
    while (this.#again && !this.#closed) {
      this.#again = false
      try {
        await this.#copyAll()
        waitMs = retryMs.first
        // Nobody needs it sooner, and many steps are one write.
        await this.#arrivals.within(betweenMs, () => this.#closed)
      } catch (error) {
        log.warn('the archive falls behind', { reason: String(error), retryMs: waitMs })
        this.#again = true
        await this.#arrivals.within(waitMs, () => this.#closed)
        waitMs = Math.min(waitMs * 2, retryMs.most)
      }
    }
  }

  async #copyAll(): Promise<void> {
    const { documents, reads, layout } = this.#options
    await this.#define()
    this.#place ||= await this.#storedPlace()
    while (!this.#closed) {
      const steps = this.#known() ?? (await reads.after(this.#place, layout.steps('*'), batchMax)).map(readStep)
      const last = steps.at(-1)
      if (last === undefined) return
      await documents.write([...writesOf(steps), placeAt(last.sequence)])
      this.#place = last.sequence
      this.#arrivals.arrived()
    }
  }

  /** 3: the next steps, where all that have been told since its place are at hand. */
  #known(): readonly SequencedStep[] | undefined {
    const first = this.#told[0]
    if (first === undefined || this.#place < first.sequence) return undefined
    const next = this.#told.findIndex((step) => step.sequence > this.#place)
    this.#told.splice(0, next === -1 ? this.#told.length - 1 : next - 1)
    return this.#told.slice(1, 1 + batchMax)
  }

  async #storedPlace(): Promise<number> {
    const place = (await this.#options.documents.get(collections.place, collections.place))?.value['sequence']
    return typeof place === 'number' ? place : 0
  }

  #define(): Promise<void> {
    this.#defined ??= this.#defineAll().catch((error: unknown) => {
      this.#defined = undefined
      throw error
    })
    return this.#defined
  }

  async #defineAll(): Promise<void> {
    for (const collection of archiveCollections) await this.#options.documents.define(collection)
  }
}

function placeAt(sequence: number): DocumentWrite {
  return {
    op: 'put',
    collection: collections.place,
    key: collections.place,
    revision: sequence,
    value: { sequence },
  }
}

/** One document a step, and one for each actor's last. */
function writesOf(steps: readonly SequencedStep[]): readonly DocumentWrite[] {
  const actors = new Map<Address, DocumentWrite>()
  for (const step of steps) if (step.after !== undefined) actors.set(step.address, summaryWrite(step))
  return [...steps.map(stepWrite), ...actors.values()]
}

function stepWrite(step: SequencedStep): DocumentWrite {
  const { sequence, address, entry } = step
  const value = {
    sequence,
    address,
    revision: entry.revision,
    said: entry.facts.length > 0,
    step: JSON.stringify(step),
  }
  return { op: 'put', collection: collections.steps, key: String(sequence), revision: sequence, value }
}

function summaryWrite({ sequence, address, entry, after }: SequencedStep): DocumentWrite {
  const { workspace, kind } = partsOf(address)
  const value: JsonObject = { address, workspace, kind, revision: entry.revision, ...after }
  return { op: 'put', collection: collections.actors, key: address, revision: sequence, value }
}

function readArchived({ key, value }: Document): SequencedStep {
  const { step } = value
  if (typeof step !== 'string') throw new TypeError(`archived step ${key} is not readable`)
  return JSON.parse(step) as SequencedStep
}

function readSummary(value: JsonObject): ActorSummary {
  const { address, machine, status, revision, updatedAtMs } = value
  return { address, machine, status, revision, updatedAtMs } as unknown as ActorSummary
}
