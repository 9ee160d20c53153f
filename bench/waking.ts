import { addressOf, type Address } from '#runtime/address.ts'
import type { Journal } from '#runtime/ports/journal.ts'
import { counter } from './counter-machine.ts'
import { milliseconds, quantile, spread, type Figure } from './measure.ts'
import { bareRuntime } from './steps.ts'

const actors = 20_000
const wakings = 1500

/**
 * An actor that was not in memory is sent an event, one at a time. To its first step: from asking the journal for it to handing the decided step
 * to the journal. To its committed step: from `submit` to its answer, which is two synced writes: the event, then the step.
 */
export async function measureWaking(folder: (name: string) => string): Promise<readonly Figure[]> {
  const decided: number[] = []
  const { runtime, close } = await bareRuntime(folder('waking'), [counter], {
    limits: { residentMax: 64 },
    watched: (journal) => watched(journal, decided),
  })
  const signal = new AbortController().signal
  const add = (index: number): Promise<unknown> =>
    runtime.submit({ to: addressOf('bench', 'counter', String(index)), event: { type: 'add', by: 1 } }, signal)
  for (let from = 0; from < actors; from += 500) {
    await Promise.all(Array.from({ length: 500 }, (_, index) => add(from + index)))
  }
  decided.length = 0
  const committed: number[] = []
  for (let index = 0; index < wakings; index++) {
    const beganMs = performance.now()
    await add((index * 7919) % actors)
    committed.push(performance.now() - beganMs)
  }
  await close()
  const p99 = quantile(decided, 0.99)
  return [
    {
      what: 'Waking an idle actor to its first step',
      value: spread(decided),
      bar: `p99 < ${milliseconds(5)}`,
      holds: p99 < 5,
    },
    { what: '… and to its committed step: two synced writes', value: spread(committed), bar: '', holds: true },
  ]
}

/** The journal, noting for each actor how long it took from being loaded to its step being handed in. */
export function watched(journal: Journal, tookMs: number[]): Journal {
  const asked = new Map<Address, number>()
  return new Proxy(journal, {
    get(target, name) {
      if (name === 'load') {
        return (address: Address) => {
          asked.set(address, performance.now())
          return target.load(address)
        }
      }
      if (name === 'commit') {
        return (group: Parameters<Journal['commit']>[0]) => {
          for (const { entry } of group.steps) {
            const atMs = asked.get(entry.envelope.to)
            if (atMs !== undefined) tookMs.push(performance.now() - atMs)
            asked.delete(entry.envelope.to)
          }
          return target.commit(group)
        }
      }
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
