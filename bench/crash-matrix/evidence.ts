import type { Address } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import { defaultLimits } from '#runtime/limits.ts'
import { createMachineRegistry } from '#runtime/machine-registry.ts'
import type { DeadLetter, HistoryEntry, InboxEntry, Journal, StoredActor } from '#runtime/ports/journal.ts'
import { timeline } from '#runtime/replay.ts'
import { historyOf, inboxOf } from '../whole-journal.ts'
import { clerk } from './clerk-machine.ts'
import type { OutsideLine } from './outside.ts'
import { clerks, workspace, type Scripted } from './script.ts'

/** One actor as the journal has it in the end. */
export interface ActorEvidence {
  readonly address: Address
  readonly stored: StoredActor | undefined
  readonly history: readonly HistoryEntry[]
  /** What its replay from nothing differs in, absent when it equals what is stored. */
  readonly diverged?: string
}

/** All there is to judge a run by: what was accepted, what the journal holds and what the world outside saw. */
export interface Evidence {
  /** Told to be durable, for each actor in the order in which it was sent. */
  readonly accepted: readonly Scripted[]
  readonly outside: readonly OutsideLine[]
  readonly actors: readonly ActorEvidence[]
  readonly inbox: readonly InboxEntry[]
  readonly facts: readonly Fact[]
  readonly deadLetters: readonly DeadLetter[]
}

const pageMax = 1000

/** Reads a journal from outside, when no node works on it any more. */
export async function gatherEvidence(
  journal: Journal,
  seen: Pick<Evidence, 'accepted' | 'outside'>,
): Promise<Evidence> {
  return {
    ...seen,
    actors: await Promise.all(clerks.map((address) => actorIn(journal, address))),
    inbox: await inboxOf(journal),
    facts: await factsOf(journal),
    deadLetters: await journal.deadLetters({ workspace, limit: pageMax }),
  }
}

/**
 * What a journal still waits for, in words; absent when every event has been handled and nothing is pending. Then nothing more happens by itself.
 */
export async function waitingFor(journal: Journal): Promise<string | undefined> {
  const inbox = await inboxOf(journal)
  const actors = await Promise.all(
    clerks.map(async (address) => ({
      address,
      stored: await journal.load(address),
      history: await historyOf(journal, address),
    })),
  )
  const handled = new Set(actors.flatMap(({ history }) => history.map(({ position }) => position)))
  const event = inbox.find(({ position }) => !handled.has(position))
  if (event !== undefined) return `${event.envelope.id} to ${event.envelope.to} has not been handled`
  const received = new Set(inbox.map(({ envelope }) => envelope.id))
  for (const { address, stored, history } of actors) {
    const effect = Object.values(stored?.effects ?? {})[0]
    if (effect !== undefined) return `${effect.name} of ${address} has not settled`
    const timer = Object.values(stored?.timers ?? {})[0]
    if (timer !== undefined) return `${timer.id} of ${address} is armed`
    const send = history.flatMap(({ sends }) => sends).find(({ id }) => !received.has(id))
    if (send !== undefined) return `${send.id} has not arrived`
  }
  return undefined
}

/** Actors with work outside that has not settled. */
export async function busyActors(journal: Journal): Promise<number> {
  const stored = await Promise.all(clerks.map((address) => journal.load(address)))
  return stored.filter((actor) => Object.keys(actor?.effects ?? {}).length > 0).length
}

async function actorIn(journal: Journal, address: Address): Promise<ActorEvidence> {
  const stored = await journal.load(address)
  const history = await historyOf(journal, address)
  const diverged = await divergence(journal, address, stored)
  return { address, stored, history, ...(diverged === undefined ? {} : { diverged }) }
}

async function divergence(
  journal: Journal,
  address: Address,
  stored: StoredActor | undefined,
): Promise<string | undefined> {
  const { snapshotMaxBytes, eventMaxBytes } = defaultLimits
  const context = { machines: createMachineRegistry([clerk]), limits: { snapshotMaxBytes, eventMaxBytes } }
  try {
    const all = { afterRevision: 0, limit: Number.MAX_SAFE_INTEGER }
    const last = (await timeline({ journal, context }, address, all)).at(-1)
    // A replay that ends before the stored revision compares no snapshot.
    return last?.revision === stored?.revision ? undefined : `it ends at ${last?.revision}, not ${stored?.revision}`
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

async function factsOf(journal: Journal): Promise<readonly Fact[]> {
  const all: Fact[] = []
  for (;;) {
    const page = await journal.facts(all.at(-1)?.position ?? 0, pageMax)
    all.push(...page)
    if (page.length < pageMax) return all
  }
}
