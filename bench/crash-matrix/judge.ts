import type { Address } from '#runtime/address.ts'
import { effectKey } from '#runtime/effect-job.ts'
import type { HistoryEntry, PendingEffect } from '#runtime/ports/journal.ts'
import type { ActorEvidence, Evidence } from './evidence.ts'

/** Every broken promise of a run that has settled, in words. Empty when all were kept. */
export function judge(evidence: Evidence): readonly string[] {
  return [
    ...evidence.actors.flatMap((actor) => [
      ...acceptedOnceInOrder(actor, evidence),
      ...revisions(actor),
      ...inboxHandledOnce(actor, evidence),
      ...factsInOrder(actor, evidence),
      ...effectsOnce(actor, evidence),
      ...timersOnce(actor),
      ...answeredAndTaken(actor, evidence),
      ...replayed(actor),
    ]),
    ...sendsOnce(evidence),
    ...intentFirst(evidence),
    ...oneKeyALetter(evidence),
    ...feedRises(evidence),
    ...evidence.deadLetters.map(({ address, envelope, reason }) => `${address}: dead letter ${envelope.id}: ${reason}`),
  ]
}

function acceptedOnceInOrder({ address, history }: ActorEvidence, { accepted }: Evidence): readonly string[] {
  const sent = accepted.filter(({ to }) => to === address).map(({ id }) => id)
  const wanted = new Set(sent)
  const handled = history.filter(({ envelope, outcome }) => wanted.has(envelope.id) && outcome === 'applied')
  const ids = handled.map(({ envelope }) => envelope.id)
  const wrong = [
    ...sent.filter((id) => !ids.includes(id)).map((id) => `${address}: ${id} was accepted and is lost`),
    ...repeated(ids).map((id) => `${address}: ${id} was handled twice`),
  ]
  if (wrong.length > 0) return wrong
  const at = ids.findIndex((id, index) => id !== sent[index])
  return at === -1 ? [] : [`${address}: ${ids[at]} was handled where ${sent[at]} was due`]
}

function revisions({ address, stored, history }: ActorEvidence): readonly string[] {
  const changes = history.filter(({ outcome }) => outcome === 'applied' || outcome === 'failed')
  const wrong = changes
    .filter(({ revision }, index) => revision !== index + 1)
    .map(({ revision }) => `${address}: revision ${revision} is out of place`)
  const last = stored?.revision ?? 0
  if (last !== changes.length) wrong.push(`${address}: revision ${last} after ${changes.length} steps`)
  const failed = stored?.status === 'failed' ? [`${address}: it failed`] : []
  return [...wrong, ...failed]
}

/** Each inbox entry is in the history once, in its order, and nothing else is. */
function inboxHandledOnce({ address, history }: ActorEvidence, { inbox }: Evidence): readonly string[] {
  const came = inbox.filter(({ envelope }) => envelope.to === address).map(({ position }) => position)
  const handled = history.map(({ position }) => position)
  return [
    ...came.filter((at) => !handled.includes(at)).map((at) => `${address}: entry ${at} was never handled`),
    ...handled.filter((at) => !came.includes(at)).map((at) => `${address}: entry ${at} is in no inbox`),
    ...handled
      .filter((at, index) => at <= (handled[index - 1] ?? -1))
      .map((at) => `${address}: entry ${at} was handled twice or out of order`),
  ]
}

/** The feed tells what the history says, in its order, and the machine's own numbers have no gap. */
function factsInOrder({ address, history }: ActorEvidence, { facts }: Evidence): readonly string[] {
  const line = (revision: number, type: string, data: object): string => JSON.stringify([revision, type, data])
  const told = facts.filter((fact) => fact.address === address)
  const said = history.flatMap((entry) => entry.facts.map(({ type, data }) => line(entry.revision, type, data)))
  const feed = told.map(({ revision, type, data }) => line(revision, type, data))
  const differs = said.findIndex((each, index) => each !== feed[index])
  const wrong = differs === -1 ? [] : [`${address}: the feed has ${feed[differs]} and the history ${said[differs]}`]
  if (feed.length > said.length)
    wrong.push(`${address}: the feed has ${feed.length} facts and the history ${said.length}`)
  const numbers = told.map(({ data }) => data['said'])
  const gap = numbers.findIndex((number, index) => number !== index + 1)
  if (gap !== -1) wrong.push(`${address}: fact ${gap + 1} has the number ${JSON.stringify(numbers[gap])}`)
  return wrong
}

/** What was asked of the world outside and not stopped ran, and its outcome counted once; what was stopped never counted. */
function effectsOnce({ address, stored, history }: ActorEvidence, { outside }: Evidence): readonly string[] {
  const ran = new Set(outside.map(({ key }) => key))
  const asked = history.flatMap((entry) => entry.effectsAsked)
  const wrong = asked.flatMap((effect) => {
    const key = effectKey(address, effect)
    const counted = history.filter((entry) => isOutcome(entry, effect) && entry.outcome === 'applied').length
    if (wasStopped(history, effect)) return counted === 0 ? [] : [`${key}: it was stopped, and its outcome counted`]
    const times = counted === 1 ? [] : [`${key}: its outcome counted ${counted} times`]
    return ran.has(key) ? times : [...times, `${key}: it never ran`]
  })
  const pending = Object.keys(stored?.effects ?? {}).map((id) => `${address}: ${id} is still asked for`)
  return [...wrong, ...pending]
}

