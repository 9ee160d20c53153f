import type { Address } from '#runtime/address.ts'
import { addressOf } from '#runtime/address.ts'
import { submit } from '../submit.ts'
import type { Scene } from './handlers.ts'

/** The queue of the workspace's team. */
export function queueOf({ house, session }: Pick<Scene, 'house' | 'session'>): Address {
  const { workspace } = session.member
  return addressOf(workspace, 'queue', house.config.workspaces[workspace]?.team ?? 'sales')
}

/** Tells the queue that a member takes conversations, or does not. */
export async function setAvailable(scene: Pick<Scene, 'house' | 'session'>, available: boolean): Promise<void> {
  const { house, session } = scene
  const { memberId, name, workspace } = session.member
  const capacity = house.config.workspaces[workspace]?.capacity ?? 5
  const event = available
    ? ({ type: 'member.available', memberId, name, capacity } as const)
    : ({ type: 'member.away', memberId } as const)
  await submit(house.runtime, { to: queueOf(scene), event })
}
