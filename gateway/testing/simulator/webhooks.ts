import type { Json, JsonObject } from '#runtime/json.ts'
import type { Clock } from '#runtime/ports/clock.ts'
import type { Ids } from '#runtime/ports/ids.ts'
import { change, delivery, onTheWire } from '../../channels/whatsapp/testing/payloads.ts'
import type { Misfortune } from './misfortune.ts'

export interface WebhooksOptions {
  readonly clock: Clock
  readonly ids: Ids
  readonly misfortune: () => Misfortune
  /** Answers whether the house acknowledged it. */
  readonly deliver: (body: string) => Promise<boolean>
}

/**
 * Meta's way to us. 1. A webhook is tried until it is acknowledged, for seven days. 2. Nothing keeps two of them in their order, and each may come twice.
 */
export interface Webhooks {
  /** Tells one thing, sooner or later. `now`: without any delay, as what was typed at the worst instant. */
  tell(field: string, value: JsonObject, when?: 'now'): void
  /** When the next one is tried. */
  nextTryAtMs(): number | undefined
  readonly counts: { told: number; tries: number; refused: number; old: number; givenUp: number }
}

const quickMs = 600
const lateMs = 4 * 60_000
const hourMs = 60 * 60_000
/** The last try comes before the journal forgets an id. */
const oldMs = 6.9 * 24 * hourMs
const retryForMs = 7 * 24 * hourMs

/** Makes Meta's end of the webhooks. */
export function createWebhooks({ clock, ids, misfortune, deliver }: WebhooksOptions): Webhooks {
  const counts = { told: 0, tries: 0, refused: 0, old: 0, givenUp: 0 }
  const tries: number[] = []
  const within = (ms: number): number => Math.ceil(ids.random() * ms)
  const delayMs = (): number => {
    const chance = ids.random()
    const { webhookOld, webhookLate } = misfortune()
    if (chance < webhookOld) {
      counts.old += 1
      return within(oldMs)
    }
    return within(chance < webhookOld + webhookLate ? lateMs : quickMs)
  }
  const later = (ms: number, run: () => void): void => {
    const atMs = clock.nowMs() + ms
    tries.push(atMs)
    clock.schedule(atMs, () => {
      tries.splice(tries.indexOf(atMs), 1)
      run()
    })
  }
  const attempt = async (body: string, untilMs: number, pauseMs: number): Promise<void> => {
    counts.tries += 1
    if (await deliver(body)) return
    counts.refused += 1
    if (clock.nowMs() < untilMs) return later(pauseMs, () => void attempt(body, untilMs, Math.min(hourMs, pauseMs * 2)))
    counts.givenUp += 1
  }
  const post = (body: string, ms: number): void => {
    later(ms, () => void attempt(body, clock.nowMs() + retryForMs, 1000))
  }
  return {
    counts,
    nextTryAtMs: () => (tries.length === 0 ? undefined : Math.min(...tries)),
    tell(field, value, when) {
      counts.told += 1
      const body = onTheWire(delivery(change(value, field)))
      post(body, when === 'now' ? within(20) : delayMs())
      if (ids.random() < misfortune().webhookTwice) post(body, delayMs())
    },
  }
}

/** A moment as webhooks write it: whole seconds, as text. */
export function timestamp(atMs: number): Json {
  return String(Math.floor(atMs / 1000))
}
