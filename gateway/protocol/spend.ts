/** What staff see of what messages cost. Amounts are millionths of the currency's unit. */
import type { SpendLine } from '#machines/budget-contract.ts'

export type { SpendLine } from '#machines/budget-contract.ts'

/** `GET /v1/spend`: a month of a budget. */
export interface SpendView {
  /** Such as `2026-11`, by the workspace's clock. */
  readonly month: string
  readonly currency: string
  /** Nobody has said what messages cost: the amounts are assumed. */
  readonly assumed?: true
  /** Absent where it may be as much as there is. */
  readonly limitMicros?: number
  readonly spentMicros: number
  /** For messages that are on their way. */
  readonly reservedMicros: number
  /** Messages are kept back until the month turns or the limit is raised. */
  readonly holding: boolean
  readonly lines: readonly SpendLine[]
}
