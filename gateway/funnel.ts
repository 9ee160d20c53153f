import type { Condition, Documents, GroupCount } from '#runtime/ports/documents.ts'
import type { HandOffReason } from '#machines/conversation-contract.ts'
import type { Stage, Temperature } from '#machines/lead-contract.ts'
import type { Funnel, FunnelQuery, Spread } from './protocol.ts'
import { collections } from './read-models/collections.ts'
import type { ConversationDocument } from './read-models/conversation-document.ts'
import { fromJson, maybe, textIn } from './read-models/shape.ts'
import type { TalkShape } from './read-models/tally-document.ts'
import { barsOf, shapeOf } from './read-models/tally-document.ts'
import type { QueueDocument } from './read-models/team-projection.ts'

const stages: readonly Stage[] = ['new', 'contacted', 'qualified', 'visit', 'negotiation', 'won', 'lost']
const temperatures: readonly Temperature[] = ['cold', 'warm', 'hot']

/** The funnel of a workspace: one pass over what conversations count for, one over leads, and the few documents that are shown themselves. */
export async function readFunnel(
  documents: Documents,
  query: FunnelQuery,
  { workspace, timeZone, nowMs }: { readonly workspace: string; readonly timeZone: string; readonly nowMs: number },
): Promise<Funnel> {
  const ours: Condition = { field: 'workspace', op: '=', value: workspace }
  const begun: Condition = { field: 'createdAtMs', op: '>=', value: query.fromMs }
  const { talkTallies, leadTallies, meetings, queues } = collections
  const [talkGroups, leadGroups, waitingLongest, bookings, teams] = await Promise.all([
    documents.countBy(talkTallies, ['shape', 'bars'], [ours, begun, ...talkFilters(query)]),
    documents.countBy(leadTallies, ['stage', 'temperature', 'source'], [ours, begun, notMerged]),
    longestWait(documents, ours),
    documents.count(meetings, [ours, { field: 'bookedAtMs', op: '>=', value: dayStartMs(nowMs, timeZone) }]),
    documents.query({ collection: queues, where: [ours], limit: 50 }),
  ])
  const talks = talkGroups.map(({ values: [shape, bars], count }) => ({
    ...shapeOf(textIn(shape)),
    ...barsOf(textIn(bars)),
    count,
  }))
  const leads = leadGroups.filter(({ values }) => query.source === undefined || values[2] === query.source)
  const assistant = spreadOf(talks.map(({ assistantMs, count }) => ({ ms: assistantMs, count })))
  const member = spreadOf(talks.map(({ memberMs, count }) => ({ ms: memberMs, count })))
  return {
    asOfMs: nowMs,
    stages: stages.map((stage) => stageOf(stage, leads)),
    conversations: pilesOf(talks),
    firstAnswer: { ...maybe('assistant', assistant), ...maybe('member', member) },
    ...maybe('containment', containmentOf(talks)),
    handOffReasons: reasonsOf(talks),
    ...maybe('longestWaitSinceMs', waitingLongest),
    agents: agentsOf(teams.documents.map((each) => fromJson<QueueDocument>(each.value))),
    bookingsToday: bookings,
    sources: [...new Set(leadGroups.map(({ values }) => textIn(values[2])))].filter((each) => each !== '').sort(),
  }
}

const notMerged: Condition = { field: 'merged', op: '=', value: false }

function talkFilters({ channel, memberId, source }: FunnelQuery): readonly Condition[] {
  return [
    ...(channel === undefined ? [] : [{ field: 'channel', op: '=', value: channel } as const]),
    ...(memberId === undefined ? [] : [{ field: 'memberId', op: '=', value: memberId } as const]),
    ...(source === undefined ? [] : [{ field: 'source', op: '=', value: source } as const]),
  ]
}

