import type { Address } from '#runtime/address.ts'
import type { ConversationEvent } from '#machines/conversation-contract.ts'
import { GatewayError } from '../errors.ts'
import { mayOverrule } from '../permissions.ts'
import type { ConversationDocument } from '../read-models/conversation-document.ts'
import { maybe } from '../read-models/shape.ts'
import { submit, submitMessage } from '../submit.ts'
import { cleanText } from '../text.ts'
import { openConversation } from './conversation-view.ts'
import type { Handlers, Scene } from './handlers.ts'
import { filledIn } from './template-commands.ts'

type Commands =
  | 'conversation.open'
  | 'conversation.leave'
  | 'conversation.typing'
  | 'conversation.read'
  | 'take-over'
  | 'message.send'
  | 'note.add'
  | 'guidance.give'
  | 'hand-back'
  | 'hand-to-team'
  | 'assign'
  | 'snooze'
  | 'close'
  | 'reopen'

/** What a member does in a conversation. Each is an event; the machine decides, and its refusal names who owns the conversation. */
export const conversationCommands: Handlers<Commands> = {
  'conversation.open': openConversation,

  async 'conversation.leave'({ conversation }, { session }) {
    session.unsubscribe(`conversation ${session.address(conversation, 'conversation')}`)
    return null
  },

  async 'conversation.typing'({ conversation, on }, { house, session }) {
    const address = session.address(conversation, 'conversation')
    const { memberId, name } = session.member
    house.signals.typing(address, { by: 'member', memberId, name, on })
    if (on) house.receipts.typing(address)
    await house.signals.look(address, memberId, { memberId, name, viewing: true, typing: on })
    return null
  },

  async 'conversation.read'({ conversation, upTo }, scene) {
    const { memberId } = scene.session.member
    await tell(scene, conversation, { type: 'member.read', memberId, upTo })
    scene.house.receipts.read(scene.session.address(conversation, 'conversation'))
    return null
  },

  async 'take-over'({ conversation, force }, scene) {
    if (force === true && !mayOverrule(scene.session.member.role)) {
      throw new GatewayError('forbidden', 'Only a manager takes a conversation from a colleague.')
    }
    return tell(scene, conversation, {
      type: 'member.take-over',
      ...me(scene),
      via: 'console',
      ...maybe('force', force),
    })
  },

  async 'message.send'({ conversation, clientId, text, template }, scene) {
    const { to, document } = await known(scene, conversation)
    const filled = template === undefined ? { text: cleanText(text) } : await filledIn(scene.house, document, template)
    const event = { type: 'member.message', ...me(scene), clientId, ...filled, via: 'console' } as const
    // A retry is the same event. After a refusal the same text may be tried again once the owner or the state is another.
    const id = `member:${clientId}:${document.ownerEpoch}:${document.status}`
    return { n: await submitMessage(scene.house, { to, event, id, clientId }) }
  },

  async 'note.add'({ conversation, noteId, text }, scene) {
    const event = { type: 'member.note', ...me(scene), noteId, text: cleanText(text) } as const
    return tell(scene, conversation, event)
  },

  async 'guidance.give'({ conversation, text }, scene) {
    return tell(scene, conversation, { type: 'member.guidance', ...me(scene), text: cleanText(text) })
  },

  async 'hand-back'({ conversation, note }, scene) {
    return tell(scene, conversation, { type: 'member.hand-back', ...me(scene), ...noted(note) })
  },

  async 'hand-to-team'({ conversation, note }, scene) {
    const team = teamOf(scene)
    return tell(scene, conversation, { type: 'member.hand-to-team', ...me(scene), team, ...noted(note) })
  },

  async assign({ conversation, memberId }, scene) {
    const { workspace, role, memberId: by } = scene.session.member
    const { document } = await known(scene, conversation)
    const { owner } = document
    if (owner.kind === 'member' && owner.memberId !== by && !mayOverrule(role)) {
      throw new GatewayError(
        'forbidden',
        `${owner.name} has this conversation: only a manager gives it to somebody else.`,
      )
    }
    const member = await scene.house.accounts.get(workspace, memberId)
    if (member === undefined) throw new GatewayError('not-found', 'There is no such member.')
    return tell(scene, conversation, { type: 'member.assign', memberId, name: member.name, by: me(scene) })
  },

  async snooze({ conversation, untilMs }, scene) {
    return tell(scene, conversation, { type: 'member.snooze', ...me(scene), untilMs })
  },

  async close({ conversation, reason }, scene) {
    return tell(scene, conversation, { type: 'member.close', ...me(scene), reason })
  },

  async reopen({ conversation }, scene) {
    return tell(scene, conversation, { type: 'member.reopen', ...me(scene) })
  },
}

function me({ session }: Scene): { readonly memberId: string; readonly name: string } {
  const { memberId, name } = session.member
  return { memberId, name }
}

function noted(note: string | undefined): { readonly note?: string } {
  return note === undefined || note.trim() === '' ? {} : { note: cleanText(note) }
}

function teamOf({ house, session }: Scene): string {
  return house.config.workspaces[session.member.workspace]?.team ?? 'sales'
}

async function tell(scene: Scene, conversation: string, event: ConversationEvent): Promise<null> {
  const { to } = await known(scene, conversation)
  await submit(scene.house.runtime, {
    to,
    event,
    ...(event.type === 'member.note' ? { id: `note:${event.noteId}` } : {}),
  })
  return null
}

/** The conversation a command names, as of now. One that does not exist is not made by asking for it. */
async function known(
  { house, session }: Scene,
  conversation: string,
): Promise<{ readonly to: Address; readonly document: ConversationDocument }> {
  const to = session.address(conversation, 'conversation')
  const { at, document } = await house.rooms.look(to)
  if (at === 0) throw new GatewayError('not-found', 'There is no such conversation.')
  return { to, document }
}
