import { createMemoryJournalStore } from '#runtime/adapters/memory/journal-store.ts'
import { createMemoryJournal } from '#runtime/adapters/memory/journal.ts'
import { createSingleMembership } from '#runtime/adapters/single/membership.ts'
import { openSqliteDocuments } from '#runtime/adapters/sqlite/documents.ts'
import type { Clock } from '#runtime/ports/clock.ts'
import type { Journal } from '#runtime/ports/journal.ts'
import type { EffectHandler, Runtime } from '#runtime/runtime.ts'
import { createFaultyJournal } from '#runtime/testing/faulty-journal.ts'
import { createManualClock, type ManualClock } from '#runtime/testing/manual-clock.ts'
import { createSeededIds } from '#runtime/testing/seeded-ids.ts'
import { simulatedEffects } from '#runtime/testing/simulator/effects.ts'
import { createGossip, type GossipOptions } from '#runtime/testing/simulator/gossip.ts'
import { createLeases } from '#runtime/testing/simulator/leases.ts'
import type { Members } from '#runtime/testing/simulator/members.ts'
import { createDistantJournal } from '#runtime/testing/simulator/network.ts'
import type { Process } from '#runtime/testing/simulator/process.ts'
import { createWitness, type Witness } from '#runtime/testing/simulator/witness.ts'
import { createWorld, type World } from '#runtime/testing/simulator/world.ts'
import { silentLog } from '#runtime/testing/small-host.ts'
import { createTransmitEffect, type ProviderSender } from '../../channels/transmit.ts'
import { createGraphClient } from '../../channels/whatsapp/graph-client.ts'
import { createWhatsAppSender } from '../../channels/whatsapp/sender.ts'
import { account, business } from '../../channels/whatsapp/testing/payloads.ts'
import type { Connections, WhatsAppConnection } from '../../connections/connection.ts'
import { createDeliverEffect } from '../../deliver.ts'
import { durably, takeDelivery, workspace, type TakeIn } from './door.ts'
import { createCommitLedger, type CommitLedger } from './ledger.ts'
import { createSimulatedMeta, type SimulatedMeta } from './meta.ts'
import { stormy, stormyAmongNodes, type Misfortune } from './misfortune.ts'
import { somePeople, type PeopleRecord } from './people.ts'
import { createWebhooks, type Webhooks } from './webhooks.ts'

/** The product with something broken, to see that the checkers notice. */
export interface Sabotage {
  readonly sender?: (sender: ProviderSender) => ProviderSender
  readonly transmit?: (effect: EffectHandler) => EffectHandler
  readonly takeIn?: TakeIn
  /** What becomes of a webhook's body on its way in. */
  readonly body?: (body: string) => string
}

export interface WhatsAppOptions extends Sabotage {
  /** Nodes that share the work, with a gateway beside them; one by itself when absent. */
  readonly nodes?: number
}

/** A house and a Meta from one number, and what there is to judge them by. */
export interface WhatsAppCompany {
  readonly clock: ManualClock
  readonly world: World
  readonly meta: SimulatedMeta
  readonly webhooks: Webhooks
  readonly people: PeopleRecord
  readonly ledger: CommitLedger
  readonly witness: Witness
  /** Calls at whose beginning their process was struck. */
  readonly struck: string[]
  /** The journal around all faults. */
  readonly truth: Journal
  misfortune(): Misfortune
  /** From now on things go wrong like this. */
  weather(misfortune: Misfortune): void
  /** For so long the journal takes nothing. */
  journalOut(ms: number): void
  close(): Promise<void>
}

/** A Monday, ten in the morning in India. */
const startMs = Date.UTC(2026, 0, 5, 4, 30)
const partitions = 4
const graphTimeoutMs = 30_000
/** One way to the journal, where it is not in the same process. A longer one would make every look at the epoch an old one. */
const journalMs = 4

const connection: WhatsAppConnection = {
  workspace,
  business,
  account,
  displayNumber: '15550783881',
  accessToken: 'token',
  appSecrets: ['secret'],
  verifyToken: 'verify',
}

const connections: Connections = {
  whatsapp: async () => [connection],
  whatsappAccount: async (_workspace, asked) => (asked === account ? connection : undefined),
}

