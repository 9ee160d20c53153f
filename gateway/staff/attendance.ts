import { parseAddress } from '#runtime/address.ts'
import type { House } from '../house.ts'
import { collections } from '../read-models/collections.ts'
import { fromJson } from '../read-models/shape.ts'
import type { QueueDocument } from '../read-models/team-projection.ts'
import { signalLifetimes } from '../signals.ts'
import { submit } from '../submit.ts'
import type { Scene } from './handlers.ts'
import { setAvailable } from './set-available.ts'
import type { StaffSession } from './staff-session.ts'

/**
 * Who is here. 1. A member whose last socket, on any node, has been gone for the grace period is away. 2. One who comes is available,
 * unless the last they said was that they are away; a start in between changes nothing. 3. After a start, members the queue believes available and nobody has seen are away.
 */
export interface Attendance {
  arrive(session: StaffSession): () => void
  /** Resolves when a member who has come is available, or stays away as they had chosen. */
  restored(session: StaffSession): Promise<void>
  stop(): void
}

/** Makes the attendance of a gateway. */
export function createAttendance(
  house: House,
  sessionsOf: (workspace: string) => ReadonlySet<StaffSession>,
): Attendance {
  const { clock, documents, hub, limits, log, runtime, signals } = house
  const cancels = new Set<() => void>()
  const warn = (error: unknown): void => log.warn('a presence could not be kept', { error: String(error) })
  let stopped = false
  const later = (afterMs: number, task: () => Promise<void>): void => {
    // The sockets of a gateway that closes end after it has stopped: the next start looks after them, by 3.
    if (stopped) return
    const cancel = clock.schedule(clock.nowMs() + afterMs, () => {
      cancels.delete(cancel)
      task().catch(warn)
    })
    cancels.add(cancel)
  }

  // 3. A restart forgets sockets, not what the queue believes.
  later(limits.awayGraceMs, async () => {
    for (const workspace of Object.keys(house.config.workspaces)) {
      const where = [{ field: 'workspace', op: '=', value: workspace }] as const
      const page = await documents.query({ collection: collections.queues, where, limit: 50 })
      for (const { key, value } of page.documents) {
        const to = parseAddress(key)
        for (const { memberId, available } of fromJson<QueueDocument>(value).members) {
          if (!available || to === undefined || (await signals.isOnline({ workspace, memberId }))) continue
          await submit(runtime, { to, event: { type: 'member.away', memberId } })
        }
      }
    }
  })

  const stopQueues = hub.onAll((fact) => {
    if (fact.type !== 'queue-changed') return
    const queue = fromJson<QueueDocument>(fact.data)
    for (const session of sessionsOf(fact.address.split('/', 1)[0] ?? '')) {
      for (const { memberId, available, load } of queue.members) {
        if (session.knows(memberId, available, load)) continue
        session.send({ type: 'member', memberId, available, load })
      }
    }
  })

  return {
    arrive(session) {
      const { member, id } = session
      let cancel = (): void => {}
      const renew = (): void => {
        signals.online(member, id).catch(warn)
        cancel = clock.schedule(clock.nowMs() + signalLifetimes.renewEveryMs, renew)
      }
      renew()
      return () => {
        cancel()
        signals.offline(member, id).catch(warn)
        // 1. Another tab or a reconnect within the grace period keeps them here.
        later(limits.awayGraceMs, async () => {
          if (await signals.isOnline(member)) return
          await setAvailable({ house, session }, false)
        })
      }
    },
    async restored(session) {
      // 2. The first of a team would otherwise sign in and see that nobody is on shift.
      if (!(await saidAway(house, session))) await setAvailable({ house, session }, true)
    },
    stop() {
      stopped = true
      stopQueues()
      for (const cancel of cancels) cancel()
    },
  }
}

/** Keeps what a member chose by hand, for every later sign-in. */
export async function choosePresence(
  { house, session }: Pick<Scene, 'house' | 'session'>,
  available: boolean,
): Promise<void> {
  const key = choiceKey(session)
  const before = await house.records.get(choices, key)
  // Two tabs at once: one of the two choices is kept, and both are the member's own.
  await house.records.put(choices, key, { available }, before?.revision ?? 0)
  await setAvailable({ house, session }, available)
}

async function saidAway(house: House, session: StaffSession): Promise<boolean> {
  return (await house.records.get(choices, choiceKey(session)))?.value['available'] === false
}

const choices = 'presence'

function choiceKey({ member }: StaffSession): string {
  return `${member.workspace}/${member.memberId}`
}
