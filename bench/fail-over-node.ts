import { createNatsMembership } from '#runtime/adapters/nats/membership.ts'
import { connectNats } from '#runtime/adapters/nats/connection.ts'
import { openNatsJournal } from '#runtime/adapters/nats/journal.ts'
import { openSqliteDocuments } from '#runtime/adapters/sqlite/documents.ts'
import { systemClock } from '#runtime/adapters/system/clock.ts'
import { createSystemIds } from '#runtime/adapters/system/ids.ts'
import { createRuntime } from '#runtime/host.ts'
import type { Log } from '#runtime/ports/log.ts'
import { counter } from './counter-machine.ts'
import { groupMaxOnNats } from './nats-steps.ts'

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** One node of a cluster: `node bench/fail-over-node.ts URL STREAM NAME`. Prints the partitions it owns whenever they change; SIGTERM hands them over. */
async function main([url = '', stream = '', node = '']: readonly string[]): Promise<void> {
  const [clock, ids] = [systemClock(), createSystemIds()]
  const documents = openSqliteDocuments({ file: ':memory:', log: silent })
  const connection = await connectNats({ servers: [url], name: node, log: silent })
  const journal = await openNatsJournal({
    connection,
    stream,
    partitions: 32,
    replicas: 1,
    archive: documents,
    archiving: false,
    log: silent,
  })
  const lease = { bucket: `${stream}-members`, group: 'runtime', replicas: 1, clock, ids, log: silent } as const
  const membership = await createNatsMembership({ connection, node, partitions: 32, ...lease })
  const runtime = await createRuntime({
    journal,
    documents,
    membership,
    clock,
    ids,
    log: silent,
    machines: [counter],
    settings: () => ({}),
    effects: {},
    projections: [],
    limits: { groupMax: groupMaxOnNats },
  })
  const tell = (): void => void process.stdout.write(`owns ${membership.owned().join(' ')}\n`)
  membership.watch(tell)
  tell()
  process.once('SIGTERM', () => {
    void (async () => {
      await runtime.stop()
      await journal.close()
      await connection.close()
    })()
  })
}

await main(process.argv.slice(2))