/** Since when the one who waits longest waits; whatever the filters, for nobody should wait unseen. */
async function longestWait(documents: Documents, ours: Condition): Promise<number | undefined> {
  const page = await documents.query({
    collection: collections.conversations,
    where: [ours, { field: 'box', op: '=', value: 'waiting' }],
    order: [{ field: 'need', direction: 'ascending' }],
    limit: 1,
  })
  const [first] = page.documents
  const owner = first === undefined ? undefined : fromJson<ConversationDocument>(first.value).owner
  return owner?.kind === 'queue' ? owner.sinceMs : undefined
}

/** Conversations that count the same, and how many they are. */
type Talks = readonly (TalkShape & {
  readonly assistantMs: number
  readonly memberMs: number
  readonly count: number
})[]

function stageOf(stage: Stage, groups: readonly GroupCount[]): Funnel['stages'][number] {
  const byTemperature = { cold: 0, warm: 0, hot: 0 }
  for (const temperature of temperatures) {
    byTemperature[temperature] = sum(groups, ([at, warmth]) => at === stage && warmth === temperature)
  }
  return { stage, total: sum(groups, ([at]) => at === stage), byTemperature }
}

function pilesOf(talks: Talks): Funnel['conversations'] {
  const of = (box: string): number => total(talks.filter((each) => each.box === box))
  const [waiting, withMember, withAssistant, closed] = [of('waiting'), of('member'), of('assistant'), of('closed')]
  const open = waiting + withMember + withAssistant
  return { total: open + closed, open, waiting, withMember, withAssistant, closed }
}

function containmentOf(talks: Talks): number | undefined {
  const answered = talks.filter((each) => each.answered)
  const contained = answered.filter((each) => !each.neededPerson)
  return answered.length === 0 ? undefined : total(contained) / total(answered)
}

function reasonsOf(talks: Talks): Funnel['handOffReasons'] {
  const handed = Map.groupBy(
    talks.filter((each) => each.handOffReason !== ''),
    (each) => each.handOffReason as HandOffReason,
  )
  const reasons = [...handed].map(([reason, those]) => ({ reason, count: total(those) }))
  return reasons.sort((a, b) => b.count - a.count || a.reason.localeCompare(b.reason))
}

/** Nearest-rank percentiles of a histogram whose bars are durations; a negative one was not measured. */
function spreadOf(histogram: readonly { readonly ms: number; readonly count: number }[]): Spread | undefined {
  const bars = histogram.filter((bar) => bar.ms >= 0).sort((a, b) => a.ms - b.ms)
  const count = total(bars)
  const at = (share: number): number => {
    let seen = 0
    return bars.find((bar) => (seen += bar.count) >= share * count)?.ms ?? 0
  }
  return count === 0 ? undefined : { count, medianMs: at(0.5), p90Ms: at(0.9) }
}

function total(counted: readonly { readonly count: number }[]): number {
  return counted.reduce((sum, each) => sum + each.count, 0)
}

function agentsOf(queues: readonly QueueDocument[]): Funnel['agents'] {
  const agents = new Map<string, Funnel['agents'][number]>()
  for (const member of queues.flatMap((each) => each.members)) {
    const known = agents.get(member.memberId)
    const load = (known?.load ?? 0) + member.load
    agents.set(member.memberId, { ...member, load, available: member.available || known?.available === true })
  }
  return [...agents.values()].sort((a, b) => a.name.localeCompare(b.name))
}

function sum(groups: readonly GroupCount[], counts: (values: GroupCount['values']) => boolean): number {
  return groups.reduce((total, group) => (counts(group.values) ? total + group.count : total), 0)
}

/** When the day of `nowMs` began in a time zone, epoch milliseconds. Exact but for days on which the clocks change. */
export function dayStartMs(nowMs: number, timeZone: string): number {
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  })
  const [hour = 0, minute = 0, second = 0] = clock.format(nowMs).split(':').map(Number)
  return nowMs - (nowMs % 1000) - ((hour * 60 + minute) * 60 + second) * 1000
}
