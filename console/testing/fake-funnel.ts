import type { Funnel, Stage } from '#gateway/protocol.ts'
import type { FakeWorld } from './fake-world.ts'

const stages: readonly Stage[] = ['new', 'contacted', 'qualified', 'visit', 'negotiation', 'won', 'lost']

/** The board, counted from the world as it is now. */
export function funnelOf(world: FakeWorld): Funnel {
  const leads = [...world.leads.values()]
  const rows = [...world.conversations.values()].map((each) => each.row)
  const open = rows.filter((row) => row.status !== 'closed')
  const waits = open.flatMap((row) => (row.owner.kind === 'queue' ? [row.owner.sinceMs] : []))
  const byReason = Map.groupBy(
    rows.flatMap((row) => row.handOff?.reason ?? []),
    (reason) => reason,
  )
  return {
    asOfMs: world.nowMs(),
    stages: stages.map((stage) => {
      const here = leads.filter((lead) => lead.stage === stage)
      const warm = (temperature: string) => here.filter((lead) => lead.temperature === temperature).length
      return { stage, total: here.length, byTemperature: { hot: warm('hot'), warm: warm('warm'), cold: warm('cold') } }
    }),
    conversations: {
      total: rows.length,
      open: open.length,
      waiting: waits.length,
      withMember: open.filter((row) => row.owner.kind === 'member').length,
      withAssistant: open.filter((row) => row.owner.kind === 'assistant').length,
      closed: rows.length - open.length,
    },
    firstAnswer: {
      assistant: { count: 31, medianMs: 640, p90Ms: 1_900 },
      member: { count: 12, medianMs: 94_000, p90Ms: 410_000 },
    },
    containment: 0.68,
    handOffReasons: [...byReason].map(([reason, each]) => ({ reason, count: each.length })),
    ...(waits.length === 0 ? {} : { longestWaitSinceMs: Math.min(...waits) }),
    agents: world.members.map(({ memberId, name, load, capacity, available }) => ({
      memberId,
      name,
      load,
      capacity,
      available,
    })),
    bookingsToday: 4,
    sources: ['widget', 'import', 'portal', 'whatsapp'],
  }
}
