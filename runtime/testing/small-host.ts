import { createMemoryJournalStore, type MemoryJournalStore } from '../adapters/memory/journal-store.ts'
import { createMemoryJournal } from '../adapters/memory/journal.ts'
import { addressOf, type Address } from '../address.ts'
import type { MachineEvent } from '../event.ts'
import type { Fact } from '../fact.ts'
import { createRuntime } from '../host.ts'
import type { Json, JsonObject } from '../json.ts'
import type { Documents } from '../ports/documents.ts'
import type { Journal } from '../ports/journal.ts'
import type { Log } from '../ports/log.ts'
import type { Membership } from '../ports/membership.ts'
import type { EffectContext, EffectHandler, EffectRequest, HostedMachine, Runtime, RuntimeLimits } from '../runtime.ts'
import { createManualClock, type ManualClock } from './manual-clock.ts'
import { hostedDesk } from './sample-machines.ts'
import { createSeededIds } from './seeded-ids.ts'

/** What a small host may be given instead of its own. */
export interface SmallHostOptions {
  readonly store?: MemoryJournalStore
  readonly partitions?: number
  readonly clock?: ManualClock
  readonly seed?: number
  readonly machines?: readonly HostedMachine[]
  readonly effects?: { readonly [name: string]: EffectHandler }
  readonly settings?: JsonObject
  readonly limits?: Partial<RuntimeLimits>
  readonly membership?: Membership
  /** Puts something between the host and its journal: a fault, or a watcher. */
  readonly journal?: (journal: Journal) => Journal
}

/** A host in memory with desks on it, for tests of single rules. */
export interface SmallHost {
  readonly runtime: Runtime
  readonly clock: ManualClock
  readonly store: MemoryJournalStore
  /** The journal around any fault. */
  readonly journal: Journal
  readonly logged: readonly string[]
  /** Sends and waits until everything that follows without time passing has happened. */
  tell(address: Address, event: MachineEvent, id?: string): Promise<void>
  facts(): Promise<readonly Fact[]>
  /** Stops as a crash does: the journal is gone under its hands. */
  crash(): Promise<void>
}

/** The address of desk `id`. */
export function desk(id: string | number): Address {
  return addressOf('acme', 'desk', String(id))
}

/** Makes a small host and waits until it has claimed its partitions. */
export async function startSmallHost(options: SmallHostOptions = {}): Promise<SmallHost> {
  const partitions = options.partitions ?? 4
  const clock = options.clock ?? createManualClock(1_000_000)
  const store = options.store ?? createMemoryJournalStore(partitions)
  const inner = createMemoryJournal({ partitions, store })
  const reader = createMemoryJournal({ partitions, store })
  const logged: string[] = []
  const runtime = await createRuntime({
    journal: options.journal?.(inner) ?? inner,
    documents: noDocuments,
    membership: options.membership ?? ownerOfAll('one', partitions),
    clock,
    // A later host on the same store makes other ids, as another process would.
    ids: createSeededIds(options.seed ?? 1 + store.inbox.length),
    log: logTo(logged),
    machines: options.machines ?? [hostedDesk()],
    settings: () => options.settings ?? {},
    effects: { answer: answering(() => 'yes'), post: answering(() => null), ...options.effects },
    projections: [],
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  })
  return {
    runtime,
    clock,
    store,
    journal: reader,
    logged,
    async tell(address, event, id) {
      await runtime.send({ to: address, event, ...(id === undefined ? {} : { id }) })
      await clock.settle()
    },
    facts: () => reader.facts(0, 10_000),
    async crash() {
      await inner.close()
      void runtime.stop().catch(() => {})
      await clock.settle()
    },
  }
}

/** A handler that answers at once, with one attempt. */
export function answering(
  run: (request: EffectRequest, context: EffectContext) => Json | Promise<Json>,
  policy: Partial<EffectHandler['policy']> = {},
): EffectHandler {
  return {
    policy: { timeoutMs: 10_000, attemptsMax: 1, backoffMs: 100, concurrency: 10, ...policy },
    run: async (request, context) => run(request, context),
  }
}

/** A port with some of its methods replaced. */
export function overriding<Port extends object>(port: Port, change: Partial<Port>): Port {
  return new Proxy(port, {
    get: (target, key) => {
      const own: unknown = Reflect.get(change, key) ?? Reflect.get(target, key)
      return typeof own === 'function' ? own.bind(target) : own
    },
  })
}

/** A membership of one node that owns everything. */
export function ownerOfAll(node: string, partitions: number): Membership {
  const all = Array.from({ length: partitions }, (_, index) => index)
  return { node, owned: () => all, watch: () => () => {}, leave: () => Promise.resolve() }
}

/** A membership whose word can be changed. */
export function changingMembership(
  node: string,
  owned: readonly number[],
): Membership & { set(owned: readonly number[]): void } {
  const listeners = new Set<() => void>()
  let now = owned
  return {
    node,
    owned: () => now,
    watch(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    leave: () => Promise.resolve(),
    set(next) {
      now = next
      for (const listener of listeners) listener()
    },
  }
}

/** The hosts of single rules have no read models: writes go nowhere. */
export const noDocuments: Documents = {
  define: () => Promise.resolve(),
  get: () => Promise.resolve(undefined),
  getMany: () => Promise.resolve([]),
  write: () => Promise.resolve(),
  clear: () => Promise.resolve(),
  query: () => Promise.resolve({ documents: [] }),
  count: () => Promise.resolve(0),
  countBy: () => Promise.resolve([]),
  close: () => Promise.resolve(),
}

/** A log that keeps nothing. */
export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

function logTo(lines: string[]): Log {
  const line =
    (level: string) =>
    (message: string, fields?: JsonObject): void =>
      void lines.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`)
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') }
}
