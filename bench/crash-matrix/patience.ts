import { setTimeout as sleep } from 'node:timers/promises'

/** What a run waited for in vain: a promise of liveness that was broken. */
export class Waited extends Error {
  override readonly name = 'Waited'
}

/** How long anything may take on a busy machine, an election of servers included. */
const patienceMs = 90_000

/** The promise, or `Waited` with what was waited for. */
export async function within<T>(what: string, work: Promise<T>): Promise<T> {
  const over = new AbortController()
  const late = sleep(patienceMs, undefined, { signal: over.signal }).then(() => {
    throw new Waited(`${what}: not within ${patienceMs / 1000} s`)
  })
  late.catch(() => {})
  try {
    return await Promise.race([work, late])
  } finally {
    over.abort()
  }
}

/** Asks until the answer is `undefined`, which means: nothing is left to wait for. Throws `Waited` with the last answer. */
export async function untilNothing(what: string, ask: () => Promise<string | undefined>): Promise<void> {
  const untilMs = performance.now() + patienceMs
  for (let last = await ask(); last !== undefined; last = await ask()) {
    if (performance.now() > untilMs) throw new Waited(`${what}: ${last}`)
    await sleep(20)
  }
}
