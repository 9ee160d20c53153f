import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { durabilityOf, durabilityTable } from './durability.ts'

const runbook = readFileSync(new URL('../RUNBOOK.md', import.meta.url), 'utf8')

describe('what is safe against what', () => {
  it('is in the runbook as the doctor says it, row by row', () => {
    const section = runbook.slice(runbook.indexOf('| journal on |'))
    const table = section.slice(0, section.indexOf('\n\n'))
    const rows = table
      .split('\n')
      .slice(2)
      .map((row) => row.split('|').slice(1, -1))
      .map((cells) => cells.map((cell) => cell.replaceAll(/\*\*|`/g, '').trim()))
    expect(rows).toEqual(
      durabilityTable().map(({ journal, processDies, machineDies, diskDies }) => [
        journal,
        processDies,
        machineDies,
        diskDies,
      ]),
    )
  })

  it('is told with the interval that the server has', () => {
    const sync = { when: 'interval', everyMs: 10_000 } as const
    expect(durabilityOf({ on: 'nats', copies: 1, sync })).toMatchObject({
      journal: 'one NATS server, a sync every ten seconds',
      machineDies: 'up to ten seconds lost, and the last commit may be cut in half',
    })
    expect(durabilityOf({ on: 'nats', copies: 5, sync }).journal).toBe('five NATS servers, a sync every ten seconds')
  })

  it('is told with both when the syncing could not be seen', () => {
    const one = durabilityOf({ on: 'nats', copies: 1, sync: { when: 'unknown' } })
    expect(one.journal).toBe('one NATS server, syncing not seen')
    expect(one.machineDies).toMatch(/^with sync_interval: always safe, else: up to two minutes lost/)
  })

  it('does not count copies that no majority can lose one of', () => {
    const sync = { when: 'always' } as const
    expect(durabilityOf({ on: 'nats', copies: 2, sync })).toEqual(durabilityOf({ on: 'nats', copies: 1, sync }))
  })
})
