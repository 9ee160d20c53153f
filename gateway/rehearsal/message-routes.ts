import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { GraphError, UnknownObject } from './graph-error.ts'
import { calledBy, idOf, objectOf } from './graph-request.ts'
import { receiptShape, type OutgoingMessage } from './message-shape.ts'
import type { NewPerson } from './people.ts'
import type { PhoneMessage } from './phone-state.ts'
import { refusalOfShape } from './refusal-of-shape.ts'
import { judgeSend, type Taken } from './send-rules.ts'
import type { World } from './world.ts'

const typingMs = 25_000

/** `POST /<PHONE_NUMBER_ID>/messages`: a message, or a read receipt with or without typing. */
export function messageRoutes(app: FastifyInstance, world: World): void {
  app.post('/:id/messages', (request, reply) => {
    if (idOf(request) !== world.business.phoneNumberId) throw new UnknownObject(idOf(request))
    if (objectOf(request.body)['status'] !== undefined) return reply.send(receive(world, request.body))
    const answer = accept(world, judgeSend(world, request.body))
    return world.controls.isPressed('answer-lost') ? lose(world, request, reply) : reply.send(answer)
  })
}

/** The customer's messages up to this one are read; with typing, the phone shows it until the answer or for 25 seconds. */
function receive(world: World, body: unknown): object {
  const parsed = receiptShape.safeParse(body)
  if (!parsed.success) throw refusalOfShape(parsed.error, body)
  const { message_id: id, typing_indicator: typing } = parsed.data
  const message = world.phones.find(id)
  if (message === undefined || message.from !== 'customer') throw new GraphError(131009, 'Message ID is not valid.')
  for (const each of world.phones.messages(message.person)) {
    if (each.from === 'customer' && each.atMs <= message.atMs) world.phones.raise(each.id, 'read')
  }
  if (typing !== undefined) setTyping(world, message.person, world.clock.nowMs() + typingMs)
  return { success: true }
}

function setTyping(world: World, person: string, untilMs: number): void {
  world.phones.setTyping(person, untilMs)
  world.feed.tell({ type: 'typing', person, untilMs })
}

/** Takes it on its way. Who is not on WhatsApp is remembered as absent, so that the failure can be told. */
function accept(world: World, taken: Taken): object {
  const { message, input } = taken
  const person = taken.person ?? world.people.add(nobody(message, input))
  const held = world.controls.isPressed('held')
  const bubble = bubbleOf(world, taken, person.id)
  const kept: PhoneMessage = { ...bubble, status: held ? 'held' : 'accepted' }
  setTyping(world, person.id, 0)
  world.phones.add(kept)
  world.phones.answered(person.id, kept.atMs, world.limits.windowMs)
  if (message.type === 'reaction') world.phones.react(message.reaction.message_id, 'business', message.reaction.emoji)
  world.teller.follow(kept, taken.failure)
  const contact = message.to === undefined ? { input, user_id: person.userId } : { input, wa_id: person.phone ?? input }
  const status = held ? 'held_for_quality_assessment' : 'accepted'
  return { messaging_product: 'whatsapp', contacts: [contact], messages: [{ id: kept.id, message_status: status }] }
}

function nobody({ to }: OutgoingMessage, input: string): NewPerson {
  const reach = to === undefined ? { userId: input } : { phone: input.replaceAll(/\D/g, '') }
  return { name: 'Not on WhatsApp', onWhatsApp: 'absent', ...reach }
}

function bubbleOf(
  { clock, minting }: World,
  { message, template }: Taken,
  person: string,
): Omit<PhoneMessage, 'status'> {
  const { context, biz_opaque_callback_data: opaque } = message
  return {
    id: minting.wamid(),
    person,
    from: 'business',
    atMs: clock.nowMs(),
    type: message.type,
    content: contentOf(message),
    reactions: {},
    ...(context === undefined ? {} : { replyTo: context.message_id }),
    ...(opaque === undefined ? {} : { opaque }),
    ...(template === undefined ? {} : { template }),
  }
}

/** The node under the type. */
function contentOf(message: OutgoingMessage): PhoneMessage['content'] {
  return Object.fromEntries(Object.entries(message).filter(([key]) => key === message.type))
}

/** The message is on its way, and the caller will never know from the answer. */
function lose(world: World, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  world.calls.add({ ...calledBy(world, request), status: 0 })
  reply.hijack()
  request.raw.socket.destroy()
  return reply
}
