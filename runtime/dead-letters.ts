import { resumedEvent } from './decide.ts'
import { RuntimeError } from './errors.ts'
import type { EventEnvelope } from './event.ts'
import type { JsonObject } from './json.ts'
import type { Clock } from './ports/clock.ts'
import type { Appended, DeadLetter, Journal } from './ports/journal.ts'
import { checkEvent } from './send.ts'

export interface DeadLetterTools {
  readonly journal: Pick<Journal, 'deadLetter' | 'settleDeadLetter' | 'load'>
  readonly clock: Clock
  readonly eventMaxBytes: number
  append(envelope: EventEnvelope): Promise<Appended>
}

/**
 * Puts a dead letter back into its actor's inbox, repaired where an event is given. A failed actor is told to go on first.
 * The letter is marked only after both are durable; a repeat in between is a duplicate and harmless.
 */
export async function replayDeadLetter(
  tools: DeadLetterTools,
  id: number,
  replay: { readonly by: string; readonly event?: JsonObject },
): Promise<Appended> {
  const letter = await tools.journal.deadLetter(id)
  if (letter === undefined) throw new RuntimeError('no-such-dead-letter', `dead letter ${id}`)
  if (letter.settled !== undefined)
    throw new RuntimeError('dead-letter-settled', `dead letter ${id}, ${letter.settled.how} by ${letter.settled.by}`)
  const atMs = tools.clock.nowMs()
  const repaired = repair(letter, replay.event, { atMs, eventMaxBytes: tools.eventMaxBytes })
  const actor = await tools.journal.load(letter.address)
  const appends: Promise<Appended>[] = []
  if (actor?.status === 'failed') {
    const resume = { id: `${repaired.id}:resume`, to: letter.address, event: { type: resumedEvent }, atMs }
    appends.push(tools.append(resume))
  }
  appends.push(tools.append(repaired))
  const appended = await Promise.all(appends)
  await tools.journal.settleDeadLetter(id, { by: replay.by, atMs, how: 'replayed' })
  const last = appended[appended.length - 1]
  if (last === undefined) throw new Error(`dead letter ${id} was not appended`)
  return last
}

/** The same envelope, marks of timer and effect included, under an id of its own. */
function repair(
  letter: DeadLetter,
  event: JsonObject | undefined,
  at: { readonly atMs: number; readonly eventMaxBytes: number },
): EventEnvelope {
  const { envelope } = letter
  const again = { ...envelope, id: `${envelope.id}:replay:${letter.id}`, atMs: at.atMs }
  if (event === undefined) return again
  // An outcome keeps its reserved type: what is repaired is what it says.
  if (event['type'] === envelope.event.type) return { ...again, event: { ...event, type: envelope.event.type } }
  return { ...again, event: checkEvent(event, { to: letter.address, eventMaxBytes: at.eventMaxBytes }) }
}
