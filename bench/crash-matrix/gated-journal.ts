import type { EventEnvelope } from '#runtime/event.ts'
import type { CommitGroup, Journal, StepCommit } from '#runtime/ports/journal.ts'
import { StorageError } from '#runtime/ports/storage-error.ts'
import { aroundJournal } from '#runtime/testing/around-journal.ts'
import type { Boundary } from './boundaries.ts'
import type { Gate } from './gate.ts'
import type { About } from './protocol.ts'

type Side = 'before' | 'after'

/** A former owner was refused; a partition was taken; a call failed. */
export type Notice = 'refused' | 'claimed' | 'failed'

/** A journal each call of which passes the gate, and what becomes of the calls is told. */
export function gatedJournal(journal: Journal, gate: Gate, notice: (what: Notice) => void): Journal {
  const due: number[] = []
  const noticed = async <Value>(call: () => Promise<Value>): Promise<Value> => {
    try {
      return await call()
    } catch (error) {
      notice('failed')
      throw error
    }
  }
  const write = async <Value>(at: Passage, call: () => Promise<Value>): Promise<Value> => {
    await gate.pass(at.names('before'), at.about)
    const value = await noticed(call)
    const going = await gate.pass(at.names('after'), at.about)
    if (going === 'lose') throw lost()
    return value
  }
  const read = async <Value>(name: Boundary, call: () => Promise<Value>): Promise<Value> => {
    const value = await noticed(call)
    if (!Array.isArray(value) || value.length > 0) await gate.pass([name])
    return value
  }
  return aroundJournal(journal, noticed, {
    append: (events) => write(appending(events), () => journal.append(events)),
    claim: async (partition, node) => {
      const claim = await write({ names: (side) => [`claim.${side}`], about: { kind: 'claim', partition } }, () =>
        journal.claim(partition, node),
      )
      notice('claimed')
      return claim
    },
    commit: async (group) => {
      due.push(...group.steps.flatMap((step) => step.timersArmed.map(({ dueAtMs }) => dueAtMs)))
      const at = committing(group)
      await gate.pass(at.names('before'), at.about)
      const outcome = await noticed(() => journal.commit(group))
      if (outcome.status === 'stale') notice('refused')
      else if ((await gate.pass(at.names('after'), at.about)) === 'lose') throw lost()
      return outcome
    },
    read: (partition, after, limit) => read('read.after', () => journal.read(partition, after, limit)),
    load: (address) => read('load.after', () => journal.load(address)),
    withEffects: (partition, after, limit) => read('redrive.after', () => journal.withEffects(partition, after, limit)),
    fireTimers: async (nowMs, limit) => {
      const isDue = due.some((atMs) => atMs <= nowMs)
      due.splice(0, due.length, ...due.filter((atMs) => atMs > nowMs))
      const fire = () => journal.fireTimers(nowMs, limit)
      return isDue ? write({ names: (side) => [`fire.${side}`], about: { kind: 'other' } }, fire) : noticed(fire)
    },
  })
}

function lost(): StorageError {
  return new StorageError('store-unavailable', 'the acknowledgement was lost')
}

/** Which boundaries a write passes on each side of it, and what it is about. */
interface Passage {
  readonly about: About
  names(side: Side): readonly Boundary[]
}

/** One append may hold both what came from outside and outcomes of work. */
function appending(events: readonly EventEnvelope[]): Passage {
  const outcome = events.some(({ effect }) => effect !== undefined)
  const event = events.some(({ effect }) => effect === undefined)
  return {
    names: (side) => [...(event ? [`append.${side}` as const] : []), ...(outcome ? [`outcome.${side}` as const] : [])],
    about: { kind: 'append', events: events.map(({ to, id }) => ({ to, id })) },
  }
}

const kinds = [
  'commit-asks',
  'commit-timers',
  'commit-sends',
  'commit-outcome',
  'commit-fired',
  'commit-fenced',
] as const

const holds: { readonly [kind in (typeof kinds)[number]]: (step: StepCommit) => boolean } = {
  'commit-asks': ({ effectsAsked }) => effectsAsked.length > 0,
  'commit-timers': ({ timersArmed, timersCancelled }) => timersArmed.length + timersCancelled.length > 0,
  'commit-sends': ({ sends }) => sends.length > 0,
  'commit-outcome': ({ entry, outcome }) => entry.envelope.effect !== undefined && outcome === 'applied',
  'commit-fired': ({ entry, outcome }) => entry.envelope.timer !== undefined && outcome === 'applied',
  'commit-fenced': ({ outcome }) => outcome === 'fenced',
}

function committing({ claim, position, steps }: CommitGroup): Passage {
  const own = kinds.filter((kind) => steps.some(holds[kind]))
  return {
    names: (side) => [`commit.${side}`, ...own.map((kind) => `${kind}.${side}` as const)],
    about: { kind: 'commit', partition: claim.partition, position },
  }
}
