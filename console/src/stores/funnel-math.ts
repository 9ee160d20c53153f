/** Numbers of the board that are derived from others. Pure. */
import type { Funnel, Stage } from '#gateway/protocol.ts'

export interface StageReach {
  readonly stage: Stage
  readonly total: number
  /** How many are in this stage or a later one; `lost` is outside the order. */
  readonly reached: number
  /** Of all leads, 0 to 1; absent when there are none. */
  readonly share?: number
}

/** How many leads came at least as far as each stage, counted from where they are now. */
export function reachOf(stages: Funnel['stages']): readonly StageReach[] {
  const inOrder = stages.filter((each) => each.stage !== 'lost')
  const all = stages.reduce((sum, each) => sum + each.total, 0)
  return inOrder.map(({ stage, total }, index) => {
    const reached = inOrder.slice(index).reduce((sum, each) => sum + each.total, 0)
    return { stage, total, reached, ...(all === 0 ? {} : { share: reached / all }) }
  })
}
