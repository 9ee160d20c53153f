import { describe, expect, it } from 'vitest'
import { cellsToRun, nameOf } from './boundaries.ts'
import { pageOf } from './page.ts'
import type { RunResult } from './run.ts'
import { emptyTally } from './tally.ts'

const facts = { versions: ['nats-server 9.9.9'], seconds: 7, runsEach: 2, date: '2026-11-25' }

function results(wrongIn: string): readonly RunResult[] {
  return cellsToRun().flatMap((cell) =>
    [1, 2].map((occurrence) => ({
      cell,
      occurrence,
      wrong: nameOf(cell) === wrongIn && occurrence === 2 ? ['e1 was handled twice'] : [],
      tally: { ...emptyTally(), refusals: 3 },
    })),
  )
}

/** The rows of a boundary, one for each table that has it. */
function rowsOf(page: string, boundary: string): readonly string[] {
  return page.split('\n').filter((line) => line.startsWith(`| \`${boundary}\` |`))
}

describe('the page of the crash matrix', () => {
  it('has the count of every cell, and for those that can not be run the number of a reason', () => {
    const page = pageOf(results(''), facts)
    expect(page).toContain('2026-11-25: nats-server 9.9.9')
    const [sqlite, single, three] = rowsOf(page, 'fire.after')
    expect(sqlite).toMatch(/\| 2\/2 \| 2\/2 \| – \(\d\) \| 2\/2 \|$/)
    const reason = /^(\d)\. The server fires timers/m.exec(page)?.[1]
    for (const row of [single, three]) expect(row).toContain(`| ${Array(4).fill(`– (${reason})`).join(' | ')} |`)
    expect(rowsOf(page, 'commit.after')).toHaveLength(4)
    expect(page).toContain('## Broken promises\n\nNone.')
  })

  it('shows a broken promise in its cell and in words, and adds up', () => {
    const page = pageOf(results('nats-r1 commit.after kill'), facts)
    const [, single] = rowsOf(page, 'commit.after')
    expect(single).toContain('| **1/2** | 2/2 |')
    expect(page).toContain('- `nats-r1 commit.after kill`, run 2: e1 was handled twice')
    const count = cellsToRun().length * 2
    expect(page).toContain(`| commits of former owners refused | ${(count * 3).toLocaleString('en-US')} |`)
    expect(page).toContain(`| runs with every promise kept | ${(count - 1).toLocaleString('en-US')} |`)
  })
})
