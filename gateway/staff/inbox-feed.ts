import { partsOf, parseAddress, type Address } from '#runtime/address.ts'
import type { Fact } from '#runtime/fact.ts'
import type { Document, GroupCount } from '#runtime/ports/documents.ts'
import type { House } from '../house.ts'
import { patiently, whereReadable } from '../patience.ts'
import type { InboxRow, InboxView, LeadView } from '../protocol.ts'
import { collections } from '../read-models/collections.ts'
import { countsOf, inboxDocuments } from '../read-models/inbox-queries.ts'
import { inboxRow, leadOf, rowOf } from '../read-models/views.ts'
import { countEveryMs, createInboxCounts } from './inbox-counts.ts'
import type { Desk, Touched } from './inbox-desk.ts'
import { giveBack, late, newDesk, note, taken } from './inbox-desk.ts'
import { ringOff, sendLeads, sendRows } from './inbox-frames.ts'
import type { StaffSession } from './staff-session.ts'

/**
 * Rows are read and sent at once, and after that not again for four times as long as it took, within these bounds, milliseconds: a burst costs few reads,
 * and at most a fifth of the time goes into them.
 */
const rest = { least: 3, most: 15, times: 4 } as const
/** How soon rows are read again that read models did not hold yet, and how soon after they could not be read at all. */
const lateEveryMs = 250
const awayEveryMs = 2000

/** Hand-offs that ring in a console which has just been opened. */
const ringingMax = 20

/** Rows, counts, leads and alerts for every open console of a workspace. */
export interface InboxFeed {
  counts(reader: {
    readonly workspace: string
    readonly memberId: string
  }): Promise<{ readonly [view in InboxView]: number }>
  /** Lets whoever has waited since before this console was opened ring in it. */
  ring(session: StaffSession): Promise<void>
  stop(): void
}

/** Makes the inbox feed of a gateway. */
export function createInboxFeed(house: House, sessionsOf: (workspace: string) => ReadonlySet<StaffSession>): InboxFeed {
  return new GatheringFeed(house, sessionsOf)
}

/**
 * Gathers what facts touch, reads the rows once, and sends each console what its view may care about. Owns a desk a workspace.
 * 1. What read models do not hold yet is read again until they do, so that no console is left with an old row.
 * 2. One flush of a workspace at a time; what comes meanwhile goes into the next.
 * 3. A person waiting rings at once, also while read models are late or away.
 * 4. Who read a list while it was behind is told to read it again once it has caught up.
 */
class GatheringFeed implements InboxFeed {
  readonly #house: House
  readonly #sessionsOf: (workspace: string) => ReadonlySet<StaffSession>
  readonly #desks = new Map<string, Desk>()
  readonly #stops: readonly (() => void)[]

  constructor(house: House, sessionsOf: (workspace: string) => ReadonlySet<StaffSession>) {
    this.#house = house
    this.#sessionsOf = sessionsOf
    this.#stops = [house.hub.onAll((fact) => this.#hear(fact)), house.runtime.live.caughtUp(() => this.#caughtUp())]
  }

