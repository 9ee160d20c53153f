import { addressOf, type Address } from '#runtime/address.ts'
import type { MachineEvent } from '#runtime/event.ts'

/** An event of the script: its id is fixed, so that sending it again is the same event. */
export interface Scripted {
  readonly id: string
  readonly to: Address
  readonly event: MachineEvent
}

export const workspace = 'matrix'

export const partitions = 4

/** Three clerks, each in a partition of its own, so that every kind of commit comes at least three times a round. */
export const clerks: readonly Address[] = ['ann', 'ben', 'cat'].map((id) => addressOf(workspace, 'clerk', id))

/** What one clerk is sent in a round, in this order. Every hop is in it. */
export function roundOf(round: number, clerkAt: number): readonly Scripted[] {
  const to = clerks[clerkAt % clerks.length]
  const next = clerks[(clerkAt + 1) % clerks.length]
  if (to === undefined || next === undefined) throw new RangeError(`there is no clerk ${clerkAt}`)
  const name = `r${round}-${clerkAt}`
  const takenBy = `${name}-take`
  const events: readonly (readonly [string, MachineEvent])[] = [
    ['first', { type: 'note', text: `${name}-first` }],
    ['ask', { type: 'ask', question: `${name}-ask` }],
    // Never fires: it is armed again at once.
    ['long', { type: 'remind', inMs: 3_600_000 }],
    ['tell', { type: 'tell', to: next, text: `${name}-tell` }],
    ['short', { type: 'remind', inMs: 40 + 60 * clerkAt }],
    ['post', { type: 'post', text: `${name}-post` }],
    ['draft', { type: 'draft', takenBy }],
    ['take', { type: 'take' }],
    // Most often cancelled in time.
    ['alarm', { type: 'alarm', inMs: 120 }],
    ['quiet', { type: 'quiet' }],
    ['last', { type: 'note', text: `${name}-last` }],
  ]
  return events.map(([step, event]) => ({ id: `${name}-${step}`, to, event }))
}
