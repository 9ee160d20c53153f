import type { Address } from '#runtime/address.ts'
import { GatewayError } from '../errors.ts'
import type { RoomState } from '../rooms.ts'
import type { Scene } from './handlers.ts'

/** A conversation as of now. */
export interface Known extends RoomState {
  readonly to: Address
}

/** The conversation a command names, as of now. One that does not exist is not made by asking for it. */
export async function knownConversation({ house, session }: Scene, conversation: string): Promise<Known> {
  const to = session.address(conversation, 'conversation')
  const room = await house.rooms.look(to)
  if (room.at === 0) throw new GatewayError('not-found', 'There is no such conversation.')
  return { to, ...room }
}