  async counts({ workspace, memberId }: { readonly workspace: string; readonly memberId: string }) {
    const desk = this.#deskOf(workspace)
    if (this.#house.runtime.live.behind()) desk.missed = true
    try {
      return countsOf(await desk.counts.now(), memberId)
    } catch (error) {
      this.#missed(desk)
      throw error
    }
  }

  async ring(session: StaffSession): Promise<void> {
    const { clock, documents, runtime } = this.#house
    const { member } = session
    const asked = documents.query(inboxDocuments({ view: 'waiting', limit: ringingMax }, member))
    const waiting = await whereReadable(clock, asked)
    if (waiting === undefined) this.#missed(this.#deskOf(member.workspace))
    if (runtime.live.behind()) this.#deskOf(member.workspace).missed = true
    // The longest wait last, as if it had just begun.
    for (const row of (waiting?.documents ?? []).map(rowOf).reverse()) {
      session.show(row.conversation)
      session.send({ type: 'alert.waiting', row })
    }
  }

  stop(): void {
    for (const stop of this.#stops) stop()
    for (const desk of this.#desks.values()) desk.cancel?.()
  }

  #deskOf(workspace: string): Desk {
    const { documents, clock } = this.#house
    const desk = this.#desks.get(workspace) ?? newDesk(workspace, createInboxCounts(workspace, documents, clock))
    this.#desks.set(workspace, desk)
    return desk
  }

  #hear(fact: Fact): void {
    const desk = this.#deskOf(partsOf(fact.address).workspace)
    if (!note(desk, fact)) return
    const sessions = this.#sessionsOf(desk.workspace)
    for (const session of sessions) ringOff(session, fact)
    if (sessions.size === 0) return void taken(desk)
    const { clock } = this.#house
    this.#schedule(desk, Math.max(0, desk.restUntilMs - clock.nowMs()))
  }

  /** 4. And whoever waits rings, for hand-offs may have been missed as well. */
  #caughtUp(): void {
    for (const desk of this.#desks.values()) this.#makeGood(desk)
  }

  #makeGood(desk: Desk): void {
    if (!desk.missed || this.#house.runtime.live.behind()) return
    desk.missed = false
    desk.counts.spoil()
    for (const session of this.#sessionsOf(desk.workspace)) {
      session.send({ type: 'behind' })
      this.ring(session).catch((error: unknown) => this.#failed(error))
    }
  }

  /** A list could not be read: it is looked for again until it can. */
  #missed(desk: Desk): void {
    desk.missed = true
    this.#schedule(desk, awayEveryMs)
  }

  #schedule(desk: Desk, afterMs: number): void {
    const { clock } = this.#house
    desk.cancel ??= clock.schedule(clock.nowMs() + afterMs, () => {
      desk.cancel = undefined
      this.#flush(desk).catch((error: unknown) => this.#failed(error))
    })
  }

  async #flush(desk: Desk): Promise<void> {
    // 2. The one under way takes what it found; the rest waits its turn.
    if (desk.busy) return this.#schedule(desk, rest.least)
    desk.busy = true
    const { clock } = this.#house
    const beganMs = clock.nowMs()
    const batch = taken(desk)
    try {
      await this.#ringLate(desk, batch)
      await this.#send(desk, batch)
      // 1. Read again what was told before its row was written.
      if (giveBack(desk, late(batch, this.#house.runtime.live.position()))) this.#schedule(desk, lateEveryMs)
      if (desk.counts.stale()) this.#schedule(desk, countEveryMs)
      this.#makeGood(desk)
    } catch (error) {
      giveBack(desk, batch)
      this.#missed(desk)
      throw error
    } finally {
      desk.busy = false
      const endedMs = clock.nowMs()
      desk.restUntilMs = endedMs + Math.min(rest.most, Math.max(rest.least, rest.times * (endedMs - beganMs)))
    }
  }

  async #send(desk: Desk, batch: Touched): Promise<void> {
    const { clock, documents } = this.#house
    const read = (collection: string, keys: Iterable<string>) =>
      patiently(clock, documents.getMany(collection, [...keys]))
    const leads: readonly LeadView[] = (await read(collections.leads, batch.leads.keys())).map(leadOf)
    const touched = new Set([...batch.conversations.keys(), ...leads.flatMap((each) => each.conversations)])
    const rows: readonly Document[] = await read(collections.conversations, touched)
    const groups: readonly GroupCount[] = await desk.counts.now()
    desk.last = rows.at(-1) ?? desk.last
    for (const session of this.#sessionsOf(desk.workspace)) {
      sendRows(session, { rows, last: desk.last, groups, ringing: batch.ringing })
      sendLeads(session, leads, batch.hot)
    }
  }

  /** 3. What read models do not know yet is asked of the conversation itself. */
  async #ringLate(desk: Desk, batch: Touched): Promise<void> {
    const { rooms, runtime } = this.#house
    for (const [name, position] of batch.ringing) {
      const conversation = parseAddress(name)
      if (position <= runtime.live.position() || conversation === undefined) continue
      batch.ringing.delete(name)
      const row = await waitingRow(conversation, rooms)
      if (row === undefined) continue
      for (const session of this.#sessionsOf(desk.workspace)) session.send({ type: 'alert.waiting', row })
    }
  }

  #failed(error: unknown): void {
    this.#house.log.warn('the inbox feed fell behind', { error: String(error) })
  }
}

async function waitingRow(conversation: Address, rooms: House['rooms']): Promise<InboxRow | undefined> {
  const { document, at } = await rooms.look(conversation)
  return document.owner.kind === 'queue' ? inboxRow(document, at) : undefined
}
