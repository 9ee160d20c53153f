import { expect, it } from 'vitest'
import { createSingleMembership } from './membership.ts'

it('a single node owns every partition, and none once it has left', async () => {
  const membership = createSingleMembership({ node: 'n1', partitions: 3 })
  const told: (readonly number[])[] = []
  membership.watch(() => void told.push(membership.owned()))
  const leave = membership.watch(() => void told.push([-1]))
  leave()
  expect(membership.owned()).toEqual([0, 1, 2])
  await membership.leave()
  await membership.leave()
  expect(told).toEqual([[]])
})
