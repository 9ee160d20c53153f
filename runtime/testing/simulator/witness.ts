import type { Clock } from '../../ports/clock.ts'
import type { Journal, StepOutcome } from '../../ports/journal.ts'
import { aroundJournal } from '../around-journal.ts'
import type { Reachable } from './process.ts'

/** A claim or a commit as the journal took it, or a commit it refused. */
export interface Deed {
  kind: 'claim' | 'commit' | 'refusal'
  readonly node: string
  /** The node's process had been paused and woken before. */
  readonly byZombie: boolean
  readonly partition: number
  epoch: number
  readonly atMs: number
  /** Of a commit: the entries it handled, and when each had been accepted. */
  readonly handled: readonly HandledEntry[]
}

export interface HandledEntry {
  readonly position: number
  readonly acceptedAtMs: number
  readonly outcome: StepOutcome
}

/** Sees what every node does to the journal, at the journal's end of every wire: owns the list of it, in the order it happened. */
export interface Witness {
  readonly deeds: readonly Deed[]
  /** A node's journal, watched. */
  watch(journal: Journal, process: Pick<Reachable, 'name' | 'slept'>): Journal
}

/** Makes a witness that has seen nothing. */
export function createWitness(clock: Clock): Witness {
  const deeds: Deed[] = []
  // Noted when it happens and completed when it is answered: a journal in memory has done its work when the call returns.
  const note = (
    { name, slept }: Pick<Reachable, 'name' | 'slept'>,
    deed: Pick<Deed, 'kind' | 'partition' | 'epoch' | 'handled'>,
  ): Deed => {
    const noted = { ...deed, node: name, byZombie: slept(), atMs: clock.nowMs() }
    deeds.push(noted)
    return noted
  }
  return {
    deeds,
    watch: (journal, process) =>
      aroundJournal(journal, (call) => call(), {
        claim: async (partition, by) => {
          const deed = note(process, { kind: 'claim', partition, epoch: 0, handled: [] })
          const claim = await journal.claim(partition, by)
          deed.epoch = claim.epoch
          return claim
        },
        commit: async (group) => {
          const { partition, epoch } = group.claim
          const handled = group.steps.map(({ entry: { position, envelope }, outcome }) => ({
            position,
            acceptedAtMs: envelope.atMs,
            outcome,
          }))
          const deed = note(process, { kind: 'refusal', partition, epoch, handled })
          const outcome = await journal.commit(group)
          if (outcome.status === 'committed') deed.kind = 'commit'
          return outcome
        },
      }),
  }
}
