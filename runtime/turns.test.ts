import { expect, test } from 'vitest'
import { Turns } from './turns.ts'

test('[H14] loops that have been busy for long let everything else have a turn, and otherwise do not wait', async () => {
  let nowMs = 0
  const scheduled: (() => void)[] = []
  const turns = new Turns({ nowMs: () => nowMs, schedule: (_atMs, run) => (scheduled.push(run), () => {}) })
  turns.begin()
  await turns.between()
  nowMs = 7
  await turns.between()
  expect(scheduled).toHaveLength(0)
  nowMs = 8
  let through = false
  const waiting = turns.between().then(() => (through = true))
  await Promise.resolve()
  expect([scheduled.length, through]).toEqual([1, false])
  scheduled[0]?.()
  await waiting
  nowMs = 15
  await turns.between()
  turns.end()
  nowMs = 1000
  turns.begin()
  await turns.between()
  expect(scheduled).toHaveLength(1)
})
