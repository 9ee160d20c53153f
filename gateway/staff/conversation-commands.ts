import type { Address } from '#runtime/address.ts'
import type { ConversationEvent } from '#machines/conversation-contract.ts'
import { GatewayError } from '../errors.ts'
import { mayOverrule } from '../permissions.ts'
import type { ConversationDocument } from '../read-models/conversation-document.ts'
import { maybe } from '../read-models/shape.ts'
import { submit, submitMessage } from '../submit.ts'
import { cleanText } from '../text.ts'
import type { FileToSend } from '../protocol.ts'
import { fileMessages } from './file-messages.ts'
import { openConversation } from './conversation-view.ts'
import type { CommandOf, Handlers, Scene } from './handlers.ts'
import { knownConversation } from './known-conversation.ts'
import { rememberForm } from './offer-commands.ts'
import { offered, type Offered } from './offers.ts'
import { separateContact } from './separate-contact.ts'
import { filledIn } from './template-commands.ts'

type Commands =
  | 'conversation.open'
  | 'conversation.leave'
  | 'conversation.typing'
  | 'conversation.read'
  | 'take-over'
  | 'contact.separate'
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

  async 'contact.separate'({ conversation }, scene) {
    const { to, document } = await knownConversation(scene, conversation)
    const { reached = [] } = document.marks ?? {}
    await separateContact(scene.house, { conversation: to, reached, by: scene.session.member.name })
    return null
  },

  async 'message.send'(command, scene) {
    const { conversation, clientId, offer } = command
    const { to, document } = await knownConversation(scene, conversation)
    if (command.files !== undefined) return sendFiles({ ...command, files: command.files }, { to, document }, scene)
    const said = await saidIn(command, document, scene)
    const event = { type: 'member.message', ...me(scene), clientId, ...said, via: 'console' } as const
    // A retry is the same event. After a refusal the same text may be tried again once the owner or the state is another.
    const id = `member:${clientId}:${document.ownerEpoch}:${document.status}`
    const n = await submitMessage(scene.house, { to, event, id, clientId })
    if (offer?.kind === 'flow') await rememberForm(scene.house, scene.session.member.workspace, offer)
    return { n }
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
    const { document } = await knownConversation(scene, conversation)
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

/** Several messages in order, each once, however often the command comes. Answers the number of the first. */
async function sendFiles(
  { clientId, text, files }: CommandOf<'message.send'> & { readonly files: readonly FileToSend[] },
  { to, document }: { readonly to: Address; readonly document: ConversationDocument },
  scene: Scene,
): Promise<{ readonly n: number }> {
  const numbers: number[] = []
  for (const [index, said] of (await fileMessages(scene.house, document, { text, files })).entries()) {
    const own = index === 0 ? clientId : `${clientId.slice(0, 120)}:f${index}`
    const event = { type: 'member.message', ...me(scene), clientId: own, ...said, via: 'console' } as const
    const id = `member:${own}:${document.ownerEpoch}:${document.status}`
    numbers.push(await submitMessage(scene.house, { to, event, id, clientId: own }))
  }
  return { n: numbers[0] ?? 0 }
}

/** Plain words, a filled template, or something to tap. */
async function saidIn(
  { clientId, text, template, offer }: CommandOf<'message.send'>,
  document: ConversationDocument,
  { house }: Scene,
): Promise<Offered> {
  if (template !== undefined) return filledIn(house, document, template)
  return offer === undefined ? { text: cleanText(text) } : offered(document, offer, clientId)
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
  const { to } = await knownConversation(scene, conversation)
  await submit(scene.house.runtime, {
    to,
    event,
    ...(event.type === 'member.note' ? { id: `note:${event.noteId}` } : {}),
  })
  return null
}
