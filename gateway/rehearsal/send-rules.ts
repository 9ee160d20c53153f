import type { Clock } from '#runtime/ports/clock.ts'
import type { Business, Limits } from './business.ts'
import type { Controls } from './controls.ts'
import { GraphError, UnknownObject, type GraphCode } from './graph-error.ts'
import type { Media } from './media.ts'
import { messageShape, type OutgoingMessage } from './message-shape.ts'
import type { People, Person } from './people.ts'
import type { PhoneState } from './phone-state.ts'
import type { Rates } from './rates.ts'
import { refusalOfShape } from './refusal-of-shape.ts'
import type { RenderedTemplate, Templates } from './templates.ts'

/** A message that Meta takes: who it is for, when they are known, and how it will fail, when it will. */
export interface Taken {
  readonly message: OutgoingMessage
  readonly input: string
  readonly person?: Person
  readonly template?: RenderedTemplate
  readonly failure?: GraphCode
}

export interface SendParts {
  readonly clock: Clock
  readonly business: Business
  readonly limits: Limits
  readonly controls: Controls
  readonly people: People
  readonly phones: PhoneState
  readonly templates: Templates
  readonly media: Media
  readonly rates: Rates
}

/**
 * Judges the body of a send as Meta does, in Meta's order: its shape, what it names, how fast, and whether the window is open.
 * Throws a `GraphError` for what is refused at once; what fails afterwards comes back as `failure`.
 */
export function judgeSend(parts: SendParts, body: unknown): Taken {
  const message = shapedMessage(body)
  const input = message.to ?? message.recipient ?? ''
  const person = parts.people.find(input.replaceAll(/[\s()+-]/g, '')) ?? parts.people.find(input)
  mustKnowMedia(parts.media, message)
  mustKnowMessage(parts, message)
  const template = message.type === 'template' ? parts.templates.render(message.template) : undefined
  if (!parts.rates.hasRoom()) throw new GraphError(130429)
  const failure = failureOf(parts, person, template)
  if (failure === 131047 && parts.controls.isPressed('window-at-once')) throw new GraphError(failure)
  if (person !== undefined && !parts.rates.takePair(person.id)) throw new GraphError(131056)
  parts.rates.count()
  return {
    message,
    input,
    ...(person === undefined ? {} : { person }),
    ...(template === undefined ? {} : { template }),
    ...(failure === undefined ? {} : { failure }),
  }
}

/** Whether the customer wrote within 24 hours. A free entry point makes templates free and opens no window. */
export function isWindowOpen(
  parts: Pick<SendParts, 'clock' | 'limits' | 'controls' | 'phones'>,
  person: string,
): boolean {
  const heardAtMs = parts.phones.heardAtMs(person)
  if (heardAtMs === undefined || parts.controls.isPressed('window-closed')) return false
  return parts.clock.nowMs() < heardAtMs + parts.limits.windowMs
}

function shapedMessage(body: unknown): OutgoingMessage {
  const typed = typeof body === 'object' && body !== null && !('type' in body) ? { ...body, type: 'text' } : body
  const parsed = messageShape.safeParse(typed)
  if (!parsed.success) throw refusalOfShape(parsed.error, typed)
  const { to, recipient } = parsed.data
  if (to === undefined && recipient === undefined) throw new GraphError(100, 'The parameter to is required.')
  return parsed.data
}

/** A file is named by an id or a link, not by both, and an id is one of ours. */
function mustKnowMedia(media: Media, message: OutgoingMessage): void {
  for (const { id, link } of filesOf(message)) {
    if ((id === undefined) === (link === undefined))
      throw new GraphError(131008, `Parameter ${message.type}['id'] or ['link'] is mandatory.`)
    if (id !== undefined && media.find(id) === undefined) throw new UnknownObject(id)
  }
}

/** A message that is too old takes no reaction. Source: whatsapp-and-lead-ads 6.6. */
function mustKnowMessage({ clock, phones }: SendParts, message: OutgoingMessage): void {
  if (message.type !== 'reaction') return
  const target = phones.find(message.reaction.message_id)
  if (target === undefined || clock.nowMs() - target.atMs <= reactionMaxAgeMs) return
  throw new GraphError(131009, 'Message ID is not valid.')
}

const reactionMaxAgeMs = 30 * 24 * 60 * 60 * 1000

interface FileName {
  readonly id?: string | undefined
  readonly link?: string | undefined
}

function filesOf(message: OutgoingMessage): readonly FileName[] {
  switch (message.type) {
    case 'image':
      return [message.image]
    case 'video':
      return [message.video]
    case 'audio':
      return [message.audio]
    case 'document':
      return [message.document]
    case 'sticker':
      return [message.sticker]
    case 'interactive': {
      const header = 'header' in message.interactive ? message.interactive.header : undefined
      return header === undefined || header.type === 'text' ? [] : filesIn(header)
    }
    case 'template':
      return (message.template.components ?? []).flatMap(({ parameters = [] }) => parameters.flatMap(filesIn))
    case 'text':
    case 'location':
    case 'reaction':
    case 'contacts':
      return []
  }
}

function filesIn(node: object): readonly FileName[] {
  return [
    'image' in node && isObject(node.image) ? node.image : undefined,
    'video' in node && isObject(node.video) ? node.video : undefined,
    'document' in node && isObject(node.document) ? node.document : undefined,
  ].filter((each) => each !== undefined)
}

function isObject(value: unknown): value is FileName {
  return typeof value === 'object' && value !== null
}

function failureOf(
  parts: SendParts,
  person: Person | undefined,
  template: RenderedTemplate | undefined,
): GraphCode | undefined {
  if (person === undefined || person.onWhatsApp === 'absent') return 131026
  if (template?.category === 'marketing' && parts.phones.marketingStopped(person.id)) return 131050
  return template === undefined && !isWindowOpen(parts, person.id) ? 131047 : undefined
}
