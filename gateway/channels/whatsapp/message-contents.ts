import type { Attachment } from '#machines/content-contract.ts'
import { contactsIn, formIn, locationIn, mediaIn, orderIn } from './attachments.ts'
import { providerErrorOf } from './error-actions.ts'
import { fieldsIn, listIn, wordsIn, type Fields } from './json-fields.ts'
import { wordsOfId } from './spoken-id.ts'

/** What a message holds. Words, or at least one attachment. */
export interface Contents {
  readonly text: string
  readonly attachments: readonly Attachment[]
}

/** WhatsApp's own bound of a text. Longer is cut. */
const textMax = 4096

/**
 * The contents of a message of any type, or why they can't be read. A type we do not know is a message too: somebody wrote it, and people
 * see that there was something. A known type without its node is against the format, and is not read.
 */
export function contentsOf(message: Fields): Contents | string {
  const contents = ownContentsOf(message)
  // A file that was too large comes under its own type, without the file and with an error.
  return typeof contents === 'string' && listIn(message.errors).length > 0 ? notHandedOver(message) : contents
}

/** The type of a message. A location may come without one. */
export function typeOf({ type, location }: Fields): string {
  return wordsIn(type, 60) ?? (location === undefined ? 'unknown' : 'location')
}

function ownContentsOf(message: Fields): Contents | string {
  const type = typeOf(message)
  const node = nodeOf(message)
  switch (type) {
    case 'text':
      return words(node.body)
    case 'button':
      return words(node.text ?? node.payload)
    case 'interactive':
      return interactive(node)
    case 'image':
    case 'video':
    case 'document':
    case 'sticker':
      return attached(mediaIn(type, node), node.caption)
    case 'audio':
      return attached(mediaIn(node.voice === true ? 'voice' : 'audio', node))
    case 'location':
      return attached(locationIn(node))
    case 'contacts':
      return attached(contactsIn(message.contacts))
    case 'order':
      return attached(orderIn(node), node.text)
    default:
      return notHandedOver(message)
  }
}

/** The part that is named after the type. */
function nodeOf(message: Fields): Fields {
  const type = typeOf(message)
  return Object.hasOwn(message, type) ? fieldsIn(message[type]) : {}
}

function interactive(node: Fields): Contents | string {
  switch (node.type) {
    case 'button_reply':
    case 'list_reply': {
      const { title, id } = fieldsIn(node[node.type])
      return words(wordsOfId(id) ?? title ?? id)
    }
    case 'nfm_reply':
      return typeof node.nfm_reply === 'object' ? attached(formIn(fieldsIn(node.nfm_reply))) : 'its form is missing'
    default:
      return attached({ kind: 'unsupported', what: wordsIn(node.type, 60) ?? 'interactive' })
  }
}

function notHandedOver(message: Fields): Contents {
  const [error] = listIn(message.errors)
  const what = error === undefined ? typeOf(message) : providerErrorOf(error).reason
  return { text: '', attachments: [{ kind: 'unsupported', what }] }
}

function words(value: unknown): Contents | string {
  const text = wordsIn(value, textMax)
  return text === undefined ? 'it has no words' : { text, attachments: [] }
}

function attached(attachment: Attachment | undefined, caption?: unknown): Contents | string {
  if (attachment === undefined) return 'what it should hold is missing or is not as published'
  return { text: wordsIn(caption, textMax) ?? '', attachments: [attachment] }
}
