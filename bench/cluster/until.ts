import { setTimeout as sleep } from 'node:timers/promises'

const lookEveryMs = 100

/** Waits until something holds. Rejects with `otherwise` when that takes too long. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  { withinMs, otherwise }: { readonly withinMs: number; readonly otherwise: () => string },
): Promise<void> {
  const untilMs = performance.now() + withinMs
  while (!(await holds())) {
    if (performance.now() > untilMs) throw new Error(`${otherwise()} within ${withinMs} ms`)
    await sleep(lookEveryMs)
  }
}
