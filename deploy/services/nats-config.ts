/** What one NATS server is told in its configuration file. Ports are of the loopback address. */
export interface NatsSettings {
  /** Of this server, unique in its cluster; it is who the server is to its peers, so it stays. */
  readonly name: string
  readonly port: number
  readonly monitorPort: number
  /** Where JetStream keeps its streams; of this server alone. */
  readonly storeFolder: string
  /** `always`: on disk before it is acknowledged. `default`: a single publish is synced within two minutes. */
  readonly sync: 'always' | 'default'
  readonly cluster?: { readonly port: number; readonly routes: readonly number[] }
  /** Lines in the server's own language, e.g. accounts; they come last. */
  readonly more?: string
}

/** Both the cluster's name and the JetStream domain's. */
const name = 'fineacers'

/** The configuration file of a NATS server with JetStream, in the server's own language. */
export function natsConfig(settings: NatsSettings): string {
  const { cluster } = settings
  const lines = [
    `server_name: ${quoted(settings.name)}`,
    `listen: "127.0.0.1:${settings.port}"`,
    `http: "127.0.0.1:${settings.monitorPort}"`,
    'max_payload: 8MB',
    'jetstream {',
    `  store_dir: ${quoted(settings.storeFolder)}`,
    `  domain: ${name}`,
    '  max_memory_store: 1GB',
    '  max_file_store: 1TB',
    ...(settings.sync === 'always' ? ['  sync_interval: always'] : []),
    '}',
    ...(cluster === undefined ? [] : clusterLines(cluster)),
    ...(settings.more === undefined ? [] : [settings.more.trimEnd()]),
  ]
  return `${lines.join('\n')}\n`
}

function clusterLines(cluster: NonNullable<NatsSettings['cluster']>): readonly string[] {
  return [
    'cluster {',
    `  name: ${name}`,
    `  listen: "127.0.0.1:${cluster.port}"`,
    '  routes: [',
    ...cluster.routes.map((port) => `    "nats://127.0.0.1:${port}"`),
    '  ]',
    // A peer that is silent is hung up on, so that no read is passed to it.
    '  ping_interval: "3s"',
    '  ping_max: 2',
    '}',
  ]
}

/** A string as both JSON and NATS read it. */
function quoted(text: string): string {
  return JSON.stringify(text)
}
