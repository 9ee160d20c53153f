import type { Address } from '#runtime/address.ts'
import type { EventEnvelope } from '#runtime/event.ts'
import type { JsonObject } from '#runtime/json.ts'
import type { Clock } from '#runtime/ports/clock.ts'
import type { Journal } from '#runtime/ports/journal.ts'
import { aroundJournal } from '#runtime/testing/around-journal.ts'

/** One step as it became durable: the journal itself only knows when its event was accepted. */
export interface CommittedStep {
  readonly address: Address
  readonly atMs: number
  readonly envelope: EventEnvelope
  readonly facts: readonly { readonly type: string; readonly data: JsonObject }[]
}

/** Sees every commit the journal took, at the journal's end of every wire, in their order. */
export interface CommitLedger {
  of(address: string): readonly CommittedStep[]
  /** Called at the instant of each, with the name of the process that committed it. */
  onStep(listener: (step: CommittedStep, by: string) => void): void
  watch(journal: Journal, by: string): Journal
}

/** Makes a ledger that has seen nothing. */
export function createCommitLedger(clock: Clock): CommitLedger {
  const steps = new Map<string, CommittedStep[]>()
  const listeners: ((step: CommittedStep, by: string) => void)[] = []
  return {
    of: (address) => steps.get(address) ?? [],
    onStep: (listener) => void listeners.push(listener),
    watch: (journal, by) =>
      aroundJournal(journal, (call) => call(), {
        async commit(group) {
          const outcome = await journal.commit(group)
          if (outcome.status !== 'committed') return outcome
          for (const { entry, outcome: became, facts } of group.steps) {
            if (became !== 'applied') continue
            const { envelope } = entry
            const step = { address: envelope.to, atMs: clock.nowMs(), envelope, facts }
            const before = steps.get(step.address)
            if (before === undefined) steps.set(step.address, [step])
            else before.push(step)
            for (const listener of listeners) listener(step, by)
          }
          return outcome
        },
      }),
  }
}
