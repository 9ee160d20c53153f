import { partsOf } from '#runtime/address.ts'
import type { JsonObject } from '#runtime/json.ts'
import type { DeadLetter } from '#runtime/ports/journal.ts'
import { GatewayError } from '../errors.ts'
import { mayCommand } from '../permissions.ts'
import { limits } from '../protocol.ts'
import { maybe } from '../read-models/shape.ts'
import { actorRow, actorView, deadLetterView, instantView } from './actor-views.ts'
import type { Handlers, Scene } from './handlers.ts'

/** Steps of an actor answered at once. */
const instantsMax = 100

/** Actors a console follows at once. */
const followedMax = 20

/** Looking inside actors, and dead letters. */
export const actorCommands: Handlers<
  | 'actor.list'
  | 'actor.open'
  | 'actor.leave'
  | 'actor.history'
  | 'dead-letter.list'
  | 'dead-letter.replay'
  | 'dead-letter.discard'
> = {
  async 'actor.list'({ kind, status, beforeMs }, { house, session }) {
    const { workspace } = session.member
    const narrowed = { ...maybe('kind', kind), ...maybe('status', status), ...maybe('beforeMs', beforeMs) }
    const actors = await house.runtime.journal.list({ workspace, ...narrowed, limit: limits.pageMax })
    return actors.map(actorRow)
  },

  async 'actor.open'({ address: text }, { house, feeds, session }) {
    const address = session.address(text)
    const actor = await house.runtime.inspect(address)
    if (actor === undefined) throw new GatewayError('not-found', `There is no actor ${address}.`)
    if (session.subscribed('actor ').length >= followedMax) {
      throw new GatewayError('busy', `${followedMax} actors are open: leave one first.`)
    }
    session.subscribe(`actor ${address}`, feeds.actors.follow(session, address, actor.revision))
    return actorView(actor)
  },

  async 'actor.leave'({ address }, { session }) {
    session.unsubscribe(`actor ${session.address(address)}`)
    return null
  },

  async 'actor.history'({ address: text, afterRevision, limit }, { house, session }) {
    const address = session.address(text)
    const window = { afterRevision, limit: Math.min(limit, instantsMax) }
    return (await house.runtime.timeline(address, window)).map(instantView)
  },

  async 'dead-letter.list'({ before }, { house, session }) {
    const query = { workspace: session.member.workspace, ...maybe('before', before), limit: 100 }
    return (await house.runtime.journal.deadLetters(query)).map(deadLetterView)
  },

  async 'dead-letter.replay'({ id, event }, scene) {
    await knownLetter(scene, id)
    const by = scene.session.member.name
    await scene.house.runtime.replayDeadLetter(id, event === undefined ? { by } : { by, event: typed(event) })
    await tellSettled(scene, id)
    return null
  },

  async 'dead-letter.discard'({ id }, scene) {
    await knownLetter(scene, id)
    const { clock, runtime } = scene.house
    const settlement = { by: scene.session.member.name, atMs: clock.nowMs(), how: 'discarded' } as const
    await runtime.journal.settleDeadLetter(id, settlement)
    await tellSettled(scene, id)
    return null
  },
}

function typed(event: { readonly [key: string]: unknown }): JsonObject {
  if (typeof event['type'] !== 'string') throw new GatewayError('invalid', 'event.type: an event has a type')
  return event as JsonObject
}

/** Everybody who looks at the list sees at once who dealt with a letter. */
async function tellSettled({ house, feeds, session }: Scene, id: number): Promise<void> {
  const letter = await house.runtime.journal.deadLetter(id)
  if (letter === undefined) return
  for (const each of feeds.of(session.member.workspace)) {
    if (mayCommand(each.member.role, 'dead-letter.list')) {
      each.send({ type: 'dead-letter', deadLetter: deadLetterView(letter) })
    }
  }
}

/** A dead letter of the member's own workspace that nobody has dealt with. */
async function knownLetter({ house, session }: Scene, id: number): Promise<DeadLetter> {
  const letter = await house.runtime.journal.deadLetter(id)
  if (letter === undefined || partsOf(letter.address).workspace !== session.member.workspace) {
    throw new GatewayError('not-found', 'There is no such dead letter.')
  }
  if (letter.settled !== undefined) {
    throw new GatewayError('conflict', `${letter.settled.by} has dealt with this one: it was ${letter.settled.how}.`)
  }
  return letter
}
