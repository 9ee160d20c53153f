import type { Clock } from '#runtime/ports/clock.ts'
import type { ProjectorStats } from '#runtime/projector-process.ts'

/** What a process depends on. */
export const dependencies = ['journal', 'records', 'documents', 'ephemeral', 'membership'] as const
export type Dependency = (typeof dependencies)[number]

/** `degraded`: it does its work, and something is missing that customers or staff notice. */
export interface Readiness {
  readonly status: 'ready' | 'degraded' | 'not-ready'
  readonly dependencies: { readonly [dependency in Dependency]?: 'answers' | 'silent' }
  /** Facts that read models do not hold yet, of those this process knows of. */
  readonly factsLag: number
  /** Events not yet handled, of those this process knows of. */
  readonly inboxLag: number
  readonly projector?: ProjectorStats
}

/** Tells the truth about each dependency, by asking it. */
export interface Health {
  readonly readiness: () => Promise<Readiness>
}

export interface HealthParts {
  readonly clock: Clock
  /** Asks a dependency; false, a rejection or no answer in time is silence. */
  readonly checks: { readonly [dependency in Dependency]?: () => boolean | Promise<unknown> }
  /** Without these the process can't do its work. */
  readonly needs: readonly Dependency[]
  readonly lags: () => { readonly factsLag: number; readonly inboxLag: number }
  /** Whether read models that are far behind keep it from its work, or are only shown. */
  readonly mustKeepUp?: true
  readonly projector?: () => ProjectorStats
}

/** How long a dependency may take to answer. */
const patienceMs = 2000

/** Facts the read models may be behind. */
export const factsLagMax = 10_000

/** Makes the health of a process. */
export function createHealth(parts: HealthParts): Health {
  return { readiness: () => readinessOf(parts) }
}

async function readinessOf({ clock, checks, needs, lags, mustKeepUp, projector }: HealthParts): Promise<Readiness> {
  const asked = dependencies.flatMap((name) => {
    const check = checks[name]
    return check === undefined ? [] : [answers(clock, check).then((answered) => [name, answered] as const)]
  })
  const known = await Promise.all(asked)
  const silent = known.filter(([, answered]) => !answered).map(([name]) => name)
  const { factsLag, inboxLag } = lags()
  const late = factsLag > factsLagMax
  const failing = needs.some((name) => silent.includes(name)) || (late && mustKeepUp === true)
  return {
    status: failing ? 'not-ready' : silent.length > 0 || late ? 'degraded' : 'ready',
    dependencies: Object.fromEntries(known.map(([name, answered]) => [name, answered ? 'answers' : 'silent'])),
    factsLag,
    inboxLag,
    ...(projector === undefined ? {} : { projector: projector() }),
  }
}

function answers(clock: Clock, check: () => boolean | Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = clock.schedule(clock.nowMs() + patienceMs, () => resolve(false))
    const settle = (answered: boolean): void => {
      cancel()
      resolve(answered)
    }
    Promise.resolve()
      .then(check)
      .then(
        (answer) => settle(answer !== false),
        () => settle(false),
      )
  })
}
