import { JetStreamApiError, type JetStreamManager, type StreamConfig } from '@nats-io/jetstream'
import { StorageError } from '../../ports/storage-error.ts'
import { asStorageError } from './batch.ts'
import type { JournalLayout } from './journal-layout.ts'

/** The layout's version; a stream of another one is left alone. */
export const layoutVersion = '1'

const streamNotFound = 10059
const nameInUse = 10058

/**
 * Makes the journal's stream, or checks that the one that is there can hold its promises. Throws `store-unsuitable` where it can't, `data-folder-newer`
 * for a later layout, and a `RangeError` for another number of partitions: that is fixed with the stream.
 */
export async function openStream(
  manager: JetStreamManager,
  options: { readonly stream: string; readonly layout: JournalLayout; readonly replicas: number },
): Promise<StreamConfig> {
  const { stream, layout } = options
  const config = (await configOf(manager, stream)) ?? (await create(manager, options))
  const { partitions, layout: version } = config.metadata ?? {}
  if (version !== undefined && Number(version) > Number(layoutVersion))
    throw new StorageError('data-folder-newer', `stream ${stream} was written by a newer version (layout ${version})`)
  if (Number(partitions) !== layout.partitions)
    throw new RangeError(`stream ${stream} has ${partitions} partitions, not ${layout.partitions}: set it back`)
  const lacking = lackingIn(config)
  if (lacking.length > 0)
    throw new StorageError('store-unsuitable', `stream ${stream} lacks ${lacking.join(', ')}: it can not be a journal`)
  return config
}

/** The properties by which a stream can't be a journal; none for one that can. */
export function lackingIn(config: StreamConfig): readonly string[] {
  return Object.entries(needs).flatMap(([name, value]) => (Reflect.get(config, name) === value ? [] : [name]))
}

/** What the journal's promises rest on. No limit on age, bytes or messages: the truth is never discarded to make room. */
const needs = {
  storage: 'file',
  retention: 'limits',
  max_age: 0,
  max_bytes: -1,
  max_msgs: -1,
  max_msgs_per_subject: -1,
  allow_atomic: true,
  allow_direct: true,
  allow_rollup_hdrs: true,
  allow_msg_ttl: true,
  allow_msg_schedules: true,
} as const

async function configOf(manager: JetStreamManager, stream: string): Promise<StreamConfig | undefined> {
  try {
    return (await manager.streams.info(stream)).config
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === streamNotFound) return undefined
    throw asStorageError(error, `stream ${stream} can not be asked for`)
  }
}

async function create(
  manager: JetStreamManager,
  { stream, layout, replicas }: { readonly stream: string; readonly layout: JournalLayout; readonly replicas: number },
): Promise<StreamConfig> {
  try {
    const made = await manager.streams.add({
      ...needs,
      name: stream,
      subjects: [layout.all],
      num_replicas: replicas,
      metadata: { layout: layoutVersion, partitions: String(layout.partitions) },
    })
    return made.config
  } catch (error) {
    // Another node made it in the same instant.
    const there = isNameInUse(error) ? await configOf(manager, stream) : undefined
    if (there !== undefined) return there
    throw asStorageError(error, `stream ${stream} can not be made`)
  }
}

function isNameInUse(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === nameInUse
}
