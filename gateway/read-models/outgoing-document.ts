import { partsOf } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import type { DispatchFacts } from '#machines/dispatch-contract.ts'
import type { ConsentView, DecisionView, OutgoingView, StepView } from '../protocol.ts'
import { consentBehind } from './consent-document.ts'
import { factOf, maybe, without } from './shape.ts'

/** One dispatch with what lists go by. Key: the dispatch's address. */
export interface OutgoingDocument extends OutgoingView {
  readonly workspace: string
  /** The gate's last word; `asked` before there is one. */
  readonly outcome: DecisionView['outcome'] | 'asked'
  readonly outcomeReason: string
  /** Position of the last fact in it. */
  readonly at: number
}

const decisionsMax = 10
const stepsMax = 20

/**
 * The document after one more fact of its dispatch; `consents` is what the customer's lead has said by then. Nothing for a dispatch whose beginning is not
 * known. Pure.
 */
export function reduceOutgoing(
  before: OutgoingDocument | undefined,
  fact: Fact,
  consents: readonly ConsentView[] = [],
): OutgoingDocument | undefined {
  const each = factOf<DispatchFacts>(fact)
  if (each.type === 'dispatch-asked') return before ?? asked(fact, each.data)
  if (before === undefined) return undefined
  const at = { updatedAtMs: fact.atMs, at: fact.position }
  switch (each.type) {
    case 'dispatch-decided':
      return { ...decided(before, { atMs: fact.atMs, ...each.data }, consents), ...at }
    case 'dispatch-changed':
      return { ...changed(before, fact.atMs, each.data), ...at }
  }
}

/** What clients see of it. */
export function outgoingView(document: OutgoingDocument): OutgoingView {
  const { workspace: _, outcome: __, outcomeReason: ___, at: ____, ...view } = document
  return view
}

function asked({ address, atMs, position }: Fact, data: DispatchFacts['dispatch-asked']): OutgoingDocument {
  return {
    ...data,
    workspace: partsOf(address).workspace,
    dispatch: address,
    askedAtMs: atMs,
    decisions: [],
    outcome: 'asked',
    outcomeReason: '',
    status: 'waiting',
    attempts: 0,
    steps: [],
    updatedAtMs: atMs,
    at: position,
  }
}

function decided(
  before: OutgoingDocument,
  { outcome, reason, untilMs, atMs }: Pick<DecisionView, 'outcome' | 'reason' | 'untilMs' | 'atMs'>,
  consents: readonly ConsentView[],
): OutgoingDocument {
  const consent = consentBehind(consents, reason, before)
  const decision = { outcome, reason, atMs, ...maybe('untilMs', untilMs), ...maybe('consent', consent) }
  const decisions = [...before.decisions, decision].slice(-decisionsMax)
  return { ...before, decisions, outcome, outcomeReason: reason }
}

/** What was said of an earlier status is not said of this one; what the provider told of the message itself stays. */
function changed(
  before: OutgoingDocument,
  atMs: number,
  { status, attempt, reason, code, category, billable, providerId, cost }: DispatchFacts['dispatch-changed'],
): OutgoingDocument {
  const why = { ...maybe('reason', reason), ...maybe('code', code) }
  const step: StepView = { status, atMs, attempt, ...why }
  return {
    ...without(without(before, 'reason'), 'code'),
    status,
    attempts: Math.max(before.attempts, attempt),
    ...why,
    ...maybe('category', category),
    ...maybe('billable', billable),
    ...maybe('providerId', providerId),
    ...maybe('cost', cost),
    steps: [...before.steps, step].slice(-stepsMax),
  }
}
