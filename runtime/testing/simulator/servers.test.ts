import { describe, expect, it } from 'vitest'
import { systemClock } from '../../adapters/system/clock.ts'
import type { Journal } from '../../ports/journal.ts'
import { describeJournal } from '../contracts/journal-contract.ts'
import {
  accept,
  actorAt,
  eventTo,
  groupOf,
  lead,
  partitionFor,
  startMs,
  stepOver,
} from '../contracts/journal-material.ts'
import { createManualClock } from '../manual-clock.ts'
import { createServers } from './servers.ts'

const never = (): number => 0

let servers = createServers({ partitions: 1, clock: systemClock(), random: Math.random, lagMs: never })

describeJournal('on simulated servers that keep up', {
  facts: 'rising',
  timers: 'server',
  open: async (partitions) => {
    servers = createServers({ partitions, clock: systemClock(), random: Math.random, lagMs: never })
    return servers.connect()
  },
  reopen: async (journal) => {
    await journal.close()
    return servers.connect()
  },
})

describe('simulated servers whose follower lags', () => {
  /** Reads come from the follower, which is 100 ms behind. */
  const lagging = (random: () => number) => {
    const clock = createManualClock(startMs)
    const { connect } = createServers({ partitions: 4, clock, random, lagMs: () => 100 })
    return { clock, node: connect() }
  }
  const stepOn = async (journal: Journal, id: string, revision: number) => {
    const entry = await accept(journal, eventTo(lead(1), id))
    const claim = await journal.claim(partitionFor(journal, lead(1)), 'node-a')
    return groupOf(claim, [stepOver(entry, { actor: actorAt(lead(1), revision) })])
  }

  it('a node sees writes late, whole and in order, and is told again when it does', async () => {
    const { clock, node } = lagging(() => 0.1)
    let told = 0
    node.watch({ inbox: () => void (told += 1) })
    await node.append([eventTo(lead(1), 'e1')])
    await clock.settle()
    expect(told).toBeGreaterThan(0)
    const before = told
    expect(await node.read(partitionFor(node, lead(1)), 0, 10)).toEqual([])
    await clock.advance(100)
    expect(told).toBeGreaterThan(before)
    expect(await node.read(partitionFor(node, lead(1)), 0, 10)).toHaveLength(1)
  })

  it('[J5] a group decided on an old state is refused, also by a step that changes nothing', async () => {
    for (const answers of ['stale', 'an error'] as const) {
      let chance = 0.1
      const { node } = lagging(() => chance)
      await node.load(lead(1))
      expect((await node.commit(await stepOn(node, 'e1', 1))).status).toBe('committed')
      // The follower does not know of it yet.
      expect(await node.load(lead(1))).toBeUndefined()
      const { claim, steps } = await stepOn(node, 'e2', 1)
      const fenced = groupOf(
        claim,
        steps.map(({ entry }) => stepOver(entry, { outcome: 'fenced' })),
      )
      chance = answers === 'stale' ? 0.1 : 0.9
      const refusal = node.commit(fenced)
      if (answers === 'stale') expect(await refusal).toEqual({ status: 'stale' })
      else await expect(refusal).rejects.toMatchObject({ code: 'store-unavailable' })
    }
  })
})
