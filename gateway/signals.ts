import { z } from 'zod'
import type { Clock } from '#runtime/ports/clock.ts'
import type { Ephemeral } from '#runtime/ports/ephemeral.ts'
import type { Presence } from './protocol.ts'
import { unlessAway } from './when-away.ts'

const typingShape = z.object({
  by: z.enum(['customer', 'member']),
  memberId: z.exactOptional(z.string()),
  name: z.exactOptional(z.string()),
  on: z.boolean(),
})

/** Somebody began or stopped typing. */
export type Typing = z.infer<typeof typingShape>

const presenceShape = z.object({ memberId: z.string(), name: z.string(), viewing: z.boolean(), typing: z.boolean() })

const endingShape = z.union([
  z.object({ family: z.string(), reason: z.string() }),
  z.object({ workspace: z.string(), memberId: z.string(), reason: z.string() }),
])

/** Whose sockets end, on every gateway: those of a sign-in, or all of a member's. */
export type Ending = z.infer<typeof endingShape>

/**
 * How long a member counts as looking without a sign of life, and as online; and how long after the store has come back an absence means
 * nothing, since it may have forgotten and not everybody has said again that they are here.
 */
export const signalLifetimes = { viewingMs: 45_000, renewEveryMs: 15_000, settleMs: 20_000 } as const

/**
 * What may be lost: who types, who looks, who is online, whose sockets end. Through the ephemeral port, so that every gateway hears it. While the
 * store can't be reached nothing here fails: what is told is lost beyond this process, and who is here is not known.
 */
export interface Signals {
  typing(conversation: string, typing: Typing): void
  onTyping(conversation: string, listener: (typing: Typing) => void): () => void
  /** Says that a member looks at a conversation, or with `undefined` that they left. */
  look(conversation: string, memberId: string, presence: Presence | undefined): Promise<void>
  /** Who looks at a conversation; nobody while that is not known. */
  present(conversation: string): Promise<readonly Presence[]>
  onPresence(conversation: string, listener: () => void): () => void
  online(member: MemberKey, socketId: string): Promise<void>
  /** Says that a socket has gone; for the grace period it counts as if it were there. */
  offline(member: MemberKey, socketId: string, graceMs: number): Promise<void>
  attendance(member: MemberKey): Promise<'here' | 'gone' | 'unknown'>
  end(ending: Ending): void
  onEnd(listener: (ending: Ending) => void): () => void
  /** Whether it can be known now who is here. */
  known(): boolean
  onKnown(listener: (known: boolean) => void): () => void
}

export interface MemberKey {
  readonly workspace: string
  readonly memberId: string
}

/** Makes the signals over the ephemeral port. */
export function createSignals(ephemeral: Ephemeral, clock: Clock): Signals {
  return new EphemeralSignals(ephemeral, clock)
}

/** Lists of those who look are no longer than this. */
const presentMax = 50

/** Owns when the store last came back. 1. Who is not in the store is gone only while it has been there for `settleMs`. */
class EphemeralSignals implements Signals {
  readonly #ephemeral: Ephemeral
  readonly #clock: Clock
  #backAtMs: number | undefined

  constructor(ephemeral: Ephemeral, clock: Clock) {
    this.#ephemeral = ephemeral
    this.#clock = clock
    ephemeral.watch((reachable) => {
      if (reachable) this.#backAtMs = clock.nowMs()
    })
  }

  typing(conversation: string, typing: Typing): void {
    this.#ephemeral.publish(`typing/${conversation}`, typing)
  }

  onTyping(conversation: string, listener: (typing: Typing) => void): () => void {
    return this.#ephemeral.subscribe(`typing/${conversation}`, (message) => {
      const typing = typingShape.safeParse(message)
      if (typing.success) listener(typing.data)
    })
  }

  async look(conversation: string, memberId: string, presence: Presence | undefined): Promise<void> {
    const group = `viewing/${conversation}`
    const told =
      presence === undefined
        ? this.#ephemeral.leave(group, memberId)
        : this.#ephemeral.join(group, { name: memberId, value: { ...presence } }, signalLifetimes.viewingMs)
    await unlessAway(told)
    this.#ephemeral.publish(`presence/${conversation}`, null)
  }

  async present(conversation: string): Promise<readonly Presence[]> {
    const found = (await unlessAway(this.#ephemeral.members(`viewing/${conversation}`, presentMax))) ?? []
    return found.flatMap(({ value }) => {
      const presence = presenceShape.safeParse(value)
      return presence.success ? [presence.data] : []
    })
  }

  onPresence(conversation: string, listener: () => void): () => void {
    return this.#ephemeral.subscribe(`presence/${conversation}`, listener)
  }

  async online(member: MemberKey, socketId: string): Promise<void> {
    await unlessAway(
      this.#ephemeral.join(onlineGroup(member), { name: socketId, value: true }, signalLifetimes.viewingMs),
    )
  }

  async offline(member: MemberKey, socketId: string, graceMs: number): Promise<void> {
    await unlessAway(this.#ephemeral.join(onlineGroup(member), { name: socketId, value: false }, graceMs))
  }

  async attendance(member: MemberKey): Promise<'here' | 'gone' | 'unknown'> {
    const found = await unlessAway(this.#ephemeral.members(onlineGroup(member), 1))
    if (found === undefined) return 'unknown'
    if (found.length > 0) return 'here'
    // 1. One that begins to answer may do so before it is told that it is back.
    if (!this.known()) return 'unknown'
    const settledAtMs = this.#backAtMs === undefined ? 0 : this.#backAtMs + signalLifetimes.settleMs
    return this.#clock.nowMs() < settledAtMs ? 'unknown' : 'gone'
  }

  end(ending: Ending): void {
    this.#ephemeral.publish('endings', ending)
  }

  onEnd(listener: (ending: Ending) => void): () => void {
    return this.#ephemeral.subscribe('endings', (message) => {
      const ending = endingShape.safeParse(message)
      if (ending.success) listener(ending.data)
    })
  }

  known(): boolean {
    return this.#ephemeral.reachable()
  }

  onKnown(listener: (known: boolean) => void): () => void {
    return this.#ephemeral.watch(listener)
  }
}

function onlineGroup({ workspace, memberId }: MemberKey): string {
  return `online/${workspace}/${memberId}`
}
