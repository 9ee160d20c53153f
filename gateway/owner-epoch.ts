import { z } from 'zod'
import type { Address } from '#runtime/address.ts'
import type { Runtime } from '#runtime/runtime.ts'

const snapshotShape = z.object({ context: z.object({ epoch: z.number() }) })

/** The epoch a conversation's owner has now, read from the journal; `undefined` when the actor has none. */
export async function epochOf(runtime: Pick<Runtime, 'inspect'>, conversation: Address): Promise<number | undefined> {
  const actor = await runtime.inspect(conversation)
  const snapshot = snapshotShape.safeParse(actor?.snapshot)
  return snapshot.success ? snapshot.data.context.epoch : undefined
}
