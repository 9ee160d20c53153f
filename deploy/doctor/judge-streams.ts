import type { ConsumerSeen, FollowerSeen, StreamSeen } from '#runtime/adapters/nats/survey-streams.ts'
import { bytesText, listText } from './amounts.ts'
import { well, type Finding, type Unwell } from './finding.ts'

/** What the configuration wants of the streams. */
export interface StreamsWanted {
  /** The journal's. */
  readonly stream: string
  readonly replicas: number
  readonly partitions: number
}

/** A follower is heard of every second. Long after that the servers themselves call it offline. */
const silentMaxMs = 5000

/** Messages a reader may be behind before it is told. */
const behindMax = 10_000

/** Whether the streams are there, can hold what they have to, and have their copies. */
export function judgeStreams(streams: readonly StreamSeen[], wanted: StreamsWanted): readonly Finding[] {
  const journal = streams.find(({ holds }) => holds === 'journal')
  if (journal === undefined) return [noJournal(wanted)]
  const wrong = [
    ...judgeJournal(journal, wanted),
    ...streams.flatMap(judgeFitness),
    ...judgeBuckets(streams),
    ...judgeReplicas(streams, wanted),
    ...streams.flatMap(judgeLeader),
    ...judgeFollowers(streams),
  ]
  if (wrong.length > 0) return wrong
  const copies = journal.replicas === 1 ? 'one copy' : `${journal.replicas} copies that are current`
  const names = listText([journal, ...streams.filter((stream) => stream !== journal)].map(({ name }) => name))
  return [well('nats.streams', 'journal', `${names}: ${copies}; the journal has ${bytesText(journal.bytes)}`)]
}

function noJournal({ stream }: StreamsWanted): Finding {
  return {
    level: 'advice',
    check: 'nats.streams',
    about: 'journal',
    found: `there is no stream ${stream} yet`,
    means: 'The first start makes it. Where FineAcers has run before, this is another account or another name.',
    todo: 'Start FineAcers; or mend NATS_STREAM, or the user in NATS_URL.',
  }
}

function judgeJournal({ name, layout }: StreamSeen, { partitions }: StreamsWanted): readonly Finding[] {
  const unwell = (found: string, means: string, todo: string): Unwell => ({
    level: 'wrong',
    check: 'nats.layout',
    about: 'journal',
    found,
    means,
    todo,
  })
  if (layout?.newer === true)
    return [
      unwell(
        `${name} was written by a newer FineAcers`,
        'This version does not start on it.',
        'Start the newer version, or restore a backup from before.',
      ),
    ]
  if (layout !== undefined && layout.partitions !== partitions)
    return [
      unwell(
        `${name} has ${layout.partitions} partitions, and FINEACERS_PARTITIONS is ${partitions}`,
        'The number is fixed when the journal is made: nothing starts with another one.',
        `Set FINEACERS_PARTITIONS to ${layout.partitions}.`,
      ),
    ]
  return []
}

function judgeFitness({ name, lacks, acknowledgesEarly }: StreamSeen): readonly Finding[] {
  const reasons = acknowledgesEarly ? [...lacks, 'persist_mode'] : lacks
  if (reasons.length === 0) return []
  return [
    {
      level: 'wrong',
      check: 'nats.properties',
      about: 'journal',
      found: `${name} differs in ${listText(reasons)}`,
      means:
        'Somebody else has made or changed it. It can not keep what it has to: FineAcers does not start on it, or loses work.',
      todo: `Set these back (nats stream edit ${name}); where that is refused, back it up, remove it and let a start make it anew.`,
    },
  ]
}

function judgeBuckets(streams: readonly StreamSeen[]): readonly Finding[] {
  const missing = (['records', 'members'] as const).filter((holds) => !streams.some((each) => each.holds === holds))
  if (missing.length === 0) return []
  const found = `there is a journal and no bucket of ${listText(missing)}`
  return [
    {
      level: 'advice',
      check: 'nats.buckets',
      about: 'journal',
      found,
      means: missing.includes('records')
        ? 'The next start makes it, empty: without their records staff have to be invited again.'
        : 'The next start makes it.',
      todo: 'After a restore: restore every stream (nats account restore), not the journal alone.',
    },
  ]
}

