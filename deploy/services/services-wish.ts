import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { serverKinds, type ServerKind } from './server-kinds.ts'

/** What a line of `npm run services` asks for. */
export interface ServicesWish {
  /** In the order of `serverKinds`, each once. */
  readonly kinds: readonly ServerKind[]
  readonly folder: string
  /** How many NATS servers. */
  readonly servers: 1 | 3
  /** Only find or build the programs. */
  readonly bring: boolean
  readonly help: boolean
}

export const servicesUsage = `npm run services                  starts NATS, Redis and a Mongo-wire server, prints their addresses, stops them on Ctrl+C
npm run services -- nats redis    only some of: nats, redis, mongo
  --cluster                       three NATS servers as one cluster
  --folder PATH                   where their data is kept; data/services when not given
  --bring                         only finds the programs, or builds them; starts nothing
`

const options = {
  cluster: { type: 'boolean' },
  folder: { type: 'string' },
  bring: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

/** Reads the words after `npm run services --`. Throws with what was not understood. */
export function readServicesWish(words: readonly string[]): ServicesWish {
  const { values, positionals } = parseArgs({ args: [...words], allowPositionals: true, options })
  const named = positionals.map(kindOf)
  return {
    kinds: named.length === 0 ? serverKinds : serverKinds.filter((kind) => named.includes(kind)),
    folder: resolve(values.folder ?? join('data', 'services')),
    servers: values.cluster === true ? 3 : 1,
    bring: values.bring === true,
    help: values.help === true,
  }
}

function kindOf(word: string): ServerKind {
  const kind = z.enum(serverKinds).safeParse(word)
  if (!kind.success) throw new Error(`There is no server "${word}": it is one of ${serverKinds.join(', ')}.`)
  return kind.data
}
