import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import type { Ephemeral } from '#runtime/ports/ephemeral.ts'
import type { Runtime } from '#runtime/runtime.ts'
import type { ConversationFacts } from '#machines/conversation-contract.ts'
import type { LiveHub } from './live-hub.ts'
import { factOf } from './read-models/shape.ts'

/** What `/metrics` tells. */
export interface GatewayMetrics {
  readonly registry: Registry
  readonly frames: Counter<'audience'>
  readonly dropped: Counter<'audience'>
  readonly commands: Counter<'audience' | 'outcome'>
  readonly sockets: Gauge<'audience'>
  stop(): void
}

/** Makes the metrics of a gateway: what it counts itself, what the runtime says of itself, and what facts tell of turns and hand-offs. */
export function createMetrics(runtime: Runtime, hub: LiveHub, ephemeral: Pick<Ephemeral, 'reachable'>): GatewayMetrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  runtimeGauges(runtime, registers)
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
  }
}

function runtimeGauges(runtime: Runtime, registers: Registry[]): void {
  const helps = {
    steps: 'Steps taken since the start.',
    commits: 'Commits since the start.',
    residentActors: 'Actors in memory.',
    pendingEffects: 'Effects asked for and not settled.',
    inboxLag: 'Events not yet handled.',
    factsLag: 'Facts not yet in the read models.',
    fenced: 'Events and results of a past epoch, dropped.',
    failed: 'Steps that threw.',
    loads: 'Actors loaded from the store.',
  } as const
  for (const [stat, help] of Object.entries(helps)) {
    const name = `fineacers_runtime_${stat.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`
    const gauge = new Gauge({
      name,
      help,
      registers,
      collect() {
        const value: unknown = Object.entries(runtime.stats()).find(([key]) => key === stat)?.[1]
        if (typeof value === 'number') this.set(value)
      },
    })
    gauge.set(0)
  }
}
