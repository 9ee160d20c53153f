/** The three servers a cluster of FineAcers stands on. */
export type ServerKind = 'nats' | 'redis' | 'mongo'

/** One program that can be such a server, and how it is told from one that can't. */
export interface ServerProgram {
  readonly program: string
  readonly versionArgs: readonly string[]
  /** Finds `1.2.3` in what the program prints about itself. */
  readonly versionPattern: RegExp
  readonly atLeast: string
  /** Versions from here on are another kind of program. */
  readonly below?: string
  /** How it is built where Go is present. */
  readonly build?: GoBuild
}

/** A Go module at a version. `command`: one `go install`. `source`: a copy of its source, into which its own version has to be written. */
export interface GoBuild {
  readonly version: string
  readonly module: string
  readonly from: 'command' | 'source'
}

export const serverKinds: readonly ServerKind[] = ['nats', 'redis', 'mongo']

/**
 * In the order in which they are looked for. NATS before 2.14.4 lost rewritten schedules in batches; Redis before 6.2 lacks commands
 * that the sockets' streams use; FerretDB 2 needs a Postgres of its own, 1.24 keeps everything in SQLite files.
 */
export const serverPrograms: { readonly [kind in ServerKind]: readonly ServerProgram[] } = {
  nats: [
    {
      program: 'nats-server',
      versionArgs: ['--version'],
      versionPattern: /v(\d+\.\d+\.\d+)/,
      atLeast: '2.14.4',
      build: { version: 'v2.15.2', module: 'github.com/nats-io/nats-server/v2', from: 'command' },
    },
  ],
  redis: [
    { program: 'redis-server', versionArgs: ['--version'], versionPattern: /v=(\d+\.\d+\.\d+)/, atLeast: '6.2.0' },
    { program: 'valkey-server', versionArgs: ['--version'], versionPattern: /v=(\d+\.\d+\.\d+)/, atLeast: '7.2.0' },
  ],
  mongo: [
    { program: 'mongod', versionArgs: ['--version'], versionPattern: /db version v(\d+\.\d+\.\d+)/, atLeast: '6.0.0' },
    {
      program: 'ferretdb',
      versionArgs: ['--version'],
      versionPattern: /version: v(\d+\.\d+\.\d+)/,
      atLeast: '1.24.0',
      below: '2.0.0',
      build: { version: 'v1.24.2', module: 'github.com/FerretDB/FerretDB', from: 'source' },
    },
  ],
}

/** What a person calls it. */
export const serverNames: { readonly [kind in ServerKind]: string } = {
  nats: 'NATS',
  redis: 'Redis or Valkey',
  mongo: 'MongoDB or FerretDB',
}

/** What to do where one can neither be found nor built. */
export const installHints: { readonly [kind in ServerKind]: string } = {
  nats: 'Install nats-server 2.14.4 or newer, or Go 1.21 or newer, which builds it here.',
  redis: 'Install Redis 6.2 or newer, or Valkey (Debian: apt-get install redis-server).',
  mongo: 'Install MongoDB 6 or newer (mongod), or Go 1.21 or newer, which builds FerretDB here.',
}