/** Each arming fired and counted once, or was cancelled or armed anew; none is left. */
function timersOnce({ address, stored, history }: ActorEvidence): readonly string[] {
  const wrong: string[] = []
  const armed = new Map<string, number>()
  for (const { envelope, outcome, revision, timersArmed, timersCancelled } of history) {
    const { timer } = envelope
    if (timer !== undefined && outcome === 'applied') {
      if (armed.get(timer.id) !== timer.epoch)
        wrong.push(`${address}: ${timer.id} armed at ${timer.epoch} fired at ${revision} while it was not armed`)
      armed.delete(timer.id)
    }
    for (const id of timersCancelled) armed.delete(id)
    for (const { id, epoch } of timersArmed) armed.set(id, epoch)
  }
  const left = [...armed.keys(), ...Object.keys(stored?.timers ?? {})]
  return [...wrong, ...new Set(left.map((id) => `${address}: ${id} is armed and never fired`))]
}

/** Each question is answered once; each draft is taken once, and its late outcome is never said. */
function answeredAndTaken({ address, history }: ActorEvidence, { accepted }: Evidence): readonly string[] {
  const facts = history.flatMap((entry) => entry.facts)
  const said = (type: string, field: string): readonly unknown[] =>
    facts.filter((fact) => fact.type === type).map(({ data }) => data[field])
  const own = accepted.filter(({ to }) => to === address)
  const once = (what: string, wanted: readonly unknown[], found: readonly unknown[]): readonly string[] =>
    wanted
      .filter((each) => found.filter((other) => other === each).length !== 1)
      .map((each) => `${address}: ${String(each)} was ${what} ${found.filter((other) => other === each).length} times`)
  const questions = own.flatMap(({ event }) => (event.type === 'ask' ? [event['question']] : []))
  const takes = own.flatMap(({ id, event }) => (event.type === 'take' ? [id] : []))
  return [
    ...once('answered', questions, said('answered', 'to')),
    ...once('taken', takes, said('taken', 'by')),
    ...said('drafted', 'by').map((by) => `${address}: the draft of ${String(by)} was said after it had been taken`),
  ]
}

function replayed({ address, diverged }: ActorEvidence): readonly string[] {
  return diverged === undefined ? [] : [`${address}: its replay is not what is stored: ${diverged}`]
}

/** What one actor sends another arrives and is handled once. */
function sendsOnce({ actors }: Evidence): readonly string[] {
  const handled = new Map<Address, readonly string[]>(
    actors.map(({ address, history }) => [
      address,
      history.filter(({ outcome }) => outcome === 'applied').map(({ envelope }) => envelope.id),
    ]),
  )
  return actors
    .flatMap(({ history }) => history.flatMap(({ sends }) => sends))
    .map(({ to, id }) => ({ id, times: (handled.get(to) ?? []).filter((each) => each === id).length }))
    .filter(({ times }) => times !== 1)
    .map(({ id, times }) => `${id}: sent, and handled ${times} times`)
}

/** Nothing was done outside that no commit had asked for. */
function intentFirst({ actors, outside }: Evidence): readonly string[] {
  const asked = new Set(
    actors.flatMap(({ address, history }) =>
      history.flatMap(({ effectsAsked }) => effectsAsked.map((effect) => effectKey(address, effect))),
    ),
  )
  return outside
    .filter(({ key }) => !asked.has(key))
    .map(({ key }) => `${key}: done outside, and no commit asked for it`)
}

/** However often a letter is delivered, it is under one key; a receiver that knows keys gets it once. */
function oneKeyALetter({ accepted, outside }: Evidence): readonly string[] {
  const letters = outside.filter(({ name }) => name === 'post')
  return accepted.flatMap(({ event }) => {
    if (event.type !== 'post') return []
    const keys = new Set(letters.filter(({ about }) => about === event['text']).map(({ key }) => key))
    return keys.size === 1 ? [] : [`${JSON.stringify(event['text'])}: delivered under ${keys.size} keys`]
  })
}

function feedRises({ facts }: Evidence): readonly string[] {
  return facts
    .filter(({ position }, index) => position <= (facts[index - 1]?.position ?? 0))
    .map(({ position }) => `the feed: position ${position} does not come after the one before`)
}

function isOutcome({ envelope }: HistoryEntry, { id, epoch }: PendingEffect): boolean {
  return envelope.effect?.id === id && envelope.effect.epoch === epoch
}

/** Stopped, or asked for anew, by a later step. */
function wasStopped(history: readonly HistoryEntry[], { id, epoch }: PendingEffect): boolean {
  return history.some(
    ({ revision, outcome, effectsStopped }) =>
      outcome === 'applied' &&
      revision > epoch &&
      effectsStopped.includes(id) &&
      !askedBetween(history, id, [epoch, revision]),
  )
}

/** Whether the id was asked for again after one revision and before another: then a later stop is not about the first. */
function askedBetween(
  history: readonly HistoryEntry[],
  id: string,
  [after, before]: readonly [number, number],
): boolean {
  return history.some(({ effectsAsked }) =>
    effectsAsked.some((effect) => effect.id === id && effect.epoch > after && effect.epoch < before),
  )
}

function repeated(ids: readonly string[]): readonly string[] {
  return [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))]
}
