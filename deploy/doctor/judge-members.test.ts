import { describe, expect, it } from 'vitest'
import { partitionsOf } from '#runtime/adapters/leases/rendezvous.ts'
import type { PartitionSeen } from '#runtime/adapters/nats/survey-journal.ts'
import type { MemberSeen } from '#runtime/adapters/nats/survey-members.ts'
import { aliveIn, astray, judgeMembers } from './judge-members.ts'

const count = 8
const nodes = ['r1', 'r2']
const member = (group: string, node: string, silentMs = 500): MemberSeen => ({ group, node, silentMs })
const alive = [...nodes.map((node) => member('runtime', node)), member('projector', 'p1'), member('lead-events', 'p1')]
const owner = (partition: number): string =>
  nodes.find((node) => partitionsOf(node, nodes, count).includes(partition)) ?? ''
const claimed = (more: Partial<PartitionSeen> = {}): readonly PartitionSeen[] =>
  Array.from({ length: count }, (_, partition) => ({
    partition,
    claimedBy: owner(partition),
    waiting: 0,
    oldestMs: 0,
    ...(partition === 3 ? more : {}),
  }))
const checks = (found: readonly { readonly level: string; readonly check: string }[]) =>
  found.filter(({ level }) => level !== 'ok').map(({ level, check }) => [level, check])

describe('members', () => {
  it('who are all there are named with what they do', () => {
    const found = judgeMembers({ members: alive, partitions: claimed() })
    expect(checks(found)).toEqual([])
    const shares = nodes.map((node) => `${node} (${partitionsOf(node, nodes, count).length})`)
    expect(found[0]?.found).toBe(`8 partitions, all owned: ${shares.join(' and ')}`)
    expect(found.map((each) => each.found)).toContain('p1 builds read models')
  })

  it('are alive while they renew their lease', () => {
    expect(aliveIn([member('runtime', 'a', 4000), member('runtime', 'b', 4001)], 'runtime')).toEqual(['a'])
  })

  it('of whom none is a runtime leave everything unhandled: wrong once something waits', () => {
    const idle = judgeMembers({ members: [], partitions: claimed() })
    expect(checks(idle)).toEqual([['advice', 'members.partitions']])
    const waiting = judgeMembers({ members: [], partitions: claimed({ waiting: 3, oldestMs: 10 }) })
    expect(checks(waiting)).toEqual([['wrong', 'members.partitions']])
    expect(waiting[0]?.found).toBe('no runtime is alive, and 3 events wait')
  })

  it('who have not claimed what falls to them are wrong', () => {
    const [lost, taken] = [claimed({ claimedBy: 'r9' }), claimed()]
    expect(astray({ members: alive, partitions: taken })).toEqual([])
    expect(astray({ members: alive, partitions: lost }).map(({ partition }) => partition)).toEqual([3])
    expect(judgeMembers({ members: alive, partitions: lost })[0]).toMatchObject({
      level: 'wrong',
      found: '1 of 8 partitions are not claimed by the runtime they fall to: 3',
    })
    const { claimedBy: _, ...never } = { ...taken[3], partition: 3, waiting: 0, oldestMs: 0 }
    expect(astray({ members: alive, partitions: taken.with(3, never) })).toHaveLength(1)
  })

  it.each([
    [60_000, undefined],
    [60_001, 'advice'],
    [24 * 60 * 60 * 1000, 'advice'],
    [24 * 60 * 60 * 1000 + 1, 'wrong'],
  ])('under whom an event has waited for %i ms are told as %s', (oldestMs, level) => {
    const found = judgeMembers({ members: alive, partitions: claimed({ waiting: 1, oldestMs }) })
    expect(checks(found)).toEqual(level === undefined ? [] : [[level, 'journal.waiting']])
  })

  it('are warned of the day on which what waits is lost', () => {
    const found = judgeMembers({ members: alive, partitions: claimed({ waiting: 1, oldestMs: 3 * 24 * 3600 * 1000 }) })
    expect(found.find(({ check }) => check === 'journal.waiting')).toMatchObject({
      found: 'in partition 3 an event has waited for three days; waiting in all: 1',
      means: expect.stringContaining('within nine days is lost'),
    })
  })

  it('of whom none projects, while runtimes run, are wrong', () => {
    const found = judgeMembers({ members: alive.filter(({ group }) => group === 'runtime'), partitions: claimed() })
    expect(checks(found)).toEqual([
      ['wrong', 'members.projector'],
      ['wrong', 'members.lead-events'],
    ])
  })

  it('who have gone silent are told once, whatever they did', () => {
    const silent = [member('runtime', 'r9', 9000), member('projector', 'r9', 9500)]
    const found = judgeMembers({ members: [...alive, ...silent], partitions: claimed() })
    expect(found.filter(({ check }) => check === 'members.silent')).toEqual([
      expect.objectContaining({
        level: 'advice',
        found: 'r9 (runtime and projector) has been silent for 9.5 seconds',
      }),
    ])
  })
})
