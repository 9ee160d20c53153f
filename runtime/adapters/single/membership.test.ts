import { describeMembership } from '../../testing/contracts/membership-contract.ts'
import { createSingleMembership } from './membership.ts'

describeMembership('of a single node', {
  nodes: 'one',
  group: async (partitions) => ({ join: async (node) => createSingleMembership({ node, partitions }) }),
  pass: () => Promise.resolve(),
  close: () => Promise.resolve(),
})
