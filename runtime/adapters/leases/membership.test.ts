import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Log } from '../../ports/log.ts'
import { describeMembership } from '../../testing/contracts/membership-contract.ts'
import { createManualClock, type ManualClock } from '../../testing/manual-clock.ts'
import { createSeededIds } from '../../testing/seeded-ids.ts'
import { startGroupProcess, type GroupProcess } from '../../testing/simulated-group.ts'
import { createLeaseStore, type LeaseStore } from '../memory/lease-table.ts'

const partitions = 32

interface Group {
  readonly clock: ManualClock
  readonly store: LeaseStore
  readonly logged: string[]
  readonly start: (node: string, latencyMs?: number) => Promise<GroupProcess>
}

function createGroup(options: { readonly partitions: number; readonly clock?: ManualClock }): Group {
  const clock = options.clock ?? createManualClock(1_000_000)
  const store = createLeaseStore()
  const logged: string[] = []
  const line =
    (level: string) =>
    (message: string, fields?: object): void =>
      void logged.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`)
  const log: Log = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') }
  const ids = createSeededIds(1)
  return {
    clock,
    store,
    logged,
    start: (node, latencyMs = 0) =>
      startGroupProcess({ store, node, partitions: options.partitions, clock, ids, log, latencyMs }),
  }
}

async function trio(): Promise<Group & { readonly processes: readonly [GroupProcess, GroupProcess, GroupProcess] }> {
  const group = createGroup({ partitions })
  const processes = [await group.start('n1'), await group.start('n2'), await group.start('n3')] as const
  await group.clock.advance(1_500)
  return { ...group, processes }
}

const owners = (processes: readonly GroupProcess[]): readonly (readonly number[])[] =>
  processes.map(({ membership }) => membership.owned())

const clock = createManualClock(1_000_000)

describeMembership('by leases in memory', {
  nodes: 'pausable',
  async group(count) {
    const group = createGroup({ partitions: count, clock })
    const processes = new Map<string, GroupProcess>()
    return {
      async join(node) {
        const process = await group.start(node)
        processes.set(node, process)
        return process.membership
      },
      kill: (node) => processes.get(node)?.kill(),
      pause: (node) => processes.get(node)?.pause(),
      wake: (node) => processes.get(node)?.wake(),
    }
  },
  pass: (ms) => clock.advance(ms),
  close: () => Promise.resolve(),
})

describe('a lease', () => {
  it('[N5] a pause within the lease changes nothing', async () => {
    const { clock, processes } = await trio()
    const before = owners(processes)
    let told = 0
    for (const { membership } of processes) membership.watch(() => void told++)
    processes[0].pause()
    await clock.advance(1_900)
    processes[0].wake()
    await clock.advance(5_000)
    expect(owners(processes)).toEqual(before)
    expect(told).toBe(0)
  })

  it('[N5] a woken process owns nothing before it has asked, also when nobody took anything from it', async () => {
    const group = createGroup({ partitions })
    const alone = await group.start('n1')
    alone.pause()
    await group.clock.advance(60_000)
    alone.cut('before')
    alone.wake()
    await group.clock.advance(20_000)
    expect(alone.membership.owned()).toEqual([])
    alone.cut('nowhere')
    await group.clock.settle()
    expect(alone.membership.owned()).toHaveLength(partitions)
  })

  it('[N5] one that was taken for dead forgets what it owned before it owns again', async () => {
    const { clock, processes } = await trio()
    const [first] = processes
    const before = first.membership.owned()
    const told: (readonly number[])[] = []
    first.membership.watch(() => void told.push(first.membership.owned()))
    first.pause()
    await clock.advance(6_000)
    first.wake()
    await clock.settle()
    expect(told).toEqual([[], before])
  })

  it('[N4] a node that died is noticed a lease after its last sign of life, and not before', async () => {
    const { clock, processes, logged } = await trio()
    const [, , third] = processes
    third.kill()
    await clock.advance(1_900)
    expect(processes[0].membership.members()).toEqual(['n1', 'n2', 'n3'])
    await clock.advance(1_300)
    expect(processes[0].membership.members()).toEqual(['n1', 'n2'])
    expect(logged.filter((line) => line.includes('gone silent'))).toHaveLength(1)
  })

  it('[N3] leaving while a renewal is under way leaves nothing behind', async () => {
    const { clock, store, processes } = await trio()
    const [first, second, third] = processes
    second.slow(100)
    for (let ms = 0; second.membership.members().length === 3 && ms < 5_000; ms += 1) {
      const before = store.leases.get('n2')?.revision
      await clock.advance(10)
      if (store.leases.get('n2')?.revision !== before) break
    }
    // Its renewal has been written, and the answer is on its way.
    void second.membership.leave()
    await clock.advance(600)
    expect([...store.leases.keys()]).toEqual(['n1', 'n3'])
    expect(owners([first, third]).flat()).toHaveLength(partitions)
  })

  it('[N1] old readings and slow calls mislead nobody', async () => {
    const { clock, processes, logged, start } = await trio()
    for (const process of processes) process.slow(60)
    const starting = start('n4', 60).then((process) => ({ process, knew: process.membership.members() }))
    await clock.advance(1_000)
    const { process: fourth, knew } = await starting
    expect(knew).toEqual(['n1', 'n2', 'n3', 'n4'])
    const all = [...processes, fourth]
    expect(
      owners(all)
        .flat()
        .sort((a, b) => a - b),
    ).toEqual(Array.from({ length: partitions }, (_, index) => index))
    const before = owners(all)
    for (let ms = 0; ms < 10_000; ms += 100) {
      await clock.advance(100)
      expect(owners(all)).toEqual(before)
    }
    expect(logged).toEqual([])
  })

  it('[N3] leaving without a server takes a second at most, and the others wait for the lease to end', async () => {
    const { clock, processes } = await trio()
    const [first, ...others] = processes
    first.pause()
    let left = false
    void first.membership.leave().then(() => (left = true))
    expect(first.membership.owned()).toEqual([])
    first.wake()
    await clock.advance(1_000)
    expect(left).toBe(true)
    others[0]?.cut('before')
    void others[0]?.membership.leave()
    await clock.advance(4_000)
    expect(processes[2].membership.owned()).toHaveLength(partitions)
  })

  it('[N9] of two processes with one name the newer owns; the older owns nothing, says so, and follows when that is gone', async () => {
    const { clock, processes, logged, start } = await trio()
    const [older] = processes
    const owned = older.membership.owned()
    const newer = await start('n1')
    await clock.advance(5_000)
    expect(newer.membership.owned()).toEqual(owned)
    expect(older.membership.owned()).toEqual([])
    expect(logged.filter((line) => line.startsWith('error another process has the name'))).toHaveLength(1)
    await newer.membership.leave()
    await clock.advance(1_000)
    expect(older.membership.owned()).toEqual(owned)
  })

  it('[N7] a watcher that throws harms nobody', async () => {
    const { clock, processes } = await trio()
    const [first] = processes
    let told = 0
    first.membership.watch(() => {
      throw new Error('broken')
    })
    first.membership.watch(() => void told++)
    await processes[1].membership.leave()
    await clock.advance(1_000)
    expect(told).toBe(1)
    await processes[2].membership.leave()
    await clock.advance(1_000)
    expect(first.membership.owned()).toHaveLength(partitions)
  })
})

describe('a server that is away', () => {
  it('[N6] nobody loses anything in an outage shorter than the hold, nor right after it', async () => {
    const { clock, processes } = await trio()
    const before = owners(processes)
    let told = 0
    for (const { membership } of processes) membership.watch(() => void told++)
    for (const process of processes) process.cut('before')
    for (let ms = 0; ms < 10_000; ms += 100) {
      await clock.advance(100)
      expect(owners(processes)).toEqual(before)
    }
    // They come back one after the other, and not at once.
    for (const process of processes) {
      process.cut('nowhere')
      await clock.advance(400)
      expect(owners(processes)).toEqual(before)
    }
    await clock.advance(10_000)
    expect(owners(processes)).toEqual(before)
    expect(told).toBe(0)
  })

  it('[N6] in a longer one everybody lets go, and afterwards has the same again', async () => {
    const { clock, processes } = await trio()
    const before = owners(processes)
    for (const process of processes) process.cut('before')
    await clock.advance(12_100)
    expect(owners(processes)).toEqual([[], [], []])
    expect(processes.map(({ membership }) => membership.holds())).toEqual([false, false, false])
    for (const process of processes) process.cut('nowhere')
    await clock.settle()
    expect(owners(processes)).toEqual(before)
    expect(processes.map(({ membership }) => membership.holds())).toEqual([true, true, true])
  })

  it('[N6] a node that alone is cut off loses its partitions to the others, and forgets first when it is back', async () => {
    const { clock, processes } = await trio()
    const [first, ...others] = processes
    const before = owners(processes)
    first.cut('before')
    await clock.advance(4_000)
    expect(owners(others).flat()).toHaveLength(partitions)
    const told: (readonly number[])[] = []
    first.membership.watch(() => void told.push(first.membership.owned()))
    first.cut('nowhere')
    await clock.settle()
    expect(told).toEqual([[], before[0]])
    await clock.advance(200)
    expect(owners(processes)).toEqual(before)
  })

  it('[N6] who is paused in an outage is not taken for one that holds on', async () => {
    const group = createGroup({ partitions })
    const alone = await group.start('n1')
    await group.clock.advance(1_500)
    alone.cut('before')
    await group.clock.advance(4_000)
    expect(alone.membership.owned()).toHaveLength(partitions)
    alone.pause()
    await group.clock.advance(2_500)
    alone.wake()
    expect(alone.membership.owned()).toEqual([])
  })

  it('[N6] lost answers to renewals end no lease', async () => {
    const { clock, processes } = await trio()
    const before = owners(processes)
    for (let round = 0; round < 5; round++) {
      processes[1].cut('after')
      await clock.advance(1_500)
      processes[1].cut('nowhere')
      await clock.advance(300)
      expect(owners(processes)).toEqual(before)
    }
  })
})

type Mishap = { readonly what: 'kill' | 'pause' | 'cut' | 'lose' | 'leave' | 'join'; readonly who: number }

const mishaps: fc.Arbitrary<readonly (Mishap & { readonly ms: number })[]> = fc.array(
  fc.record({
    what: fc.constantFrom('kill', 'pause', 'cut', 'lose', 'leave', 'join'),
    who: fc.nat({ max: 4 }),
    ms: fc.nat({ max: 6_000 }),
  }),
  { minLength: 1, maxLength: 12 },
)

it('[N1] [N5] whatever happens to nodes, undisturbed ones are never taken for dead, and once it ends the living share everything', async () => {
  await fc.assert(
    fc.asyncProperty(mishaps, async (plan) => {
      const group = createGroup({ partitions })
      let made = 0
      const boot = async (): Promise<Node> => {
        const name = `n${made++}`
        return { name, process: await group.start(name), disturbed: false, gone: false, pausedAtMs: undefined }
      }
      const nodes: Node[] = [await boot(), await boot(), await boot()]
      for (const { what, who, ms } of plan) {
        const node = nodes[who % nodes.length]
        if (what === 'join' && nodes.length < 6) nodes.push(await boot())
        else if (node !== undefined && !node.gone) befall(node, what, group.clock.nowMs())
        await group.clock.advance(ms)
        for (const { pausedAtMs, process } of nodes)
          if (pausedAtMs !== undefined && group.clock.nowMs() - pausedAtMs >= 3_000)
            expect(process.membership.owned()).toEqual([])
      }
      const living = nodes.filter((node) => !node.gone)
      for (const { process } of living) {
        process.cut('nowhere')
        process.wake()
      }
      await group.clock.advance(8_000)
      if (living.length > 0)
        expect(
          owners(living.map(({ process }) => process))
            .flat()
            .sort((a, b) => a - b),
        ).toEqual(Array.from({ length: partitions }, (_, partition) => partition))
      for (const { name } of nodes.filter((node) => !node.disturbed))
        expect(group.logged.filter((line) => line.includes('silent') && line.includes(`"${name}"`))).toEqual([])
    }),
    { numRuns: 300 },
  )
})

interface Node {
  readonly name: string
  readonly process: GroupProcess
  disturbed: boolean
  gone: boolean
  pausedAtMs: number | undefined
}

function befall(node: Node, what: Mishap['what'], nowMs: number): void {
  const { process } = node
  node.disturbed = true
  if (what === 'kill' || what === 'leave') node.gone = true
  if (what === 'kill') process.kill()
  if (what === 'leave') void process.membership.leave()
  if (what === 'pause' && node.pausedAtMs === undefined) {
    process.pause()
    node.pausedAtMs = nowMs
  } else if (what === 'pause') {
    process.wake()
    node.pausedAtMs = undefined
  }
  if (what === 'cut') process.cut('before')
  if (what === 'lose') process.cut('after')
  if (what === 'join') process.cut('nowhere')
}
