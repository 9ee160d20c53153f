import { z } from 'zod'
import type { Ephemeral } from '#runtime/ports/ephemeral.ts'
import type { Presence } from './protocol.ts'

const typingShape = z.object({
  by: z.enum(['customer', 'member']),
  memberId: z.exactOptional(z.string()),
  name: z.exactOptional(z.string()),
  on: z.boolean(),
})

/** Somebody began or stopped typing. */
export type Typing = z.infer<typeof typingShape>

const presenceShape = z.object({ memberId: z.string(), name: z.string(), viewing: z.boolean(), typing: z.boolean() })

/** How long a member counts as looking without a sign of life, and as online. */
export const signalLifetimes = { viewingMs: 45_000, renewEveryMs: 15_000 } as const

/** What may be lost: who types, who looks, who is online. Through the ephemeral port, so that every node hears it. */
export interface Signals {
  typing(conversation: string, typing: Typing): void
  onTyping(conversation: string, listener: (typing: Typing) => void): () => void
  /** Says that a member looks at a conversation, or with `undefined` that they left. */
  look(conversation: string, memberId: string, presence: Presence | undefined): Promise<void>
  present(conversation: string): Promise<readonly Presence[]>
  onPresence(conversation: string, listener: () => void): () => void
  online(member: MemberKey, socketId: string): Promise<void>
  offline(member: MemberKey, socketId: string): Promise<void>
  isOnline(member: MemberKey): Promise<boolean>
}

export interface MemberKey {
  readonly workspace: string
  readonly memberId: string
}

/** Makes the signals over the ephemeral port. */
export function createSignals(ephemeral: Ephemeral): Signals {
  return {
    typing: (conversation, typing) => ephemeral.publish(`typing/${conversation}`, typing),
    onTyping: (conversation, listener) =>
      ephemeral.subscribe(`typing/${conversation}`, (message) => {
        const typing = typingShape.safeParse(message)
        if (typing.success) listener(typing.data)
      }),
    async look(conversation, memberId, presence) {
      const key = `viewing/${conversation}/${memberId}`
      if (presence === undefined) await ephemeral.delete(key)
      else await ephemeral.set(key, { ...presence }, signalLifetimes.viewingMs)
      ephemeral.publish(`presence/${conversation}`, null)
    },
    async present(conversation) {
      const found = await ephemeral.scan(`viewing/${conversation}/`, 50)
      return found.flatMap(({ value }) => {
        const presence = presenceShape.safeParse(value)
        return presence.success ? [presence.data] : []
      })
    },
    onPresence: (conversation, listener) => ephemeral.subscribe(`presence/${conversation}`, listener),
    online: (member, socketId) => ephemeral.set(`${onlineKey(member)}${socketId}`, true, signalLifetimes.viewingMs),
    offline: (member, socketId) => ephemeral.delete(`${onlineKey(member)}${socketId}`),
    isOnline: async (member) => (await ephemeral.scan(onlineKey(member), 1)).length > 0,
  }
}

function onlineKey({ workspace, memberId }: MemberKey): string {
  return `online/${workspace}/${memberId}/`
}
