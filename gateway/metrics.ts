import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import type { Ephemeral } from '#runtime/ports/ephemeral.ts'
import type { ProjectorStats } from '#runtime/projector-process.ts'
import type { RuntimeStats } from '#runtime/runtime.ts'
import type { ConversationFacts } from '#machines/conversation-contract.ts'
import { dependencies, type Health } from './health.ts'
import { leadEventGauges } from './lead-events/meters.ts'
import type { LeadEventStats } from './lead-events/start.ts'
import type { LiveHub } from './live-hub.ts'
import { factOf } from './read-models/shape.ts'

/** What `/metrics` tells. */
export interface GatewayMetrics {
  readonly registry: Registry
  readonly frames: Counter<'audience'>
  readonly dropped: Counter<'audience'>
  readonly commands: Counter<'audience' | 'outcome'>
  readonly sockets: Gauge<'audience'>
  readonly webhooks: Counter<'channel' | 'outcome'>
  stop(): void
}

/** What a process tells of itself, whatever its role. */
export interface ProcessMeters {
  readonly runtime?: () => RuntimeStats
  readonly projector?: () => ProjectorStats
  readonly leadEvents?: () => Partial<LeadEventStats>
  readonly health: Health
}

/** A registry with the metrics of a process: Node's own, those of its runtime and projector where it has them, and what it depends on. */
export function processRegistry({ runtime, projector, leadEvents, health }: ProcessMeters): Registry {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  if (runtime !== undefined) runtimeGauges(runtime, registers)
  if (projector !== undefined) projectorGauges(projector, registers)
  if (leadEvents !== undefined) leadEventGauges(leadEvents, registers)
  dependencyGauge(health, registers)
  return registry
}

/** Makes the metrics of a gateway: those of its process, what it counts itself, and what facts tell of turns and hand-offs. */
export function createMetrics(
  meters: ProcessMeters,
  hub: LiveHub,
  ephemeral: Pick<Ephemeral, 'reachable'>,
): GatewayMetrics {
  const registry = processRegistry(meters)
  const registers = [registry]
  reachableGauge(ephemeral, registers)
  const turns = new Histogram({
    name: 'fineacers_turn_seconds',
    help: 'Time from the start of a turn to its end, by outcome.',
    labelNames: ['outcome'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers,
  })
  const handOffs = new Counter({
    name: 'fineacers_hand_offs_total',
    help: 'Conversations handed to people, by reason.',
    labelNames: ['reason'],
    registers,
  })
  const messages = new Counter({
    name: 'fineacers_messages_total',
    help: 'Messages added to transcripts, by author.',
    labelNames: ['author'],
    registers,
  })
  const stop = hub.onAll((fact) => {
    const each = factOf<ConversationFacts>(fact)
    if (each.type === 'turn-ended') turns.observe({ outcome: each.data.outcome }, each.data.tookMs / 1000)
    if (each.type === 'handed-off') handOffs.inc({ reason: each.data.reason })
    if (each.type === 'message-added') messages.inc({ author: each.data.author.kind })
  })
  return { registry, ...clientMetrics(registers), stop }
}

function reachableGauge(ephemeral: Pick<Ephemeral, 'reachable'>, registers: Registry[]): void {
  const gauge = new Gauge({
    name: 'fineacers_ephemeral_reachable',
    help: '1 while the ephemeral store answers, else 0: presence is not known then, limits are counted by each process alone, sign-in is closed.',
    registers,
    collect() {
      this.set(ephemeral.reachable() ? 1 : 0)
    },
  })
  gauge.set(0)
}

function clientMetrics(registers: Registry[]) {
  return {
    frames: new Counter({
      name: 'fineacers_frames_total',
      help: 'Frames sent to clients.',
      labelNames: ['audience'],
      registers,
    }),
    dropped: new Counter({
      name: 'fineacers_frames_dropped_total',
      help: 'Frames not sent because the client reads too slowly; it is told and resumes.',
      labelNames: ['audience'],
      registers,
    }),
    commands: new Counter({
      name: 'fineacers_commands_total',
      help: 'Commands answered, by outcome: ok, or the code of the problem.',
      labelNames: ['audience', 'outcome'],
      registers,
    }),
    sockets: new Gauge({
      name: 'fineacers_sockets',
      help: 'Sockets connected.',
      labelNames: ['audience'],
      registers,
    }),
    webhooks: new Counter({
      name: 'fineacers_webhooks_total',
      help: "Deliveries of a channel's provider, by outcome: taken once all of it is durable, unsigned.",
      labelNames: ['channel', 'outcome'],
      registers,
    }),
  }
}

function runtimeGauges(stats: () => RuntimeStats, registers: Registry[]): void {
  const helps: { readonly [stat in keyof RuntimeStats]: string } = {
    steps: 'Steps taken since the start.',
    commits: 'Commits since the start.',
    residentActors: 'Actors in memory.',
    pendingEffects: 'Effects asked for and not settled.',
    inboxLag: 'Events not yet handled.',
    factsLag: 'Facts not yet in the read models.',
    fenced: 'Events and results of a past epoch, dropped.',
    failed: 'Steps that threw.',
    loads: 'Actors loaded from the store.',
  }
  for (const [stat, help] of entriesOf(helps)) {
    const name = `fineacers_runtime_${stat.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`
    told({ name, help, value: () => stats()[stat] }, registers)
  }
}

function projectorGauges(stats: () => ProjectorStats, registers: Registry[]): void {
  const gauges = [
    ['active', 'Whether this process builds the read models now.', (now: ProjectorStats) => Number(now.active)],
    ['position', 'The last fact in the read models.', (now: ProjectorStats) => now.position],
    [
      'facts_lag',
      'Facts read and not yet written: at least so many are missing.',
      (now: ProjectorStats) => now.factsLag,
    ],
    ['behind_seconds', 'How long ago the oldest of them happened.', (now: ProjectorStats) => now.behindMs / 1000],
  ] as const
  for (const [name, help, of] of gauges)
    told({ name: `fineacers_projector_${name}`, help, value: () => of(stats()) }, registers)
}

/** A gauge whose value is asked for when somebody looks. */
function told(
  { name, help, value }: { readonly name: string; readonly help: string; readonly value: () => number },
  registers: Registry[],
): void {
  new Gauge({
    name,
    help,
    registers,
    collect() {
      this.set(value())
    },
  }).set(0)
}

function dependencyGauge(health: Health, registers: Registry[]): void {
  const gauge = new Gauge({
    name: 'fineacers_dependency_up',
    help: 'Whether what the process depends on answers: 1, or 0 when it is silent.',
    labelNames: ['dependency'],
    registers,
    async collect() {
      const { dependencies: known } = await health.readiness()
      for (const dependency of dependencies) {
        const state = known[dependency]
        if (state !== undefined) this.set({ dependency }, state === 'answers' ? 1 : 0)
      }
    },
  })
  gauge.reset()
}

function entriesOf<Key extends string, Value>(record: { readonly [key in Key]: Value }): readonly (readonly [
  Key,
  Value,
])[] {
  // The keys of a record that is written out are those of its type.
  return Object.entries(record) as unknown as readonly (readonly [Key, Value])[]
}
