import type { Activation, WorkingSet } from './activation.ts'
import { partsOf } from './address.ts'
import { decide, failedOnce, type Decision, type DecisionContext, type Resident } from './decide.ts'
import type { Claim, CommitOutcome, InboxEntry, Journal, StepCommit } from './ports/journal.ts'

export interface CommitTools {
  readonly journal: Pick<Journal, 'commit'>
  readonly activation: Activation
  readonly context: DecisionContext
  /** A step the journal refuses whatever is tried: it fails, so that it does not hold up its partition. */
  readonly refused?: { readonly position: number; readonly reason: string }
}

export interface GroupResult {
  readonly outcome: CommitOutcome
  readonly steps: readonly StepCommit[]
  /** The actors of the group after it: worth keeping only when it is committed. */
  readonly after: WorkingSet
}

/**
 * One group, one commit: all its actors are gathered at once, every event is decided in order, without waiting, each on the
 * actor as the one before left it, and everything is written or nothing. Rejects when the journal fails: then nobody knows
 * whether it was written, and the partition has to be claimed and read again.
 */
export async function commitGroup(
  tools: CommitTools,
  claim: Claim,
  entries: readonly InboxEntry[],
): Promise<GroupResult> {
  const after = await tools.activation.gather(entries.map((entry) => entry.envelope.to))
  const steps = entries.map((entry) => {
    const { to } = entry.envelope
    const decision = decided(tools, entry, after.get(to))
    after.set(to, decision.after)
    return decision.commit
  })
  const position = entries[entries.length - 1]?.position ?? claim.position
  const outcome = await tools.journal.commit({ claim, position, steps })
  return { outcome, steps, after }
}

function decided({ context, refused }: CommitTools, entry: InboxEntry, before: Resident | undefined): Decision {
  if (refused?.position !== entry.position) return decide(context, entry, before)
  const { to } = entry.envelope
  const machine = context.machines.newest(partsOf(to).kind)?.name ?? partsOf(to).kind
  return failedOnce(entry, before, { machine, input: { address: to }, reason: refused.reason })
}
