/** Which of a provider's errors are about our access to an account, and stop everything that goes out through it. Source: whatsapp-and-lead-ads 6.14. */
import type { ProviderError } from './dispatch-contract.ts'

/** No access, an access that ran out, a missing permission, or a number that is not registered. */
const accessCodes: readonly number[] = [0, 190, 3, 10, 131005, 133010, 133016]

/** Whether a call that works shows that this is over. */
export function isAboutAccess(code: number): boolean {
  return accessCodes.includes(code) || (code >= 200 && code <= 299)
}

/** Whether nothing goes out any more until somebody has done something. */
export function stopsSender({ action, code }: Pick<ProviderError, 'action' | 'code'>): boolean {
  return action === 'stop-sender' || action === 'register' || (action === 'alert' && isAboutAccess(code))
}
