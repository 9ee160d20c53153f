import { partitionsOf } from '#runtime/adapters/leases/rendezvous.ts'
import { defaultRetention } from '#runtime/adapters/nats/journal-layout.ts'
import type { PartitionSeen } from '#runtime/adapters/nats/survey-journal.ts'
import type { MemberSeen } from '#runtime/adapters/nats/survey-members.ts'
import { listText, timeText } from './amounts.ts'
import { well, type Finding } from './finding.ts'

/** Who is alive, and where the partitions are. */
export interface HouseSeen {
  readonly members: readonly MemberSeen[]
  readonly partitions: readonly PartitionSeen[]
}

/** A lease of 3 s, and what a look may be late. */
const silentMaxMs = 4000
/** How long an event may wait before it is worth a look, and before it is time: it is lost when it is never handled. */
const waitedMs = { advice: 60 * 1000, wrong: 24 * 60 * 60 * 1000 } as const
const namesMax = 12

/** Nodes of a group that have given a sign of life just now. */
export function aliveIn(members: readonly MemberSeen[], group: string): readonly string[] {
  return members.filter((each) => each.group === group && each.silentMs <= silentMaxMs).map(({ node }) => node)
}

/** Partitions that are claimed by another node than the one they fall to, or by none. Between two claims that is so for a moment. */
export function astray({ members, partitions }: HouseSeen): readonly PartitionSeen[] {
  const runtimes = aliveIn(members, 'runtime')
  const owned = runtimes.flatMap((node) =>
    partitionsOf(node, runtimes, partitions.length).map((partition) => [partition, node] as const),
  )
  const owners = new Map(owned)
  return runtimes.length === 0
    ? []
    : partitions.filter(({ partition, claimedBy }) => owners.get(partition) !== claimedBy)
}

/** Whether everything that happens is handled by somebody. */
export function judgeMembers(house: HouseSeen): readonly Finding[] {
  return [
    ...judgeRuntimes(house),
    ...judgeWaiting(house.partitions),
    ...judgeLeased(house.members),
    ...judgeSilent(house),
  ]
}

function judgeRuntimes(house: HouseSeen): readonly Finding[] {
  const { members, partitions } = house
  const runtimes = aliveIn(members, 'runtime')
  if (runtimes.length === 0) return [nobodyRuns(partitions)]
  const lost = astray(house)
  if (lost.length > 0) {
    const names = lost.slice(0, namesMax).map(({ partition }) => String(partition))
    return [
      {
        level: 'wrong',
        check: 'members.partitions',
        about: 'members',
        found: `${lost.length} of ${partitions.length} partitions are not claimed by the runtime they fall to: ${listText(names)}${lost.length > names.length ? ' and more' : ''}`,
        means: 'What is said to the actors there is kept and not handled.',
        todo: 'Look at the logs of the runtimes for «stale» and «claim»: two houses on one NATS_STREAM, or two processes under one FINEACERS_NODE?',
      },
    ]
  }
  const share = runtimes.map((node) => `${node} (${partitionsOf(node, runtimes, partitions.length).length})`)
  return [well('members.partitions', 'members', `${partitions.length} partitions, all owned: ${listText(share)}`)]
}

function nobodyRuns(partitions: readonly PartitionSeen[]): Finding {
  const waiting = partitions.reduce((sum, each) => sum + each.waiting, 0)
  return {
    level: waiting > 0 ? 'wrong' : 'advice',
    check: 'members.partitions',
    about: 'members',
    found: `no runtime is alive${waiting > 0 ? `, and ${waiting} ${waiting === 1 ? 'event waits' : 'events wait'}` : ''}`,
    means: 'Nobody owns a partition: nothing that is said is handled until one starts.',
    todo: 'Start one: node deploy/main.ts runtime (or start).',
  }
}

function judgeWaiting(partitions: readonly PartitionSeen[]): readonly Finding[] {
  const waiting = partitions.reduce((sum, each) => sum + each.waiting, 0)
  const oldest = partitions.toSorted((one, other) => other.oldestMs - one.oldestMs)[0]
  if (oldest === undefined || oldest.oldestMs <= waitedMs.advice) {
    const said =
      waiting === 0
        ? 'every event is handled'
        : `${waiting} wait, none for longer than ${timeText(oldest?.oldestMs ?? 0)}`
    return [well('journal.waiting', 'journal', said)]
  }
  return [
    {
      level: oldest.oldestMs > waitedMs.wrong ? 'wrong' : 'advice',
      check: 'journal.waiting',
      about: 'journal',
      found: `in partition ${oldest.partition} an event has waited for ${timeText(oldest.oldestMs)}; waiting in all: ${waiting}`,
      means: `Answers are late. An event that nobody handles within ${timeText(defaultRetention.inboxMs)} is lost.`,
      todo: 'Start runtimes, or add some; when they run, look at their logs for that partition and at the disk of NATS (RUNBOOK.md, FineAcersInboxGrows).',
    },
  ]
}

/** Work that one process does for all. */
const leased = [
  {
    group: 'projector',
    check: 'members.projector',
    what: 'builds read models',
    means: 'Chats go on, and the lists of the console stand still.',
    todo: 'Start one: node deploy/main.ts projector (or start).',
  },
  {
    group: 'lead-events',
    check: 'members.lead-events',
    what: 'tells other systems what happens',
    means: 'Facts for other systems wait and are told later.',
    todo: 'Start a projector (or start): it does that, too.',
  },
] as const

function judgeLeased(members: readonly MemberSeen[]): readonly Finding[] {
  const works = aliveIn(members, 'runtime').length > 0
  return leased.flatMap(({ group, check, what, means, todo }): readonly Finding[] => {
    const alive = aliveIn(members, group)
    if (alive.length > 0)
      return [well(check, 'members', `${listText(alive)} ${alive.length === 1 ? what : `can: one ${what}`}`)]
    // With nobody there at all it is said once.
    if (!works) return []
    return [{ level: 'wrong', check, about: 'members', found: `nobody ${what}`, means, todo }]
  })
}

/** One finding for a node, whatever it does. */
function judgeSilent({ members }: HouseSeen): readonly Finding[] {
  const silent = Map.groupBy(
    members.filter(({ silentMs }) => silentMs > silentMaxMs),
    ({ node }) => node,
  )
  return [...silent].map(([node, leases]) => ({
    level: 'advice',
    check: 'members.silent',
    about: 'members',
    found: `${node} (${listText(leases.map(({ group }) => group))}) has been silent for ${timeText(Math.max(...leases.map(({ silentMs }) => silentMs)))}`,
    means:
      'It is paused, cut off or dead. Whoever is left takes over what it had; what it still tries to commit is refused.',
    todo: 'Look whether it runs, how long it was paused, and whether it reaches NATS.',
  }))
}
