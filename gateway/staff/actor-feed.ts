import type { Address } from '#runtime/address.ts'
import type { House } from '../house.ts'
import { mayCommand } from '../permissions.ts'
import { actorView, deadLetterView, instantView } from './actor-views.ts'
import type { StaffSession } from './staff-session.ts'

/** Steps without facts are not on the live stream, so an open actor page also looks this often. */
const lookEveryMs = 1000
const gatherMs = 40
const instantsMax = 50

/** Instants of the actors that are open, and new dead letters, for the consoles that look. */
export interface ActorFeed {
  /** Sends every instant after `revision`; the returned function ends it. */
  follow(session: StaffSession, address: Address, revision: number): () => void
  stop(): void
}

/** Owns a timer for each open actor page and one for dead letters. */
export function createActorFeed(house: House, sessionsOf: (workspace: string) => ReadonlySet<StaffSession>): ActorFeed {
  const { clock, runtime, log } = house
  const stopLetters = watchDeadLetters(house, sessionsOf)

  return {
    stop: stopLetters,
    follow(session, address, revision) {
      let seenTo = revision
      let cancel = (): void => {}
      let busy = false
      let left = false
      const lookIn = (afterMs: number): void => {
        cancel()
        cancel = clock.schedule(clock.nowMs() + afterMs, () => {
          look().catch((error: unknown) => log.warn('an actor page fell behind', { error: String(error) }))
        })
      }
      const look = async (): Promise<void> => {
        if (busy || left) return
        busy = true
        try {
          const actor = await runtime.inspect(address)
          const news =
            actor !== undefined && actor.revision > seenTo
              ? await runtime.timeline(address, { afterRevision: seenTo, limit: instantsMax })
              : []
          if (actor === undefined || left) return
          for (const instant of news) {
            seenTo = Math.max(seenTo, instant.revision)
            session.send({ type: 'actor', actor: actorView(actor), instant: instantView(instant) })
          }
        } finally {
          busy = false
          if (!left) lookIn(lookEveryMs)
        }
      }
      const stopFacts = house.hub.onAddress(address, () => lookIn(gatherMs))
      lookIn(lookEveryMs)
      return () => {
        left = true
        stopFacts()
        cancel()
      }
    },
  }
}

const lettersEveryMs = 2000

/** The journal does not stream dead letters, so the newest are looked at while somebody who may see them is here. */
function watchDeadLetters(house: House, sessionsOf: (workspace: string) => ReadonlySet<StaffSession>): () => void {
  const { clock, config, log, runtime } = house
  const newest = new Map<string, number>()
  let cancel = (): void => {}
  let stopped = false
  const look = async (): Promise<void> => {
    for (const workspace of Object.keys(config.workspaces)) {
      const sessions = [...sessionsOf(workspace)].filter((each) => mayCommand(each.member.role, 'dead-letter.list'))
      if (sessions.length === 0) continue
      const letters = await runtime.journal.deadLetters({ workspace, limit: 10 })
      const last = newest.get(workspace)
      newest.set(workspace, letters[0]?.id ?? last ?? 0)
      if (last === undefined) continue
      for (const letter of letters.filter((each) => each.id > last).reverse()) {
        for (const session of sessions) session.send({ type: 'dead-letter', deadLetter: deadLetterView(letter) })
      }
    }
  }
  const again = (): void => {
    if (stopped) return
    cancel = clock.schedule(clock.nowMs() + lettersEveryMs, () => {
      look()
        .catch((error: unknown) => log.warn('dead letters could not be looked at', { error: String(error) }))
        .finally(again)
        .catch(() => undefined)
    })
  }
  again()
  return () => {
    stopped = true
    cancel()
  }
}
