import { expect, test } from 'vitest'
import { Turns } from './turns.ts'

test('[H14] loops that have been busy for long let everything else have a turn, and otherwise do not wait', async () => {
  let nowMs = 0
  const scheduled: (() => void)[] = []
  const turns = new Turns({ nowMs: () => nowMs, schedule: (_atMs, run) => (scheduled.push(run), () => {}) })
  turns.begin()
  nowMs = 3
  await turns.between()
  expect(scheduled).toHaveLength(0)
  nowMs = 4
  await turns.between()
  expect(scheduled).toHaveLength(1)
  nowMs = 8
  let through = false
  const waiting = turns.between().then(() => (through = true))
  await Promise.resolve()
  expect([scheduled.length, through]).toEqual([1, false])
  scheduled[0]?.()
  await waiting
  nowMs = 11
  await turns.between()
  turns.end()
  nowMs = 1000
  turns.begin()
  await turns.between()
  expect(scheduled).toHaveLength(1)
})

test('[H14] a journal that gives the turn by itself makes nobody wait', async () => {
  let nowMs = 0
  let scheduled = 0
  let due: (() => void) | undefined
  const turns = new Turns({ nowMs: () => nowMs, schedule: (_atMs, run) => ((scheduled += 1), (due = run), () => {}) })
  turns.begin()
  for (let n = 0; n < 100; n++) {
    nowMs += 1
    await turns.between()
    due?.()
    due = undefined
  }
  expect(scheduled).toBe(25)
})
