import { startMailReader } from '#gateway/channels/email/mail-reader.ts'
import type { ChannelDesks } from '#gateway/connections/channel-desks.ts'
import { createLeased } from '#runtime/leased.ts'
import type { Runtime } from '#runtime/runtime.ts'
import type { Config } from './config.ts'
import type { Stores } from './stores.ts'

/** Begins to read the connected mailboxes for all, whenever it is this process's turn. */
export async function startMailReading(
  { timeZone }: Config,
  parts: Stores & { readonly runtime: Runtime; readonly channelDesks: ChannelDesks },
  closing: AsyncDisposableStack,
): Promise<void> {
  const { channelDesks, clock, files, ids, log, records, runtime } = parts
  const reading = createLeased({
    name: 'mail',
    membership: await parts.membership('mail', 1),
    begin: async () =>
      startMailReader({ desk: channelDesks.email, runtime, records, files, clock, ids, log, timeZone }),
    clock,
    ids,
    log,
  })
  closing.defer(() => reading.stop())
}
