import type { CollectionSeen, MongoServerSeen, UnfinishedWrite } from '#runtime/adapters/mongo/survey.ts'
import type { CollectionDefinition } from '#runtime/ports/documents.ts'
import { listText, timeText } from './amounts.ts'
import { well, type Finding } from './finding.ts'

const oldest = { MongoDB: [6, 0], FerretDB: [1, 24] } as const
/** A write may be under way for so long before it is worth a look, and before it is time. */
const unfinishedMs = { advice: 15_000, wrong: 5 * 60_000 } as const
/** A write that takes longer is told. */
const slowWriteMs = 500

/** Whether the server does, and what a write on it is worth. */
export function judgeMongoServer(server: MongoServerSeen, writeMs: number): readonly Finding[] {
  return [...judgeVersion(server), ...judgeWrite(server, writeMs)]
}

function judgeVersion({ product, version, database }: MongoServerSeen): readonly Finding[] {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [majorMin, minorMin] = oldest[product]
  const old = major < majorMin || (major === majorMin && minor < minorMin)
  const check = 'mongo.version'
  if (old)
    return [
      {
        level: 'wrong',
        check,
        about: 'MongoDB',
        found: `${product} is ${version}`,
        means: `Nothing older than ${majorMin}.${minorMin} has been tried; some writes are refused or wrong there.`,
        todo: `Install ${product} ${majorMin}.${minorMin} or newer. What is in it can be built anew: node deploy/main.ts rebuild.`,
      },
    ]
  if (product === 'FerretDB' && major > majorMin)
    return [
      {
        level: 'advice',
        check,
        about: 'MongoDB',
        found: `${product} is ${version}`,
        means: 'FerretDB 2 is another program than 1 and has not been tried.',
        todo: 'Take FerretDB 1.24 or MongoDB, or try it on a copy first.',
      },
    ]
  return [well(check, 'MongoDB', `${product} ${version}, database ${database}`)]
}

function judgeWrite({ kind, servers }: MongoServerSeen, writeMs: number): readonly Finding[] {
  const took = `${Math.round(writeMs)} ms`
  const said = {
    alone: `one server alone: a write (${took}) is acknowledged by it; while it is away lists are old and chats go on`,
    'replica-set': `replica set of ${servers}: a write (${took}) is acknowledged by a majority, and by its journal`,
    sharded: `sharded: a write (${took}) is acknowledged by a majority of its shard`,
  }[kind]
  if (writeMs <= slowWriteMs) return [well('mongo.write', 'MongoDB', said)]
  return [
    {
      level: 'advice',
      check: 'mongo.write',
      about: 'MongoDB',
      found: said,
      means: 'Read models follow slowly, and lists are old.',
      todo: 'Look at its disk and processor, and at the way there.',
    },
  ]
}

/** Whether a write has been left in the middle. Each takes moments; all others wait for it. */
export function judgeUnfinished(write: UnfinishedWrite | undefined, nowMs: number): readonly Finding[] {
  const sinceMs = write === undefined ? 0 : nowMs - write.beganAtMs
  if (write === undefined || sinceMs <= unfinishedMs.advice) return []
  return [
    {
      level: sinceMs > unfinishedMs.wrong ? 'wrong' : 'advice',
      check: 'mongo.unfinished',
      about: 'read models',
      found: `a write of ${write.kind} was begun ${timeText(sinceMs)} ago and has not ended`,
      means:
        'Its process died, or the server is slow. Whoever starts or writes next ends it first, and waits for that.',
      todo: 'Wait, or start a process. Where it stays so for minutes, look at the processor of MongoDB: FerretDB looks at every document for each.',
    },
  ]
}

/** Whether every declared collection has its indexes, and is what this program declares. `wanted`: what this program reads and writes. */
export function judgeCollections(
  collections: readonly CollectionSeen[],
  wanted: readonly CollectionDefinition[],
): readonly Finding[] {
  const findings = [...judgeIndexes(collections), ...judgeDefinitions(collections, wanted)]
  if (findings.length > 0) return findings
  return [
    well(
      'mongo.indexes',
      'read models',
      `every declared index of ${collections.length === 1 ? 'one collection' : `${collections.length} collections`} is there`,
    ),
  ]
}

function judgeIndexes(collections: readonly CollectionSeen[]): readonly Finding[] {
  return collections.flatMap(({ definition, missing, different }): readonly Finding[] => {
    if (missing.length + different.length === 0) return []
    const unique = [...missing, ...different].some((name) => name.startsWith('u '))
    const named = (names: readonly string[]): string => listText(names.map((name) => `«${name}»`))
    const parts = [
      ...(missing.length > 0 ? [`lacks ${named(missing)}`] : []),
      ...(different.length > 0 ? [`has another ${named(different)}`] : []),
    ]
    return [
      {
        level: 'wrong',
        check: 'mongo.indexes',
        about: 'read models',
        found: `collection ${definition.name} ${parts.join(' and ')}`,
        means: unique
          ? 'What has to be unique is not kept so, and lists are slow.'
          : 'Lists of the console look at every document: slow with some thousands, unusable with a million.',
        todo: `Make it anew: db.definitions.deleteOne({ _id: '${definition.name}' }), then start the projector again.`,
      },
    ]
  })
}

function judgeDefinitions(
  collections: readonly CollectionSeen[],
  wanted: readonly CollectionDefinition[],
): readonly Finding[] {
  const known = new Map(collections.map(({ definition }) => [definition.name, JSON.stringify(definition)]))
  const absent = wanted.filter(({ name }) => !known.has(name)).map(({ name }) => name)
  const other = wanted.filter((each) => known.has(each.name) && known.get(each.name) !== JSON.stringify(each))
  if (absent.length + other.length === 0) return []
  const empty = collections.length === 0
  return [
    {
      level: 'advice',
      check: 'mongo.collections',
      about: 'read models',
      found: empty
        ? 'the database is empty'
        : `not as this version has them: ${listText([...absent, ...other.map(({ name }) => name)])}`,
      means: empty ? 'The first start makes what is needed.' : 'A projector of another version was the last to start.',
      todo: empty
        ? 'Start FineAcers; where it has run before, the database in MONGODB_URL is another one.'
        : 'Start the projector of this version: it makes them so, and builds anew what has changed.',
    },
  ]
}
