import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { partitionsOf } from './rendezvous.ts'

const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 12 })

function owners(nodes: readonly string[], partitions: number): ReadonlyMap<number, string> {
  const owned = nodes.flatMap((node) =>
    partitionsOf(node, nodes, partitions).map((partition) => [partition, node] as const),
  )
  expect(owned).toHaveLength(partitions)
  return new Map(owned)
}

describe('rendezvous', () => {
  it('[N1] every partition has exactly one owner, whatever the order of the names', () => {
    fc.assert(
      fc.property(names, fc.integer({ min: 1, max: 64 }), (nodes, partitions) => {
        expect(owners([...nodes].reverse(), partitions)).toEqual(owners(nodes, partitions))
      }),
    )
  })

  it('[N2] when a node comes, partitions move to it alone; when it goes, only its own move', () => {
    fc.assert(
      fc.property(names, fc.string({ minLength: 1, maxLength: 30 }), (nodes, comer) => {
        fc.pre(!nodes.includes(comer))
        const before = owners(nodes, 64)
        const after = owners([...nodes, comer], 64)
        for (const [partition, owner] of after) if (owner !== comer) expect(before.get(partition)).toBe(owner)
      }),
    )
  })

  it('[N2] the load is even within what chance allows, also for names that differ in one digit', () => {
    const partitions = 4096
    for (const shape of ['runtime-#', 'node-#.cluster.local', '#', 'ip-10-0-#-7'])
      for (let count = 2; count <= 12; count++) {
        const nodes = Array.from({ length: count }, (_, index) => shape.replace('#', String(index)))
        const share = partitions / count
        // Five standard deviations of a binomial share.
        const bound = 5 * Math.sqrt(share * (1 - 1 / count))
        for (const node of nodes)
          expect(Math.abs(partitionsOf(node, nodes, partitions).length - share)).toBeLessThan(bound)
      }
  })

  it('[N2] placement stays as it is from release to release', () => {
    expect(partitionsOf('node-1', ['node-1', 'node-2', 'node-3'], 32)).toMatchInlineSnapshot(`
      [
        1,
        3,
        4,
        6,
        9,
        11,
        16,
        21,
        22,
        24,
        31,
      ]
    `)
    expect(partitionsOf('node-1', [], 32)).toEqual([])
    expect(partitionsOf('stranger', ['node-1'], 32)).toEqual([])
  })
})
