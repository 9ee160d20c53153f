import { ensureAdmin } from '#gateway/auth/accounts.ts'
import { GatewayError } from '#gateway/errors.ts'
import type { Config } from './config.ts'
import type { Stores } from './stores.ts'

const triesMax = 5

/** The admin's one-time code while no admin has a password. Of several processes that start at once one makes the admin; each has a code of its own. */
export async function adminCode(
  { workspace }: Config,
  { records, clock, ids }: Pick<Stores, 'records' | 'clock' | 'ids'>,
): Promise<{ readonly code: string } | undefined> {
  for (let tries = 1; ; tries++) {
    try {
      return await ensureAdmin(records, { clock, ids, workspace, email: 'admin@example.com' })
    } catch (error) {
      // Another process was first with one of the records: what it wrote is there now.
      if (!(error instanceof GatewayError) || error.problem.code !== 'conflict' || tries === triesMax) throw error
    }
  }
}
