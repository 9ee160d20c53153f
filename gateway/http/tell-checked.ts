import type { House } from '../house.ts'
import type { NamedFinding } from '../protocol.ts'
import { tellAccount } from './account-routes.ts'

/** Tells the actor of an account that its access works, where the checks that sending needs are well: what waits for access goes on. */
export async function tellChecked(
  house: House,
  at: { readonly workspace: string; readonly channel: string; readonly account: string },
  { checks, needed }: { readonly checks: readonly NamedFinding[]; readonly needed: readonly string[] },
): Promise<void> {
  const canSend = needed.every((id) => checks.some((each) => each.id === id && each.ok))
  if (canSend) await tellAccount(house, at, { type: 'account.checked' })
}
