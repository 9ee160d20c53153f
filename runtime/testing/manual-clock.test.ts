import { expect, test } from 'vitest'
import { createManualClock } from './manual-clock.ts'
import { createSeededIds } from './seeded-ids.ts'

test('what is due runs in order of time, at its own instant, and sees what it schedules itself', async () => {
  const clock = createManualClock(1000)
  const seen: string[] = []
  clock.schedule(1020, () => seen.push(`b@${clock.nowMs()}`))
  clock.schedule(1010, () => {
    seen.push(`a@${clock.nowMs()}`)
    clock.schedule(1015, () => seen.push(`c@${clock.nowMs()}`))
  })
  const cancel = clock.schedule(1012, () => seen.push('cancelled'))
  cancel()
  cancel()
  await clock.advance(20)
  expect(seen).toEqual(['a@1010', 'c@1015', 'b@1020'])
  expect(clock.nowMs()).toBe(1020)
  expect(await clock.advanceToNext()).toBe(false)
})

test('promises settle after each thing that runs', async () => {
  const clock = createManualClock(0)
  const seen: number[] = []
  const work = async (): Promise<void> => {
    await Promise.resolve()
    await Promise.resolve()
    seen.push(clock.nowMs())
  }
  clock.schedule(5, () => void work())
  clock.schedule(9, () => void work())
  await clock.advance(10)
  expect(seen).toEqual([5, 9])
})

test('the same seed gives the same ids and numbers, another seed others', () => {
  const [one, same, other] = [createSeededIds(7), createSeededIds(7), createSeededIds(8)]
  const numbers = [one.random(), one.random()]
  expect([same.random(), same.random()]).toEqual(numbers)
  expect(other.random()).not.toBe(numbers[0])
  const ids = Array.from({ length: 100 }, () => one.next('ev'))
  expect([...ids].sort()).toEqual(ids)
  expect(ids[0]).toMatch(/^[A-Za-z0-9_~:@+-]+$/)
})
