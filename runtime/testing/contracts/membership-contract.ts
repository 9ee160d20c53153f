import { afterEach, describe, expect, it } from 'vitest'
import type { Membership } from '../../ports/membership.ts'

/** Nodes that know of each other. */
export interface MembershipGroup {
  join(node: string): Promise<Membership>
  /** The node's process dies: nothing is given back. */
  readonly kill?: (node: string) => void
  /** The node's process stands still, and goes on. */
  readonly pause?: (node: string) => void
  readonly wake?: (node: string) => void
}

/** An adapter under test. */
export interface MembershipBench {
  /** `one`: the adapter is for a single node. `many` can be killed, and `pausable` ones paused too, one of several. */
  readonly nodes: 'one' | 'many' | 'pausable'
  /** A group nobody is in yet. */
  group(partitions: number): Promise<MembershipGroup>
  /** Lets `ms` pass. */
  pass(ms: number): Promise<void>
  /** After each test. */
  close(): Promise<void>
}

const partitions = 32
const stepMs = 20

/** The `N` rules that hold for every adapter of the membership port. What takes faults of a server is tested beside the adapter. */
export function describeMembership(name: string, bench: MembershipBench): void {
  describe(`membership ${name}`, () => {
    afterEach(() => bench.close())
    describeAlone(bench)
    if (bench.nodes === 'one') return
    describeChanges(bench)
    describeDeaths(bench)
    if (bench.nodes === 'pausable') describePauses(bench)
  })
}

function describeAlone(bench: MembershipBench): void {
  it('[N1] a node that is alone owns every partition', async () => {
    const group = await bench.group(3)
    const alone = await group.join('n1')
    expect(alone.node).toBe('n1')
    expect(alone.owned()).toEqual([0, 1, 2])
  })

  it('[N3] who leaves owns nothing at once, and leaving twice is harmless', async () => {
    const group = await bench.group(3)
    const alone = await group.join('n1')
    const left = alone.leave()
    expect(alone.owned()).toEqual([])
    await left
    await alone.leave()
    expect(alone.owned()).toEqual([])
  })

  it('[N7] watchers are told when what is owned changes, and not after they have left', async () => {
    const group = await bench.group(3)
    const alone = await group.join('n1')
    const told: (readonly number[])[] = []
    alone.watch(() => void told.push(alone.owned()))
    const unwatch = alone.watch(() => void told.push([-1]))
    unwatch()
    await alone.leave()
    expect(told).toEqual([[]])
  })
}

function describeChanges(bench: MembershipBench): void {
  it('[N1] every partition comes to have exactly one owner', async () => {
    const group = await bench.group(partitions)
    const members = await Promise.all(['n1', 'n2', 'n3'].map((node) => group.join(node)))
    await within(bench, 2_000, () => expectWhole(members))
    for (const member of members) expect(member.owned()).not.toEqual([])
  })

  it('[N2] [N7] when a node joins, partitions move to it alone, and whoever loses one is told', async () => {
    const group = await bench.group(partitions)
    const [one, two] = [await group.join('n1'), await group.join('n2')]
    await within(bench, 2_000, () => expectWhole([one, two]))
    const before = ownersOf([one, two])
    let told = 0
    one.watch(() => void told++)
    const three = await group.join('n3')
    await within(bench, 1_000, () => expectWhole([one, two, three]))
    for (const [partition, owner] of ownersOf([one, two, three]))
      if (owner !== 'n3') expect(owner).toBe(before.get(partition))
    expect(told).toBeGreaterThan(0)
  })

  it('[N3] when a node leaves, its partitions alone move, within a second, and it does not come back', async () => {
    const group = await bench.group(partitions)
    const { others, lost, before } = await three(bench, group)
    void lost.leave()
    await within(bench, 1_000, () => expectWhole(others))
    const after = ownersOf(others)
    expectMovedFrom('n2', { before, after })
    for (let ms = 0; ms < 1_500; ms += 100) {
      await bench.pass(100)
      expect(ownersOf(others)).toEqual(after)
      expect(lost.owned()).toEqual([])
    }
  })

  it('[N8] groups know nothing of each other, and one of a single partition has one active node', async () => {
    const [first, second] = [await bench.group(partitions), await bench.group(1)]
    const one = await first.join('n1')
    const active = await Promise.all(['n1', 'n2', 'n3'].map((node) => second.join(node)))
    await within(bench, 2_000, () => expectWhole(active, 1))
    expect(one.owned()).toHaveLength(partitions)
  })
}

function describeDeaths(bench: MembershipBench): void {
  it('[N4] the partitions of a node that died alone move, within five seconds', async () => {
    const group = await bench.group(partitions)
    const { others, before } = await three(bench, group)
    group.kill?.('n2')
    await within(bench, 5_000, () => expectWhole(others))
    expectMovedFrom('n2', { before, after: ownersOf(others) })
  })

  it('[N4] a node that comes back under its name finds its partitions', async () => {
    const group = await bench.group(partitions)
    const { others, before } = await three(bench, group)
    group.kill?.('n2')
    const again = await group.join('n2')
    await within(bench, 1_000, () => expect(ownersOf([...others, again])).toEqual(before))
  })
}

function describePauses(bench: MembershipBench): void {
  it('[N5] a process that was paused past its lease owns nothing until it has asked, and takes part again by itself', async () => {
    const group = await bench.group(partitions)
    const { others, lost, before } = await three(bench, group)
    group.pause?.('n2')
    await within(bench, 5_000, () => expectWhole(others))
    expect(lost.owned()).toEqual([])
    group.wake?.('n2')
    await within(bench, 2_000, () => expect(ownersOf([...others, lost])).toEqual(before))
  })
}

/** Three nodes, of which `n2` is about to be lost. */
async function three(bench: MembershipBench, group: MembershipGroup) {
  const [one, lost, other] = [await group.join('n1'), await group.join('n2'), await group.join('n3')]
  await within(bench, 2_000, () => expectWhole([one, lost, other]))
  return { others: [one, other], lost, before: ownersOf([one, lost, other]) }
}

/** Waits until `holds` no longer throws; when the time is up it may throw. */
async function within(bench: MembershipBench, ms: number, holds: () => void): Promise<void> {
  for (let leftMs = ms; leftMs > 0; leftMs -= stepMs) {
    try {
      return holds()
    } catch {
      await bench.pass(stepMs)
    }
  }
  holds()
}

type Owners = ReadonlyMap<number, string>

function ownersOf(members: readonly Membership[]): Owners {
  const owned = members.flatMap((member) => member.owned().map((partition) => [partition, member.node] as const))
  return new Map(owned.sort(([a], [b]) => a - b))
}

function expectMovedFrom(node: string, { before, after }: { readonly before: Owners; readonly after: Owners }): void {
  for (const [partition, owner] of after) if (before.get(partition) !== node) expect(owner).toBe(before.get(partition))
}

/** Together they own every partition once. */
function expectWhole(members: readonly Membership[], count = partitions): void {
  const owned = members.flatMap((member) => member.owned()).sort((a, b) => a - b)
  expect(owned).toEqual(Array.from({ length: count }, (_, partition) => partition))
}
