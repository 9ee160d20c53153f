import { parseAddress, type Address } from '#runtime/address.ts'
import type { House } from '../house.ts'
import { collections } from '../read-models/collections.ts'
import { fromJson } from '../read-models/shape.ts'
import type { QueueDocument } from '../read-models/team-projection.ts'
import { signalLifetimes, type MemberKey } from '../signals.ts'
import { submit } from '../submit.ts'
import type { Scene } from './handlers.ts'
import { setAvailable } from './set-available.ts'
import type { StaffSession } from './staff-session.ts'

/** The store's clock is not ours: asked a little later, the grace period is over there, too. Else the next round finds it. */
const clockSlackMs = 100

/**
 * Who is here, on any gateway. 1. A member whose last socket has been gone for the grace period is away; where that can't be known nothing changes, and the
 * next round asks again. 2. One who comes is available, unless the last they said was that they are away; a start in between changes nothing.
 * 3. In rounds, a grace period apart, members the queue believes available and nobody has seen are away: one whose gateway died with its sockets is
 * missed by nobody else. 4. One who is here and believed away by mistake is available again.
 */
export interface Attendance {
  arrive(session: StaffSession): () => void
  /** Resolves when a member who has come is available, or stays away as they had chosen; answers which. */
  restored(session: StaffSession): Promise<boolean>
  stop(): void
}

/** Makes the attendance of a gateway. */
export function createAttendance(
  house: House,
  sessionsOf: (workspace: string) => ReadonlySet<StaffSession>,
): Attendance {
  return new GatewayAttendance(house, sessionsOf)
}

/** Owns the timers, and what each session does to be seen. */
class GatewayAttendance implements Attendance {
  readonly #house: House
  readonly #sessionsOf: (workspace: string) => ReadonlySet<StaffSession>
  readonly #timers = new Set<() => void>()
  readonly #renewals = new Set<() => void>()
  readonly #stops: readonly (() => void)[]
  #stopped = false

  constructor(house: House, sessionsOf: (workspace: string) => ReadonlySet<StaffSession>) {
    this.#house = house
    this.#sessionsOf = sessionsOf
    this.#stops = [
      house.hub.onAll((fact) => {
        if (fact.type === 'queue-changed') this.#hear(fact.address, fromJson<QueueDocument>(fact.data))
      }),
      // A store that is back may have forgotten who is here.
      house.signals.onKnown((known) => {
        if (known) for (const renew of this.#renewals) renew()
      }),
    ]
    // 3. The first round comes when whoever was here before a start has had the time to come back.
    this.#later(house.limits.awayGraceMs, () => this.#round())
  }

  arrive(session: StaffSession): () => void {
    const { clock, signals } = this.#house
    const { member, id } = session
    let cancel = (): void => {}
    const renew = (): void => {
      cancel()
      signals.online(member, id).catch((error: unknown) => this.#warn(error))
      cancel = clock.schedule(clock.nowMs() + signalLifetimes.renewEveryMs, renew)
    }
    this.#renewals.add(renew)
    renew()
    return () => {
      this.#renewals.delete(renew)
      cancel()
      const { awayGraceMs } = this.#house.limits
      // 1. Another tab or a reconnect within the grace period, here or elsewhere, keeps them here.
      signals.offline(member, id, awayGraceMs).catch((error: unknown) => this.#warn(error))
      this.#later(awayGraceMs + clockSlackMs, async () => {
        if ((await signals.attendance(member)) === 'gone') await setAvailable({ house: this.#house, session }, false)
      })
    }
  }

  async restored(session: StaffSession): Promise<boolean> {
    // 2. The first of a team would otherwise sign in and see that nobody is on shift.
    if (await saidAway(this.#house, session)) return false
    await setAvailable({ house: this.#house, session }, true)
    return true
  }

  stop(): void {
    this.#stopped = true
    for (const stop of this.#stops) stop()
    for (const cancel of this.#timers) cancel()
  }

  #later(afterMs: number, task: () => Promise<void>): void {
    // The sockets of a gateway that closes end after it has stopped: rounds look after them, by 3.
    if (this.#stopped) return
    const { clock } = this.#house
    const cancel = clock.schedule(clock.nowMs() + afterMs, () => {
      this.#timers.delete(cancel)
      task().catch((error: unknown) => this.#warn(error))
    })
    this.#timers.add(cancel)
  }

  async #round(): Promise<void> {
    try {
      for (const workspace of Object.keys(this.#house.config.workspaces)) await this.#roundOf(workspace)
    } finally {
      this.#later(this.#house.limits.awayGraceMs, () => this.#round())
    }
  }

  async #roundOf(workspace: string): Promise<void> {
    const where = [{ field: 'workspace', op: '=', value: workspace }] as const
    const page = await this.#house.documents.query({ collection: collections.queues, where, limit: 50 })
    for (const { key, value } of page.documents) {
      const queue = parseAddress(key)
      if (queue === undefined) continue
      for (const { memberId, available } of fromJson<QueueDocument>(value).members) {
        if (available) await this.#lookFor({ workspace, memberId }, queue)
      }
    }
  }

  async #lookFor(member: MemberKey, queue: Address): Promise<void> {
    const here = [...this.#sessionsOf(member.workspace)].some((each) => each.member.memberId === member.memberId)
    if (here || (await this.#house.signals.attendance(member)) !== 'gone') return
    await submit(this.#house.runtime, { to: queue, event: { type: 'member.away', memberId: member.memberId } })
  }

  #hear(address: Address, queue: QueueDocument): void {
    for (const session of this.#sessionsOf(address.split('/', 1)[0] ?? '')) {
      for (const { memberId, available, load } of queue.members) {
        if (session.knows(memberId, available, load)) continue
        session.send({ type: 'member', memberId, available, load })
        // 4. What this member said themself is asked for: nothing changes for one who is away of their own will.
        if (memberId === session.member.memberId && !available) {
          this.restored(session).catch((error: unknown) => this.#warn(error))
        }
      }
    }
  }

  #warn(error: unknown): void {
    this.#house.log.warn('a presence could not be kept', { error: String(error) })
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
