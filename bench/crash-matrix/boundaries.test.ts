import { describe, expect, it } from 'vitest'
import { partitionOf } from '#runtime/address.ts'
import { boundaries, boundariesOf, cellsToRun, faults, journalKinds, nameOf, whyNot } from './boundaries.ts'
import { clerks, partitions, roundOf } from './script.ts'

describe('the cells of the crash matrix', () => {
  it('are every boundary with every fault on every journal, or have a reason why not', () => {
    const all = journalKinds.flatMap((journal) =>
      boundariesOf(journal).flatMap((boundary) => faults.map((fault) => ({ journal, boundary, fault }))),
    )
    const names = new Set(cellsToRun().map(nameOf))
    expect(all.filter((cell) => names.has(nameOf(cell)) === (whyNot(cell) !== undefined))).toEqual([])
    expect(names.size).toBe(cellsToRun().length)
    expect(boundariesOf('nats-r3')).toHaveLength(boundaries.length)
  })

  it('lack only what there is not: a network to a file, a call that fires timers on a server, an answer to nothing', () => {
    expect(whyNot({ journal: 'sqlite', boundary: 'commit.after', fault: 'cut' })).toContain('no network')
    expect(whyNot({ journal: 'nats-r1', boundary: 'fire.after', fault: 'kill' })).toContain('server fires')
    expect(whyNot({ journal: 'sqlite', boundary: 'commit.before', fault: 'lost-ack' })).toContain('Nothing has been')
    expect(whyNot({ journal: 'sqlite', boundary: 'load.after', fault: 'lost-ack' })).toContain('read')
    for (const fault of ['kill', 'pause'] as const)
      expect(boundariesOf('sqlite').filter((boundary) => whyNot({ journal: 'sqlite', boundary, fault }))).toEqual([])
  })
})

describe('the script of the crash matrix', () => {
  it('has a clerk in a partition of its own for each occurrence, and ids that never repeat', () => {
    expect(new Set(clerks.map((clerk) => partitionOf(clerk, partitions))).size).toBe(clerks.length)
    const ids = [1, 2].flatMap((round) => clerks.flatMap((_, at) => roundOf(round, at).map(({ id }) => id)))
    expect(new Set(ids).size).toBe(ids.length)
  })
})
