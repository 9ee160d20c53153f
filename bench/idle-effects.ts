import { effectNames } from '#machines/catalogue.ts'
import type { EffectHandler } from '#runtime/runtime.ts'

/** All work that machines ask for, done at once and come to nothing: for measuring everything else. */
export function idleEffects(): { readonly [name: string]: EffectHandler } {
  const idle: EffectHandler = {
    policy: { timeoutMs: 60_000, attemptsMax: 1, backoffMs: 1, concurrency: 64 },
    run: () => Promise.resolve({ profile: {} }),
  }
  return Object.fromEntries(effectNames.map((name) => [name, idle]))
}
