import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cellsToRun, nameOf, type Cell, type JournalKind } from './crash-matrix/boundaries.ts'
import { playMatrix } from './crash-matrix/matrix.ts'
import type { RunResult } from './crash-matrix/run.ts'
import { sumOf } from './crash-matrix/tally.ts'

const natsUrl = process.env['FINEACERS_TEST_NATS']

/** Some minutes on a machine that does much else. */
const patienceMs = 600_000

describe('cells of the crash matrix', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'crash-matrix-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  async function play(cells: readonly Cell[]): Promise<readonly RunResult[]> {
    const runs = cells.map((cell) => ({ cell, occurrence: 1 }))
    const own = mkdtempSync(join(folder, 'play-'))
    return playMatrix({ runs, folder: own, lanes: 3, ...(natsUrl === undefined ? {} : { natsUrl }) })
  }

  it(
    '[J14] on SQLite a node killed, paused or left without an answer around a commit breaks no promise',
    { timeout: patienceMs },
    async () => {
      const results = await play(
        cellsOf('sqlite', ['commit.after', 'commit-outcome.before', 'effect.after', 'outcome.after', 'fire.after']),
      )
      expect(brokenIn(results)).toEqual([])
      const { kills, pauses, foldersRefused, lostAcknowledgements } = tallyOf(results)
      expect({ kills, pauses, foldersRefused, lostAcknowledgements }).toEqual({
        kills: 5,
        pauses: 5,
        foldersRefused: 5,
        lostAcknowledgements: 4,
      })
    },
  )

  it.skipIf(natsUrl === undefined)(
    '[J5] [J9] on NATS every boundary with every fault breaks no promise, and every woken owner is refused',
    { timeout: patienceMs },
    async () => {
      const results = await play(cellsOf('nats-r1'))
      expect(brokenIn(results)).toEqual([])
      expect(results).toHaveLength(86)
      const paused = results.filter(({ cell }) => cell.fault === 'pause' && cell.boundary !== 'claim.before')
      const neverRefused = paused.filter(({ tally }) => tally.refusals + tally.claimedAnew === 0)
      expect(neverRefused.map(({ cell }) => nameOf(cell))).toEqual([])
      expect(tallyOf(results).lostAcknowledgements).toBe(11)
    },
  )

  it.skipIf(natsUrl === undefined)(
    '[J9] on three NATS servers, also when the one that leads the journal dies at the same instant',
    { timeout: patienceMs },
    async () => {
      const results = await play([
        ...cellsOf('nats-r3', ['commit.after']),
        ...cellsOf('nats-r3-leader', ['commit.after']).filter(({ fault }) => fault === 'lost-ack' || fault === 'pause'),
      ])
      expect(brokenIn(results)).toEqual([])
      expect(tallyOf(results).leadersKilled).toBe(2)
    },
  )
})

function cellsOf(journal: JournalKind, boundaries?: readonly string[]): readonly Cell[] {
  return cellsToRun().filter(
    (cell) => cell.journal === journal && (boundaries === undefined || boundaries.includes(cell.boundary)),
  )
}

function brokenIn(results: readonly RunResult[]): readonly string[] {
  return results.flatMap(({ cell, wrong }) => wrong.map((each) => `${nameOf(cell)}: ${each}`))
}

function tallyOf(results: readonly RunResult[]) {
  return sumOf(results.map(({ tally }) => tally))
}
