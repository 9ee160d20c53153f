import type { CollectionDefinition } from '#runtime/ports/documents.ts'
import type { Clock } from '#runtime/ports/clock.ts'
import { failuresCollection } from '#runtime/projection-batch.ts'
import { checkpointCollection, readCheckpoint } from '#runtime/projection-checkpoint.ts'
import { looked } from './could-not-look.ts'
import type { Facts } from './facts.ts'
import type { Finding } from './finding.ts'
import { aheadMs, judgeClocks } from './judge-clock.ts'
import { judgeCollections, judgeMongoServer, judgeUnfinished } from './judge-mongo.ts'
import { judgeProjection } from './judge-projection.ts'
import { judgeRedis } from './judge-redis.ts'

/** Looks at the documents' server, at what is declared there, and at how far read models are of `facts`. */
export async function examineMongo(
  url: string,
  { clock, facts }: { readonly clock: Clock; readonly facts: Facts | undefined },
): Promise<readonly Finding[]> {
  const { openMongoSurvey } = await import('#runtime/adapters/mongo/survey.ts')
  const survey = openMongoSurvey({ url, clock })
  try {
    const server = await survey.server()
    const written = await looked('mongo.write', 'MongoDB', async () =>
      judgeMongoServer(server, await survey.tryWrite()),
    )
    const clocks = [{ whose: 'its server', aheadMs: aheadMs(server.clock) }]
    const models = await looked('mongo.indexes', 'read models', async () => {
      const collections = await survey.collections()
      const findings = [
        ...judgeUnfinished(await survey.unfinished(), clock.nowMs()),
        ...judgeCollections(collections, await wantedCollections()),
      ]
      if (facts === undefined || collections.length === 0) return findings
      const checkpoint = await readCheckpoint(survey)
      const [next, end] = [await facts.after(checkpoint.position), await facts.end()]
      const lag = { checkpoint, end, nowMs: clock.nowMs(), ...(next === undefined ? {} : { next }) }
      return [...findings, ...judgeProjection(lag)]
    })
    return [...written, ...judgeClocks('MongoDB', 'mongo.clock', clocks), ...models]
  } catch (error) {
    return looked('mongo.reachable', 'MongoDB', () => Promise.reject(error))
  } finally {
    await survey.close()
  }
}

/** What a projector of this version declares. */
async function wantedCollections(): Promise<readonly CollectionDefinition[]> {
  const { projections } = await import('../projections.ts')
  return [
    { name: checkpointCollection, indexes: [] },
    { name: failuresCollection, indexes: [['projection']] },
    ...projections.flatMap(({ collections }) => collections),
  ]
}

/** Looks at the server of short-lived things. */
export function examineRedis(url: string, clock: Clock): Promise<readonly Finding[]> {
  return looked('redis.reachable', 'Redis', async () => {
    const { surveyRedis } = await import('#runtime/adapters/redis/survey.ts')
    const seen = await surveyRedis({ url, clock })
    const clocks = [{ whose: 'its server', aheadMs: aheadMs(seen.clock) }]
    return [...judgeRedis(seen), ...judgeClocks('Redis', 'redis.clock', clocks)]
  })
}
