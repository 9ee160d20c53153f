import type { Condition, Documents, GroupCount } from '#runtime/ports/documents.ts'
import type { HandOffReason } from '#machines/conversation-contract.ts'
import type { Stage, Temperature } from '#machines/lead-contract.ts'
import type { Funnel, FunnelQuery, Spread } from './protocol.ts'
import { collections } from './read-models/collections.ts'
import type { ConversationDocument } from './read-models/conversation-document.ts'
import { fromJson, maybe, textIn } from './read-models/shape.ts'
import type { QueueDocument } from './read-models/team-projection.ts'

const stages: readonly Stage[] = ['new', 'contacted', 'qualified', 'visit', 'negotiation', 'won', 'lost']
const temperatures: readonly Temperature[] = ['cold', 'warm', 'hot']

/** The funnel of a workspace, counted by the store: no document is read but the queues and the one who waits longest. */
export async function readFunnel(
  documents: Documents,
  query: FunnelQuery,
  { workspace, timeZone, nowMs }: { readonly workspace: string; readonly timeZone: string; readonly nowMs: number },
): Promise<Funnel> {
  const ours: Condition = { field: 'workspace', op: '=', value: workspace }
  const begun: Condition = { field: 'createdAtMs', op: '>=', value: query.fromMs }
  const bySource: readonly Condition[] =
    query.source === undefined ? [] : [{ field: 'source', op: '=', value: query.source }]
  const talks: readonly Condition[] = [ours, begun, ...bySource, ...talkFilters(query)]
  const { conversations, leads, meetings } = collections
  const [byStage, piles, assistantBars, memberBars, answers, reasons, longest, bookings, sources, queues] =
    await Promise.all([
      documents.countBy(leads, ['stage', 'temperature'], [ours, begun, ...bySource, notMerged]),
      documents.countBy(conversations, ['box', 'status'], talks),
      documents.countBy(conversations, ['assistantBar'], [...talks, { field: 'assistantBar', op: '>=', value: 0 }]),
      documents.countBy(conversations, ['memberBar'], [...talks, { field: 'memberBar', op: '>=', value: 0 }]),
      documents.countBy(conversations, ['neededPerson'], [...talks, { field: 'answered', op: '=', value: true }]),
      documents.countBy(conversations, ['handOffReason'], [...talks, { field: 'handOffReason', op: '!=', value: '' }]),
      documents.query({
        collection: conversations,
        where: [...talks, { field: 'box', op: '=', value: 'waiting' }],
        order: [{ field: 'need', direction: 'ascending' }],
        limit: 1,
      }),
      documents.count(meetings, [ours, { field: 'bookedAtMs', op: '>=', value: dayStartMs(nowMs, timeZone) }]),
      documents.countBy(leads, ['source'], [ours]),
      documents.query({ collection: collections.queues, where: [ours], limit: 50 }),
    ])
  const waitingLongest = longest.documents[0]
  const owner = waitingLongest === undefined ? undefined : fromJson<ConversationDocument>(waitingLongest.value).owner
  const [assistant, member] = [spreadOf(assistantBars), spreadOf(memberBars)]
  return {
    asOfMs: nowMs,
    stages: stages.map((stage) => stageOf(stage, byStage)),
    conversations: pilesOf(piles),
    firstAnswer: { ...maybe('assistant', assistant), ...maybe('member', member) },
    ...maybe('containment', containmentOf(answers)),
    handOffReasons: reasonsOf(reasons),
    ...(owner?.kind === 'queue' ? { longestWaitSinceMs: owner.sinceMs } : {}),
    agents: agentsOf(queues.documents.map((each) => fromJson<QueueDocument>(each.value))),
    bookingsToday: bookings,
    sources: sources.map(({ values }) => textIn(values[0])).filter((each) => each !== ''),
  }
}

const notMerged: Condition = { field: 'status', op: '!=', value: 'merged' }

function talkFilters({ channel, memberId }: FunnelQuery): readonly Condition[] {
  return [
    ...(channel === undefined ? [] : [{ field: 'channel', op: '=', value: channel } as const]),
    ...(memberId === undefined ? [] : [{ field: 'memberId', op: '=', value: memberId } as const]),
  ]
}

function stageOf(stage: Stage, groups: readonly GroupCount[]): Funnel['stages'][number] {
  const byTemperature = { cold: 0, warm: 0, hot: 0 }
  for (const temperature of temperatures) {
    byTemperature[temperature] = sum(groups, ([at, warmth]) => at === stage && warmth === temperature)
  }
  return { stage, total: sum(groups, ([at]) => at === stage), byTemperature }
}

function pilesOf(groups: readonly GroupCount[]): Funnel['conversations'] {
  const of = (box: string): number => sum(groups, ([value]) => value === box)
  const [waiting, withMember, withAssistant, closed] = [of('waiting'), of('member'), of('assistant'), of('closed')]
  const open = waiting + withMember + withAssistant
  return { total: open + closed, open, waiting, withMember, withAssistant, closed }
}

function containmentOf(groups: readonly GroupCount[]): number | undefined {
  const answered = sum(groups, () => true)
  return answered === 0 ? undefined : sum(groups, ([needed]) => !isTrue(needed)) / answered
}

/** Stores may group booleans as 0 and 1. */
function isTrue(value: unknown): boolean {
  return value === true || value === 1
}

function reasonsOf(groups: readonly GroupCount[]): Funnel['handOffReasons'] {
  const reasons = groups.map(({ values, count }) => ({ reason: textIn(values[0]) as HandOffReason, count }))
  return reasons.sort((a, b) => b.count - a.count || a.reason.localeCompare(b.reason))
}

/** Nearest-rank percentiles of a histogram whose bars are durations. */
function spreadOf(groups: readonly GroupCount[]): Spread | undefined {
  const bars = groups.map(({ values, count }) => ({ ms: Number(values[0]), count })).sort((a, b) => a.ms - b.ms)
  const count = bars.reduce((total, bar) => total + bar.count, 0)
  const at = (share: number): number => {
    let seen = 0
    return bars.find((bar) => (seen += bar.count) >= share * count)?.ms ?? 0
  }
  return count === 0 ? undefined : { count, medianMs: at(0.5), p90Ms: at(0.9) }
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
