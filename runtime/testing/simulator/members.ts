import type { Membership } from '../../ports/membership.ts'
import type { Mortal } from './mortal.ts'

/** Who tells the nodes of a simulated cluster of each other. */
export interface Members {
  /** One node more. Its clock and its calls are its process's: they stand still when that is paused. Rejects when nobody can be reached. */
  join(name: string, process: Member): Promise<Membership>
}

/** The process of a node, as membership deals with it. */
export interface Member extends Pick<Mortal, 'clock' | 'pass'> {
  /** It can't reach the others. */
  cut(): boolean
}
