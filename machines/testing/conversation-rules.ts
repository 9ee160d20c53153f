/** The conversation's promises as checks over everything it has said: each broken one is a line that names its rule. */
import type { ConversationContext } from '../conversation-context.ts'
import type { Born, Owner, TranscriptMessage } from '../conversation-contract.ts'
import type { Stage, StageEvent } from './harness.ts'

/** What is broken after a stage; empty when every rule holds. */
export function broken(stage: Stage): readonly string[] {
  return [...readThrough(stage), ...stateOf(stage), ...deliveries(stage)]
}

/** M1 to M5, from the facts alone, as a reader of the stream would check them. */
function readThrough(stage: Stage): readonly string[] {
  const problems: string[] = []
  let owner: Owner['kind'] = 'assistant'
  let epoch = 1
  let lastN = 0
  let turn = 0
  let isRunning = false
  const bubbles = new Set<number>()
  for (const fact of stage.facts) {
    if (fact.type === 'owner-changed') {
      const change = fact as StageEvent & { owner: Owner; epoch: number; from: string }
      if (change.epoch !== epoch + 1) problems.push(`M3: epoch went from ${epoch} to ${change.epoch}`)
      if (change.from !== owner) problems.push(`M3: the owner was ${owner}, not ${change.from}`)
      if (isRunning) problems.push('M5: the owner changed while a turn was running')
      owner = change.owner.kind
      epoch = change.epoch
    } else if (fact.type === 'turn-started') {
      const started = fact as StageEvent & { turn: number; epoch: number }
      if (isRunning) problems.push(`M4: turn ${started.turn} began before ${turn} ended`)
      if (started.turn !== turn + 1) problems.push(`M4: turn ${started.turn} follows ${turn}`)
      if (owner !== 'assistant') problems.push(`M1: a turn began while ${owner} owned`)
      turn = started.turn
      isRunning = true
    } else if (fact.type === 'turn-ended') {
      if (!isRunning) problems.push(`M4: turn ${String(fact['turn'])} ended twice`)
      isRunning = false
    } else if (fact.type === 'turn-routed' || fact.type === 'turn-drafted' || fact.type === 'turn-checked') {
      const { born } = (fact['route'] ?? fact['draft'] ?? fact['verdict']) as { readonly born?: Born }
      if (born !== undefined && (born.turn !== turn || born.epoch !== epoch)) {
        problems.push(`M1: ${fact.type} of turn ${born.turn}, epoch ${born.epoch} in turn ${turn}, epoch ${epoch}`)
      }
    } else if (fact.type === 'message-added') {
      const message = fact as StageEvent & TranscriptMessage
      if (message.n !== lastN + 1) problems.push(`M2: ${message.n} follows ${lastN}`)
      if (message.epoch !== epoch) problems.push(`M1: message ${message.n} has epoch ${message.epoch}, not ${epoch}`)
      lastN = message.n
      if (message.author.kind !== 'assistant') continue
      if (owner !== 'assistant') problems.push(`M1: the assistant spoke while ${owner} owned`)
      if (!isRunning) problems.push('M4: the assistant spoke outside a turn')
      if (bubbles.has(turn)) problems.push(`M4: turn ${turn} has two bubbles`)
      bubbles.add(turn)
    }
  }
  return problems
}

/** M3: state, owner and running work tell the same story. */
function stateOf(stage: Stage): readonly string[] {
  const { owner, turn, epoch, lastN } = stage.snapshot.context as ConversationContext
  const value: unknown = stage.snapshot.value
  const open: unknown = typeof value === 'object' && value !== null && 'open' in value ? value.open : value
  const place = typeof open === 'object' && open !== null ? (Object.keys(open)[0] ?? '') : String(open)
  const owns = { assistant: 'assistant', queued: 'queue', member: 'member', closed: 'assistant' }[place]
  const problems: string[] = []
  if (owns !== owner.kind) problems.push(`M3: the state is ${place}, the owner ${owner.kind}`)
  if (place !== 'assistant' && stage.work.size > 0) problems.push(`M1: work runs while the state is ${place}`)
  if (place !== 'assistant' && turn !== null) problems.push(`M5: a turn is open while the state is ${place}`)
  if (turn !== null && turn.epoch !== epoch) problems.push('M1: the turn is of another epoch')
  const messages = stage.facts.filter((each) => each.type === 'message-added').length
  if (messages !== lastN) problems.push(`M2: ${messages} messages, last number ${lastN}`)
  return problems
}

/** M10: every message of ours that the channel does not have yet is asked to be delivered, once. */
function deliveries(stage: Stage): readonly string[] {
  const due = stage.facts
    .map((each) => each as StageEvent & TranscriptMessage)
    .filter((each) => each.type === 'message-added')
    .filter(({ author, clientId }) => {
      return author.kind === 'assistant' || (author.kind === 'member' && !clientId?.startsWith('phone'))
    })
    .map((each) => each.n)
  const asked = stage.asked
    .filter((each) => each.name === 'deliver')
    .map((each) => (each.input as { readonly n: number }).n)
  return JSON.stringify(due) === JSON.stringify(asked) ? [] : [`M10: due ${due.join()}, asked ${asked.join()}`]
}
