import { describe, expect, it } from 'vitest'
import type { WhatsAppConnection } from '#gateway/connections/connection.ts'
import { metaNumber } from '#gateway/testing/whatsapp-house.ts'
import { createManualClock } from '#runtime/testing/manual-clock.ts'
import { readAgainAndAgain, readingTimes } from './template-reading.ts'

const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const { everyMs, againMs, lookMs } = readingTimes

function setUp() {
  const clock = createManualClock(1_800_000_000_000)
  const numbers: WhatsAppConnection[] = []
  const read: string[] = []
  let works = true
  const house = {
    sync: {
      sync: async ({ account }: { readonly account: string }) => {
        read.push(account)
        return works ? ({ ok: true, count: 1 } as const) : ({ ok: false, reason: 'Meta is away' } as const)
      },
    },
    connections: { whatsapp: async () => numbers },
    workspace: 'acme',
    clock,
    log,
  }
  return { clock, numbers, read, reading: readAgainAndAgain(house), fail: (now: boolean) => void (works = !now) }
}

describe('reading templates', () => {
  it('begins when a number is there, is done every six hours, and ends when it is stopped', async () => {
    const { clock, numbers, read, reading } = setUp()
    await clock.advance(lookMs)
    expect(read).toEqual([])
    numbers.push(metaNumber)
    await clock.advance(lookMs)
    expect(read).toHaveLength(1)
    await clock.advance(everyMs - lookMs)
    expect(read).toHaveLength(1)
    await clock.advance(lookMs)
    expect(read).toHaveLength(2)
    await reading.stop()
    await clock.advance(2 * everyMs)
    expect(read).toHaveLength(2)
  })

  it('is tried again ten minutes after a failure, so that a number goes on when its access is back', async () => {
    const { clock, numbers, read, reading, fail } = setUp()
    fail(true)
    numbers.push(metaNumber)
    await clock.advance(lookMs)
    expect(read).toHaveLength(1)
    fail(false)
    await clock.advance(againMs)
    expect(read).toHaveLength(2)
    await clock.advance(againMs)
    expect(read).toHaveLength(2)
    await reading.stop()
  })
})
