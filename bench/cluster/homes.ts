import { putHomes } from '#deploy/sample.ts'
import { catalogue } from '#machines/catalogue.ts'
import { sampleListings } from '#rag/sample.ts'
import { openSqliteDocuments } from '#runtime/adapters/sqlite/documents.ts'
import { systemClock } from '#runtime/adapters/system/clock.ts'
import { createSystemIds } from '#runtime/adapters/system/ids.ts'
import { createRuntimeClient } from '#runtime/client.ts'
import type { Log } from '#runtime/ports/log.ts'
import { workspace, type Cluster } from './cluster.ts'
import { openJournal } from './evidence.ts'

const homes = 30

/** Gives the crowd some homes to ask for: few, since a small server of documents looks at each of them for every question. */
export async function furnish({ nats }: Cluster, log: Log): Promise<void> {
  const documents = openSqliteDocuments({ file: ':memory:', log })
  const opened = await openJournal(nats, documents, { archiving: false, log })
  const { journal } = opened
  const parts = { journal, documents, clock: systemClock(), ids: createSystemIds(), log }
  const runtime = await createRuntimeClient({ ...parts, machines: catalogue })
  try {
    await putHomes(runtime, workspace, sampleListings(1).slice(0, homes))
  } finally {
    await runtime.stop()
    await opened.close()
    await documents.close()
  }
}
