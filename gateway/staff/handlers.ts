import type { House } from '../house.ts'
import type { StaffCommand, StaffReply } from '../protocol.ts'
import type { Feeds } from './feeds.ts'
import type { StaffSession } from './staff-session.ts'

export type CommandOf<Type extends StaffCommand['type']> = Extract<StaffCommand, { readonly type: Type }>

/** What carries out a command: permission has been checked, the shape has been read. */
export interface Scene {
  readonly house: House
  readonly feeds: Feeds
  readonly session: StaffSession
}

export type Handler<Type extends StaffCommand['type']> = (
  command: CommandOf<Type>,
  scene: Scene,
) => Promise<StaffReply<Type>>

/** A handler for each of some commands. */
export type Handlers<Types extends StaffCommand['type']> = { readonly [Type in Types]: Handler<Type> }
