/** Set-ups for the doctor: what FineAcers makes on its servers, made by its own adapters. */
import { closeNats, connectNats } from '#runtime/adapters/nats/connection.ts'
import { openNatsJournal } from '#runtime/adapters/nats/journal.ts'
import { createNatsMembership } from '#runtime/adapters/nats/membership.ts'
import { openNatsRecords } from '#runtime/adapters/nats/records.ts'
import { openMongoDocuments } from '#runtime/adapters/mongo/documents.ts'
import { openSqliteDocuments } from '#runtime/adapters/sqlite/documents.ts'
import { systemClock } from '#runtime/adapters/system/clock.ts'
import { createSystemIds } from '#runtime/adapters/system/ids.ts'
import { createSystemLog } from '#runtime/adapters/system/log.ts'
import type { Clock } from '#runtime/ports/clock.ts'
import type { Documents } from '#runtime/ports/documents.ts'
import type { Journal } from '#runtime/ports/journal.ts'
import type { Membership } from '#runtime/ports/membership.ts'
import { failuresCollection } from '#runtime/projection-batch.ts'
import { checkpointCollection } from '#runtime/projection-checkpoint.ts'
import { readConfig, type Config } from '../../config.ts'
import { bucketsOf } from '../../production.ts'
import { projections } from '../../projections.ts'
import { examine, type Examination } from '../examination.ts'
import type { Finding } from '../finding.ts'

const log = createSystemLog({ level: 'silent' })
const clock = systemClock()
const ids = createSystemIds()

/** What FineAcers keeps on NATS. */
export interface NatsHouse {
  readonly journal: Journal
  /** Joins as a node that does nothing. */
  join(group: string, node: string, partitions: number): Promise<Membership>
  close(): Promise<void>
}

/** Makes journal, records and members as a start does. */
export async function furnishNats(
  servers: readonly string[],
  { stream, partitions, replicas }: { readonly stream: string; readonly partitions: number; readonly replicas: number },
): Promise<NatsHouse> {
  const connection = await connectNats({ servers, name: 'house', log })
  const archive = openSqliteDocuments({ file: ':memory:', log })
  const journal = await openNatsJournal({ connection, stream, partitions, replicas, archive, archiving: false, log })
  const { records, members: bucket } = bucketsOf(stream)
  await (await openNatsRecords({ connection, bucket: records, replicas })).close()
  const joined: Membership[] = []
  const join = async (group: string, node: string, count: number): Promise<Membership> => {
    const member = await createNatsMembership({
      connection,
      bucket,
      group,
      node,
      partitions: count,
      replicas,
      clock,
      ids,
      log,
    })
    joined.push(member)
    return member
  }
  await (await join('nobody', 'maker', 1)).leave()
  return {
    journal,
    join,
    async close() {
      await Promise.all(joined.map((member) => member.leave()))
      await journal.close()
      await closeNats(connection)
    },
  }
}

/** Everybody who does something in a small house, with all partitions claimed. */
export async function moveIn(house: NatsHouse): Promise<void> {
  const { journal } = house
  await house.join('runtime', 'r1', journal.partitions)
  await house.join('projector', 'p1', 1)
  await house.join('lead-events', 'p1', 1)
  for (let partition = 0; partition < journal.partitions; partition++) await journal.claim(partition, 'r1')
}

/** Declares what a projector declares. */
export async function furnishMongo(url: string): Promise<Documents> {
  const documents = await openMongoDocuments({ url, log })
  const collections = [
    { name: checkpointCollection, indexes: [] },
    { name: failuresCollection, indexes: [['projection']] },
    ...projections.flatMap((projection) => projection.collections),
  ]
  for (const collection of collections) await documents.define(collection)
  return documents
}

/** The doctor's examination of a set-up. `aheadMs`: how far this machine's clock is ahead of the truth. */
export function examined(variables: { readonly [name: string]: string }, aheadMs = 0): Promise<Examination> {
  const config: Config = readConfig(variables)
  const skewed: Clock = {
    nowMs: () => clock.nowMs() + aheadMs,
    schedule: (atMs, run) => clock.schedule(atMs - aheadMs, run),
  }
  return examine(config, skewed)
}

/** The names of what is not well, with its level. */
export function unwell({ findings }: { readonly findings: readonly Finding[] }): readonly string[] {
  return findings.filter(({ level }) => level !== 'ok').map(({ level, check }) => `${level} ${check}`)
}
