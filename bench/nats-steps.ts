import { setTimeout as sleep } from 'node:timers/promises'
import { addressOf } from '#runtime/address.ts'
import type { Runtime } from '#runtime/runtime.ts'
import { counter } from './counter-machine.ts'
import { natsBatchFloor } from './floors/nats-floor.ts'
import { milliseconds, quantile, spread, thousands, type Figure } from './measure.ts'
import { natsHouse } from './nats-house.ts'
import { bareRuntime, load, stepsPerSecond } from './steps.ts'

const floorLoad = { steps: 30_720, group: 256, actors: load.actors }
const paced = { perSecond: 1000, seconds: 10 }

/** Events of one group on NATS, where a batch is limited in messages. */
export const groupMaxOnNats = 160

/**
 * Durable steps a second over one NATS server on this disk, synced at every write and on the same cores, with the raw batches of the same messages
 * before and after; then how long a step takes at a thousand events a second.
 */
export async function measureNatsSteps(folder: (name: string) => string): Promise<readonly Figure[]> {
  const house = await natsHouse(folder('nats-steps'))
  const before = await natsBatchFloor(house.connection, floorLoad)
  const journal = await house.journal('BENCH')
  const { runtime, close } = await bareRuntime(folder('nats-steps-documents'), [counter], {
    journal,
    limits: { groupMax: groupMaxOnNats },
  })
  await stepsPerSecond(runtime, { ...load, steps: 10_000 })
  const rates = [await stepsPerSecond(runtime, load), await stepsPerSecond(runtime, load)]
  const took = await atPace(runtime)
  await close()
  const after = await natsBatchFloor(house.connection, floorLoad)
  await house.close()
  const rate = Math.max(...rates)
  const floor = (before + after) / 2
  return [
    {
      what: 'Durable steps a second over NATS R1 on disk, synced always, server on the same cores',
      value: thousands(rate),
      bar: '≥ 8,000',
      holds: rate >= 8000,
    },
    {
      what: 'Share of the atomic-batch floor of this run',
      value: `${(rate / floor).toFixed(2)} of ${thousands(floor)}`,
      bar: '≥ 0.33',
      holds: rate / floor >= 1 / 3,
    },
    {
      what: 'Event to committed step over NATS at 1,000 events/s',
      value: spread(took),
      bar: `p99 < ${milliseconds(30)}`,
      holds: quantile(took, 0.99) < 30,
    },
  ]
}

/** Events at an even pace, whether or not the ones before have been handled: milliseconds from being due to being handled. */
async function atPace(runtime: Runtime): Promise<readonly number[]> {
  const took: number[] = []
  const signal = new AbortController().signal
  const pending: Promise<unknown>[] = []
  const beganMs = performance.now()
  for (let sent = 0; sent < paced.perSecond * paced.seconds;) {
    const due = Math.floor(((performance.now() - beganMs) / 1000) * paced.perSecond)
    for (; sent < due; sent++) {
      const dueMs = beganMs + (sent / paced.perSecond) * 1000
      const to = addressOf('bench', 'counter', String(sent % load.actors))
      pending.push(
        runtime.submit({ to, event: { type: 'add', by: 1 } }, signal).then(() => took.push(performance.now() - dueMs)),
      )
    }
    await sleep(1)
  }
  await Promise.all(pending)
  return took
}
