import { isPlainlyComplete } from '#agents/completeness.ts'
import type { NewEvent } from '#runtime/event.ts'
import type { Clock } from '#runtime/ports/clock.ts'
import type { Runtime } from '#runtime/runtime.ts'
import type { World } from '#runtime/testing/simulator/world.ts'
import { readWebhook } from '../../channels/whatsapp/read-webhook.ts'
import { eventsOf } from '../../channels/whatsapp/take-in.ts'
import { account } from '../../channels/whatsapp/testing/payloads.ts'

export const workspace = 'sim'

/** Hands the events of one delivery to a process; resolves when Meta may be told that all is well. */
export type TakeIn = (runtime: Runtime, events: readonly NewEvent[]) => Promise<unknown>

/** As the product does it: every one is durable first. */
export const durably: TakeIn = (runtime, events) => Promise.all(events.map((event) => runtime.send(event)))

const answersWithinMs = 10_000

/** The webhook's door: what the route does with a signed body, in whichever process serves. Answers whether it was acknowledged. */
export async function takeDelivery(world: World, body: string, takeIn: TakeIn): Promise<boolean> {
  const up = world.serving()
  const process = up[Math.floor(world.ids.random() * up.length)]
  if (process?.runtime === undefined) return false
  const events = eventsOf(readWebhook(body), {
    workspace,
    accounts: new Set([account]),
    timeZone: 'Asia/Kolkata',
    nowMs: world.clock.nowMs(),
    isComplete: isPlainlyComplete,
  })
  return inTime(world.clock, takeIn(process.runtime, events))
}

function inTime(clock: Clock, work: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = clock.schedule(clock.nowMs() + answersWithinMs, () => resolve(false))
    const settle = (taken: boolean) => () => {
      cancel()
      resolve(taken)
    }
    work.then(settle(true), settle(false))
  })
}
