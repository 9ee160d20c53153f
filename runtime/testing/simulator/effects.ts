import type { Draft, Route, Verdict } from '#machines/conversation-contract.ts'
import type { Json } from '../../json.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Ids } from '../../ports/ids.ts'
import type { EffectContext, EffectHandler, EffectRequest } from '../../runtime.ts'
import type { Faults } from './faults.ts'

/** A message that reached the simulated customer. */
export interface Delivered {
  readonly conversation: string
  readonly n: number
  readonly epoch: number
  readonly author: string
  readonly key: string
}

export interface SimulatedEffects {
  readonly clock: Clock
  readonly ids: Ids
  readonly faults: () => Faults
  /** The channel's own memory of keys, which no crash of ours reaches. */
  readonly seen: Set<string>
  /** The channel has it: called once per idempotency key. */
  readonly onDelivered: (delivered: Delivered) => void
}

/** The agents and the channel as the simulator plays them: slow, forgetful and often down, but of the right shape. */
export function simulatedEffects(world: SimulatedEffects): { readonly [name: string]: EffectHandler } {
  const policy = { timeoutMs: 20_000, attemptsMax: 3, backoffMs: 200, concurrency: 16 }
  const handler = (run: (request: EffectRequest, context: EffectContext) => Json): EffectHandler => ({
    policy,
    run: async (request, context) => {
      const chance = world.ids.random()
      const hangs = chance < world.faults().effectHang
      await delay(world.clock, hangs ? 60_000 : Math.floor(world.ids.random() * 900), context.signal)
      if (world.ids.random() < world.faults().effectFailure) throw new Error('simulated failure')
      return run(request, context)
    },
  })
  return {
    route: handler(() => encode(routeOf(world.ids))),
    answer: handler((request) => encode(draftOf(request, world.ids))),
    check: handler(() => encode(verdictOf(world.ids))),
    'enrich-lead': handler(() => ({ profile: {} })),
    'alert-hot-lead': handler(() => null),
    transmit: handler(({ key }) => ({ outcome: 'accepted', providerId: key })),
    'keep-media': handler(() => ({ outcome: 'missing', reason: 'there are no files here' })),
    'fetch-lead': handler(() => ({ outcome: 'missing', reason: 'there are no advertisements here' })),
    deliver: handler((request, context) => {
      if (!context.wanted() || world.seen.has(request.key)) return null
      world.seen.add(request.key)
      const { n, epoch, author } = record(request.input)
      world.onDelivered({
        conversation: request.address,
        n: Number(n),
        epoch: Number(epoch),
        author: typeof author === 'string' ? author : '',
        key: request.key,
      })
      return null
    }),
  }
}

function routeOf(ids: Ids): Route {
  const confidence = 0.69 + ids.random() * 0.3
  const handsOff = ids.random() < 0.04
  return {
    intent: 'property',
    specialist: 'property',
    confidence,
    ...(handsOff ? { handOff: 'asked-for-person' } : {}),
  }
}

function draftOf(request: EffectRequest, ids: Ids): Draft {
  const { turn } = record(request.input)
  const handsOff = ids.random() < 0.04
  return {
    text: `answer to turn ${String(turn)}`,
    cards: [],
    chips: [],
    claims: [],
    confidence: 0.9,
    intent: 'property',
    specialist: 'property',
    model: 'simulated',
    dialogue: {},
    engagement: ids.random() < 0.2 ? 'direct-inquiry' : 'question',
    costMicros: 0,
    ...(handsOff ? { handOff: { reason: 'complex' as const, summary: 'simulated' } } : {}),
  }
}

function verdictOf(ids: Ids): Verdict {
  const deliver = ids.random() > 0.04
  return {
    deliver,
    problems: [],
    confidence: deliver ? 0.9 : 0.2,
    ...(deliver ? {} : { reason: 'ungrounded' as const }),
  }
}

function delay(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = clock.schedule(clock.nowMs() + ms, resolve)
    signal.addEventListener('abort', () => {
      cancel()
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
    })
  })
}

function encode(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json
}

function record(input: unknown): { readonly [key: string]: unknown } {
  return typeof input === 'object' && input !== null ? (input as { readonly [key: string]: unknown }) : {}
}