/** Makes a company of a seed and boots its house: real machines, take-in, gate and way out, between a poor journal and a poor Meta. */
export function foundWhatsAppCompany(seed: number, options: WhatsAppOptions = {}): WhatsAppCompany {
  const { nodes = 1, ...sabotage } = options
  const clock = createManualClock(startMs)
  const ids = createSeededIds(seed)
  let now = nodes === 1 ? stormy : stormyAmongNodes
  let outUntilMs = 0
  const misfortune = (): Misfortune => now
  const faults = () => now.house
  const store = createMemoryJournalStore(partitions)
  const connect = (): Journal => createMemoryJournal({ partitions, store })
  const ledger = createCommitLedger(clock)
  const witness = createWitness(clock)
  const documents = openSqliteDocuments({ file: ':memory:', log: silentLog })
  const people: PeopleRecord = { people: somePeople(), written: [], echoes: [], finished: 0 }
  const webhooks = createWebhooks({
    clock,
    ids,
    misfortune,
    deliver: (body) => takeDelivery(world, sabotage.body?.(body) ?? body, sabotage.takeIn ?? durably),
  })
  const lastWroteAtMs = (key: string): number =>
    people.written.findLast(({ person }) => person.phone === key || person.userId === key)?.atMs ?? 0
  const meta = createSimulatedMeta({ clock, ids, misfortune, webhooks, lastWroteAtMs })
  const world: World = createWorld({
    clock,
    ids,
    nodes,
    gateways: nodes === 1 ? 0 : 1,
    faults,
    documents,
    journal: (process) => {
      const faulty = createFaultyJournal({
        journal: witness.watch(ledger.watch(connect(), process.name), process),
        clock,
        random: () => ids.random(),
        faults: () => {
          const { lostAcknowledgement, refusedWrite, late, untold } = faults()
          const out = clock.nowMs() < outUntilMs ? 1 : refusedWrite
          const notices = { duplicateNotice: late, delay: late, ...(nodes === 1 ? {} : { lostNotice: untold }) }
          return { lostAcknowledgement, refusedWrite: out, refusedRead: out, ...notices }
        },
      })
      if (nodes === 1) return faulty
      const link = { latencyMs: () => Math.ceil(ids.random() * journalMs), cut: () => process.cut() }
      return createDistantJournal(faulty, link, clock)
    },
    members: membersOf(seed, nodes, { clock, ids, partitions, faults }),
    effects: (processClock, process) => ({
      ...simulatedEffects({ clock: processClock, ids, faults, seen: new Set(), onDelivered: () => {} }),
      ...waysOut(processClock, process, { meta, sabotage }),
    }),
  })
  return {
    clock,
    world,
    meta,
    webhooks,
    people,
    ledger,
    witness,
    struck: [],
    truth: connect(),
    misfortune,
    weather: (misfortune) => void (now = misfortune),
    journalOut: (ms) => void (outUntilMs = clock.nowMs() + ms),
    close: () => documents.close(),
  }
}

/** A node by itself owns everything; several know of each other by leases, or for every other seed by gossip, in which nothing settles who is right. */
function membersOf(seed: number, nodes: number, options: GossipOptions): Members {
  if (nodes > 1) return (seed % 2 === 0 ? createLeases : createGossip)(options)
  return { join: async (node) => createSingleMembership({ node, partitions }) }
}

/** The product's own way out, of one process. */
function waysOut(
  clock: Clock,
  process: Process,
  { meta, sabotage }: { readonly meta: SimulatedMeta; readonly sabotage: Sabotage },
): { readonly [name: string]: EffectHandler } {
  let known: Runtime | undefined
  const runtime = (): Runtime => {
    known ??= process.runtime
    if (known === undefined) throw new Error('an effect ran before the runtime was ready')
    return known
  }
  const ready = async (): Promise<void> => {
    while ((known ??= process.runtime) === undefined) await sleepOn(clock)
  }
  const over = meta.fetchOf(process)
  const fetched: typeof fetch = (address, init) => process.mortal.pass(() => over(address, init))
  const graph = createGraphClient({
    baseUrl: 'http://meta',
    version: 'v23.0',
    fetch: fetched,
    clock,
    timeoutMs: graphTimeoutMs,
  })
  const sender = createWhatsAppSender({ connections, graph })
  const senders = { whatsapp: sabotage.sender?.(sender) ?? sender }
  const deliver = createDeliverEffect({ channels: [], runtime, log: silentLog })
  const transmit = createTransmitEffect({ senders, runtime, log: silentLog })
  const waiting = (effect: EffectHandler): EffectHandler => ({
    policy: effect.policy,
    run: async (request, context) => {
      await ready()
      return effect.run(request, context)
    },
  })
  return { deliver: waiting(deliver), transmit: waiting(sabotage.transmit?.(transmit) ?? transmit) }
}

function sleepOn(clock: Clock): Promise<void> {
  return new Promise((resolve) => void clock.schedule(clock.nowMs() + 20, resolve))
}