function judgeReplicas(streams: readonly StreamSeen[], { replicas }: StreamsWanted): readonly Finding[] {
  const other = streams.filter((stream) => stream.replicas !== replicas)
  if (other.length === 0) return []
  const found = other.map((stream) => `${stream.name} ${stream.replicas}`)
  return [
    {
      level: 'wrong',
      check: 'nats.replicas',
      about: 'journal',
      found: `NATS_REPLICAS is ${replicas}, and copies there are: ${listText(found)}`,
      means: 'A stream keeps the number it was made with. What has fewer copies is gone with a disk.',
      todo: `For each: nats stream edit NAME --replicas ${replicas} --force. Or set NATS_REPLICAS to what is meant.`,
    },
  ]
}

function judgeLeader({ name, leader }: StreamSeen): readonly Finding[] {
  if (leader !== undefined) return []
  return [
    {
      level: 'wrong',
      check: 'nats.copies',
      about: 'journal',
      found: `no server leads ${name}`,
      means: 'It can not be written now: too few of its servers are there, or they are choosing.',
      todo: 'Start the servers that are away. In ten seconds look again.',
    },
  ]
}

/** One finding for a server, whatever it keeps. */
function judgeFollowers(streams: readonly StreamSeen[]): readonly Finding[] {
  const copies = streams.flatMap(({ name, followers }) => followers.map((follower) => ({ stream: name, ...follower })))
  const byServer = Map.groupBy(
    copies.filter((copy) => isAway(copy) || !copy.current || copy.lag > 0),
    ({ server }) => server,
  )
  return [...byServer].flatMap(([server, its]) => judgeFollower(server, its))
}

function judgeFollower(
  server: string,
  copies: readonly (FollowerSeen & { readonly stream: string })[],
): readonly Finding[] {
  const kept = listText(copies.map(({ stream }) => stream))
  if (copies.some(isAway))
    return [
      {
        level: 'wrong',
        check: 'nats.copies',
        about: 'journal',
        found: `${server} keeps copies of ${kept} and is away`,
        means: 'The others go on. When one more goes, nothing is taken in.',
        todo: 'Start it again. When its disk is gone, start it with an empty one: it copies everything from the others.',
      },
    ]
  const behind = Math.max(...copies.map(({ lag }) => lag))
  const isBehind = behind > 0 ? `is up to ${behind} writes behind` : 'is catching up'
  return [
    {
      level: 'advice',
      check: 'nats.copies',
      about: 'journal',
      found: `${server} ${isBehind} with its copies of ${kept}`,
      means: 'Until it has caught up, the loss of another server can stop writing.',
      todo: 'Look again in a minute. Where it stays so, look at its disk and its network.',
    },
  ]
}

/** Whether a server that keeps a copy is gone or cut off. */
export function isAway({ offline, silentMs }: FollowerSeen): boolean {
  return offline || silentMs > silentMaxMs
}

/** Whether those who read keep up. */
export function judgeReaders(streams: readonly StreamSeen[]): readonly Finding[] {
  const readers = streams.flatMap((stream) => stream.consumers.map((consumer) => ({ stream, consumer })))
  const slow = readers.flatMap(({ stream, consumer }) => judgeReader(stream, consumer))
  if (slow.length > 0 || readers.length === 0) return slow
  return [
    well('nats.readers', 'journal', `${readers.length} ${readers.length === 1 ? 'reader keeps' : 'readers keep'} up`),
  ]
}

function judgeReader({ name: stream, holds }: StreamSeen, consumer: ConsumerSeen): readonly Finding[] {
  const { name, durable, waiting, unacknowledged, read } = consumer
  const left = durable && !read && waiting + unacknowledged > 0
  if (waiting <= behindMax && !left) return []
  return [
    {
      level: 'advice',
      check: 'nats.readers',
      about: holds === 'messages' ? 'lead events' : 'journal',
      found: left
        ? `nobody reads ${name} of ${stream}, and ${waiting + unacknowledged} messages wait for it`
        : `a reader (${name}) of ${stream} is ${waiting} messages behind`,
      means: left
        ? 'What waits there goes when it is too old, or fills the stream.'
        : 'Whoever reads through it sees late what has happened.',
      todo: left
        ? `Start whoever reads it. When nobody shall any more: nats consumer rm ${stream} ${name}.`
        : 'Look at the processor of the process that reads, and whether there are enough of them.',
    },
  ]
}
