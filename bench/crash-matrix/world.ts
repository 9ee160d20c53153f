import { join } from 'node:path'
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { createFaultProxy, type FaultProxy } from '#deploy/services/fault-proxy.ts'
import type { NatsServers } from '#deploy/services/nats-servers.ts'
import type { RunningServer } from '#deploy/services/running-server.ts'
import { connectNats } from '#runtime/adapters/nats/connection.ts'
import { Cursors } from '#runtime/adapters/nats/cursors.ts'
import { JournalLayout } from '#runtime/adapters/nats/journal-layout.ts'
import { StreamReads } from '#runtime/adapters/nats/stream-reads.ts'
import { silentLog } from '#runtime/testing/small-host.ts'
import type { About, JournalPlace } from './protocol.ts'
import { partitions } from './script.ts'

/** Where one run takes place: its journal, and the network between that and the node that is struck. */
export interface World {
  /** As a node on a good network reaches the journal, and whoever looks at it from outside. */
  readonly place: JournalPlace
  /** As the node that is struck reaches it. */
  readonly struckPlace: JournalPlace
  /** The file that stands for what is outside. */
  readonly outside: string
  /** Absent where there is none. */
  readonly network?: Network
  /** Kills the server that leads the journal's stream; absent where the cell does not ask for it. */
  readonly killLeader?: () => Promise<void>
  end(): Promise<void>
}

/** The network of one node. */
export interface Network {
  cut(): void
  stallReplies(): void
  /** It is well again; what was held arrives. */
  heal(): void
  /** It is well again, and every connection was lost with what it held. */
  healAnew(): void
  /** Begins to watch a write that is about to be made. The function answered tells whether it is in the stream. */
  watchWrite(about: About): Promise<() => Promise<boolean>>
}

/** A run in a file of its own. */
export function sqliteWorld(folder: string): World {
  const place = { kind: 'sqlite', file: join(folder, 'journal.sqlite') } as const
  return { place, struckPlace: place, outside: join(folder, 'outside.jsonl'), end: () => Promise.resolve() }
}

export interface NatsWorldOptions {
  readonly servers: NatsHouse
  readonly stream: string
  readonly folder: string
  /** Prepares for the death of the stream's leader. */
  readonly leaderDies: boolean
}

/** Servers that many runs share, each with a stream of its own. */
export interface NatsHouse {
  readonly nats: Pick<NatsServers, 'urls' | 'leaderOf' | 'settled'>
  /** The parent's own connection. */
  readonly connection: NatsConnection
}

/** Connects the parent to servers. */
export async function natsHouse(nats: NatsHouse['nats']): Promise<NatsHouse> {
  return { nats, connection: await connectNats({ servers: nats.urls, name: 'crash-matrix', log: silentLog }) }
}

/** A run in a stream of its own, with a proxy before each server for the node that is struck. */
export async function natsWorld({ servers, stream, folder, leaderDies }: NatsWorldOptions): Promise<World> {
  const { nats, connection } = servers
  const replicas = nats.urls.length
  const proxies = await Promise.all(
    nats.urls.map((url) => createFaultProxy({ to: { host: '127.0.0.1', port: Number(new URL(url).port) } })),
  )
  const manager = await jetstreamManager(connection, { checkAPI: false })
  const killed: RunningServer[] = []
  return {
    place: { kind: 'nats', servers: [...nats.urls], stream, replicas },
    struckPlace: { kind: 'nats', servers: proxies.map(({ address }) => `nats://${address}`), stream, replicas },
    outside: join(folder, 'outside.jsonl'),
    network: networkOf(proxies, (about) => watchWrite(manager, stream, about)),
    ...(leaderDies && {
      killLeader: async () => {
        const leader = await nats.leaderOf(stream)
        killed.push(leader)
        await leader.kill()
      },
    }),
    end: async () => {
      await Promise.all(proxies.map((proxy) => proxy.stop()))
      await Promise.all(killed.map((server) => server.restart()))
      if (killed.length > 0) await nats.settled()
      await manager.streams.delete(stream)
    },
  }
}

function networkOf(proxies: readonly FaultProxy[], watch: Network['watchWrite']): Network {
  const onAll = (act: (proxy: FaultProxy) => void) => (): void => proxies.forEach(act)
  return {
    cut: onAll((proxy) => proxy.cut()),
    stallReplies: onAll((proxy) => proxy.stallReplies()),
    heal: onAll((proxy) => proxy.heal()),
    healAnew: onAll((proxy) => {
      proxy.resetAll()
      proxy.heal()
    }),
    watchWrite: watch,
  }
}

async function watchWrite(manager: JetStreamManager, stream: string, about: About): Promise<() => Promise<boolean>> {
  const reads = new StreamReads(manager, stream)
  const layout = new JournalLayout(stream, partitions)
  const cursors = new Cursors(reads, layout)
  switch (about.kind) {
    case 'append': {
      const subjects = about.events.map(({ to, id }) => layout.inbox(to, id))
      return async () => (await reads.lasts(subjects)).size === new Set(subjects).size
    }
    case 'claim': {
      const before = await cursors.read(about.partition)
      return async () => (await cursors.read(about.partition)).epoch > before.epoch
    }
    case 'commit':
      return async () => (await cursors.read(about.partition)).position >= about.position
    case 'other':
      throw new TypeError('this is no write of the journal')
  }
}
