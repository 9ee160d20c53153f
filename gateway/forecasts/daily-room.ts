import { z } from 'zod'
import { parseAddress, type Address } from '#runtime/address.ts'
import type { Runtime } from '#runtime/runtime.ts'
import { countedAt } from '#machines/account-reached.ts'
import type { ForecastAccount } from '../protocol.ts'

/** What of an account's actor says how many people may be written to first: it counts them itself, or where all numbers of its portfolio are counted. */
const snapshotShape = z.object({
  context: z.object({
    limit: z.number(),
    portfolio: z.string().optional(),
    reached: z.object({
      hours: z.record(z.string(), z.array(z.string())),
      open: z.record(z.string(), z.object({ person: z.string(), hour: z.number() })),
    }),
  }),
})

/** How many different people an account may write to first a day, and how many are left of them at a time; absent where no limit is known. */
export async function dailyRoom(
  { runtime }: { readonly runtime: Pick<Runtime, 'inspect'> },
  account: Address,
  atMs: number,
): Promise<ForecastAccount['daily']> {
  const own = await knownTo(runtime, account)
  const portfolio = own?.portfolio === undefined ? undefined : parseAddress(own.portfolio)
  const counts = (portfolio === undefined ? undefined : await knownTo(runtime, portfolio)) ?? own
  if (counts === undefined || counts.limit <= 0) return undefined
  const { limit, reached } = counts
  return { limit, roomToday: Math.max(0, limit - countedAt(reached, atMs)) }
}

async function knownTo(runtime: Pick<Runtime, 'inspect'>, address: Address) {
  const read = snapshotShape.safeParse((await runtime.inspect(address))?.snapshot)
  return read.success ? read.data.context : undefined
}
